"""What a sandbox changes, in words."""

from datetime import UTC, datetime, timedelta

import pytest

from emulator.overrides import BanditLayer, Clock, Edited, FlagLayer, Frozen, Mode, Off, Pin, Serve, Shifted
from emulator.pages.sandboxes.said import Name, names, plain
from emulator.pages.sandboxes.words import (
    bandit_words,
    clock_words,
    duration_words,
    layers_gist,
    layers_words,
)

ANN = ("ann",)
LAYERS: list[tuple[tuple[FlagLayer, ...], str]] = [
    ((Serve("f", "on"),), 'serves "on" to everybody'),
    ((Serve("f", "on", via="test"),), 'serves "on" to everybody, logged as "test"'),
    ((Serve("f", "on", ANN),), 'serves "on" to "ann"; all others get what they get in "test"'),
    ((Serve("f", "off"), Serve("f", "on", ANN)), 'serves "on" to "ann" and serves "off" to everybody else'),
    ((Off("f"),), "is not there: callers get their own default"),
    ((Off("f"), Serve("f", "on", ANN)), 'serves "on" to "ann" and to nobody else anything'),
    ((Edited("f", {}),), "is edited"),
    ((Edited("f", {}), Serve("f", "on", ANN)), 'serves "on" to "ann" and is edited'),
    ((Serve("f", "on"), Off("f")), "is not there: callers get their own default"),
]


@pytest.mark.parametrize(("layers", "said"), LAYERS, ids=[said for _, said in LAYERS])
def test_layers_are_said(layers: tuple[FlagLayer, ...], said: str) -> None:
    assert plain(layers_words(layers, "test")) == said


SHORT: list[tuple[tuple[FlagLayer, ...], str]] = [
    ((Serve("f", "on", ("a", "b")),), 'serves "on" to "a" and "b"'),
    ((Serve("f", "on", ("a", "b", "c"), via="test"),), 'serves "on" to "a" and 2 more'),
    ((Serve("f", "off"), Serve("f", "on", ANN)), 'serves "on" to "ann" and serves "off" to everybody else'),
    (
        (Serve("f", "off"), *(Serve("f", "on", (one,)) for one in "abc")),
        'serves "on" to "c", 2 more and serves "off" to everybody else',
    ),
    ((Off("f"),), "is off"),
    ((Off("f"), Edited("f", {})), "is edited"),
]


@pytest.mark.parametrize(("layers", "said"), SHORT, ids=[said for _, said in SHORT])
def test_layers_are_said_in_short(layers: tuple[FlagLayer, ...], said: str) -> None:
    assert plain(layers_gist(layers)) == said


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        (Pin("b", "red"), 'chooses "red" whenever it is offered'),
        (Mode("b", "uniform"), "chooses each offered action equally often"),
        (Mode("b", "cold-start"), "has learned nothing yet: its model is empty"),
    ],
)
def test_a_bandits_layer_is_said(layer: BanditLayer, said: str) -> None:
    assert plain(bandit_words(layer)) == said


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        (Frozen(datetime(2025, 3, 28, 12, 30, tzinfo=UTC)), "Time stands still at 2025-03-28 12:30 UTC"),
        (Frozen(datetime(1, 1, 1, 0, 0, 5, tzinfo=UTC)), "Time stands still at 0001-01-01 00:00:05 UTC"),
        (Shifted(timedelta(days=1, hours=3)), "Time is 1 day 3 hours ahead"),
        (Shifted(timedelta(minutes=-90)), "Time is 1 hour 30 minutes behind"),
    ],
)
def test_a_clock_is_said(clock: Clock, said: str) -> None:
    assert clock_words(clock) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "less than a second"), (61, "1 minute 1 second"), (86_400, "1 day"), (86_460, "1 day"), (7200, "2 hours")],
)
def test_a_duration_is_said_in_two_units_at_most(seconds: float, said: str) -> None:
    assert duration_words(timedelta(seconds=seconds)) == said


def test_many_names_are_cut() -> None:
    assert plain(names("abcdef")) == '"a", "b", "c" and 3 more'


def test_a_list_is_not_cut_for_one_name() -> None:
    assert plain(names("abcd")) == '"a", "b", "c" and "d"'


def test_a_very_long_name_is_cut() -> None:
    assert Name("x" * 2_000).shown == "x" * 120 + "…"
