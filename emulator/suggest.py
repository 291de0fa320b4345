"""The nearest name, for "did you mean" in every message of the product."""

from collections.abc import Iterable


def closest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name nearest to *name*, whatever their case; None when none is near."""
    # Only a mistake needs it, and the command line starts quicker without.
    from difflib import get_close_matches

    lowered = {known_name.lower(): known_name for known_name in known}
    found = get_close_matches(name.lower(), lowered, n=1, cutoff=0.6)
    return lowered[found[0]] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``did you mean "x"?`` for the known name nearest to *name*, or an empty text when none is near."""
    found = closest(name, known)
    return "" if found is None else f'did you mean "{found}"?'


def known_names(names: Iterable[str], limit: int = 8) -> str:
    """Return the names as a list for a message, cut short after *limit*."""
    listed = list(names)
    # A blank at either end would not be seen.
    shown = ", ".join(one if one and one == one.strip() else f'"{one}"' for one in listed[:limit])
    return f"{shown} … ({len(listed)} in all)" if len(listed) > limit else shown


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a hint for an unknown *name*: the nearest known one, else what there is."""
    names = list(known)
    if not names:
        return ""
    return did_you_mean(name, names) or f"there is {known_names(names)}"
