"""Two documents side by side as a difference: lines that went, lines that came, and some around them."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from emulator.pages.wording import pretty_json

_AROUND = 3
# The comparison takes as long as the product of what differs; beyond this all of it is shown as replaced.
_MOST_PAIRS = 250_000

Kind = Literal["same", "removed", "added", "skipped"]


@dataclass(frozen=True, slots=True)
class Line:
    kind: Kind
    text: str


def difference(before: Any, after: Any) -> tuple[Line, ...]:
    """Return how *after* differs from *before*, by the lines of their JSON; None is no document. Equal: no lines."""
    ours, theirs = (() if one is None else tuple(pretty_json(one).split("\n")) for one in (before, after))
    return tuple(_shortened(list(_lines(ours, theirs))))


def _lines(before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[Line]:
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    ours, theirs = before[head : len(before) - tail], after[head : len(after) - tail]
    yield from (Line("same", text) for text in before[:head])
    yield from _compared(ours, theirs)
    yield from (Line("same", text) for text in before[len(before) - tail :])


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """Return how many lines both begin with."""
    count = 0
    for mine, yours in zip(one, other, strict=False):
        if mine != yours:
            break
        count += 1
    return count


def _compared(before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[Line]:
    if len(before) * len(after) > _MOST_PAIRS:
        yield from (Line("removed", text) for text in before)
        yield from (Line("added", text) for text in after)
        return
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from (Line("same", text) for text in before[a:b])
            continue
        yield from (Line("removed", text) for text in before[a:b])
        yield from (Line("added", text) for text in after[c:d])


def _shortened(lines: list[Line]) -> Iterator[Line]:
    """Leave out what is the same and not near to anything that is not."""
    changed = [place for place, line in enumerate(lines) if line.kind != "same"]
    near = {place + step for place in changed for step in range(-_AROUND, _AROUND + 1)}
    skipping = False
    for place, line in enumerate(lines):
        if place in near:
            skipping = False
            yield line
        elif changed and not skipping:
            skipping = True
            yield Line("skipped", "…")
