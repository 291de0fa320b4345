"""What subjects get of whom nothing is known."""

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
