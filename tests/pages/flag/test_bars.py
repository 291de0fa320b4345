"""Shards as bars: who takes part, and what those get."""

from emulator.evaluation.reading import prepare_flag
from emulator.pages.flag.bars import Draws, draws_of
from tests.pages.flag.documents import allocation, compiled, split, wire


def draws(*splits: dict[str, object]) -> Draws:
    flag = prepare_flag(wire(allocation("a", *splits)))
    return draws_of(flag.allocations[0], flag)


def test_what_all_splits_ask_is_a_gate() -> None:
    found = draws(
        split("red", ("t", 0, 6_000), ("s", 0, 5_000)),
        split("blue", ("t", 0, 6_000), ("s", 5_000, 10_000)),
    )

    assert [(gate.kind, gate.share) for gate in found.gates] == [("traffic", 0.6)]
    assert [(part.variation, part.share, part.overall) for part in found.parts] == [
        ("red", 0.5, 0.3),
        ("blue", 0.5, 0.3),
    ]


def test_a_hole_in_the_split_goes_on() -> None:
    found = draws(split("red", ("s", 0, 2_500)), split("blue", ("s", 7_500, 10_000)))

    assert [(part.variation, part.share) for part in found.parts] == [("red", 0.25), ("blue", 0.25), (None, 0.5)]


def test_the_first_split_that_holds_a_shard_has_it() -> None:
    found = draws(split("red", ("s", 0, 6_000)), split("blue", ("s", 4_000, 10_000)))

    assert found.shares == {"red": 0.6, "blue": 0.4}


def test_one_variation_alone_is_what_all_get() -> None:
    assert draws(split("red", ("t", 0, 2_000))).sole == "red"


def test_entangled_splits_have_shares_without_places() -> None:
    found = draws(split("red", ("s", 0, 5_000), ("u", 0, 5_000)), split("blue", ("u", 5_000, 10_000)))

    assert found.shares == {"red": 0.25, "blue": 0.5}
    assert found.split is not None
    assert found.split.salt == ""


def test_an_allocation_without_splits_serves_nobody() -> None:
    assert draws().split is None


FILE = """
holdouts:
  h2: { traffic: 10% }
flags:
  guide:
    type: string
    variations: [none, video]
    status_quo: none
    allocations:
      - { key: test, split: [none, video], traffic: 50%, holdouts: [h2], exclusive: { group: page, slots: 0%-50% } }
"""


def test_holdouts_and_layers_are_known_by_their_salts() -> None:
    (environment,) = compiled(FILE).environments
    flag = prepare_flag(environment.config["flags"]["guide"])

    found = draws_of(flag.allocations[0], flag)

    assert [(gate.kind, gate.name, gate.share) for gate in found.gates] == [
        ("layer", "page", 0.5),
        ("traffic", "", 0.5),
        ("holdout", "h2", 0.1),
    ]
    assert found.sole == "none"
