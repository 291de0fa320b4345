"""Generated flags, evaluated here and by the real @eppo/node-server-sdk: no difference but the named divergences."""

import json
from collections.abc import Iterator

import pytest

from emulator.evaluation import prepare
from tests.differential.flag_answers import differences, our_answer
from tests.differential.flag_divergences import NODE, WHOLE, Asked, apart
from tests.differential.flag_node_sdk import answers, as_comparable
from tests.differential.flag_questions import draw_round
from tests.sdk.programs import LineProgram, node_program

pytestmark = pytest.mark.ci

QUESTIONS = 100


@pytest.fixture(scope="module")
def sdk() -> Iterator[LineProgram]:
    with node_program("flags.mjs") as program:
        yield program


def reports(sdk: LineProgram, seed: str) -> tuple[list[str], int]:
    """Return one report per question that is answered differently, and how many were compared."""
    # What JavaScript makes of a broken flag is its own affair (rows D-CFG); the comparison with Python has them.
    drawn = draw_round(seed, QUESTIONS, broken=0)
    prepared = prepare(drawn.config)
    found, compared = [], 0
    for question, theirs in zip(drawn.questions, answers(sdk, drawn), strict=True):
        ours = our_answer(prepared, question)
        flag = drawn.config["flags"].get(question.flag)
        fields = apart(NODE, Asked(question, flag, ours))
        compared += fields != WHOLE
        different = differences(as_comparable(ours), theirs, fields)
        if different:
            found.append("\n  ".join((f"[{seed}] {question}", *different, json.dumps(flag))))
    return found, compared


@pytest.mark.parametrize("part", range(10))
def test_thirty_thousand_flag_calls_are_answered_as_by_the_node_sdk(part: int, sdk: LineProgram, run_seed: str) -> None:
    print(f"EPPO_EMULATOR_SEED={run_seed}")

    rounds = [reports(sdk, f"{run_seed}/flags-node-{part}/{number}") for number in range(30)]

    found = [report for different, _ in rounds for report in different]
    assert not found, f"repeat with EPPO_EMULATOR_SEED={run_seed}\n" + "\n".join(found[:3])
    assert sum(compared for _, compared in rounds) > 2_000
