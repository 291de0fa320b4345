"""Pinned and moded bandits, and what ties flags to bandits under every layer."""

import copy
from typing import Any

import pytest

from emulator.evaluation import evaluate_bandit, prepare
from emulator.overrides import Edited, Layer, Mode, Off, Overridden, Overrides, Pin, Serve, override
from emulator.snapshot import EnvironmentSnapshot, build_snapshot
from tests.evaluation.configurations import NOW, allocation, configuration, flag, split
from tests.overrides.documents import NO_MODELS

FILE = """\
version: 1
environments:
  test: {}
  pinned: {}
  uniform: {}
  cold: {}
bandits:
  hats:
    actions: { fedora: {} }
  shoes:
    gamma: 2.0
    floor: 0.1
    actions:
      nike: { intercept: 1.0, subject: { age: { coef: 3.0 } } }
      adidas: { intercept: 2.0 }
    environments:
      pinned: { pin: adidas }
      uniform: { mode: uniform }
      cold: { mode: cold-start }
flags:
  aside:
    type: string
    variations: { hats: hats, other: other }
    serve: hats
  banner:
    type: string
    variations: { control: control, shoes: { bandit: shoes } }
    allocations:
      - { key: analysis, traffic: 20%, split: [control, shoes] }
      - { key: training, serve: shoes }
  never:
    type: string
    variations: { control: control, shoes: { bandit: shoes } }
    serve: control
  zebra:
    type: string
    variations: { shoes: { bandit: shoes } }
    serve: shoes
"""
OFFERED = ["nike", "adidas", "puma"]


@pytest.fixture(scope="module")
def environments() -> Any:
    return build_snapshot({"flags.yaml": FILE}, "2026-01-01T00:00:00.000Z").by_key


def under(environment: EnvironmentSnapshot, *layers: Layer) -> Overridden:
    return override(environment.config, environment.models, Overrides.of(*layers))


def actions(overridden: Overridden, key: str = "banner", offered: Any = OFFERED) -> set[str | None]:
    prepared = prepare(overridden.config, overridden.models)
    subjects = (f"subject-{number}" for number in range(60))
    return {evaluate_bandit(prepared, key, subject, {"age": 3}, offered, now=NOW).action for subject in subjects}


def version(overridden: Overridden, bandit: str = "shoes") -> tuple[str, str]:
    """Return the version of the model, and the one that the configuration names."""
    model = overridden.models["bandits"][bandit]["modelVersion"]
    return model, overridden.config["banditReferences"][bandit]["modelVersion"]


