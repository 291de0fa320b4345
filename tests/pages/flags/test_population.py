"""What subjects get of whom nothing is known."""

import pytest

from emulator.evaluation import prepare, simulate
from emulator.evaluation.reading import prepare_flag
from emulator.pages.flags.population import Part, population
from tests.pages.flag.documents import NOW, allocation, condition, split, wire


def test_the_shares_of_all_allocations_add_up() -> None:
    flag = prepare_flag(wire(allocation("test", split("red", ("t", 0, 2_000))), allocation("default", split("blue"))))

    assert population(flag, NOW) == (Part("blue", 0.8), Part("red", 0.2))


def test_rules_on_attributes_take_nobody_without_them() -> None:
    rules = [{"conditions": [condition("country", "NOT_ONE_OF", ["NO"])]}]
    flag = prepare_flag(wire(allocation("abroad", split("red"), rules=rules)))

    assert population(flag, NOW) == (Part(None, 1.0),)
    assert population(flag, NOW, {"country": "SE"}) == (Part("red", 1.0),)


def test_a_flag_that_is_off_or_broken_gives_everybody_the_default() -> None:
    assert population(prepare_flag(wire(enabled=False)), NOW) == (Part(None, 1.0),)
    assert population(prepare_flag({}), NOW) == (Part(None, 1.0),)
    assert population(None, NOW) == (Part(None, 1.0),)


def test_allocations_that_draw_by_one_salt_are_told_together() -> None:
    # Slots of one group: who is in the first is not in the second.
    flag = prepare_flag(
        wire(allocation("a", split("red", ("page", 0, 4_000))), allocation("b", split("blue", ("page", 4_000, 10_000))))
    )

    assert population(flag, NOW) == (Part("blue", 0.6), Part("red", 0.4))


def test_a_value_that_does_not_suit_gives_the_default() -> None:
    variations = {"red": {"key": "red", "value": 7}, "blue": {"key": "blue", "value": "blue"}}
    flag = prepare_flag(
        wire(allocation("a", split("red", ("t", 0, 4_000))), allocation("b", split("blue")), variations=variations)
    )

    assert population(flag, NOW) == (Part("blue", 0.6), Part(None, 0.4))


def test_who_is_named_by_a_rule_is_nobody_in_particular() -> None:
    rules = [{"conditions": [condition("id", "ONE_OF", ["ann"])]}]
    others = [{"conditions": [condition("id", "NOT_ONE_OF", ["ann"])]}]
    flag = prepare_flag(wire(allocation("a", split("red"), rules=rules), allocation("b", split("blue"), rules=others)))

    assert population(flag, NOW) == (Part("blue", 1.0),)


def test_the_evaluator_agrees() -> None:
    flag = wire(
        allocation(
            "a", split("red", ("t", 0, 3_000), ("s", 0, 5_000)), split("blue", ("t", 0, 3_000), ("s", 5_000, 9_000))
        ),
        allocation("b", split("blue", ("u", 2_000, 7_000))),
        allocation("c", split("red", ("v", 0, 100)), rules=[{"conditions": []}]),
    )
    simulation = simulate(prepare({"flags": {"banner": flag}}), "banner", 1, {}, now=NOW)

    parts = {part.variation: part.share for part in population(prepare_flag(flag), NOW)}

    assert simulation.configured is not None
    expected = {**simulation.configured.variations, None: simulation.configured.default}
    assert parts == pytest.approx(expected)


def test_hundreds_of_allocations_are_told() -> None:
    many = [allocation(f"a{number}", split("red", (f"t{number}", 0, 10))) for number in range(3_000)]

    assert population(prepare_flag(wire(*many)), NOW)[0].variation == "red"
