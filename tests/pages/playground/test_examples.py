"""Texts that a pattern finds, made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.evaluation.operators import prepare_condition
from emulator.pages.playground.examples import example_of


def example(pattern: str) -> str:
    condition = prepare_condition({"attribute": "a", "operator": "MATCHES", "value": pattern})
    return example_of(pattern, condition.check)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"@example\.com$", "ann@example.com"),
        (r"^(a|b)c+$", "ac"),
        (r"(?i)^HELLO\d{3}", "HELLO111"),
        (r"[^@]+@corp\.(com|org)$", "a@corp.com"),
        (r"(?P<x>ab)?c", "abc"),
        (r"^\w+-\d+$", "a-1"),
        (r"[\]a]", "]"),
        (r"a{2,}?", "aa"),
        (r"^[^a]$", "1"),
        (r"(?:x)\b.", ""),
    ],
)
def test_a_plain_pattern_has_an_example(pattern: str, text: str) -> None:
    assert example(pattern) == text


@pytest.mark.parametrize(
    "pattern", ["", "(?=x)", "[[:alpha:]]", r"\p{L}", "(((", "*", "a{", "1{1", "[", "a{999}", "x" * 201, ")"]
)
def test_of_anything_else_there_is_none(pattern: str) -> None:
    assert example(pattern) == ""


@given(st.text(alphabet=r"ab1\d.^$*+?()[]{}|,-:i", max_size=12))
def test_an_example_is_found_whatever_the_pattern(pattern: str) -> None:
    condition = prepare_condition({"attribute": "a", "operator": "MATCHES", "value": pattern})

    text = example_of(pattern, condition.check)

    assert text == "" or condition.check(text)
