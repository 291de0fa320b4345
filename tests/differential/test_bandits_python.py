"""Generated bandits, evaluated here and by the real eppo-server-sdk 4: no difference outside the named divergences."""

import pytest

from emulator.evaluation import prepare
from tests.differential.bandit_answers import differences, our_answer
from tests.differential.bandit_python_sdk import PythonBandits, answerable, as_logged, asked_of_us, readable
from tests.differential.bandit_questions import Round, draw_round

QUESTIONS = 20


@pytest.fixture(scope="module")
def sdk() -> PythonBandits:
    return PythonBandits()


def reports(sdk: PythonBandits, drawn: Round) -> list[str]:
    """Return one report per question that is answered differently; sums agree to the last bit."""
    prepared = prepare(drawn.config, drawn.models)
    sdk.load(readable(drawn), drawn.models)
    found = []
    for question in drawn.questions:
        theirs = sdk.answer(answerable(question))
        ours = as_logged(our_answer(prepared, asked_of_us(question)))
        different = list(differences(ours, theirs, tolerance=0.0))
        if different:
            found.append("\n  ".join((str(question), *different)))
    return found


def differing(sdk: PythonBandits, run_seed: str, part: str, rounds: int) -> str:
    """Return the first reports of *rounds* rounds; empty when there is nothing to report."""
    found: list[str] = []
    for number in range(rounds):
        seed = f"{run_seed}/{part}/{number}"
        found += [f"[{seed}] {report}" for report in reports(sdk, draw_round(seed, QUESTIONS))]
    return f"repeat with EPPO_EMULATOR_SEED={run_seed}\n" + "\n".join(found[:3]) if found else ""


@pytest.mark.parametrize("part", range(5))
def test_a_thousand_bandit_calls_are_answered_as_by_the_sdk(part: int, sdk: PythonBandits, run_seed: str) -> None:
    assert differing(sdk, run_seed, f"short-{part}", rounds=10) == ""


def test_the_questions_reach_every_code_and_half_of_them_an_action(run_seed: str) -> None:
    """A comparison of nothing would hold, too."""
    rounds = [draw_round(f"{run_seed}/reach/{number}", QUESTIONS) for number in range(50)]

    given = [
        our_answer(prepared, question)
        for drawn in rounds
        for prepared in (prepare(drawn.config, drawn.models),)
        for question in drawn.questions
    ]

    assert {one.bandit_code for one in given} == {
        "MATCH", "NON_BANDIT_VARIATION", "NO_ACTIONS_SUPPLIED_FOR_BANDIT", "UNEXPECTED_CONFIGURATION_ERROR",
    }  # fmt: skip
    assert sum(one.action is not None for one in given) > len(given) * 0.4


@pytest.mark.ci
@pytest.mark.parametrize("part", range(10))
def test_ten_thousand_bandit_calls_are_answered_as_by_the_sdk(part: int, sdk: PythonBandits, run_seed: str) -> None:
    print(f"EPPO_EMULATOR_SEED={run_seed}")

    assert differing(sdk, run_seed, f"long-{part}", rounds=50) == ""
