"""
The real @eppo/node-server-sdk as one side of the comparison, and what it documents to do otherwise.

Every divergence is an entry of :data:`DIVERGENCES`. Where one applies, both sides are asked what they can agree on, or
what the SDK adds to its events is left out; only where sums of different order decide, a question is left out.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from emulator.evaluation import Prepared
from emulator.evaluation.bandit_evaluation import evaluate_bandit, explain_choice
from tests.differential.bandit_answers import NOW, Answer, comparable
from tests.differential.bandit_questions import Question, Round, wire
from tests.sdk.programs import LineProgram

# Name of the divergence → its evidence; sdk_testdata/bandits/observed.json holds the recorded answers.
DIVERGENCES: Mapping[str, str] = {
    "one-shape": "D-BAN-1: reads `banditReferences` only (shape/only-bandits)",
    "disabled-and-mistyped": "D-TYP-2: says TYPE_MISMATCH of a disabled flag of another type",
    "empty-category": "D-BAN-12: never finds the coefficient of the category \"\" (score/c='')",
    "empty-action": "D-BAN-19: takes a chosen action whose key is empty for no action",
    "odd-attributes": "D-BAN-10: logs null and lists among the categories, where others leave them out",
    "order-of-sums": "D-BAN-16: adds in another order; last bits differ, and with them near ties and near thresholds",
}
TOLERANCE = 1e-7
# How near two scores, or a sum of weights and the threshold, must be for the order of additions to decide.
_NEAR = 1e-9


def answers(program: LineProgram, drawn: Round) -> Iterator[Answer]:
    """Yield what the SDK answers to each question of *drawn*."""
    questions = [_written(question) for question in drawn.questions]
    given = program.ask(do="answerAll", config=drawn.config, models=drawn.models, questions=questions)
    for one in map(_read, given):
        yield Answer(one["variation"], one["action"], one["code"], None, _event(one["assignments"]), _bandit(one))


def readable(drawn: Round) -> Round:
    """Return *drawn* as both sides understand it: *one-shape*, *disabled-and-mistyped*, *empty-category*, -*action*."""
    return Round(_config(drawn), _without_empty_category(drawn.models), tuple(map(_answerable, drawn.questions)))


def as_comparable(answer: Answer) -> Answer:
    """Return our answer as this SDK gives it: without a code of the bandit's own, which it does not have."""
    return replace(answer, bandit_code=None, assignment=_fitting(answer.assignment), bandit=_fitting(answer.bandit))


def is_decided_by_order(prepared: Prepared, question: Question) -> bool:
    """Return whether the last bits of sums may decide the answer (*order-of-sums*)."""
    actions = {action: wire(context) for action, context in question.actions.items()}
    evaluation = evaluate_bandit(
        prepared, question.flag, question.subject, wire(question.context), actions, now=NOW, default=question.default
    )
    report = explain_choice(evaluation)
    if report is None:
        return False
    near_edge = any(math.isclose(one.end, report.threshold, abs_tol=_NEAR) for one in report.actions)
    return near_edge or _near_but_unequal([one.score for one in report.actions])


def _near_but_unequal(scores: Sequence[float]) -> bool:
    size = max(map(abs, scores))
    return any(0 < higher - lower <= _NEAR * max(size, 1.0) for lower, higher in pairwise(sorted(scores)))


def _config(drawn: Round) -> dict[str, Any]:
    ties = drawn.config.get("bandits") or {}
    references = {key: {"modelVersion": "v1", "flagVariations": entries} for key, entries in ties.items()}
    flags = {
        key: {**flag, "enabled": flag["enabled"] or flag["variationType"] != "STRING"}
        for key, flag in drawn.config["flags"].items()
    }
    return {**drawn.config, "flags": flags, "banditReferences": drawn.config.get("banditReferences") or references}


def _without_empty_category(tree: Any) -> Any:
    if isinstance(tree, list):
        return [_without_empty_category(one) for one in tree]
    if not isinstance(tree, dict):
        return tree
    return {
        name: {text: worth for text, worth in one.items() if text}
        if name == "valueCoefficients"
        else _without_empty_category(one)
        for name, one in tree.items()
    }


def _answerable(question: Question) -> Question:
    return replace(question, actions={action: one for action, one in question.actions.items() if action})


def _written(question: Question) -> dict[str, Any]:
    return {
        "flag": question.flag,
        "subject": question.subject,
        "context": _marked(wire(question.context)),
        "actions": {action: _marked(wire(context)) for action, context in question.actions.items()},
        "default": question.default,
    }


def _marked(value: Any) -> Any:
    """Return *value* with the numbers that JSON cannot write as objects."""
    if isinstance(value, dict):
        return {name: _marked(one) for name, one in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return {"$number": "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"}
    return value


def _read(value: Any) -> Any:
    if isinstance(value, list):
        return [_read(one) for one in value]
    if not isinstance(value, dict):
        return value
    return float(value["$number"]) if "$number" in value else {name: _read(one) for name, one in value.items()}


def _event(events: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    assert len(events) < 2
    return _fitting(comparable(next(iter(events), None)))


def _bandit(answer: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the bandit event in the names of the Rust core (protocol.md 7.2)."""
    event = _event(answer["banditActions"])
    names = {"featureFlag": "flagKey", "bandit": "banditKey"}
    return None if event is None else {names.get(name, name): value for name, value in event.items()}


def _fitting(event: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return *event* without null and list attributes (*odd-attributes*)."""
    if event is None:
        return None
    return {
        name: {key: one for key, one in value.items() if isinstance(one, str | int | float)}
        if isinstance(value, Mapping)
        else value
        for name, value in event.items()
    }
