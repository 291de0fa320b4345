"""Generated bandits, evaluated here and by the real @eppo/node-server-sdk: no difference but the named divergences."""

from collections.abc import Iterator

import pytest

from emulator.evaluation import prepare
from tests.differential.bandit_answers import differences, our_answer
from tests.differential.bandit_node_sdk import TOLERANCE, answers, as_comparable, is_decided_by_order, readable
from tests.differential.bandit_questions import draw_round
from tests.sdk.programs import LineProgram, node_program

pytestmark = pytest.mark.ci

QUESTIONS = 100


@pytest.fixture(scope="module")
def sdk() -> Iterator[LineProgram]:
    with node_program("bandits.mjs") as program:
        yield program


def reports(sdk: LineProgram, seed: str) -> tuple[list[str], int]:
    """Return a report per question that is answered differently, and how many were left out (*order-of-sums*)."""
    drawn = readable(draw_round(seed, QUESTIONS))
    prepared = prepare(drawn.config, drawn.models)
    found, left_out = [], 0
    for question, theirs in zip(drawn.questions, answers(sdk, drawn), strict=True):
        if is_decided_by_order(prepared, question):
            left_out += 1
            continue
        different = list(differences(as_comparable(our_answer(prepared, question)), theirs, TOLERANCE))
        if different:
            found.append("\n  ".join((f"[{seed}] {question}", *different)))
    return found, left_out


@pytest.mark.parametrize("part", range(10))
def test_five_thousand_bandit_calls_are_answered_as_by_the_node_sdk(part: int, sdk: LineProgram, run_seed: str) -> None:
    print(f"EPPO_EMULATOR_SEED={run_seed}")
    rounds = [reports(sdk, f"{run_seed}/node-{part}/{number}") for number in range(5)]

    found = [report for different, _ in rounds for report in different]
    assert not found, f"repeat with EPPO_EMULATOR_SEED={run_seed}\n" + "\n".join(found[:3])
    assert sum(left_out for _, left_out in rounds) < 5 * QUESTIONS / 20
