"""E56 for bandits: the trace of a call, as data and as lines."""

import json
import math
from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.evaluation import prepare
from emulator.evaluation.bandit_evaluation import BanditEvaluation, evaluate_bandit
from emulator.evaluation.bandit_trace import bandit_trace, explain_bandit
from emulator.ufc.bandit_modes import pinned
from tests.evaluation.bandit_cases import RECORDED, coefficients, wire_model

NOW = datetime(2025, 6, 1, tzinfo=UTC)
NIKE = coefficients(
    1.5,
    subject_numeric={"age": (0.1, -7.0)},
    subject_categorical={"plan": ({"pro": 0.25}, 0.0)},
    action_numeric={"price": (-2.0, 3.0)},
)


def ask(subject: Any, actions: Any, *, gamma: float = 1.0) -> BanditEvaluation:
    models = {"bandits": {"bandit1": wire_model({"nike": NIKE}, gamma=gamma, default=0.5)}}
    return evaluate_bandit(
        prepare(RECORDED["configs"]["both"]["flags"], models), "f", "alice", subject, actions, now=NOW
    )


def actions_of(evaluation: BanditEvaluation) -> dict[str, Any]:
    return {one["action"]: one for one in bandit_trace(evaluation)["bandit"]["actions"]}


def test_e56_every_action_has_its_numbers() -> None:
    told = actions_of(ask({"age": 30, "plan": "pro"}, {"nike": {"price": 0.5}, "puma": {}}))

    assert told["nike"]["score"] == 1.5 - 1.0 + 3.0 + 0.25
    assert [(part["attribute"], part["value"], part["amount"]) for part in told["nike"]["contributions"]] == [
        ("price", 0.5, -1.0),
        ("age", 30, 3.0),
        ("plan", "pro", 0.25),
    ]
    assert (told["puma"]["score"], told["puma"]["contributions"], told["puma"]["intercept"]) == (0.5, [], None)
    assert "does not know it" in told["puma"]["note"]


def test_e56_what_does_not_fit_is_named_with_its_type() -> None:
    split = {"numericAttributes": {"age": "30"}, "categoricalAttributes": {"plan": "gold"}}

    notes = [part["note"] for part in actions_of(ask(split, ["nike"]))["nike"]["contributions"]]

    assert notes == [
        "action's `price` is missing",
        'subject\'s `age` is text "30", which the model cannot use',
        'subject\'s `plan` is text "gold", which the model cannot use',
    ]


def test_the_lines_say_what_the_data_says() -> None:
    lines = explain_bandit(bandit_trace(ask({"age": 30}, {"nike": {"price": 0.5}}))).splitlines()

    assert lines[lines.index("bandit: MATCH") :] == [
        "bandit: MATCH",
        '  bandit "bandit1" chose action "nike" out of 1',
        "  threshold 0.5553, from shard 5553 of 10000; gamma 1.0",
        '  ✓ "nike": score 3.5, weight 1; 0.5553 is in [0, 1)',
        "      +1.5 intercept",
        "      -1 action's `price` is number 0.5",
        "      +3 subject's `age` is number 30",
        "      +0 subject's `plan` is missing",
    ]


@pytest.mark.parametrize(
    ("actions", "words"),
    [(["nike", "puma"], 'pinned to "nike"\n'), (["puma"], 'pinned to "nike", which is not offered\n')],
)
def test_a_pin_is_told_in_words(actions: list[str], words: str) -> None:
    model = {**wire_model({}), "modelData": pinned("nike")}
    prepared = prepare(RECORDED["configs"]["both"]["flags"], {"bandits": {"bandit1": model}})

    told = bandit_trace(evaluate_bandit(prepared, "f", "alice", {}, actions, now=NOW))

    assert (told["bandit"]["pinned"], told["bandit"]["gamma"]) == ("nike", "1e+308")
    lines = explain_bandit(told)
    assert words in lines
    assert max(map(len, lines.split("\n"))) < 130


def test_without_an_action_the_trace_says_why() -> None:
    told = bandit_trace(ask({}, []))

    assert told["bandit"]["code"] == "NO_ACTIONS_SUPPLIED_FOR_BANDIT"
    assert explain_bandit(told).endswith('no actions were supplied for bandit "bandit1"')


def test_a_trace_is_json_whatever_is_in_it() -> None:
    odd = {"numericAttributes": {"age": math.nan}, "categoricalAttributes": {"plan": 10**400}}

    told = bandit_trace(ask(odd, {"nike": {"price": math.inf}, "puma": None}, gamma=-2.0 / 8.0))

    assert json.loads(json.dumps(told, allow_nan=False)) == told
