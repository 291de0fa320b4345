"""The tree of a flag's traffic leads everybody where evaluation does, and its shares are those of many subjects."""

from collections import Counter
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest

from emulator.evaluation import Prepared, evaluate, prepare
from emulator.evaluation.traffic import TooManyBranchesError, Traffic
from tests.evaluation.traffic_flags import allocation, config, draw_flag, flag, rule, split

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ATTRIBUTES: list[dict[str, Any]] = [{}, {"country": "NO", "age": 30}, {"country": "SE", "id": "ann"}, {"id": None}]


def traffic(prepared: Prepared, attributes: dict[str, Any]) -> Traffic:
    found = prepared.flag("f")
    assert found is not None
    return Traffic(found, attributes, NOW)


def landed(tree: Traffic, subject: str) -> tuple[str | None, str | None]:
    """Return what the tree says that the subject is served, and through which allocation."""
    number = tree.number_of(subject)
    if number == len(tree.outcomes):
        return None, None
    outcome = tree.outcomes[number]
    return outcome.serves, outcome.allocation.key if outcome.serves else None


@pytest.mark.parametrize("attributes", ATTRIBUTES, ids=str)
@pytest.mark.parametrize("seed", range(60))
def test_everybody_lands_where_evaluation_leads(seed: int, attributes: dict[str, Any]) -> None:
    prepared = prepare(config(f=draw_flag(seed)))
    tree = traffic(prepared, attributes)
    subjects = ["ann", "größe 日本", *(f"subject-0-{number}" for number in range(60))]

    answers = [evaluate(prepared, "f", subject, attributes, now=NOW) for subject in subjects]

    assert [landed(tree, subject) for subject in subjects] == [
        (one.variation_key, one.allocation_key) if one.is_match else (None, None) for one in answers
    ]


@pytest.mark.parametrize("seed", range(30))
def test_shares_add_up_to_one(seed: int) -> None:
    tree = traffic(prepare(config(f=draw_flag(seed))), {})

    assert sum(tree.shares("nobody in particular").values()) == 1


@pytest.mark.parametrize("seed", range(30))
def test_shares_are_those_of_many_subjects(seed: int) -> None:
    tree = traffic(
        prepare(config(f=draw_flag(seed) | {"totalShards": 10_000})), {"country": "NO", "age": 30, "id": "x"}
    )

    counts = Counter(tree.numbers(f"subject-{number}" for number in range(4_000)))

    shares = tree.shares("x")
    assert all(abs(counts[number] / 4_000 - shares.get(number, 0)) < 0.05 for number in range(len(tree.outcomes) + 1))


LAYERED = flag(
    allocation("first", split("a", ("layer", [(0, 2_500)]))),
    allocation(
        "second", split("b", ("layer", [(2_500, 5_000)]), ("split", [(0, 5_000)])), split("c", ("layer", [(0, 5_000)]))
    ),
)


def test_one_salt_in_several_places_is_drawn_once() -> None:
    """The second allocation is for those between 2,500 and 5,000; everybody below is in the first already."""
    tree = traffic(prepare(config(f=LAYERED)), {})

    shares = tree.shares("x")

    assert shares == {0: Fraction(1, 4), 1: Fraction(1, 8), 2: Fraction(1, 8), 3: Fraction(1, 2)}


def test_a_rule_about_keys_holds_for_the_keys_that_it_names() -> None:
    chosen = allocation("chosen", split("a"), rules=[rule("id", "ONE_OF", ["ann"])])
    tree = traffic(prepare(config(f=flag(chosen, allocation("rest", split("b"))))), {})

    assert [landed(tree, subject) for subject in ("ann", "bob")] == [("a", "chosen"), ("b", "rest")]
    assert tree.shares("bob") == {1: Fraction(1)}


def test_shares_of_too_many_combinations_are_refused() -> None:
    """Every salt halves everybody, and every half goes its own way: 2^20 combinations."""
    halves = [split("a", *((f"salt-{place}-{number}", [(0, 5_000)]) for number in range(3))) for place in range(40)]
    lines = [allocation(f"line-{place}", one) for place, one in enumerate(halves)]
    tangled = [
        allocation(
            f"knot-{place}", split("b", (f"salt-{place}-0", [(0, 5_000)]), (f"salt-{39 - place}-2", [(0, 7_000)]))
        )
        for place in range(40)
    ]

    with pytest.raises(TooManyBranchesError):
        traffic(prepare(config(f=flag(*lines, *tangled))), {}).shares("x")


def test_hundreds_of_allocations_are_no_trouble() -> None:
    lines = [allocation(f"line-{place}", split("a", (f"salt-{place}", [(0, 100)]))) for place in range(400)]

    shares = traffic(prepare(config(f=flag(*lines))), {}).shares("x")

    assert float(shares[400]) == pytest.approx(0.99**400)
