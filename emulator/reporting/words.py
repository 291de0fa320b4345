"""Counts and lists as people write them."""

from collections.abc import Sequence


def count(number: int, noun: str) -> str:
    """Return ``1 flag``, ``2 flags``, ``1,200 flags``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def shortened(names: Sequence[str], limit: int, noun: str) -> str:
    """Return the *names* with commas; past *limit* of them, how many more there are."""
    if len(names) <= limit:
        return ", ".join(names)
    return f"{', '.join(names[:limit])} and {count(len(names) - limit, f'more {noun}')}"
