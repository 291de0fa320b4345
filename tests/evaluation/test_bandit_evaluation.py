"""E39, E45 and E46: from the flag to the bandit, what is served when there is no action, and what is logged."""

from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.evaluation import prepare
from emulator.evaluation.bandit_evaluation import BanditEvaluation, bandit_details, evaluate_bandit, explain_choice
from emulator.evaluation.bandit_events import bandit_call_events, bandit_event
from tests.evaluation.bandit_cases import JAVASCRIPT, RECORDED, RUST, coefficients, recorded, wire_model

NOW = datetime(2025, 6, 1, 12, 30, 15, 123456, UTC)


def ask(case: dict[str, Any]) -> BanditEvaluation:
    documents = RECORDED["configs"][case["config"]]
    prepared = prepare(documents["flags"], documents["models"])
    return evaluate_bandit(
        prepared, case["flag"], case["subject"], case["context"], case["actions"], now=NOW, default=case["default"]
    )


def answer(evaluation: BanditEvaluation) -> dict[str, Any]:
    """Return the answer as it was recorded."""
    events = bandit_call_events(evaluation)
    choice = evaluation.choice
    return {
        "variation": evaluation.variation,
        "action": evaluation.action,
        "assignmentEvents": int(events["assignment"] is not None),
        "banditEvents": int(events["bandit"] is not None),
        "flagEvaluationCode": bandit_details(evaluation)["flagEvaluationCode"],
        "banditEvaluationCode": evaluation.code,
        **({"actionProbability": choice.probability, "optimalityGap": choice.gap} if choice else {}),
    }


# What an SDK answers otherwise, each with the row of evaluation.md that says so; the canonical answer is the other one.
RUST_DIFFERS = {
    "shape/only-refs": "D-BAN-1: reads the old shape only",
    "empty-subject": "D-SUB-1, D-BAN-20: evaluates an empty key",
    "empty-flag-key": "D-SUB-1: looks an empty key up",
}
JAVASCRIPT_DIFFERS = {
    "shape/only-bandits": "D-BAN-1: reads the new shape only",
    "besttie/utf16": "D-BAN-6: compares UTF-16 units",
    "score/c=''": "D-BAN-12: never finds the coefficient of the empty category",
    "score-plain/c=''": "D-BAN-12",
    **{f"weights/gamma-neg-sing/{name}": "D-BAN-15: infinity is null in JSON" for name in
       ("alice", "bob", "carol", "dave", "erin", "frank")},
}  # fmt: skip


def recorded_answers(sdk: str, differs: dict[str, str]) -> list[Any]:
    return [
        pytest.param(case, id=name)
        for name, case in recorded("").items()
        if "raised" not in case["answers"][sdk] and name not in differs
    ]


@pytest.mark.parametrize("case", recorded_answers(RUST, RUST_DIFFERS))
def test_e39_to_e46_the_recorded_answer_of_the_rust_core_is_given(case: dict[str, Any]) -> None:
    expected = {name: roughly(value) for name, value in case["answers"][RUST].items()}

    assert {name: value for name, value in answer(ask(case)).items() if name in expected} == expected


@pytest.mark.parametrize("case", recorded_answers(JAVASCRIPT, JAVASCRIPT_DIFFERS))
def test_e39_to_e46_the_recorded_answer_of_the_javascript_sdk_is_given(case: dict[str, Any]) -> None:
    expected = {name: roughly(value) for name, value in case["answers"][JAVASCRIPT].items()}

    assert {name: value for name, value in answer(ask(case)).items() if name in expected} == expected


def roughly(value: Any) -> Any:
    """Recorded numbers have nine decimals; infinity is recorded as a text."""
    if value == "Infinity":
        return float("inf")
    return pytest.approx(value, abs=1e-9) if isinstance(value, float) else value


@pytest.mark.parametrize("config", ["both", "only-bandits", "only-refs"])
def test_e39_either_shape_leads_to_the_bandit(config: str) -> None:
    evaluation = ask(recorded("shape/both")["shape/both"] | {"config": config})

    assert (evaluation.variation, evaluation.action, evaluation.code) == ("bandit1", "x", "MATCH")


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("empty-actions", "NO_ACTIONS_SUPPLIED_FOR_BANDIT"),
        ("unknown-model", "UNEXPECTED_CONFIGURATION_ERROR"),
        ("shape/neither", "NON_BANDIT_VARIATION"),
    ],
)
def test_e45_without_an_action_the_variation_is_kept_and_its_assignment_logged(case: str, code: str) -> None:
    evaluation = ask(recorded(case)[case])

    events = bandit_call_events(evaluation)
    assert (evaluation.variation, evaluation.action, evaluation.code) == ("bandit1", None, code)
    assert events["assignment"] is not None
    assert events["bandit"] is None


