"""What layers make of one flag."""

import copy
from typing import Any

import pytest

from emulator.overrides import Edited, Off, Serve
from emulator.ufc.content import config_findings
from tests.evaluation.configurations import allocation, flag, split
from tests.overrides.documents import GATE, asked, event, laid_over, wire

OFF = {**GATE, "enabled": False}
EDIT = flag(allocation("new", split("fresh")), variations={"fresh": {"key": "fresh", "value": "FRESH"}})


# ── serve ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("country", ["NO", "SE"])
def test_everybody_gets_the_variation_that_is_served(country: str) -> None:
    assert asked(laid_over(GATE, Serve("f", "other")), country=country).value == "OTHER"


def test_an_allocation_before_all_others_serves_it() -> None:
    overridden = laid_over(GATE, Serve("f", "other"))

    front = {"key": "override-other", "splits": [{"variationKey": "other", "shards": []}], "doLog": True}
    assert wire(overridden) == {**GATE, "allocations": [front, *GATE["allocations"]]}


def test_what_is_served_is_logged() -> None:
    made = event(laid_over(GATE, Serve("f", "other")))

    assert made is not None
    assert (made["allocation"], made["variation"]) == ("override-other", "other")


def test_only_the_subjects_get_it() -> None:
    overridden = laid_over(GATE, Serve("f", "other", subjects=("ann", "bob")))

    assert [asked(overridden, one).value for one in ("ann", "bob", "eve")] == ["OTHER", "OTHER", "OFF"]
    assert wire(overridden)["allocations"][0]["rules"] == [
        {"conditions": [{"attribute": "id", "operator": "ONE_OF", "value": ["ann", "bob"]}]}
    ]


def test_no_subjects_are_nobody() -> None:
    overridden = laid_over(GATE, Serve("f", "other", subjects=()))

    assert wire(overridden) is GATE


def test_a_later_serve_is_seen_before_an_earlier_one() -> None:
    overridden = laid_over(
        GATE, Serve("f", "on"), Serve("f", "off", subjects=("ann", "bob")), Serve("f", "other", subjects=("bob",))
    )

    assert [asked(overridden, one).value for one in ("ann", "bob", "eve")] == ["OFF", "OTHER", "ON"]


def test_what_nobody_reaches_any_more_is_left_out() -> None:
    layers = [
        Serve("f", "on"),
        Serve("f", "off"),
        Serve("f", "on", subjects=("ann", "ann", "bob")),
        Serve("f", "other", subjects=("bob", "ann")),
    ]

    fronts = wire(laid_over(GATE, *layers))["allocations"][:-2]

    assert [front["key"] for front in fronts] == ["override-other", "override-off"]


def test_a_disabled_flag_is_enabled_for_everybody() -> None:
    assert asked(laid_over(OFF, Serve("f", "on"))).value == "ON"


def test_a_disabled_flag_stays_the_callers_default_for_all_other_subjects() -> None:
    overridden = laid_over(OFF, Serve("f", "on", subjects=("ann",)))

    assert asked(overridden, "ann").value == "ON"
    assert asked(overridden, "eve", country="NO").value == "default"


def test_a_flag_that_only_another_environment_serves_is_added() -> None:
    overridden = laid_over(None, Serve("g", "on"), elsewhere={"g": {**GATE, "key": "g"}})

    assert asked(overridden, key="g").value == "ON"
    assert (overridden.changed, overridden.removed) == ({"g"}, frozenset())


def test_a_flag_of_another_environment_is_the_callers_default_for_all_other_subjects() -> None:
    overridden = laid_over(None, Serve("g", "on", subjects=("ann",)), elsewhere={"g": {**GATE, "key": "g"}})

    assert [asked(overridden, one, key="g", country="NO").value for one in ("ann", "eve")] == ["ON", "default"]


# ── via ─────────────────────────────────────────────────────────────────────────────────────────────────────────

EXPERIMENT = flag(
    allocation("quiet", split("off", extraLogging={"team": "a"}), doLog=False),
    allocation("test", split("on", extraLogging={"arm": "1"}), split("off", extraLogging={"arm": "2"})),
    allocation("alike", split("on", extraLogging={"team": "b"}), split("off", extraLogging={"team": "b"})),
)


@pytest.mark.parametrize(
    ("via", "variation", "extra"),
    [
        pytest.param("test", "on", {"arm": "1"}, id="as the split of the variation"),
        pytest.param("test", "off", {"arm": "2"}, id="as the split of another variation"),
        pytest.param("alike", "other", {"team": "b"}, id="as all splits, where none serves the variation"),
        pytest.param("test", "other", {}, id="without more, where splits differ and none serves it"),
    ],
)
def test_via_logs_as_the_allocation_would(via: str, variation: str, extra: dict[str, str]) -> None:
    made = event(laid_over(EXPERIMENT, Serve("f", variation, via=via)))

    own = {"featureFlag": "f", "allocation": via, "experiment": f"f-{via}", "variation": variation}
    assert made is not None
    assert {
        name: value for name, value in made.items() if name not in ("subject", "subjectAttributes", "timestamp")
    } == {
        **own,
        **extra,
    }


def test_via_gives_the_very_event_of_the_allocation() -> None:
    served = flag(allocation("test", split("on", extraLogging={"arm": "1"})))

    assert event(laid_over(served, Serve("f", "on", via="test"))) == event(laid_over(served))


def test_via_an_allocation_that_does_not_log_logs_nothing() -> None:
    overridden = laid_over(EXPERIMENT, Serve("f", "other", via="quiet"))

    assert (asked(overridden).value, event(overridden)) == ("OTHER", None)


