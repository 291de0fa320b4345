"""E39 and what becomes of models: both shapes that tie a value to a bandit, and models that are broken."""

from typing import Any

import pytest

from emulator.evaluation.bandit_model import BanditModel, BrokenModel, prepare_bandits, prepare_model
from tests.evaluation.bandit_cases import coefficients, model, wire_model

ENTRY = {"key": "bandit1", "flagKey": "f", "allocationKey": "a", "variationKey": "v", "variationValue": "served"}
OLD = {"bandits": {"outer": [ENTRY]}}
NEW = {"banditReferences": {"outer": {"modelVersion": "v1", "flagVariations": [ENTRY]}}}


@pytest.mark.parametrize("config", [OLD, NEW, OLD | NEW], ids=["bandits", "banditReferences", "both"])
def test_e39_either_shape_ties_the_served_value_to_the_inner_key(config: dict[str, Any]) -> None:
    assert prepare_bandits(config, None).bandit_of("f", "served") == "bandit1"


@pytest.mark.parametrize(("flag", "value"), [("f", "other"), ("g", "served"), ("f", 5), ("f", None), ("f", ["served"])])
def test_any_other_value_is_no_bandit(flag: str, value: Any) -> None:
    assert prepare_bandits(OLD, None).bandit_of(flag, value) is None


def test_of_several_entries_for_one_value_the_first_counts() -> None:
    twice = {"bandits": {"a": [ENTRY, ENTRY | {"key": "bandit2"}]}}

    assert prepare_bandits(twice, None).bandit_of("f", "served") == "bandit1"


@pytest.mark.parametrize(
    "config",
    [{}, {"bandits": None}, {"bandits": []}, {"bandits": {"a": None}}, {"bandits": {"a": [None, 7, {}]}},
     {"banditReferences": {"a": []}}, {"banditReferences": {"a": {"flagVariations": {"b": 1}}}},
     {"bandits": {"a": [ENTRY | {"flagKey": 5}]}}, {"bandits": {"a": [ENTRY | {"variationValue": None}]}}],
)  # fmt: skip
def test_a_damaged_tie_ties_nothing(config: dict[str, Any]) -> None:
    assert prepare_bandits(config, None).ties == {}


@pytest.mark.parametrize("models", [None, {}, {"bandits": None}, {"bandits": []}, []])
def test_without_models_there_are_none(models: Any) -> None:
    assert prepare_bandits({}, models).models == {}


def test_coefficients_are_prepared_as_tuples_of_floats() -> None:
    known = model({"nike": coefficients(1, subject_numeric={"age": (2, 3)}, action_categorical={"c": ({"x": 4}, 5)})})

    nike = known.actions["nike"]
    assert nike.intercept == 1.0
    assert nike.subject_numeric == (("age", 2.0, 3.0),)
    assert nike.action_categorical == (("c", {"x": 4.0}, 5.0),)


@pytest.mark.parametrize("name", ["gamma", "defaultActionScore", "actionProbabilityFloor", "coefficients"])
def test_a_model_without_a_part_is_broken_and_says_which(name: str) -> None:
    wire = wire_model()
    del wire["modelData"][name]

    broken = prepare_model("bandit", wire)

    assert isinstance(broken, BrokenModel)
    assert broken.reason == f'the model of bandit "bandit" has no {name}'


@pytest.mark.parametrize(
    "wire",
    [None, [], "model", {"modelData": None, "modelVersion": "v1"}, wire_model({"nike": None}),
     wire_model({"nike": coefficients() | {"intercept": "1"}}),
     wire_model({"nike": coefficients() | {"intercept": True}}),
     wire_model({"nike": coefficients() | {"subjectNumericCoefficients": [7]}}), wire_model(gamma=10**400),
     wire_model() | {"modelVersion": 7}],
)  # fmt: skip
def test_a_model_of_another_shape_is_broken(wire: Any) -> None:
    assert isinstance(prepare_model("bandit", wire), BrokenModel)


def test_a_broken_model_spoils_no_other() -> None:
    prepared = prepare_bandits({}, {"bandits": {"good": wire_model(), "bad": {"modelData": {}}}})

    assert isinstance(prepared.models["good"], BanditModel)
    assert isinstance(prepared.models["bad"], BrokenModel)
