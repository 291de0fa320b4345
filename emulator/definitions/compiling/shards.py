"""Shares → shard ranges, by exact rationals. A range is (start, end), end exclusive."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate, pairwise

Range = tuple[int, int]
Ranges = tuple[Range, ...]


def exposure(share: Fraction, total: int) -> Range:
    """Return the shards of the first *share* of *total*: ``[0, floor(total * share))``."""
    return (0, int(total * share))


def slots(first: Fraction, last: Fraction, total: int) -> Range:
    return (int(total * first), int(total * last))


def contiguous(weights: Sequence[int], total: int) -> tuple[Ranges, ...]:
    """Return one range per weight, side by side from 0 to *total*; the last ends at *total* exactly."""
    whole = sum(weights)
    bounds = [0, *(total * part // whole for part in accumulate(weights))]
    return tuple((pair,) for pair in pairwise(bounds))


def sticky(weights: Sequence[int], total: int) -> tuple[Ranges, ...]:
    """
    Return ranges such that appending a weight moves subjects only to it.

    The first variation owns everything; each further one takes its share from the end of every range that the
    earlier ones own, rounding down over the running total.
    """
    owned: list[list[Range]] = [[(0, total)]]
    for count, whole in enumerate(accumulate(weights)):
        if count:
            owned.append(_take(owned, weights[count], whole))
    return tuple(tuple(ranges) for ranges in owned)


def _take(owned: list[list[Range]], weight: int, whole: int) -> list[Range]:
    """Cut weight/whole off the ranges of every owner and return what was cut."""
    held = taken = 0
    received: list[Range] = []
    for owner, ranges in enumerate(owned):
        kept: list[Range] = []
        for start, end in ranges:
            held += end - start
            take = held * weight // whole - taken
            taken += take
            if take:
                received.append((end - take, end))
            if start < end - take:
                kept.append((start, end - take))
        owned[owner] = kept
    return sorted(received)


LAYOUTS = {"contiguous": contiguous, "sticky": sticky}


def moved(before: Sequence[tuple[str, Ranges]], after: Sequence[tuple[str, Ranges]], total: int) -> tuple[int, int]:
    """
    Return how many shards of *total* change their variation, and how many of them between variations known before.

    Each side lists (variation, its ranges) over one salt; a shard that no range covers belongs to nobody.
    """
    cuts = sorted({0, total, *(bound for _, ranges in (*before, *after) for pair in ranges for bound in pair)})
    known = {variation for variation, _ in before} & {variation for variation, _ in after}
    changed = between = 0
    for start, end in pairwise(cuts):
        old, new = _owner(before, start), _owner(after, start)
        if old != new:
            changed += end - start
            between += (end - start) if old in known and new in known else 0
    return changed, between


def _owner(split: Sequence[tuple[str, Ranges]], shard: int) -> str | None:
    return next((name for name, ranges in split if any(start <= shard < end for start, end in ranges)), None)
