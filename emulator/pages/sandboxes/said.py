"""Sentences with names in them: a name is set apart where it is shown, and cut where it is very long."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_LONGEST_NAME = 120
_LISTED = 3


@dataclass(frozen=True, slots=True)
class Name:
    """The name of something: a flag, a variation, a subject; shown up to its *longest* characters."""

    text: str
    longest: int = _LONGEST_NAME

    @property
    def shown(self) -> str:
        return self.text if len(self.text) <= self.longest else f"{self.text[: self.longest]}…"


Said = tuple[str | Name, ...]


def plain(said: Said) -> str:
    """Return the sentence as text, its names in quotes."""
    return "".join(part if isinstance(part, str) else f'"{part.shown}"' for part in said)


def names(listed: Iterable[str], limit: int = _LISTED, last: str = " and ") -> Said:
    """Return the names as a list in a sentence: ``a, b and 3 more``."""
    texts = list(listed)
    # A list that would be cut by one only is not.
    shown = texts if len(texts) <= limit + 1 else texts[:limit]
    items: list[str | Name] = [Name(text) for text in shown]
    if len(texts) > len(shown):
        items.append(f"{len(texts) - len(shown):,} more")
    return joined([(item,) for item in items], last)


def shortened(said: Said, longest: int) -> Said:
    """Return the sentence with no name longer than *longest* characters."""
    return tuple(part if isinstance(part, str) else Name(part.text, longest) for part in said)


def joined(items: Sequence[Said], last: str = " and ") -> Said:
    """Return ``a, b and c``."""
    said: list[str | Name] = []
    for place, item in enumerate(items):
        if place:
            said.append(last if place == len(items) - 1 else ", ")
        said.extend(item)
    return tuple(said)
