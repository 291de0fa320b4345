"""Overrides as a value: layers in order, added, removed and compared."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from emulator.overrides import Edited, Frozen, Layer, Mode, Off, Overrides, Pin, Serve, Shifted
from tests.evaluation.configurations import NOW

MOMENT = Frozen(datetime(2020, 1, 1, tzinfo=UTC))
ALL: list[Layer] = [
    Serve("f", "on"), Serve("f", "off", ("ann",)), Off("g"), Edited("h", {"key": "h"}),
    Pin("b", "nike"), Mode("b", "uniform"), MOMENT, Shifted(timedelta(days=1)),
]  # fmt: skip


def test_nothing_is_false() -> None:
    assert not Overrides()
    assert all(Overrides.of(layer) for layer in ALL)


def test_equal_layers_in_the_same_order_are_equal() -> None:
    assert Overrides.of(*ALL) == Overrides.of(*ALL)
    assert Overrides.of(Serve("f", "on"), Off("f")) != Overrides.of(Off("f"), Serve("f", "on"))


def test_the_order_among_different_flags_says_nothing() -> None:
    assert Overrides.of(Off("f"), Off("g")) == Overrides.of(Off("g"), Off("f"))


@pytest.mark.parametrize("layer", ALL)
def test_what_is_removed_was_never_there(layer: Layer) -> None:
    others = [one for one in ALL if one is not layer]

    assert Overrides.of(*ALL).without(layer) == Overrides.of(*others)


@pytest.mark.parametrize("layer", ALL)
def test_adding_and_removing_leave_the_former_as_it_was(layer: Layer) -> None:
    before = Overrides.of(*ALL)

    before.plus(layer), before.put(layer), before.without(layer), before.without_flag("f"), before.without_clock()

    assert before == Overrides.of(*ALL)


def test_the_very_layer_is_removed_though_an_equal_one_lies_on_top() -> None:
    first, again = Serve("f", "on"), Serve("f", "on")

    left = Overrides.of(first, Serve("f", "off"), again).without(first)

    assert left.flags["f"] == (Serve("f", "off"), again)


def test_an_equal_layer_will_do_where_the_very_one_is_not_known() -> None:
    assert not Overrides.of(Pin("b", "nike")).without(Pin("b", "nike"))


def test_of_several_equal_layers_the_last_goes_where_the_very_one_is_not_known() -> None:
    on, off = Serve("f", "on"), Serve("f", "off")

    assert Overrides.of(on, off, Serve("f", "on")).without(Serve("f", "on")) == Overrides.of(on, off)


def test_removing_what_is_gone_changes_nothing() -> None:
    assert Overrides.of(*ALL).without(Off("f")) == Overrides.of(*ALL)


def test_what_lay_beneath_comes_back() -> None:
    later = Frozen(datetime(2021, 1, 1, tzinfo=UTC))

    overrides = Overrides.of(Pin("b", "nike"), MOMENT, Pin("b", "puma"), later).without(later).without(Pin("b", "puma"))

    assert overrides == Overrides.of(Pin("b", "nike"), MOMENT)


def test_all_layers_of_a_name_go_at_once() -> None:
    overrides = Overrides.of(*ALL)

    assert overrides.without_flag("f").flags.keys() == {"g", "h"}
    assert overrides.without_flags().flags == {}
    assert overrides.without_bandit("b").bandits == {}
    assert overrides.without_clock().clock is None


def test_the_last_clock_counts() -> None:
    overrides = Overrides.of(MOMENT, Shifted(timedelta(days=1)))

    assert overrides.now(NOW) == NOW + timedelta(days=1)
    assert Overrides().now(NOW) == NOW


EDIT = Edited("f", {"key": "f"})


@pytest.mark.parametrize(
    ("before", "put", "after"),
    [
        ([Serve("f", "on")], Serve("f", "off"), [Serve("f", "off")]),
        ([Serve("f", "on"), Off("f")], Serve("f", "off"), [Serve("f", "off")]),
        ([Serve("f", "on"), Serve("f", "on", ("ann",))], Off("f"), [Off("f")]),
        ([EDIT, Serve("f", "on")], Serve("f", "off"), [EDIT, Serve("f", "off")]),
        ([EDIT], Off("f"), [EDIT, Off("f")]),
        ([EDIT, Off("f")], EDIT, [EDIT]),
        ([Off("f")], Serve("f", "on", ("ann",)), [Off("f"), Serve("f", "on", ("ann",))]),
        (
            [Serve("f", "on"), Serve("f", "on", ("ann",)), Serve("f", "on", ("ann", "bob"))],
            Serve("f", "off", ("ann",)),
            [Serve("f", "on"), Serve("f", "on", ("ann", "bob")), Serve("f", "off", ("ann",))],
        ),
        ([Pin("b", "nike")], Mode("b", "uniform"), [Mode("b", "uniform")]),
        ([MOMENT], Shifted(timedelta(days=1)), [Shifted(timedelta(days=1))]),
    ],
)
def test_putting_forgets_what_is_hidden(before: list[Any], put: Layer, after: list[Any]) -> None:
    assert Overrides.of(*before).put(put) == Overrides.of(*after)
