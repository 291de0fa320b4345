"""
Switchback windows: in each, every attribute value draws a variation of its own.

No SDK knows switchbacks, so they travel as consecutive allocations, each for the values that drew one variation.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from emulator.definitions.compiling.shards import contiguous
from emulator.definitions.model import Switchback

_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Window:
    """Both ends inclusive; *values* lists (variation, the attribute values that drew it) in the order of the split."""

    start: datetime
    end: datetime
    values: tuple[tuple[str, tuple[str, ...]], ...]


def window_count(plan: Switchback, start: datetime, end: datetime) -> int:
    """Return how many windows there are from *start* to *end*; at least one."""
    return max(1, -((start - end) // plan.every))


def windows(plan: Switchback, start: datetime, end: datetime, salt: str, total: int) -> Iterator[Window]:
    """Yield the windows in order; the last one ends at *end*."""
    count = window_count(plan, start, end)
    ranges = contiguous([share.weight for share in plan.shares], total)
    bounds = [(share.variation.text, found[0]) for share, found in zip(plan.shares, ranges, strict=True)]
    for index in range(count):
        drawn: dict[str, list[str]] = {variation: [] for variation, _ in bounds}
        for value in plan.values:
            shard = _shard_of(f"{salt}-{value}-{index}", total)
            drawn[next(variation for variation, (low, high) in bounds if low <= shard < high)].append(value)
        opens = start + index * plan.every
        closes = end if index == count - 1 else opens + plan.every - _MILLISECOND
        yield Window(opens, closes, tuple((variation, tuple(values)) for variation, values in drawn.items() if values))


def _shard_of(text: str, total: int) -> int:
    """First four bytes of the MD5, big-endian, modulo *total*: how SDKs place subjects."""
    digest = hashlib.md5(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()
    return int.from_bytes(digest[:4], "big") % total
