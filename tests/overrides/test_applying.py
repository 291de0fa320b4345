"""The whole step: what is shared with the base, what is left alone, and what it takes."""

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from emulator.overrides import Edited, Frozen, Layer, Off, Overrides, Serve, Shifted, override, scheduled_flags
from tests.evaluation.configurations import allocation, configuration, flag, split
from tests.overrides.documents import GATE, NO_MODELS

WINDOWED = flag(allocation("a", split("on"), startAt="2030-01-01T00:00:00.000Z"), allocation("b", split("off")))
CLOCKS = [Frozen(datetime(2031, 1, 1, tzinfo=UTC)), Shifted(timedelta(days=3650))]


def base() -> Any:
    return configuration(**{key: {**GATE, "key": key} for key in "bcde"}, w={**WINDOWED, "key": "w"})


def test_without_overrides_the_documents_are_the_very_same() -> None:
    config = base()

    overridden = override(config, NO_MODELS, Overrides())

    assert overridden.config is config
    assert overridden.models is NO_MODELS


def test_only_what_changes_is_new() -> None:
    config = base()
    overrides = Overrides.of(Serve("b", "other"), Off("c"), Edited("d", WINDOWED))

    overridden = override(config, NO_MODELS, overrides)

    assert (overridden.changed, overridden.removed) == ({"b", "d"}, {"c"})
    assert overridden.config["flags"]["e"] is config["flags"]["e"]
    assert overridden.config["flags"]["b"]["variations"] is config["flags"]["b"]["variations"]
    assert overridden.config["banditReferences"] is config["banditReferences"]
    assert overridden.models is NO_MODELS


@pytest.mark.parametrize("layer", [Serve("b", "other", ("ann",), "norway"), Off("c"), Edited("w", GATE), *CLOCKS])
def test_the_base_stays_as_it_was(layer: Layer) -> None:
    config = base()
    before = copy.deepcopy(config)

    override(config, NO_MODELS, Overrides.of(layer))

    assert config == before


def test_members_keep_their_order_and_so_do_flags() -> None:
    config = base()

    overridden = override(config, NO_MODELS, Overrides.of(Serve("c", "other"), Off("d")))

    assert list(overridden.config) == list(config)
    assert list(overridden.config["flags"]) == ["b", "c", "e", "w"]
    assert list(overridden.config["flags"]["c"]) == list(config["flags"]["c"])


def test_flags_that_are_added_stand_where_a_compiler_would_put_them() -> None:
    elsewhere = {key: {**GATE, "key": key} for key in ("a", "cc", "z")}
    overrides = Overrides.of(*(Serve(key, "on") for key in ("z", "cc", "a")))

    overridden = override(base(), NO_MODELS, overrides, elsewhere)

    assert list(overridden.config["flags"]) == ["a", "b", "c", "cc", "d", "e", "w", "z"]


@pytest.mark.parametrize("clock", CLOCKS)
def test_the_clock_holds_for_every_flag_edited_ones_too(clock: Layer) -> None:
    overrides = Overrides.of(clock, Edited("b", {**WINDOWED, "key": "b"}), Serve("w", "other", ("ann",)))

    overridden = override(base(), NO_MODELS, overrides)

    windows = [one.get("startAt") for key in "bw" for one in overridden.config["flags"][key]["allocations"]]
    start = None if isinstance(clock, Frozen) else "2020-01-04T00:00:00.000Z"
    assert windows == [start, None, None, start, None]
    assert overridden.changed == {"b", "w"}


@pytest.mark.parametrize("clock", CLOCKS)
def test_a_caller_who_knows_which_flags_have_schedules_gets_the_same(clock: Layer) -> None:
    config = base()
    overrides = Overrides.of(clock, Serve("w", "other", ("ann",)), Off("c"))

    overridden = override(config, NO_MODELS, overrides, scheduled=scheduled_flags(config["flags"]))

    assert overridden == override(config, NO_MODELS, overrides)


def test_a_schedule_that_a_caller_knows_of_may_be_gone() -> None:
    overridden = override(base(), NO_MODELS, Overrides.of(CLOCKS[0]), scheduled=("gone",))

    assert (overridden.changed, overridden.removed) == (frozenset(), frozenset())
