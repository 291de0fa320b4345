"""What a flag call comes to, in one form for every SDK."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from emulator.evaluation import Prepared, assignment_event, details, evaluate
from tests.differential.flag_questions import DEFAULTS, Question

# Windows of generated flags end long before, or begin long after, any run.
NOW = datetime.now(UTC)
# What is by nature different: times, SDK names, and details of JavaScript's events.
_NOT_COMPARED = ("timestamp", "metaData", "evaluationDetails", "format", "entityId")


@dataclass(frozen=True, slots=True)
class Answer:
    """*allocations* are key and code of each, in order; *rule* is the matching one, as in the configuration."""

    value: Any
    kind: str
    code: str
    variation: str | None
    allocations: Sequence[tuple[str, str]]
    rule: Any
    description: str
    event: Mapping[str, Any] | None


def our_answer(prepared: Prepared, question: Question) -> Answer:
    evaluation = evaluate(
        prepared,
        question.flag,
        question.subject,
        question.attributes,
        now=NOW,
        expected_type=question.kind,
        default=DEFAULTS[question.kind],
    )
    told = details(evaluation)
    return Answer(
        evaluation.value,
        type(evaluation.value).__name__,
        evaluation.code,
        told["variationKey"],
        allocations_of(told),
        told["matchedRule"],
        evaluation.description,
        comparable(assignment_event(evaluation)),
    )


def allocations_of(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the allocations of details in the shape of the public test data."""
    matched = [told["matchedAllocation"]] if told["matchedAllocation"] else []
    listed = [*told["unmatchedAllocations"], *matched, *told["unevaluatedAllocations"]]
    return [(one["key"], one["allocationEvaluationCode"]) for one in listed]


def comparable(event: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return None if event is None else {name: one for name, one in event.items() if name not in _NOT_COMPARED}


def with_doubles(event: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return *event* with its numbers as doubles, which is what both SDKs have."""
    if event is None:
        return None
    attributes = {name: _double(value) for name, value in event["subjectAttributes"].items()}
    return {**event, "subjectAttributes": attributes}


def _double(value: Any) -> Any:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def differences(ours: Answer, theirs: Answer, apart: Collection[str] = ()) -> list[str]:
    """Return where two answers differ, in words; the fields *apart* are not compared."""
    names = (field.name for field in fields(Answer) if field.name not in apart)
    pairs = ((name, getattr(ours, name), getattr(theirs, name)) for name in names)
    return [f"{name}: ours {mine!r}, theirs {other!r}" for name, mine, other in pairs if not _same(mine, other)]


def _same(mine: Any, other: Any) -> bool:
    if isinstance(mine, Mapping) and isinstance(other, Mapping):
        return mine.keys() == other.keys() and all(_same(mine[name], other[name]) for name in mine)
    # Not a number is itself here.
    return bool(mine == other) or (mine != mine and other != other)