def test_e45_a_broken_model_leaves_the_variation_and_says_why() -> None:
    documents = RECORDED["configs"]["both"]
    broken = prepare(documents["flags"], {"bandits": {"bandit1": {"modelVersion": "v1", "modelData": {}}}})

    evaluation = evaluate_bandit(broken, "f", "alice", {}, ["x"], now=NOW)

    details = bandit_details(evaluation)
    assert (evaluation.variation, evaluation.action, evaluation.code) == ("bandit1", None, "BANDIT_ERROR")
    assert details["flagEvaluationCode"] == "BANDIT_ERROR"
    assert details["flagEvaluationDescription"] == (
        'Error evaluating bandit action: the model of bandit "bandit1" has no gamma'
    )


@pytest.mark.parametrize(
    "flag", ["flag disabled, default equals bandit variation", "no allocation, default equals bandit variation"]
)
def test_e46_the_bandit_of_the_default_chooses_and_the_reason_is_the_flags(flag: str) -> None:
    name = f"default-is-bandit/{flag}"

    evaluation = ask(recorded(name)[name])

    assert (evaluation.action, evaluation.code) == ("x", "MATCH")
    assert bandit_details(evaluation)["flagEvaluationCode"] != "MATCH"
    assert bandit_call_events(evaluation)["assignment"] is None
    assert bandit_call_events(evaluation)["bandit"] is not None


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        ("shape/both", 'bandit "bandit1" chose action "x" out of 2'),
        ("shape/neither", '"bandit1" is no bandit of flag "f"'),
        ("empty-actions", 'no actions were supplied for bandit "bandit1"'),
        ("unknown-model", 'there is no model of bandit "bandit1"'),
    ],
)
def test_every_code_has_a_sentence(case: str, sentence: str) -> None:
    assert ask(recorded(case)[case]).description == sentence


def test_details_name_the_bandit_and_the_action() -> None:
    details = bandit_details(ask(recorded("shape/both")["shape/both"]))

    assert (details["banditKey"], details["banditAction"]) == ("bandit1", "x")
    assert (details["flagEvaluationCode"], details["variationValue"]) == ("MATCH", "bandit1")


def shoes(subject: Any, actions: Any) -> BanditEvaluation:
    nike = coefficients(5.0, subject_numeric={"age": (0.1, 0.0)}, action_categorical={"tier": ({"gold": 1.0}, -1.0)})
    prepared = prepare(
        RECORDED["configs"]["both"]["flags"], {"bandits": {"bandit1": wire_model({"nike": nike}, gamma=1e308)}}
    )
    return evaluate_bandit(prepared, "f", "alice", subject, actions, now=NOW)


def test_the_bandit_event_has_every_field_that_an_sdk_logs() -> None:
    evaluation = shoes({"age": 30, "plan": "pro"}, {"nike": {"price": 9.5, "tier": "gold"}, "puma": {}})

    assert bandit_event(evaluation) == {
        "flagKey": "f",
        "banditKey": "bandit1",
        "subject": "alice",
        "action": "nike",
        "actionProbability": 1.0,
        "optimalityGap": 0.0,
        "modelVersion": "v1",
        "timestamp": "2025-06-01T12:30:15.123Z",
        "subjectNumericAttributes": {"age": 30},
        "subjectCategoricalAttributes": {"plan": "pro"},
        "actionNumericAttributes": {"price": 9.5},
        "actionCategoricalAttributes": {"tier": "gold"},
        "metaData": {
            "sdkName": "eppo-emulator",
            "sdkVersion": (bandit_event(evaluation) or {})["metaData"]["sdkVersion"],
        },
    }


def test_an_event_belongs_to_the_caller() -> None:
    subject = {"numericAttributes": {"age": 30}, "categoricalAttributes": {}}
    evaluation = shoes(subject, ["nike"])

    event = bandit_event(evaluation)
    assert event is not None
    event["subjectNumericAttributes"]["age"] = 99
    event["metaData"]["sdkName"] = "changed"

    assert subject["numericAttributes"] == {"age": 30}
    assert (bandit_event(evaluation) or {})["metaData"]["sdkName"] == "eppo-emulator"


def test_the_assignment_event_of_a_bandit_call_holds_all_attributes_in_one_map() -> None:
    evaluation = shoes({"numericAttributes": {"age": 30}, "categoricalAttributes": {"plan": "pro"}}, ["nike"])

    event = bandit_call_events(evaluation)["assignment"]

    assert event is not None
    assert event["subjectAttributes"] == {"age": 30, "plan": "pro"}


def test_why_an_action_was_chosen_is_told_when_asked() -> None:
    report = explain_choice(shoes({"age": 30}, {"nike": {"tier": "gold"}, "puma": {}}))

    assert report is not None
    assert (report.chosen, report.best) == ("nike", "nike")
    assert {one.action: one.score for one in report.actions} == {"nike": 9.0, "puma": 0.0}


def test_where_no_action_was_chosen_there_is_no_report() -> None:
    assert explain_choice(shoes({}, [])) is None