def ties(overridden: Overridden, key: str) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the variations (old shape) and the allocations with their variations (new shape) that lead to bandits."""
    short = [one for own in overridden.config.get("bandits", {}).values() for one in own if one["flagKey"] == key]
    long = [
        one
        for own in overridden.config["banditReferences"].values()
        for one in own["flagVariations"]
        if one["flagKey"] == key
    ]
    return [one["variationKey"] for one in short], [(one["allocationKey"], one["variationKey"]) for one in long]


# ── pins and modes ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("layer", "environment"),
    [(Pin("shoes", "adidas"), "pinned"), (Mode("shoes", "uniform"), "uniform"), (Mode("shoes", "cold-start"), "cold")],
)
def test_a_layer_makes_the_model_that_a_flag_file_would_make(environments: Any, layer: Layer, environment: str) -> None:
    overridden = under(environments["test"], layer)

    assert overridden.models["bandits"] == environments[environment].models["bandits"]
    assert overridden.config["banditReferences"] == environments[environment].config["banditReferences"]


def test_a_pinned_action_is_everybodys(environments: Any) -> None:
    overridden = under(environments["test"], Serve("banner", "shoes"), Pin("shoes", "adidas"))

    assert actions(overridden) == {"adidas"}


def test_of_several_layers_the_last_counts(environments: Any) -> None:
    overridden = under(environments["test"], Pin("shoes", "adidas"), Mode("shoes", "uniform"), Pin("shoes", "nike"))

    assert overridden == under(environments["test"], Pin("shoes", "nike"))


@pytest.mark.parametrize("environment", ["pinned", "uniform", "cold"])
def test_a_layer_that_says_what_the_file_says_changes_nothing(environments: Any, environment: str) -> None:
    layers = {"pinned": Pin("shoes", "adidas"), "uniform": Mode("shoes", "uniform")}
    base = environments[environment]

    overridden = under(base, layers.get(environment, Mode("shoes", "cold-start")))

    assert overridden.config is base.config
    assert overridden.models is base.models


def test_p2_a_version_names_bandit_and_content_everywhere(environments: Any) -> None:
    layers = [Pin("shoes", "nike"), Pin("shoes", "adidas"), Mode("shoes", "uniform"), Mode("shoes", "cold-start")]

    versions = [version(under(environments["test"], layer)) for layer in layers]

    assert all(model == reference for model, reference in versions)
    assert (
        len({*(model for model, _ in versions), environments["test"].models["bandits"]["shoes"]["modelVersion"]}) == 5
    )
    assert all(model.startswith("shoes-") for model, _ in versions)


def test_other_models_are_the_very_same(environments: Any) -> None:
    base = environments["test"]

    overridden = under(base, Pin("shoes", "nike"))

    assert overridden.models["bandits"]["hats"] is base.models["bandits"]["hats"]
    assert overridden.config["flags"] is base.config["flags"]
    assert overridden.config["bandits"] is base.config["bandits"]


def test_a_model_keeps_its_members_and_their_order(environments: Any) -> None:
    base = environments["test"].models["bandits"]["shoes"]

    model = under(environments["test"], Pin("shoes", "nike")).models["bandits"]["shoes"]

    assert list(model) == list(base)
    assert (model["modelName"], model["updatedAt"]) == (base["modelName"], base["updatedAt"])


@pytest.mark.parametrize(
    ("layer", "chosen"),
    [(Pin("b", "nike"), {"nike"}), (Mode("b", "uniform"), {*OFFERED}), (Mode("b", "cold-start"), {*OFFERED})],
)
def test_a_bandit_that_is_only_referenced_gets_a_model(layer: Layer, chosen: set[str]) -> None:
    config: Any = configuration(f=flag(allocation("all")))
    entry = {"key": "b", "flagKey": "f", "allocationKey": "all", "variationKey": "on", "variationValue": "ON"}
    config["banditReferences"] = {"b": {"modelVersion": "v1", "flagVariations": [entry]}}

    overridden = override(config, NO_MODELS, Overrides.of(layer))

    assert actions(overridden, "f") == chosen
    assert list(overridden.models["bandits"]["b"]) == [
        "banditKey", "modelName", "updatedAt", "modelVersion", "modelData",
    ]  # fmt: skip


@pytest.mark.parametrize("model", [None, 5, {}, {"modelData": None}, {"modelData": {"coefficients": 5}}])
@pytest.mark.parametrize("layer", [Pin("b", "nike"), Mode("b", "uniform"), Mode("b", "cold-start")])
def test_whatever_a_raw_model_holds_nothing_is_raised(model: Any, layer: Layer) -> None:
    config: Any = configuration()
    models: Any = {"bandits": {"b": model}}
    before = copy.deepcopy(models)

    overridden = override(config, models, Overrides.of(layer))

    assert overridden.models["bandits"]["b"]["modelVersion"].startswith("b-")
    assert models == before


# ── what is not there ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("layer", "member", "sentence"),
    [
        (Pin("shirts", "a"), "bandit", 'no bandit "shirts"'),
        (Mode("shirts", "uniform"), "bandit", 'no bandit "shirts"'),
        (Pin("shoes", "nikee"), "action", 'bandit "shoes" has no action "nikee"'),
    ],
)
def test_a_layer_for_what_is_gone_has_no_effect_and_is_reported(
    environments: Any, layer: Layer, member: str, sentence: str
) -> None:
    base = environments["test"]

    overridden = under(base, layer)

    assert (overridden.config, overridden.models) == (base.config, base.models)
    assert [(gap.member, str(gap)) for gap in overridden.missing] == [(member, sentence)]


@pytest.mark.parametrize("environment", ["pinned", "cold"])
def test_a_model_that_knows_no_actions_takes_any(environments: Any, environment: str) -> None:
    overridden = under(environments[environment], Pin("shoes", "puma"))

    assert overridden.missing == ()
    assert actions(overridden, "zebra") == {"puma"}


# ── ties ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("layers", "short", "long"),
    [
        pytest.param(
            [Serve("banner", "shoes")],
            ["shoes"],
            [("override-shoes", "shoes"), ("analysis", "shoes"), ("training", "shoes")],
            id="a bandit that is served by another allocation",
        ),
        pytest.param(
            [Serve("banner", "shoes", via="training")],
            ["shoes"],
            [("training", "shoes"), ("analysis", "shoes")],
            id="a bandit served as by its own allocation",
        ),
        pytest.param(
            [Serve("banner", "control")],
            ["shoes"],
            [("analysis", "shoes"), ("training", "shoes")],
            id="no bandit",
        ),
        pytest.param([Off("banner")], [], [], id="a flag that is off"),
        pytest.param([Off("banner"), Serve("banner", "control", ("ann",))], [], [], id="off but for one"),
        pytest.param(
            [Off("banner"), Serve("banner", "shoes", ("ann",))], ["shoes"], [("override-shoes", "shoes")], id="one only"
        ),
    ],
)
def test_ties_follow_what_a_flag_serves(
    environments: Any, layers: list[Layer], short: list[str], long: list[tuple[str, str]]
) -> None:
    assert ties(under(environments["test"], *layers), "banner") == (short, long)


def test_ties_are_as_a_compiled_flag_would_have_them(environments: Any) -> None:
    compiled = build_snapshot(
        {"flags.yaml": FILE.replace("      - { key: analysis, traffic: 20%, split: [control, shoes] }\n", "")}, "now"
    ).by_key["test"]

    overridden = under(environments["test"], Edited("banner", compiled.config["flags"]["banner"]))

    assert overridden.config["bandits"] == compiled.config["bandits"]
    assert overridden.config["banditReferences"] == compiled.config["banditReferences"]


def test_a_bandit_that_nobody_was_served_is_tied_by_its_name(environments: Any) -> None:
    overridden = under(environments["test"], Serve("never", "shoes"), Pin("shoes", "nike"))

    assert ties(overridden, "never") == (["shoes"], [("override-shoes", "shoes")])
    assert actions(overridden, "never") == {"nike"}


def test_a_text_that_is_served_already_and_no_bandit_stays_none(environments: Any) -> None:
    assert ties(under(environments["test"], Serve("aside", "hats")), "aside") == ([], [])


def test_a_flag_that_is_added_brings_its_ties(environments: Any) -> None:
    base = environments["test"]
    elsewhere = {"more": {**base.config["flags"]["zebra"], "key": "more"}}

    overridden = override(base.config, base.models, Overrides.of(Serve("more", "shoes")), elsewhere)

    assert ties(overridden, "more") == (["shoes"], [("override-shoes", "shoes")])
    assert list(overridden.config["flags"]) == ["aside", "banner", "more", "never", "zebra"]


def test_an_edit_says_what_its_variations_stand_for(environments: Any) -> None:
    edited = flag(allocation("all", split("on")))

    overridden = under(environments["test"], Edited("banner", edited, {"on": "hats"}))

    assert ties(overridden, "banner") == (["on"], [("all", "on")])
    assert [*overridden.config["banditReferences"]] == ["hats", "shoes"]
    assert version(overridden, "hats") == (environments["test"].models["bandits"]["hats"]["modelVersion"],) * 2


def test_w26_without_the_last_tie_there_is_no_old_shape(environments: Any) -> None:
    overridden = under(environments["test"], Off("banner"), Off("zebra"))

    assert "bandits" not in overridden.config
    assert overridden.config["banditReferences"] == {}


def test_ties_of_other_flags_are_as_they_were(environments: Any) -> None:
    overridden = under(environments["test"], Off("banner"))

    assert ties(overridden, "zebra") == (["shoes"], [("default", "shoes")])


def test_bandits_keep_the_order_in_which_they_were_published(environments: Any) -> None:
    base = environments["test"]
    published = {"shoes": base.config["banditReferences"]["shoes"], "hats": {"modelVersion": "v", "flagVariations": []}}

    overridden = override({**base.config, "banditReferences": published}, base.models, Overrides.of(Off("banner")))

    assert [*overridden.config["banditReferences"]] == ["shoes", "hats"]


def test_a_tie_made_under_a_pin_names_the_pinned_version(environments: Any) -> None:
    overridden = under(
        environments["test"], Edited("banner", flag(allocation("all")), {"on": "hats"}), Pin("hats", "fedora")
    )

    model, reference = version(overridden, "hats")
    assert model == reference


@pytest.mark.parametrize(
    "odd", [None, 5, [], {}, [None, {"flagKey": ["f"]}], {"b": None}, {"b": [None, {"flagKey": 5}]}]
)
@pytest.mark.parametrize("name", ["bandits", "banditReferences"])
def test_whatever_a_snapshot_holds_nothing_is_raised(odd: Any, name: str) -> None:
    config: Any = {**configuration(f=flag(allocation("all", split("off")))), name: odd}
    models: Any = {"bandits": {"ON": {}}}

    overridden = override(config, models, Overrides.of(Serve("f", "on"), Off("f"), Serve("f", "on"), Pin("ON", "nike")))

    assert config[name] == odd
    assert actions(overridden, "f") == {"nike"}
