"""Rules as people say them."""

from typing import Any

import pytest

from emulator.evaluation.operators import prepare_condition
from emulator.pages.flag.phrases import Phrase, phrase_of
from tests.pages.flag.documents import condition


def said(attribute: str, operator: str, value: Any) -> Phrase:
    return phrase_of(prepare_condition(condition(attribute, operator, value)))


@pytest.mark.parametrize(
    ("operator", "value", "words"),
    [
        ("ONE_OF", ["NO"], "country is NO"),
        ("ONE_OF", ["US", "CA"], "country is one of US, CA"),
        ("ONE_OF", [" US"], 'country is " US"'),
        ("NOT_ONE_OF", ["NO"], "country is known and is not NO"),
        ("NOT_ONE_OF", ["NO", "SE"], "country is known and is none of NO, SE"),
        ("MATCHES", "^a\\.b$", "country is exactly a.b"),
        ("MATCHES", "@x\\.com$", "country ends with @x.com"),
        ("MATCHES", "^a", "country starts with a"),
        ("MATCHES", "bot", "country contains bot"),
        ("MATCHES", "a|b", "country matches the pattern a|b"),
        ("MATCHES", "\\d", "country matches the pattern \\d"),
        ("MATCHES", "a\\$", "country contains a$"),
        ("NOT_MATCHES", "bot", "country is known and does not contain bot"),
        ("NOT_MATCHES", "a|b", "country is known and does not match the pattern a|b"),
        ("GTE", 18, "country is at least 18"),
        ("GT", "2.3.0", "country is more than 2.3.0"),
        ("LTE", 1.5, "country is at most 1.5"),
        ("LT", 3, "country is less than 3"),
        ("IS_NULL", True, "country is missing"),
        ("IS_NULL", False, "country is known"),
    ],
)
def test_an_operator_is_said_in_words(operator: str, value: Any, words: str) -> None:
    assert said("country", operator, value).text == words


def test_a_condition_on_the_key_speaks_of_the_subject() -> None:
    assert said("id", "ONE_OF", ["ann"]).text == "the subject's key is ann"


def test_of_a_long_list_some_are_said() -> None:
    phrase = said("id", "ONE_OF", [f"subject-{number}" for number in range(10_000)])

    assert (len(phrase.values), len(phrase.hidden), phrase.more) == (8, 500, 9_992)


@pytest.mark.parametrize(("operator", "value"), [("SOUNDS_LIKE", 1), ("ONE_OF", 7), (None, None), ("MATCHES", "(?=a)")])
def test_what_nobody_meets_says_why(operator: Any, value: Any) -> None:
    assert said("country", operator, value).never
