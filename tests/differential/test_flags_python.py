"""Generated flags, evaluated here and by the real eppo-server-sdk 4: no difference outside the named divergences."""

import json
from collections import Counter

import pytest

from emulator.evaluation import prepare
from tests.differential.flag_answers import differences, our_answer
from tests.differential.flag_divergences import RUST, WHOLE, Asked, apart
from tests.differential.flag_python_sdk import PythonFlags, as_comparable
from tests.differential.flag_questions import Round, draw_round

QUESTIONS = 20


@pytest.fixture(scope="module")
def sdk() -> PythonFlags:
    return PythonFlags()


def reports(sdk: PythonFlags, drawn: Round) -> tuple[list[str], int]:
    """Return one report per question that is answered differently, and how many were compared."""
    prepared = prepare(drawn.config)
    sdk.load(drawn.config)
    found, compared = [], 0
    for question in drawn.questions:
        ours = our_answer(prepared, question)
        fields = apart(RUST, Asked(question, drawn.config["flags"].get(question.flag), ours))
        if fields == WHOLE:
            continue
        compared += 1
        different = differences(as_comparable(ours), sdk.answer(question), fields)
        if different:
            flag = json.dumps(drawn.config["flags"].get(question.flag))
            found.append("\n  ".join((str(question), *different, flag)))
    return found, compared


def compare(sdk: PythonFlags, run_seed: str, part: str, rounds: int) -> tuple[str, int]:
    """Return the first reports of *rounds* rounds, empty when there is none, and how many were compared."""
    found: list[str] = []
    total = 0
    for number in range(rounds):
        seed = f"{run_seed}/{part}/{number}"
        reported, compared = reports(sdk, draw_round(seed, QUESTIONS))
        found += [f"[{seed}] {report}" for report in reported]
        total += compared
    return f"repeat with EPPO_EMULATOR_SEED={run_seed}\n" + "\n".join(found[:3]) if found else "", total


@pytest.mark.parametrize("part", range(5))
def test_four_thousand_flag_calls_are_answered_as_by_the_sdk(part: int, sdk: PythonFlags, run_seed: str) -> None:
    found, compared = compare(sdk, run_seed, f"flags-short-{part}", rounds=40)

    assert found == ""
    assert compared > 40 * QUESTIONS * 0.85


def test_the_questions_reach_every_code_and_allocation_code(run_seed: str) -> None:
    """A comparison of nothing would hold, too."""
    codes: Counter[str] = Counter()
    for number in range(100):
        drawn = draw_round(f"{run_seed}/reach/{number}", QUESTIONS)
        prepared = prepare(drawn.config)
        for answer in (our_answer(prepared, question) for question in drawn.questions):
            codes.update((answer.code, *(code for _, code in answer.allocations)))

    assert codes.keys() >= {
        "MATCH", "DEFAULT_ALLOCATION_NULL", "FLAG_UNRECOGNIZED_OR_DISABLED", "ASSIGNMENT_ERROR", "TYPE_MISMATCH",
        "BEFORE_START_TIME", "AFTER_END_TIME", "FAILING_RULE", "TRAFFIC_EXPOSURE_MISS", "UNEVALUATED",
    }  # fmt: skip
    assert codes["MATCH"] > 100 * QUESTIONS * 0.3


@pytest.mark.ci
@pytest.mark.parametrize("part", range(10))
def test_thirty_thousand_flag_calls_are_answered_as_by_the_sdk(part: int, sdk: PythonFlags, run_seed: str) -> None:
    print(f"EPPO_EMULATOR_SEED={run_seed}")

    found, compared = compare(sdk, run_seed, f"flags-long-{part}", rounds=150)

    assert found == ""
    assert compared > 2_000
