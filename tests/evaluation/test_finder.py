"""Keys that land where they are wanted, and why there are none."""

from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.evaluation import evaluate, prepare
from emulator.evaluation.bandit_evaluation import evaluate_bandit
from emulator.evaluation.finder import Found, NotFound, Wanted, find_subjects
from tests.evaluation.bandit_cases import coefficients, wire_model
from tests.evaluation.traffic_flags import allocation, config, flag, rule, split

NOW = datetime(2026, 1, 1, tzinfo=UTC)
EXPERIMENT = flag(
    allocation("chosen", split("c"), rules=[rule("id", "ONE_OF", ["ann", "bob"])]),
    allocation("next year", split("a"), startAt="2027-01-01T00:00:00.000Z"),
    allocation("norway", split("b"), rules=[rule("country", "ONE_OF", ["NO"])]),
    allocation(
        "experiment",
        split("a", ("traffic", [(0, 5_000)]), ("split", [(0, 100)])),
        split("b", ("traffic", [(0, 5_000)]), ("split", [(100, 10_000)])),
    ),
    allocation("rest", split("b")),
    allocation("too late", split("a"), split("c")),
)


def entry(value: str) -> dict[str, Any]:
    return {"key": "bandit", "flagKey": "shoes", "variationKey": value, "variationValue": value}


MODEL = wire_model({name: coefficients(worth) for name, worth in (("nike", 2.0), ("puma", 1.0), ("fila", 0.0))})
GREEDY = wire_model({"nike": coefficients(10.0), "puma": coefficients(0.0)}, gamma=1e308)
SHOES = flag(allocation("all", split("a", ("split", [(0, 9_000)])), split("b")))
BANDITS = {"bandits": {"bandit": [entry("a")]}}
PREPARED = prepare(
    config(f=EXPERIMENT, off=EXPERIMENT | {"enabled": False}, broken=EXPERIMENT | {"totalShards": 0}, shoes=SHOES)
    | BANDITS,
    {"bandits": {"bandit": MODEL}},
)
PINNED = prepare(config(shoes=SHOES) | BANDITS, {"bandits": {"bandit": GREEDY}})
UNMODELLED = prepare(config(shoes=SHOES) | BANDITS, None)


def subjects(wanted: Wanted, attributes: Any = None, **options: Any) -> tuple[str, ...]:
    found = find_subjects(PREPARED, wanted, attributes, now=NOW, **options)
    assert isinstance(found, Found), found
    return found.subjects


def reason(wanted: Wanted, attributes: Any = None, prepared: Any = PREPARED, **options: Any) -> str:
    found = find_subjects(prepared, wanted, attributes, now=NOW, **options)
    assert isinstance(found, NotFound), found
    return found.reason


@pytest.mark.parametrize(
    ("variation", "via", "attributes"),
    [
        ("a", None, {}),
        ("b", None, {}),
        ("a", "experiment", {}),
        ("b", "experiment", {}),
        ("b", "rest", {}),
        (None, "rest", {}),
        ("b", "norway", {"country": "NO"}),
        ("c", None, {}),
        ("c", "chosen", {}),
    ],
)
@pytest.mark.parametrize("seed", [0, 7])
def test_every_found_subject_lands_there(variation: str | None, via: str | None, attributes: Any, seed: int) -> None:
    (subject,) = subjects(Wanted("f", variation, via), attributes, seed=seed)

    answer = evaluate(PREPARED, "f", subject, attributes, now=NOW)
    assert variation in (None, answer.variation_key)
    assert via in (None, answer.allocation_key)


def test_many_subjects_are_all_different() -> None:
    found = subjects(Wanted("f", "a"), count=50)

    assert len(set(found)) == 50
    assert {evaluate(PREPARED, "f", subject, {}, now=NOW).variation_key for subject in found} == {"a"}


def test_the_same_seed_finds_the_same_subjects() -> None:
    first, again, other = (subjects(Wanted("f", "b", "rest"), count=3, seed=seed) for seed in (1, 1, 2))

    assert first == again
    assert first != other


