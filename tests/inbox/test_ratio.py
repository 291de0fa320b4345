"""The test for a sample ratio mismatch, held against tables of the chi-square distribution."""

from collections.abc import Mapping

import pytest

from emulator.inbox.ratio import chi_square_p, ratio_test

HALVES = {"on": 0.5, "off": 0.5}


@pytest.mark.parametrize(
    ("chi_square", "freedom", "p"),
    [
        (0.0, 1, 1.0),
        (3.841459, 1, 0.05),
        (6.634897, 1, 0.01),
        (5.991465, 2, 0.05),
        (7.814728, 3, 0.05),
        (9.487729, 4, 0.05),
        (11.070498, 5, 0.05),
        (29.588298, 10, 0.001),
        (124.342113, 100, 0.05),
        (1e6, 3, 0.0),
    ],
)
def test_p_values_are_those_of_the_tables(chi_square: float, freedom: int, p: float) -> None:
    assert chi_square_p(chi_square, freedom) == pytest.approx(p, rel=1e-5, abs=1e-12)


@pytest.mark.parametrize(
    ("subjects", "shares", "mismatch"),
    [
        ({"on": 500, "off": 500}, HALVES, False),
        ({"on": 540, "off": 460}, HALVES, False),
        ({"on": 560, "off": 440}, HALVES, True),
        ({"on": 900, "off": 100}, {"on": 0.9, "off": 0.1}, False),
        ({"on": 100}, HALVES, True),
        ({"on": 300, "off": 300}, {"on": 0.5, "off": 0.5, "closed": 0.0}, False),
    ],
)
def test_shares_that_are_not_as_configured_are_a_mismatch(
    subjects: Mapping[str, int], shares: Mapping[str, float], mismatch: bool
) -> None:
    told = ratio_test(subjects, shares).as_json()

    assert (told["meaningful"], told["mismatch"], told["reason"]) == (True, mismatch, "")


@pytest.mark.parametrize(
    ("subjects", "shares", "reason"),
    [
        ({"on": 5}, None, "no such allocation is served now, so no shares are configured"),
        ({"on": 100}, {"on": 1.0}, "there is one variation only"),
        ({"on": 9}, HALVES, "too few subjects: 4.5 are expected in the smallest variation, 5 are needed"),
    ],
)
def test_a_test_that_means_nothing_says_why(
    subjects: Mapping[str, int], shares: Mapping[str, float] | None, reason: str
) -> None:
    told = ratio_test(subjects, shares).as_json()

    assert (told["meaningful"], told["mismatch"], told["reason"]) == (False, False, reason)


@pytest.mark.parametrize(
    ("strays", "reason"),
    [
        ({"x\n": 1}, 'variation "x\\x0a" has no share in this allocation and is left out'),
        ({"x": 1, "y": 5}, 'variation "x" has no share in this allocation and is left out (1 more like it)'),
    ],
)
def test_a_stray_variation_is_named_and_changes_nothing_else(strays: Mapping[str, int], reason: str) -> None:
    subjects = {"on": 560, "off": 440}

    assert ratio_test(subjects | strays, HALVES).as_json() == {
        **ratio_test(subjects, HALVES).as_json(),
        "reason": reason,
    }


def test_both_reasons_are_told() -> None:
    told = ratio_test({"on": 9, "x": 1}, HALVES).as_json()

    assert (told["meaningful"], told["mismatch"]) == (False, False)
    assert told["reason"].startswith("too few subjects: 4.5 are expected in the smallest variation")
    assert told["reason"].endswith('variation "x" has no share in this allocation and is left out')