def test_via_looks_at_the_first_of_several_phases_that_serves_the_variation() -> None:
    phases = [
        allocation("a", split("off"), doLog=False, endAt="2025-01-01T00:00:00.000Z"),
        allocation("a", split("on", extraLogging={"phase": "2"}), startAt="2025-01-01T00:00:00.001Z"),
    ]

    made = event(laid_over(flag(*phases), Serve("f", "on", via="a")))

    assert made is not None
    assert made["phase"] == "2"


def test_an_allocation_that_does_not_say_whether_it_logs_does() -> None:
    silent = {"key": "a", "splits": [split("on")]}

    assert wire(laid_over(flag(silent), Serve("f", "off", via="a")))["allocations"][0]["doLog"] is True


# ── off and edited ──────────────────────────────────────────────────────────────────────────────────────────────


def test_off_is_not_served_at_all() -> None:
    overridden = laid_over(GATE, Off("f"))

    assert overridden.config["flags"] == {}
    assert (overridden.changed, overridden.removed) == (frozenset(), {"f"})
    assert asked(overridden).code == "FLAG_UNRECOGNIZED_OR_DISABLED"


def test_off_hides_what_was_served() -> None:
    assert "f" not in laid_over(GATE, Serve("f", "on"), Serve("f", "on", subjects=("ann",)), Off("f")).config["flags"]


def test_a_flag_that_is_off_can_be_served_again() -> None:
    assert asked(laid_over(GATE, Off("f"), Serve("f", "on"))).value == "ON"


def test_a_flag_that_is_off_stays_the_callers_default_for_all_other_subjects() -> None:
    overridden = laid_over(GATE, Off("f"), Serve("f", "on", subjects=("ann",)))

    assert [asked(overridden, one, country="NO").value for one in ("ann", "eve")] == ["ON", "default"]


def test_off_where_another_environment_serves_the_flag_changes_nothing() -> None:
    overridden = laid_over(None, Off("g"), elsewhere={"g": GATE})

    assert (overridden.changed, overridden.removed, overridden.missing) == (frozenset(), frozenset(), ())


def test_an_edit_replaces_the_whole_flag() -> None:
    overridden = laid_over(GATE, Edited("f", EDIT))

    assert wire(overridden) is EDIT
    assert overridden.changed == {"f"}


def test_an_edit_has_its_own_variations() -> None:
    overridden = laid_over(GATE, Edited("f", EDIT), Serve("f", "fresh", subjects=("ann",)), Serve("f", "on"))

    assert asked(overridden, "ann").value == "FRESH"
    assert [gap.name for gap in overridden.missing] == ["on"]


def test_an_edit_comes_back_after_off() -> None:
    assert asked(laid_over(GATE, Edited("f", EDIT), Off("f"), Serve("f", "fresh"))).value == "FRESH"


def test_an_edit_hides_what_was_served_before() -> None:
    assert wire(laid_over(GATE, Serve("f", "on"), Off("f"), Edited("f", EDIT))) is EDIT


def test_a_flag_of_another_environment_is_added_by_an_edit() -> None:
    assert wire(laid_over(None, Edited("f", EDIT), elsewhere={"f": GATE})) is EDIT


# ── what is not there ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("layer", "member", "sentence"),
    [
        (Serve("g", "on"), "flag", 'no flag "g"'),
        (Off("g"), "flag", 'no flag "g"'),
        (Edited("g", EDIT), "flag", 'no flag "g"'),
        (Serve("f", "gone"), "variation", 'flag "f" has no variation "gone"'),
        (Serve("f", "on", via="gone"), "allocation", 'flag "f" has no allocation "gone"'),
    ],
)
def test_a_layer_for_what_is_gone_has_no_effect_and_is_reported(layer: Any, member: str, sentence: str) -> None:
    overridden = laid_over(GATE, layer)

    assert overridden.config["flags"] == {"f": GATE}
    assert [(gap.layer, gap.member, str(gap)) for gap in overridden.missing] == [(layer, member, sentence)]


def test_the_other_layers_of_a_flag_still_hold() -> None:
    overridden = laid_over(GATE, Serve("f", "on"), Serve("f", "gone"), Serve("f", "other", subjects=("ann",)))

    assert [asked(overridden, one).value for one in ("ann", "eve")] == ["OTHER", "ON"]


@pytest.mark.parametrize(
    "damaged",
    [
        None,
        5,
        [],
        {},
        {"variations": None},
        {"variations": {"on": None}},
        {**GATE, "allocations": None},
        {**GATE, "allocations": [None, 5, {"key": 5}, {"key": "a", "splits": None}]},
        {**GATE, "allocations": [{"key": "a", "splits": [None, {"variationKey": "on", "extraLogging": None}]}]},
        {**GATE, "allocations": [{"key": "a", "startAt": 5, "endAt": None, "splits": 5}]},
    ],
)
@pytest.mark.parametrize("layers", [[Serve("f", "on")], [Serve("f", "on", via="a")], [Off("f")], [Edited("f", EDIT)]])
def test_whatever_a_snapshot_holds_nothing_is_raised(damaged: Any, layers: list[Any]) -> None:
    before = copy.deepcopy(damaged)

    laid_over(damaged, *layers)

    assert damaged == before


def test_a_served_flag_gives_sdks_nothing_new_to_stumble_over() -> None:
    layers = [Serve("f", "other", subjects=("ann",), via="norway"), Serve("f", "on", subjects=("bob",))]

    assert list(config_findings(laid_over(GATE, *layers).config)) == []
