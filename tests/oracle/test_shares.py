"""Holds the oracle's own arithmetic against the worked examples of the language's description."""

from fractions import Fraction

import pytest

from tests.oracle.shares import Weights, number_of, owner_contiguous, owner_sticky, shard_number, sticky_ranges

THIRDS = (("a", Fraction(3333, 10_000)), ("b", Fraction(3333, 10_000)), ("c", Fraction(3334, 10_000)))


def equal(number: int) -> Weights:
    return tuple((name, Fraction(1)) for name in "abcdefghij"[:number])


def widths(weights: Weights, total: int = 10_000) -> list[int]:
    owners = [owner_contiguous(weights, shard, total) for shard in range(total)]
    return [owners.count(name) for name, _ in weights]


def share_moved(before: Weights, after: Weights, owner: object) -> tuple[float, float]:
    """Return the percentages that move at all, and between variations that both know."""
    assert callable(owner)
    moves = [(owner(before, shard, 10_000), owner(after, shard, 10_000)) for shard in range(10_000)]
    known = {name for name, _ in before}
    moved = [(old, new) for old, new in moves if old != new]
    return round(len(moved) / 100, 1), round(sum(new in known for _, new in moved) / 100, 1)


@pytest.mark.parametrize(("subject", "shard"), [("alice", 3619), ("bob", 1723)])
def test_shards_are_the_published_ones(subject: str, shard: int) -> None:
    assert shard_number("salt", subject, 10_000) == shard


def test_a_switchback_number_is_a_shard_without_a_salt_of_its_own() -> None:
    assert number_of("flag-id-switchback-oslo-3", 10_000) == shard_number("flag-id-switchback", "oslo-3", 10_000)


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        pytest.param(THIRDS, [3333, 3333, 3334], id="33.33 33.33 33.34"),
        pytest.param(equal(3), [3333, 3333, 3334], id="one each of three"),
        pytest.param(equal(7), [1428, 1429, 1428, 1429, 1428, 1429, 1429], id="one each of seven"),
        pytest.param((("a", Fraction(12345)), ("b", Fraction(87655))), [1234, 8766], id="finer than a shard"),
    ],
)
def test_contiguous_shares_have_the_documented_widths(weights: Weights, expected: list[int]) -> None:
    assert widths(weights) == expected


@pytest.mark.parametrize(
    ("before", "after", "contiguous", "sticky"),
    [
        pytest.param(equal(2), equal(3), (50.0, 16.7), (33.3, 0.0), id="1:1 to 1:1:1"),
        pytest.param(equal(3), equal(4), (50.0, 25.0), (25.0, 0.0), id="1:1:1 to 1:1:1:1"),
        pytest.param(
            equal(2),
            (("a", Fraction(34)), ("b", Fraction(33)), ("c", Fraction(33))),
            (49.0, 16.0),
            (33.0, 0.0),
            id="50:50 to 34:33:33",
        ),
    ],
)
def test_an_appended_variation_moves_the_documented_share(
    before: Weights, after: Weights, contiguous: tuple[float, float], sticky: tuple[float, float]
) -> None:
    assert share_moved(before, after, owner_contiguous) == pytest.approx(contiguous, abs=0.05)
    assert share_moved(before, after, owner_sticky) == pytest.approx(sticky, abs=0.05)


def test_ten_sticky_variations_need_the_documented_number_of_ranges() -> None:
    assert sum(map(len, sticky_ranges(equal(10), 10_000).values())) == 368


def test_two_variations_with_whole_shares_lie_the_same_in_both_layouts() -> None:
    weights = (("a", Fraction(3)), ("b", Fraction(7)))

    sticky = [owner_sticky(weights, shard, 100) for shard in range(100)]

    assert sticky == [owner_contiguous(weights, shard, 100) for shard in range(100)]
