"""
Who gets which share: subjects to shards, weights to shards, in exact arithmetic.

Source: authoring.md §3.5 for the two layouts, evaluation.md §1.3 for the shard number.
"""

from fractions import Fraction
from hashlib import md5
from math import floor

Weights = tuple[tuple[str, Fraction], ...]


def shard_number(salt: str, subject: str, total: int) -> int:
    """Return the subject's place in ``range(total)`` under *salt*."""
    return number_of(f"{salt}-{subject}", total)


def number_of(text: str, total: int) -> int:
    """Return the first eight hexadecimal digits of the text's md5, modulo *total*."""
    return int(md5(text.encode()).hexdigest()[:8], 16) % total


def is_within(shard: int, share: Fraction, total: int) -> bool:
    """Tell whether *shard* belongs to the first *share* of all, rounded down to whole shards."""
    return shard < floor(total * share)


def is_between(shard: int, start: Fraction, end: Fraction, total: int) -> bool:
    return floor(total * start) <= shard < floor(total * end)


def owner_contiguous(weights: Weights, shard: int, total: int) -> str:
    """Return whose share *shard* is when the shares lie side by side, in order, boundaries rounded down."""
    whole = sum(weight for _, weight in weights)
    reached = Fraction(0)
    for variation, weight in weights:
        reached += weight
        if shard < floor(total * reached / whole):
            return variation
    raise AssertionError("the last boundary is the total")


def owner_sticky(weights: Weights, shard: int, total: int) -> str:
    return next(
        variation
        for variation, ranges in sticky_ranges(weights, total).items()
        if any(start <= shard < end for start, end in ranges)
    )


def sticky_ranges(weights: Weights, total: int) -> dict[str, list[tuple[int, int]]]:
    """
    Return who owns which ranges when each later variation takes its part from all earlier ones.

    The newcomer's fair part of what it has seen so far is rounded down; it takes the tail of every range.
    """
    taking_part = [(variation, weight) for variation, weight in weights if weight]
    (first, reached), *newcomers = taking_part
    owned = {first: [(0, total)]}
    for newcomer, weight in newcomers:
        reached += weight
        owned = _with_newcomer(owned, newcomer, weight / reached)
    return owned


def _with_newcomer(
    owned: dict[str, list[tuple[int, int]]], newcomer: str, part: Fraction
) -> dict[str, list[tuple[int, int]]]:
    seen = taken = 0
    kept: dict[str, list[tuple[int, int]]] = {owner: [] for owner in owned}
    received = []
    for owner, ranges in owned.items():
        for start, end in sorted(ranges):
            seen += end - start
            tail = floor(seen * part) - taken
            taken += tail
            if start < end - tail:
                kept[owner].append((start, end - tail))
            if tail:
                received.append((end - tail, end))
    return kept | {newcomer: sorted(received)}
