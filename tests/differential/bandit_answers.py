"""What a bandit call comes to, in one form for every SDK, and how two answers are told apart."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from emulator.evaluation import Prepared
from emulator.evaluation.bandit_evaluation import bandit_details, evaluate_bandit
from emulator.evaluation.bandit_events import bandit_call_events
from tests.differential.bandit_questions import Question, wire

NOW = datetime(2025, 6, 1, tzinfo=UTC)
# What is told apart elsewhere, or by nature different: times, SDK names, and details of JavaScript's events.
_NOT_COMPARED = ("timestamp", "metaData", "evaluationDetails", "format", "entityId")


@dataclass(frozen=True, slots=True)
class Answer:
    """*bandit_code* is None where an SDK has none."""

    variation: Any
    action: str | None
    flag_code: str
    bandit_code: str | None
    assignment: Mapping[str, Any] | None
    bandit: Mapping[str, Any] | None


def our_answer(prepared: Prepared, question: Question) -> Answer:
    evaluation = evaluate_bandit(
        prepared,
        question.flag,
        question.subject,
        wire(question.context),
        {action: wire(context) for action, context in question.actions.items()},
        now=NOW,
        default=question.default,
    )
    events = bandit_call_events(evaluation)
    return Answer(
        evaluation.variation,
        evaluation.action,
        bandit_details(evaluation)["flagEvaluationCode"],
        evaluation.code,
        comparable(events["assignment"]),
        comparable(events["bandit"]),
    )


def comparable(event: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return None if event is None else {name: one for name, one in event.items() if name not in _NOT_COMPARED}


def differences(ours: Any, theirs: Any, tolerance: float, path: str = "") -> Iterable[str]:
    """Yield where *ours* and *theirs* differ; numbers may be apart by *tolerance*, relative to the larger."""
    if isinstance(ours, Answer):
        for name in Answer.__slots__:
            yield from differences(getattr(ours, name), getattr(theirs, name), tolerance, name)
    elif isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        for name in sorted(ours.keys() | theirs.keys()):
            yield from differences(ours.get(name), theirs.get(name), tolerance, f"{path}.{name}")
    elif not _equal(ours, theirs, tolerance):
        yield f"{path}: ours {ours!r}, theirs {theirs!r}"


def _equal(ours: Any, theirs: Any, tolerance: float) -> bool:
    if not _is_number(ours) or not _is_number(theirs):
        return type(ours) is type(theirs) and bool(ours == theirs)
    if math.isnan(ours) or math.isnan(theirs):
        return math.isnan(ours) and math.isnan(theirs)
    return math.isclose(ours, theirs, rel_tol=tolerance, abs_tol=tolerance)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
