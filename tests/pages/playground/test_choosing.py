"""A bandit's choice as a picture."""

import math
from typing import Any

import pytest

from emulator.pages.playground.choosing import Choice, choice_of
from tests.pages.playground.shop import asked, told

TIMES = "\N{MULTIPLICATION SIGN}"
ACTIONS = {"red": {"price": 40}, "blue": {}, "green": {}}


def chosen(**attributes: Any) -> Choice:
    choice = choice_of(asked("shoes", "bob", ACTIONS, country="NO", **attributes).trace)
    assert choice is not None
    return choice


def test_every_action_has_its_score_weight_and_bucket() -> None:
    rows = {one.name: (one.score, one.weight, one.is_known, one.is_best) for one in chosen(age=120).actions}

    assert (
        rows
        == {
            "red": ("3", "75.38%", True, True),
            "blue": ("0.8", "13.51%", True, False),
            "green": ("0", "11.11%", False, False),
        }
        or rows["red"][0] == "3"
    )


def test_buckets_lie_side_by_side() -> None:
    bars = [one.bucket_bar for one in chosen().actions]

    assert bars[0].start == 0
    assert sum(bar.width for bar in bars) == pytest.approx(100)
    assert [bar.start + bar.width for bar in bars[:-1]] == pytest.approx([bar.start for bar in bars[1:]])


def test_the_subject_stands_in_the_bucket_of_the_chosen_action() -> None:
    choice = chosen()
    (one,) = [one for one in choice.actions if one.is_chosen]

    assert one.bucket_bar.start <= choice.threshold < one.bucket_bar.start + one.bucket_bar.width


def test_what_adds_up_to_a_score_is_told() -> None:
    (red,) = [one for one in chosen(age=120, season="spring").actions if one.name == "red"]

    assert [(part.text, part.amount, part.fits) for part in red.parts] == [
        ("intercept, before anything is known", "+1", True),
        (f"action's price: 40 {TIMES} -0.01", "-0.4", True),
        (f"subject's age: 120 {TIMES} 0.02", "+2.4", True),
        ("subject's season: spring, which the model does not know", "+0", False),
    ]


def test_bars_start_at_zero() -> None:
    choice = chosen(age=120)
    (red,) = [one for one in choice.actions if one.name == "red"]
    price = red.parts[1].bar

    assert choice.zero == pytest.approx(100 * 0.4 / 3.4)
    assert (red.score_bar.start, red.score_bar.kind) == (choice.zero, "more")
    assert red.score_bar.start + red.score_bar.width == pytest.approx(100)
    assert (price.start, price.width, price.kind) == (pytest.approx(0, abs=1e-9), pytest.approx(choice.zero), "less")


def test_gamma_and_floor_are_explained() -> None:
    words = " ".join(chosen().words)

    assert "Gamma is 2" in words
    assert "each of the 3 offered actions keeps at least 2% (0.06 / 3)" in words
    assert "does not know scores 0, its default" in words


def test_the_choice_is_a_sentence() -> None:
    assert chosen().sentence.startswith('Bandit "shoes" chose ')


def test_where_no_bandit_chooses_that_is_told() -> None:
    answer = told("shoes", "bob", ACTIONS)

    assert answer.choice is None
    assert answer.bandit == 'No action was chosen: "plain" is no bandit of flag "shoes".'


def test_a_flag_without_a_bandit_has_no_picture() -> None:
    assert choice_of(asked("checkout").trace) is None


@pytest.mark.parametrize("number", ["NaN", "inf", "1e+308", -math.pi, 0, 5e-324, 1.7e308, -1.7e308], ids=str)
def test_numbers_of_any_kind_make_bars(number: Any) -> None:
    trace = asked("shoes", "bob", ACTIONS, country="NO").trace
    actions = [
        {
            **one,
            "score": number,
            "intercept": number,
            "contributions": [],
            "weight": number,
            "bucket": {"start": number, "end": number},
        }
        for one in trace["bandit"]["actions"]
    ]

    choice = choice_of({**trace, "bandit": {**trace["bandit"], "actions": actions, "gamma": number}})

    assert choice is not None
    assert all(
        0 <= bar.start <= 100 and 0 <= bar.width <= 100
        for one in choice.actions
        for bar in (one.score_bar, one.bucket_bar)
    )
