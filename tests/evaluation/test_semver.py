"""The strict order of versions."""

from itertools import pairwise

import pytest

from emulator.evaluation.semver import version_of
from tests.evaluation.configurations import holds

LADDER = (
    "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",
    "1.0.0", "1.0.1", "1.1.0", "2.0.0", "10.0.0",
)  # fmt: skip
NO_VERSIONS = (
    "1.2", "1", "v1.2.3", "=1.2.3", "01.2.3", "1.02.3", "1.2.3.4", " 1.2.3 ", "1.2.3 beta", "1.2.3-", "1.2.3-01",
    "1.2.3-a..b", "1.2.3+", "1.2.99999999999999999999", "1.2.18446744073709551616", "\u0661.2.3", "1.2.3\n", "",
)  # fmt: skip


@pytest.mark.parametrize(("lower", "higher"), list(pairwise(LADDER)))
@pytest.mark.parametrize(
    ("operator", "of_higher", "of_lower", "of_equal"),
    [("GT", True, False, False), ("GTE", True, False, True), ("LT", False, True, False), ("LTE", False, True, True)],
)
def test_e27_every_rung_of_the_ladder_under_four_operators(
    lower: str, higher: str, operator: str, of_higher: bool, of_lower: bool, of_equal: bool
) -> None:
    assert holds(operator, lower, a=higher) is of_higher
    assert holds(operator, higher, a=lower) is of_lower
    assert holds(operator, lower, a=lower) is of_equal


@pytest.mark.parametrize("text", NO_VERSIONS, ids=repr)
def test_e27_what_is_no_version(text: str) -> None:
    assert version_of(text) is None


def test_e27_the_largest_component_is_of_64_bits() -> None:
    assert version_of("1.2.18446744073709551615") is not None


@pytest.mark.parametrize("operator", ["GTE", "LTE"])
def test_e27_build_metadata_takes_no_part(operator: str) -> None:
    assert holds(operator, "1.2.3+a", a="1.2.3+b")


def test_numeric_identifiers_compare_as_numbers_however_long_they_are() -> None:
    assert holds("GT", f"1.0.0-{'9' * 5000}", a=f"1.0.0-1{'0' * 5000}")


def test_upper_case_comes_before_lower_case() -> None:
    assert holds("LT", "1.2.3-alpha", a="1.2.3-ALPHA")


@pytest.mark.parametrize("actual", [1.2, 1, True, None, ["1.2.3"]], ids=repr)
def test_a_version_compares_with_texts_only(actual: object) -> None:
    assert not holds("GTE", "0.0.1", a=actual)
    assert not holds("LTE", "9.9.9", a=actual)
