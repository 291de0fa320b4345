"""Names are checked when a layer is made, with the words that people read."""

from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.overrides import (
    Edited,
    Frozen,
    Layer,
    Mode,
    Off,
    OverrideError,
    Overrides,
    Pin,
    Serve,
    check,
    variation_name,
)
from emulator.ufc.bandit_modes import MODES, ModelData, pinned
from tests.evaluation.configurations import allocation, configuration, flag, split

HEADLINE = flag(allocation("test", split("on")), allocation("rollout", split("off")), key="signup-headline")
DATA: ModelData = {**pinned("nike"), "gamma": 1.0, "coefficients": {"nike": {}, "adidas": {}}}
MODELS: Any = {"bandits": {"shoe-bandit": {"modelData": DATA}, "cold": {"modelData": MODES["cold-start"](DATA)}}}
CONFIG: Any = {**configuration(**{"signup-headline": HEADLINE}), "banditReferences": {"hat-bandit": {}}}
ELSEWHERE = {"signup-footer": {**HEADLINE, "key": "signup-footer"}}
# What a request may hold.
UNKNOWN_MODE: Any = "unifrom"
EDIT = flag(allocation("fresh", split("new")), variations={"new": {"key": "new", "value": "NEW"}})


def checked(layer: Layer, *beneath: Layer) -> None:
    check(CONFIG, MODELS, layer, ELSEWHERE, beneath=Overrides.of(*beneath))


@pytest.mark.parametrize(
    "layer",
    [
        Serve("signup-headline", "on"),
        Serve("signup-headline", "other", ("ann",), "test"),
        Serve("signup-footer", "on"),
        Off("signup-headline"),
        Off("signup-footer"),
        Edited("signup-headline", EDIT),
        Pin("shoe-bandit", "nike"),
        Pin("cold", "whatever"),
        Pin("hat-bandit", "whatever"),
        Mode("shoe-bandit", "uniform"),
        Mode("cold", "cold-start"),
        Frozen(datetime(2025, 1, 1, tzinfo=UTC)),
    ],
)
def test_what_is_there_is_fine(layer: Layer) -> None:
    checked(layer)


@pytest.mark.parametrize(
    ("layer", "member", "name", "words"),
    [
        (
            Serve("signup-headlin", "on"),
            "flag",
            "signup-headlin",
            'no flag "signup-headlin"; did you mean "signup-headline"?',
        ),
        (Off("signup-foter"), "flag", "signup-foter", 'no flag "signup-foter"; did you mean "signup-footer"?'),
        (Edited("x", EDIT), "flag", "x", 'no flag "x"; there is signup-headline, signup-footer'),
        (
            Serve("signup-headline", "oter"),
            "variation",
            "oter",
            'flag "signup-headline" has no variation "oter"; did you mean "other"?',
        ),
        (
            Serve("signup-headline", "on", via="rolout"),
            "allocation",
            "rolout",
            'flag "signup-headline" has no allocation "rolout"; did you mean "rollout"?',
        ),
        (
            Serve("signup-headline", "on", subjects=()),
            "subjects",
            "",
            'flag "signup-headline" is to serve "on" to no subjects; name one, or leave them out for everybody',
        ),
        (Pin("shoebandit", "nike"), "bandit", "shoebandit", 'no bandit "shoebandit"; did you mean "shoe-bandit"?'),
        (Mode("hatbandit", "uniform"), "bandit", "hatbandit", 'no bandit "hatbandit"; did you mean "hat-bandit"?'),
        (
            Pin("shoe-bandit", "nikee"),
            "action",
            "nikee",
            'bandit "shoe-bandit" has no action "nikee"; did you mean "nike"?',
        ),
        (
            Mode("shoe-bandit", UNKNOWN_MODE),
            "mode",
            "unifrom",
            'no mode "unifrom" of a bandit; did you mean "uniform"?',
        ),
    ],
)
def test_what_is_not_there_is_said_with_the_nearest_name(layer: Layer, member: str, name: str, words: str) -> None:
    with pytest.raises(OverrideError) as raised:
        checked(layer)

    assert (raised.value.member, raised.value.name, str(raised.value)) == (member, name, words)


def test_where_there_is_nothing_at_all_it_is_said() -> None:
    nothing: Any = configuration()

    with pytest.raises(OverrideError, match='no bandit "b"; there are no bandits'):
        check(nothing, nothing, Pin("b", "a"))


def test_foreign_text_cannot_break_the_message() -> None:
    with pytest.raises(OverrideError, match=r'no flag "a\\x0ab"'):
        checked(Off("a\nb"))


def test_an_edit_beneath_has_its_own_names() -> None:
    checked(Serve("signup-headline", "new", via="fresh"), Edited("signup-headline", EDIT), Off("signup-headline"))

    with pytest.raises(OverrideError, match='no variation "on"'):
        checked(Serve("signup-headline", "on"), Edited("signup-headline", EDIT))


@pytest.mark.parametrize(
    ("value", "name"),
    [("on", "on"), (True, "true"), (False, "false"), (3, "3"), (-3, "-3"), (1.5, "1.5"), (5.0, "5.0"), (1e21, "1e+21")],
)
def test_a_variation_is_named_as_people_write_it(value: Any, name: str) -> None:
    assert variation_name(value) == name


@pytest.mark.parametrize("value", [None, [], {}, b"on", float("nan"), float("inf")])
def test_what_is_no_variation_is_said(value: Any) -> None:
    with pytest.raises(OverrideError, match="is no variation; write its key, true, false or a number"):
        variation_name(value)
