"""
Two spellings of one meaning compile to the same bytes.

Comments, the order of sections and of keys within mappings, anchors, quotes, names and descriptions, expectations,
compact and long conditions, lists and equal weights, inline documents and files: none of it is served.
"""

from datetime import UTC, datetime
from itertools import count
from random import Random

import pytest

from emulator.snapshot import Snapshot
from tests.oracle.checking import compiled
from tests.oracle.generate import draw_description
from tests.oracle.generate_conditions import MOST_RULES, draw_condition, rule_count
from tests.oracle.spell import FlagFiles, spell
from tests.oracle.spell_conditions import asks_nothing, spell_condition
from tests.oracle.yaml_text import Items, Members, Node, Text, write_yaml

FILES = 10


def served(snapshot: Snapshot) -> dict[str, tuple[bytes, bytes, bytes, str]]:
    return {
        one.key: (one.plain.body, one.bandits.body, one.obfuscated.body, one.plain.etag)
        for one in snapshot.environments
    }


@pytest.mark.parametrize("part", range(8))
def test_two_spellings_of_one_file_are_served_as_the_same_bytes(part: int, run_seed: str) -> None:
    pairs = [two_spellings(f"{run_seed}/spelling-{part}/{number}") for number in range(FILES)]

    differing = [(plain, fancy) for plain, fancy in pairs if served(compiled(plain)) != served(compiled(fancy))]

    assert not differing, f"repeat with EPPO_EMULATOR_SEED={run_seed}\n{differing[0][0]}\n{differing[0][1]}"


@pytest.mark.parametrize("part", range(4))
def test_compact_and_long_conditions_are_served_as_the_same_bytes(part: int, run_seed: str) -> None:
    pairs = [both_forms(Random(f"{run_seed}/condition-{part}/{number}")) for number in range(50)]

    differing = [(short, long) for short, long in pairs if served(compiled(short)) != served(compiled(long))]

    assert not differing, f"repeat with EPPO_EMULATOR_SEED={run_seed}\n{differing[0][0]}\n{differing[0][1]}"


def two_spellings(seed: str) -> tuple[FlagFiles, FlagFiles]:
    random = Random(seed)
    description = draw_description(random, datetime.now(UTC))
    return spell(description, random, plain=True), spell(description, random)


def both_forms(random: Random) -> tuple[FlagFiles, FlagFiles]:
    drawn = (draw_condition(random, (), 3) for _ in count())
    condition = next(one for one in drawn if rule_count(one, {}) <= MOST_RULES and not asks_nothing(one))
    return one_gate(spell_condition(condition, random, long=False)), one_gate(
        spell_condition(condition, random, long=True)
    )


def one_gate(condition: Node) -> FlagFiles:
    allocation = Members((("key", Text("gate")), ("if", condition), ("serve", Text("true"))))
    flag = Members((("type", Text("boolean")), ("allocations", Items((allocation,)))))
    document = Members((("flags", Members((("a-flag", flag),))),))
    return FlagFiles({"flags/0.yaml": write_yaml(document, Random(0), plain=True)}, {})
