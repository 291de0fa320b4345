"""Shares become ranges by whole numbers only: the tables are those of the language's reference."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.definitions.compiling.shards import Ranges, contiguous, moved, sticky

Layout = Callable[[list[int], int], tuple[Ranges, ...]]
WEIGHTS = st.lists(st.integers(1, 10_000), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("weights", "bounds"),
    [
        ([3333, 3333, 3334], [3333, 6666, 10_000]),
        ([1, 1, 1], [3333, 6666, 10_000]),
        ([12_345, 87_655], [1234, 10_000]),
        ([1] * 7, [1428, 2857, 4285, 5714, 7142, 8571, 10_000]),
    ],
)
def test_contiguous_ranges_stand_side_by_side(weights: list[int], bounds: list[int]) -> None:
    assert [ranges[-1][1] for ranges in contiguous(weights, 10_000)] == bounds


@given(WEIGHTS, st.integers(1, 100_000))
def test_contiguous_errs_by_less_than_a_shard(weights: list[int], total: int) -> None:
    sizes = [end - start for ((start, end),) in contiguous(weights, total)]

    assert sum(sizes) == total
    assert all(abs(size - total * weight / sum(weights)) < 1.0001 for size, weight in zip(sizes, weights, strict=True))


@given(WEIGHTS, st.integers(1, 100_000))
def test_sticky_ranges_cover_every_shard_once(weights: list[int], total: int) -> None:
    pairs = sorted(pair for ranges in sticky(weights, total) for pair in ranges)

    covered = [shard for pair in pairs for shard in pair]
    assert covered[0] == 0
    assert covered[-1] == total
    assert covered[1:-1:2] == covered[2::2]


@given(WEIGHTS, st.integers(1, 10_000), st.integers(1, 100_000))
def test_sticky_moves_subjects_only_to_what_is_appended(weights: list[int], added: int, total: int) -> None:
    before = [(str(index), ranges) for index, ranges in enumerate(sticky(weights, total))]
    after = [(str(index), ranges) for index, ranges in enumerate(sticky([*weights, added], total))]

    assert moved(before, after, total)[1] == 0


@pytest.mark.parametrize(
    ("before", "after", "layout", "shares"),
    [
        ([1, 1], [1, 1, 1], contiguous, ("50.0", "16.7")),
        ([1, 1], [1, 1, 1], sticky, ("33.3", "0.0")),
        ([1, 1, 1], [1, 1, 1, 1], contiguous, ("50.0", "25.0")),
        ([1, 1, 1], [1, 1, 1, 1], sticky, ("25.0", "0.0")),
        ([50, 50], [34, 33, 33], contiguous, ("49.0", "16.0")),
        ([50, 50], [34, 33, 33], sticky, ("33.0", "0.0")),
    ],
)
def test_moved_tells_what_an_edit_costs(
    before: list[int], after: list[int], layout: Layout, shares: tuple[str, str]
) -> None:
    old = [(str(index), ranges) for index, ranges in enumerate(layout(before, 10_000))]
    new = [(str(index), ranges) for index, ranges in enumerate(layout(after, 10_000))]

    changed, between = moved(old, new, 10_000)

    assert (f"{changed / 100:.1f}", f"{between / 100:.1f}") == shares


def test_ten_sticky_variations_need_368_ranges() -> None:
    assert sum(len(ranges) for ranges in sticky([1] * 10, 10_000)) == 368
