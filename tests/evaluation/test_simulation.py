"""Simulated shares beside configured ones."""

from datetime import UTC, datetime

import pytest

from emulator.evaluation import prepare
from emulator.evaluation.simulation import Shares, simulate
from tests.evaluation.traffic_flags import allocation, config, flag, rule, split

NOW = datetime(2026, 1, 1, tzinfo=UTC)
EXPERIMENT = flag(
    allocation("staff", split("c"), rules=[rule("role", "ONE_OF", ["staff"])]),
    allocation(
        "experiment",
        split("a", ("traffic", [(0, 8_000)]), ("split", [(0, 2_500)])),
        split("b", ("traffic", [(0, 8_000)]), ("split", [(2_500, 10_000)])),
    ),
)
PREPARED = prepare(config(f=EXPERIMENT, off=EXPERIMENT | {"enabled": False}, broken=EXPERIMENT | {"totalShards": 0}))


def test_configured_shares_are_exact() -> None:
    simulation = simulate(PREPARED, "f", 10, now=NOW)

    assert simulation.configured == Shares(
        {"c": 0.0, "a": 0.2, "b": 0.6}, {"staff": 0.0, "experiment": 0.8}, pytest.approx(0.2)
    )


def test_simulated_shares_come_near() -> None:
    simulation = simulate(PREPARED, "f", 20_000, now=NOW)

    simulated = simulation.simulated
    assert simulated.variations == {"c": 0.0, "a": pytest.approx(0.2, abs=0.02), "b": pytest.approx(0.6, abs=0.02)}
    assert simulated.default == pytest.approx(0.2, abs=0.02)
    assert sum(simulated.variations.values()) + simulated.default == pytest.approx(1.0)


def test_shares_of_several_allocations_are_added_up_without_rounding() -> None:
    """Of these ten subjects 1 and 2 land in the first two: as doubles, 0.1 + 0.2 is not 0.3."""
    parts = (
        allocation("one", split("a", ("one", [(0, 1_000)]))),
        allocation("two", split("a", ("two", [(0, 2_222)]))),
        allocation("rest", split("b")),
    )

    simulated = simulate(prepare(config(f=flag(*parts))), "f", 10, now=NOW, seed=10).simulated

    assert simulated == Shares({"a": 0.3, "b": 0.7}, {"one": 0.1, "two": 0.2, "rest": 0.7}, 0.0)


def test_attributes_decide_about_rules() -> None:
    simulation = simulate(PREPARED, "f", 100, {"role": "staff"}, now=NOW)

    assert (
        simulation.simulated
        == simulation.configured
        == Shares({"c": 1.0, "a": 0.0, "b": 0.0}, {"staff": 1.0, "experiment": 0.0}, 0.0)
    )


def test_the_same_seed_gives_the_same_shares() -> None:
    first, again, other = (simulate(PREPARED, "f", 500, now=NOW, seed=seed) for seed in (1, 1, 2))

    assert first == again != other


@pytest.mark.parametrize("key", ["off", "broken", "no-such-flag"])
def test_a_flag_that_serves_nobody_gives_everybody_the_default(key: str) -> None:
    assert simulate(PREPARED, key, 10, now=NOW).simulated == Shares({}, {}, 1.0)


def test_a_value_that_does_not_suit_counts_as_the_default() -> None:
    unsuitable = EXPERIMENT | {"variationType": "INTEGER"}

    simulated = simulate(prepare(config(f=unsuitable)), "f", 100, {"role": "staff"}, now=NOW).simulated

    assert (simulated.default, simulated.allocations["staff"], simulated.variations["c"]) == (1.0, 1.0, 0.0)