def test_keys_that_rules_name_are_taken_where_nobody_else_gets_there() -> None:
    assert subjects(Wanted("f", "c"), count=2) == ("ann", "bob")


@pytest.mark.parametrize("action", ["nike", "puma", "fila"])
@pytest.mark.parametrize("offered", [None, ["nike", "puma", "fila"], {"nike": {}, "puma": {"price": 1}, "fila": {}}])
def test_a_subject_is_found_for_every_action(action: str, offered: Any) -> None:
    (subject,) = subjects(Wanted("shoes", action=action, actions=offered), {"age": 30})

    answer = evaluate_bandit(PREPARED, "shoes", subject, {"age": 30}, offered or ["nike", "puma", "fila"], now=NOW)
    assert (answer.variation, answer.action) == ("a", action)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted("g"), 'there is no flag "g"; there is f, off, broken, shoes'),
        (Wanted("of"), 'there is no flag "of"; did you mean "off"?'),
        (Wanted("off"), 'flag "off" is disabled; everybody gets the default'),
        (Wanted("broken"), 'flag "broken" is broken: totalShards is 0, expected an integer from 1 to 4294967295'),
        (Wanted("f", "x"), 'flag "f" never serves "x"; there is c, a, b'),
        (Wanted("f", None, "chozen"), 'there is no allocation "chozen"; did you mean "chosen"?'),
        (Wanted("f", "a", "rest"), 'allocation "rest" never serves "a"; there is b'),
        (Wanted("f", "a", "next year"), 'allocation "next year" is not active at 2026-01-01T00:00:00.000Z'),
        (Wanted("f", "b", "norway"), 'the rules of allocation "norway" do not hold for these attributes'),
        (Wanted("f", "c", "too late"), 'nobody gets as far: allocation "experiment" takes 0.005, '
         'allocation "experiment" takes 0.495, allocation "rest" takes 0.5'),
        (Wanted("shoes", "b", action="nike"), '"b" is no bandit of flag "shoes"'),
        (Wanted("shoes", action="nikee", actions=["nike"]), 'action "nikee" is not offered; did you mean "nike"?'),
        (Wanted("shoes", "a", action="nike", actions=[]),
         'action "nike" is not offered; bandit "bandit" is offered no action'),
    ],
)  # fmt: skip
def test_where_nobody_can_land_there_the_reason_is_told(wanted: Wanted, expected: str) -> None:
    found = reason(wanted)

    assert found.startswith(expected)


def test_an_action_without_weight_is_told_with_the_numbers() -> None:
    assert reason(Wanted("shoes", "a", action="puma"), prepared=PINNED) == (
        'bandit "bandit" gives action "puma" no weight: it scores 0, the best action is "nike", and gamma is 1e+308'
    )


def test_a_bandit_without_a_model_is_told() -> None:
    assert reason(Wanted("shoes", "a", action="puma"), prepared=UNMODELLED) == 'there is no model of bandit "bandit"'


def test_too_few_named_keys_are_told() -> None:
    assert reason(Wanted("f", "c"), count=3) == "only 2 of the keys that rules name land there: ann, bob"


def test_a_share_that_is_too_rare_is_told() -> None:
    rare = prepare(config(f=flag(allocation("rare", split("a", ("x", [(0, 1)]), ("y", [(0, 1)]))))))

    assert reason(Wanted("f", "a"), prepared=rare, tries=1000) == "none of 1,000 keys lands there; their share is 1e-08"


def test_a_flag_that_serves_only_the_default_is_told() -> None:
    empty = prepare(config(f=flag(allocation("lost", split("lost")))))

    assert reason(Wanted("f"), prepared=empty) == 'flag "f" serves nothing else than the default'


def test_a_key_among_the_attributes_counts_for_rules() -> None:
    assert reason(Wanted("f", "c", "chosen"), {"id": "carol"}) == (
        'the rules of allocation "chosen" do not hold for these attributes'
    )
    assert subjects(Wanted("f", "c", "chosen"), {"id": "ann"}) == ("subject-0-0",)
