"""Every SDK that runs here and the emulator's own evaluator: the same answers and the same events."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.compatibility.comparing import Outcome, compare
from tests.compatibility.parameters import EACH_RUNNING
from tests.compatibility.questions import Question, Served
from tests.compatibility.records import keep
from tests.compatibility.sdks import SDKS, Sdk
from tests.sdk.programs import Program
from tests.sdk.waiting import eventually

NEVER_MS = 3_600_000
ENOUGH = 5_000


@EACH_RUNNING
def test_five_thousand_evaluations_are_answered_and_logged_as_by_the_emulator(
    sdk: Sdk, sets: tuple[Served, ...]
) -> None:
    found = [(served, outcome_of(sdk, served)) for served in sets if sdk.has_bandits or served.name != "bandits"]

    reports = [f"[{served.name}] {report}" for served, outcome in found for report in outcome.different]
    assert not reports, f"{len(reports)} differ\n" + "\n".join(reports[:5])
    total = sum((outcome for _, outcome in found), start=Outcome())
    assert total.agreed >= ENOUGH
    assert total.events > ENOUGH / 10
    keep(sdk.id, "conformance", {"agreed": total.agreed, "events": total.events, "apart": total.apart})


def outcome_of(sdk: Sdk, served: Served) -> Outcome:
    asked = [question for question in served.questions if sdk.has_bandits or question.actions is None]
    with sdk.program() as program:
        program.ask(do="start", key="local-test", baseUrl=served.emulator.base_url, pollMs=NEVER_MS, awaits=True)
        assert not sdk.has_models_later or eventually(lambda: has_models(program, asked))
        answers = program.ask(do="ask", questions=[question.message() for question in asked])
    return compare(sdk, asked, answers, served.emulator)


def has_models(program: Program, asked: Sequence[Question]) -> bool:
    """Tell whether bandits choose, where there are any."""
    choosing = [question.message() for question in asked if question.actions]
    return not choosing or any(one.get("action") for one in program.ask(do="ask", questions=choosing))


@pytest.mark.ci
def test_another_value_and_another_event_would_be_seen(sets: tuple[Served, ...]) -> None:
    """A comparison that finds nothing would hold, too."""
    sdk = SDKS[0]
    served = next(one for one in sets if one.name == "by hand")
    shifted = replace(served, questions=(*served.questions[1:], served.questions[0]))
    with sdk.program() as program:
        program.ask(do="start", key="local-test", baseUrl=served.emulator.base_url, pollMs=NEVER_MS, awaits=True)
        answers = program.ask(do="ask", questions=[question.message() for question in served.questions])

    outcome = compare(sdk, shifted.questions, answers, served.emulator)

    assert len(outcome.different) > outcome.agreed
    assert any("event's subject" in report for report in outcome.different)
