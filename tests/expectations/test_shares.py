"""Many subjects and how they divide."""

from fractions import Fraction

import pytest

from emulator.evaluation import evaluate
from emulator.expectations import FoundShare
from tests.expectations.running import AMERICANS, BANDIT, GATE, NOW, run, snapshot_of


def test_shares_within_the_tolerance_hold() -> None:
    result = run(f"{AMERICANS}, shares: {{true: 20%, false: 80%}}")

    assert (result.passed, result.trace) == (True, "")


def test_subjects_are_user_0_and_so_on() -> None:
    prepared = snapshot_of(f"{GATE}      []\n").environments[0].prepared
    answers = [evaluate(prepared, "new-checkout", f"user-{n}", {"country": "US"}, now=NOW) for n in range(1000)]

    result = run("subjects: 1000, with: {country: US}, shares: {true: 20%}, tolerance: 5%")

    assert result.shares[0].got == Fraction(sum(answer.variation_key == "true" for answer in answers), 1000)


def test_shares_that_are_off_are_told_in_points() -> None:
    result = run(f"{AMERICANS}, shares: {{true: 30%, false: 70%}}, tolerance: 2.5%")

    assert (result.got, result.reason) == (
        "true 19.76%, false 80.24%",
        "true is off by 10.24, false by 10.24; 2.5 points are allowed",
    )


def test_failure_shows_a_table_of_both_sides() -> None:
    trace = run(f"{AMERICANS}, shares: {{true: 30%}}").trace

    assert trace.splitlines() == [
        "  variation  expected     got  off by",
        "✗ true            30%  19.76%  -10.24",
        "  false                80.24%",
        "through default 80.24%, america 19.76%",
    ]


@pytest.mark.parametrize(("tolerance", "passed"), [("0.24%", True), ("0.2399%", False)])
def test_tolerance_is_exact_and_includes_its_end(tolerance: str, passed: bool) -> None:
    assert run(f"{AMERICANS}, shares: {{true: 20%}}, tolerance: {tolerance}").passed is passed


def test_variation_that_nobody_gets_has_a_share_of_nothing() -> None:
    result = run("subjects: 10, shares: {true: 0%, false: 100%}, tolerance: 0%")

    assert result.shares == (
        FoundShare("true", Fraction(0), Fraction(0), True),
        FoundShare("false", Fraction(1), Fraction(1), True),
    )


def test_caller_s_default_is_a_row_of_its_own() -> None:
    flag = "flags:\n  a:\n    type: boolean\n    allocations: [{key: b, traffic: 0%, serve: true}]\n    expect:\n"

    result = run("subjects: 10, shares: {true: 100%}", flag)

    assert result.shares[-1] == FoundShare(None, None, Fraction(1), True)
    assert "\n  the caller's default            100%\nthrough no allocation" in result.trace


def test_via_counts_those_who_came_through_that_allocation() -> None:
    result = run(f"{AMERICANS}, shares: {{true: 20%, false: 0%}}, via: america")

    assert (result.passed, result.expected) == (True, "true 20%, false 0% via america")


def test_logged_ones_are_counted_one_by_one() -> None:
    result = run(f"{AMERICANS}, shares: {{true: 20%, false: 80%}}, logs: true")

    assert result.passed


def test_others_than_those_who_count_are_not_called_the_default() -> None:
    trace = run(f"{AMERICANS}, shares: {{true: 50%}}, via: america").trace

    assert "  anybody else            80.24%\n" in trace


def test_share_of_an_action_is_that_of_variation_and_action() -> None:
    offer = "subjects: 2000, actions: [nike, adidas]"

    shares = [
        run(f"{offer}, shares: {{shoes: 50%}}, action: {action}", BANDIT).shares[0] for action in ("nike", "adidas")
    ]

    assert sum(share.got for share in shares) == run(f"{offer}, shares: {{shoes: 80%}}", BANDIT).shares[0].got


def test_disabled_flag_gives_everybody_the_default() -> None:
    flag = "flags:\n  a:\n    type: boolean\n    enabled: false\n    serve: true\n    expect:\n"

    result = run("subjects: 10, shares: {true: 100%}", flag)

    assert (result.got, result.reason) == (
        "true 0%",
        "a is disabled in test; if that is meant, name the others with `in`",
    )


def test_names_with_braces_are_names() -> None:
    flag = "flags:\n  a:\n    type: string\n    variations: ['{}', '{0}']\n    serve: '{}'\n    expect:\n"

    result = run("subjects: 10, shares: {'{0}': 100%}", flag)

    assert result.reason == "{0} is off by 100; 2 points are allowed"
