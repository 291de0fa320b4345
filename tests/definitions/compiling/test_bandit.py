from typing import Any

import pytest

from tests.definitions.compiled import codes, snapshot

BANDIT = """\
environments:
  test:
  pinned:
  uniform:
  cold:
bandits:
  shoes:
    floor: 0.1
    actions:
      nike:
        intercept: 1
        subject: {age: {coef: 0.3}, sex: {values: {f: 0.5, 1: -1}, missing: 2.3}}
        action: [{attr: price, coef: 1}, {attr: price, coef: 2, missing: 3}]
      adidas: {}
    environments:
      pinned: {pin: adidas}
      uniform: {mode: uniform}
      cold: {mode: cold-start}
flags:
  banner:
    type: string
    variations: {control: control, shoes: {bandit: shoes}}
    allocations:
      - {key: analysis, traffic: 20%, split: [control, shoes]}
      - {key: training, serve: shoes}
"""


def model(environment: str, text: str = BANDIT) -> Any:
    return snapshot(text).by_key[environment].models["bandits"]["shoes"]


def test_coefficients_keep_order_kind_and_repeats() -> None:
    nike = model("test")["modelData"]["coefficients"]["nike"]

    assert nike == {
        "actionKey": "nike",
        "intercept": 1.0,
        "subjectNumericCoefficients": [{"attributeKey": "age", "coefficient": 0.3, "missingValueCoefficient": 0.0}],
        "subjectCategoricalCoefficients": [
            {"attributeKey": "sex", "valueCoefficients": {"f": 0.5, "1": -1.0}, "missingValueCoefficient": 2.3}
        ],
        "actionNumericCoefficients": [
            {"attributeKey": "price", "coefficient": 1.0, "missingValueCoefficient": 0.0},
            {"attributeKey": "price", "coefficient": 2.0, "missingValueCoefficient": 3.0},
        ],
        "actionCategoricalCoefficients": [],
    }


def test_w27_model_has_all_members_in_order() -> None:
    assert list(model("test")) == ["banditKey", "modelName", "updatedAt", "modelVersion", "modelData"]
    assert model("test")["modelName"] == "falcon"
    assert (model("test")["modelData"]["gamma"], model("test")["modelData"]["actionProbabilityFloor"]) == (1.0, 0.1)


def test_pin_overflows_so_that_other_actions_weigh_nothing() -> None:
    data = model("pinned")["modelData"]

    assert (data["gamma"], list(data["coefficients"])) == (1e308, ["adidas"])
    assert data["coefficients"]["adidas"]["intercept"] == 1e308


def test_uniform_has_neither_gamma_nor_floor() -> None:
    data = model("uniform")["modelData"]

    assert (data["gamma"], data["actionProbabilityFloor"], len(data["coefficients"])) == (0, 0, 2)


def test_cold_start_knows_no_action() -> None:
    assert model("cold")["modelData"]["coefficients"] == {}


def test_w28_version_follows_content_and_names_the_bandit() -> None:
    environments = ("test", "pinned", "uniform", "cold")

    versions = {environment: model(environment)["modelVersion"] for environment in environments}

    assert len(set(versions.values())) == 4
    assert all(version.startswith("shoes-") for version in versions.values())
    assert model("test", BANDIT.replace("0.3", "0.4"))["modelVersion"] != versions["test"]


@pytest.mark.parametrize("environment", ["test", "pinned", "uniform", "cold"])
def test_w28_reference_and_model_name_the_same_version(environment: str) -> None:
    served = snapshot(BANDIT).by_key[environment]

    reference = served.config["banditReferences"]["shoes"]
    assert reference["modelVersion"] == served.models["bandits"]["shoes"]["modelVersion"]


def test_w26_both_shapes_lead_from_flag_to_bandit() -> None:
    config = snapshot(BANDIT).by_key["test"].config

    short = {"key": "shoes", "flagKey": "banner", "variationKey": "shoes", "variationValue": "shoes"}
    assert config["bandits"] == {"shoes": [short]}
    assert [one["allocationKey"] for one in config["banditReferences"]["shoes"]["flagVariations"]] == [
        "analysis",
        "training",
    ]


def test_w26_without_bandits_there_is_no_old_shape() -> None:
    config = snapshot("flags:\n  f: {type: boolean}\n").environments[0].config

    assert "bandits" not in config
    assert config["banditReferences"] == {}


def test_w26_disabled_flag_leads_to_no_bandit() -> None:
    served = snapshot(BANDIT.replace("    type: string\n", "    type: string\n    enabled: false\n")).environments[0]

    assert ("bandits" in served.config, served.config["banditReferences"]) == (False, {})
    assert list(served.models["bandits"]) == ["shoes"]


def test_w29_bandit_under_another_name_is_warned_about() -> None:
    renamed = BANDIT.replace("shoes: {bandit: shoes}", "hero: {bandit: shoes}").replace(", shoes]", ", hero]")

    assert "W603" in codes(renamed.replace("serve: shoes", "serve: hero"))


def test_raw_bandit_and_references_are_served_as_they_are() -> None:
    text = (
        "bandits:\n  b:\n    raw: {banditKey: b, odd: 1}\n"
        "    references: {bandits: [{key: b}], banditReferences: {modelVersion: v}}\n"
    )

    served = snapshot(text).environments[0]

    assert served.models["bandits"]["b"] == {"banditKey": "b", "odd": 1}
    assert served.config["bandits"] == {"b": [{"key": "b"}]}
