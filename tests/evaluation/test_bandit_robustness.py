"""E52 for bandits: whatever is configured, offered or known, the answer is a value and never an exception."""

import json
import math
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.evaluation import prepare
from emulator.evaluation.bandit_evaluation import bandit_details, evaluate_bandit, explain_choice
from emulator.evaluation.bandit_events import bandit_call_events
from emulator.evaluation.precompute import precompute
from tests.evaluation.bandit_cases import RECORDED, coefficients, wire_model

NOW = datetime(2025, 1, 1, tzinfo=UTC)
FLAGS = RECORDED["configs"]["both"]["flags"]
CODES = {
    "MATCH", "NON_BANDIT_VARIATION", "NO_ACTIONS_SUPPLIED_FOR_BANDIT", "UNEXPECTED_CONFIGURATION_ERROR", "BANDIT_ERROR",
}  # fmt: skip

NUMBERS = st.floats() | st.integers() | st.sampled_from([10**400, -(10**400), 2**53 + 1, 1e308, -1e308])
SCALARS = st.none() | st.booleans() | NUMBERS | st.text(st.characters(exclude_categories=[]), max_size=5)
NAMES = st.sampled_from(["n", "c", "numericAttributes", "categoricalAttributes", "", "größe", "\ud800"])
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=3))
ATTRIBUTES = st.dictionaries(NAMES, VALUES, max_size=5)
SPLIT = st.fixed_dictionaries({"numericAttributes": VALUES, "categoricalAttributes": VALUES})
ACTIONS = st.dictionaries(
    st.sampled_from(["nike", "puma", "", "\ud800", "日本"]), ATTRIBUTES | SPLIT | VALUES, max_size=4
)
WORTH = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def models(draw: st.DrawFn) -> dict[str, Any]:
    known = coefficients(
        draw(WORTH),
        subject_numeric={"n": (draw(WORTH), draw(WORTH))},
        subject_categorical={"c": ({"": draw(WORTH), "x": draw(WORTH)}, draw(WORTH))},
        action_numeric={"n": (draw(WORTH), draw(WORTH))},
    )
    model = wire_model({"nike": known}, gamma=draw(WORTH), default=draw(WORTH), floor=draw(WORTH))
    return {"bandits": {"bandit1": model}}


@settings(max_examples=300, deadline=None)
@given(
    models(), ATTRIBUTES | SPLIT | VALUES, ACTIONS | VALUES, st.text(st.characters(exclude_categories=[]), max_size=4)
)
def test_e52_any_attributes_and_actions_give_an_answer(
    documents: dict[str, Any], subject: Any, actions: Any, subject_key: str
) -> None:
    evaluation = evaluate_bandit(prepare(FLAGS, documents), "f", subject_key, subject, actions, now=NOW)

    report = explain_choice(evaluation)
    assert evaluation.code in CODES
    assert bandit_details(evaluation)["banditAction"] == evaluation.action
    assert (report.chosen if report else None) == evaluation.action
    assert (bandit_call_events(evaluation)["bandit"] is None) == (evaluation.action is None)


@settings(max_examples=200, deadline=None)
@given(models(), ATTRIBUTES | SPLIT | VALUES, ACTIONS | VALUES)
def test_e52_what_is_precomputed_is_json_whatever_goes_in(
    documents: dict[str, Any], subject: Any, actions: Any
) -> None:
    document = precompute(prepare(FLAGS, documents), "ann", subject, {"f": actions}, now=NOW, salt="salt")

    assert json.loads(json.dumps(document, allow_nan=False)) == document


@settings(max_examples=200, deadline=None)
@given(VALUES, VALUES)
def test_e52_any_documents_are_prepared(ties: Any, model: Any) -> None:
    config = {**FLAGS, "bandits": ties, "banditReferences": ties}

    evaluation = evaluate_bandit(prepare(config, {"bandits": {"bandit1": model}}), "f", "ann", {}, ["x"], now=NOW)

    assert evaluation.variation == "bandit1"


@pytest.mark.parametrize("actions", [{1: {}, "a": {}}, {None: None}, ("a", "b"), {"a", "b"}, [1, "a"], iter("ab")])
def test_actions_of_python_callers_are_read_as_they_can_be(actions: Any) -> None:
    evaluation = evaluate_bandit(
        prepare(FLAGS, {"bandits": {"bandit1": wire_model()}}), "f", "ann", {}, actions, now=NOW
    )

    assert evaluation.code in ("MATCH", "NO_ACTIONS_SUPPLIED_FOR_BANDIT")


def test_a_megabyte_of_subject_key_is_answered() -> None:
    evaluation = evaluate_bandit(
        prepare(FLAGS, {"bandits": {"bandit1": wire_model()}}), "f", "x" * 1_000_000, {}, ["a", "b"], now=NOW
    )

    assert evaluation.action in ("a", "b")


def test_a_thousand_actions_are_weighed() -> None:
    actions = {f"action-{number}": {"n": number} for number in range(1_000)}

    evaluation = evaluate_bandit(
        prepare(FLAGS, {"bandits": {"bandit1": wire_model()}}), "f", "ann", {}, actions, now=NOW
    )

    assert evaluation.choice is not None
    assert math.isclose(evaluation.choice.probability, 0.001, rel_tol=1e-9)
