"""The real @eppo/node-server-sdk as one side of the comparison."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tests.differential.flag_answers import Answer, allocations_of, comparable, with_doubles
from tests.differential.flag_questions import DEFAULTS, Question, Round
from tests.sdk.programs import LineProgram


def answers(program: LineProgram, drawn: Round) -> Iterator[Answer]:
    """Yield what the SDK answers to each question of *drawn*."""
    questions = [_written(question) for question in drawn.questions]
    given = program.ask(do="answerAll", config=json.dumps(drawn.config), questions=questions)
    for question, one in zip(drawn.questions, map(_read, given), strict=True):
        yield _answer(question, one)


def _answer(question: Question, given: Mapping[str, Any]) -> Answer:
    told = given["details"]
    # JavaScript has one type of numbers.
    value = float(given["value"]) if question.kind == "NUMERIC" else given["value"]
    assert len(given["events"]) < 2
    return Answer(
        value,
        type(value).__name__,
        told["flagEvaluationCode"],
        told.get("variationKey"),
        allocations_of(told),
        told["matchedRule"],
        told["flagEvaluationDescription"],
        comparable(next(iter(given["events"]), None)),
    )


def as_comparable(answer: Answer) -> Answer:
    """Return our answer as this SDK gives it: numbers in events are doubles."""
    return replace(answer, event=with_doubles(answer.event), rule=_rounded(answer.rule))


def _rounded(rule: Any) -> Any:
    return json.loads(json.dumps(rule), parse_int=float)


def _written(question: Question) -> dict[str, Any]:
    return {
        "flag": question.flag,
        "kind": question.kind,
        "subject": question.subject,
        "attributes": {name: _marked(value) for name, value in question.attributes.items()},
        "default": DEFAULTS[question.kind],
    }


def _marked(value: Any) -> Any:
    """Return *value*; a number that JSON cannot write as an object."""
    if isinstance(value, float) and not math.isfinite(value):
        return {"$number": "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"}
    return value


def _read(value: Any) -> Any:
    if isinstance(value, list):
        return [_read(one) for one in value]
    if not isinstance(value, dict):
        return value
    return float(value["$number"]) if "$number" in value else {name: _read(one) for name, one in value.items()}
