"""Why a subject gets what it gets, as people read it."""

from typing import Any

import pytest

from emulator.evaluation.operators import OPERATORS
from emulator.pages.playground.sentences import logged, seen, why
from tests.pages.playground.shop import asked, told


@pytest.mark.parametrize(
    ("flag", "attributes", "because"),
    [
        (
            "checkout",
            {"email": "bob@shop.example"},
            'because allocation "staff" takes this subject: email is bob@shop.example, which ends with @shop.example.',
        ),
        (
            "checkout",
            {"country": "US", "app_version": "2.10.0"},
            'because allocation "america" is the first that takes this subject: country is US, which is one of US or '
            "CA and app_version is 2.10.0, which is at least 2.3.0.",
        ),
        ("checkout", {}, 'because allocation "default" takes everybody whom none above it took.'),
        (
            "headline",
            {},
            'because allocation "test" takes this subject. A hash of the subject\'s key puts it among the 25% that get '
            '"short" there.',
        ),
        ("never", {}, 'because allocation "everybody" takes everybody.'),
        ("only-ann", {}, 'because allocation "override-true" takes this subject: the subject\'s key is ann.'),
        ("gated", {}, "because none of the flag's 2 allocations takes this subject."),
        ("chekout", {}, 'because the flag is not served here: did you mean "checkout"?'),
    ],
)
def test_the_reason_is_one_sentence(flag: str, attributes: dict[str, Any], because: str) -> None:
    assert told(flag, "ann", None, **attributes).why.because == because


def test_allocations_of_one_key_are_told_apart_by_their_step() -> None:
    told_twice = [{**one, "key": "phases"} for one in asked("checkout").trace["allocations"]]

    reason = why({**asked("checkout").trace, "allocations": told_twice}, is_match=True, hint="")

    assert reason.because.startswith('because allocation "phases" (step 6) ')
    assert [name for name, _ in reason.before] == [f"phases (step {number})" for number in range(1, 6)]


def test_what_turns_the_direction_of_a_text_is_spelled_out() -> None:
    because = told("checkout", "ann", None, country="US", app_version="\u202e2.10.0").why.before[-2][1]

    assert "app_version is \\u202e2.10.0, but" in because


def test_each_allocation_before_says_why_it_passed_the_subject_on() -> None:
    assert told("checkout", "eve", None, country="NO", app_version="2.2.0").why.before == (
        ("staff", "email is not given; it must end with @shop.example"),
        ("later", "it begins at 2025-04-01T00:00:00.000Z; now it is 2025-03-28T12:00:00.000Z"),
        ("over", "it ended at 2025-03-01T00:00:00.000Z; now it is 2025-03-28T12:00:00.000Z"),
        (
            "america",
            "country is NO, but must be one of US or CA, and app_version is 2.2.0, but must be at least 2.3.0",
        ),
        ("few", "it takes only 20% of all subjects, and a hash of this one's key puts it outside"),
    )


def test_the_rule_that_came_nearest_is_told() -> None:
    (_, adults), (_, quitters) = told("gated", "ann", None, age=17, plan="pro").why.before

    assert adults == "age is 17, but must be at least 18"
    assert quitters == "cancelled_at is not given; it must be given (the nearest of 2 rules)"


def test_a_subject_of_a_rule_is_told() -> None:
    assert told("only-ann", "bob").why.before == (("override-true", "the subject's key is bob, but must be ann"),)


def test_many_allocations_are_counted() -> None:
    trace = asked("checkout").trace
    (first,) = [one for one in trace["allocations"] if one["key"] == "staff"]

    reason = why({**trace, "allocations": [first] * 20}, is_match=False, hint="")

    assert (len(reason.before), reason.more) == (8, 12)


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("actual", ["", " ", "NO", 5, True, None, [1], "x" * 500], ids=repr)
def test_every_condition_has_words(operator: str, actual: Any) -> None:
    value = {"ONE_OF": ["NO"], "NOT_ONE_OF": [], "IS_NULL": True}.get(operator, "5")
    for matched in (True, False):
        condition = {
            "attribute": "a",
            "operator": operator,
            "value": value,
            "actualType": "null" if actual is None else "text",
            "actualText": actual if isinstance(actual, str) else None,
            "matched": matched,
            "note": "",
        }

        assert seen(condition).startswith("a ")


@pytest.mark.parametrize(
    ("flag", "sentence"),
    [
        ("checkout", "An SDK logs this assignment, as experiment checkout-default."),
        ("headline", 'An SDK logs no assignment: allocation "test" does not log.'),
        ("gated", "An SDK logs nothing: a caller's default is never logged."),
    ],
)
def test_what_is_logged_is_told(flag: str, sentence: str) -> None:
    result = asked(flag)

    assert logged(result.events, is_match=result.is_match, allocation=result.allocation_key) == sentence


def test_a_document_is_there_as_a_whole() -> None:
    answer = told("layout")

    assert (answer.value, answer.variation) == ("", "wide")
    assert answer.whole == '{\n  "columns": [\n    1,\n    2,\n    3\n  ]\n}'


@pytest.mark.parametrize(("flag", "names_itself"), [("headline", True), ("checkout", True), ("page-size", False)])
def test_a_variation_is_named_where_its_value_does_not_do_so(flag: str, names_itself: bool) -> None:
    assert told(flag).names_itself is names_itself


def test_a_default_has_no_value() -> None:
    answer = told("gated")

    assert (answer.value, answer.is_match, answer.hue) == ("", False, "hue-none")
