"""Damaged flag files give problems, never an exception: good files are cut, shuffled and overwritten at random."""

import random
from pathlib import Path

import pytest

from emulator.errors import FlagFileError, Problem
from emulator.snapshot import Sources, build_snapshot, read_sources
from tests.definitions.compiled import NOW

ROOT = Path(__file__).parents[2]
SEEDS = [path.read_text() for folder in ("flags", "tests/problems") for path in sorted((ROOT / folder).glob("*.*.yaml"))
         if path.exists()]  # fmt: skip
SEEDS += [path.read_text() for path in sorted((ROOT / "flags").glob("*.yaml"))]
WORDS = [
    "null", "~", "[]", "{}", "true", "50%", "1", "-1", '"x"', "[a, b]", "{a: 1}", "{a: {b: c}}", "0", "1e999", "@x",
    "*a", "&a x", "!t x", "999999999999999999999", "2025-01-01T00:00:00Z", "never", "0%", "100%", "x in [a]", "\\",
    '""', "default", "{file: x.json}", '{json: "1"}', "{bandit: b}", "- a",
]  # fmt: skip
FILES = ["{}", "[1]", "x", '{"flags":{"a":null}}', '{"flags":{},"bandits":{}}']
ROUNDS = 2_500


def damaged(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    for _ in range(chance.randint(1, 4)):
        index = chance.randrange(len(lines))
        line = lines[index]
        place = chance.randrange(len(line) + 1)
        lines[index] = chance.choice(
            [
                "",
                lines[chance.randrange(len(lines))],
                f"{line.split(':')[0]}: {chance.choice(WORDS)}",
                line[:place] + chance.choice("{}[]:,\"'#-%&*!|>@ \t") + line[place:],
            ]
        )
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(4))
def test_damaged_file_compiles_or_has_placed_problems(seed: int) -> None:
    chance = random.Random(seed)

    for _ in range(ROUNDS):
        sources = read_sources({"flags/a.yaml": damaged(chance.choice(SEEDS), chance)})
        files = {path: chance.choice(FILES) for path in sources.referenced}
        problems = outcome(sources, files)

        assert all(problem.line > 0 and problem.column > 0 for problem in problems)


def outcome(sources: Sources, files: dict[str, str]) -> tuple[Problem, ...]:
    """Compile and obfuscate; return the problems of a file that does not compile."""
    try:
        snapshot = build_snapshot(sources, NOW, files=files)
    except FlagFileError as error:
        return error.problems
    assert snapshot.environments[0].obfuscated.body
    return snapshot.warnings
