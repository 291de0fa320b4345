"""
The real eppo-server-sdk 4 as one side of the comparison, and what it documents to do otherwise.

Every divergence is an entry of :data:`DIVERGENCES`. Where one applies, the SDK is asked the question that it can answer
and the emulator the whole one: their answers still have to agree.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import eppo_client
from eppo_client import AssignmentLogger, ClientConfig, Configuration
from eppo_client.bandit import ContextAttributes

from tests.differential.bandit_answers import Answer, comparable
from tests.differential.bandit_questions import Attributes, Question, Round, Split

# Name of the divergence → its evidence; sdk_testdata/bandits/observed.json holds the recorded answers.
DIVERGENCES: Mapping[str, str] = {
    "one-shape": "D-BAN-1: reads `bandits` only, finds no bandit in `banditReferences` alone (shape/only-refs)",
    "refused-values": "D-BAN-9, 10, 13: raises TypeError for what does not fit its place (score/n=null, score/c=null)",
    "null-attributes": "D-BAN-10: leaves null attributes out of its events, where callers gave them",
}


class _Recorder(AssignmentLogger):
    def __init__(self) -> None:
        self.assignments: list[dict[str, Any]] = []
        self.bandit_actions: list[dict[str, Any]] = []

    def log_assignment(self, event: dict[str, Any]) -> None:
        self.assignments.append(event)

    def log_bandit_action(self, event: dict[str, Any]) -> None:
        self.bandit_actions.append(event)

    def taken(self) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        """Return the one event of each kind since the last time, if there was one."""
        assert len(self.assignments) < 2
        assert len(self.bandit_actions) < 2
        events = next(iter(self.assignments), None), next(iter(self.bandit_actions), None)
        self.assignments.clear()
        self.bandit_actions.clear()
        return events


class PythonBandits:
    """The SDK's client (one per process), its configuration replaced at will."""

    def __init__(self) -> None:
        self._recorder = _Recorder()
        self._client = eppo_client.init(
            ClientConfig(api_key="in-process", assignment_logger=self._recorder, poll_interval_seconds=None)
        )

    def load(self, config: Mapping[str, Any], models: Mapping[str, Any]) -> None:
        flags, bandits = (json.dumps(document).encode() for document in (config, models))
        self._client.set_configuration(Configuration(flags_configuration=flags, bandits_configuration=bandits))

    def answer(self, question: Question) -> Answer:
        result = self._client.get_bandit_action_details(
            question.flag,
            question.subject,
            _spelled(question.context),
            {action: _spelled(context) for action, context in question.actions.items()},
            question.default,
        )
        assignment, bandit = self._recorder.taken()
        details = result.evaluation_details
        assert details is not None
        return Answer(
            result.variation,
            result.action,
            details["flagEvaluationCode"],
            details["banditEvaluationCode"],
            comparable(assignment),
            comparable(bandit),
        )


def _spelled(attributes: Attributes) -> Any:
    if isinstance(attributes, Split):
        return ContextAttributes(dict(attributes.numeric), dict(attributes.categorical))
    return dict(attributes)


def readable(drawn: Round) -> dict[str, Any]:
    """Return the configuration with both shapes of ties (*one-shape*)."""
    references = drawn.config.get("banditReferences") or {}
    known = {key: reference["flagVariations"] for key, reference in references.items()}
    return {**drawn.config, "bandits": drawn.config.get("bandits") or known}


def answerable(question: Question) -> Question:
    """Return the question without the values for which the SDK raises (*refused-values*)."""
    actions = {action: _fitting(context) for action, context in question.actions.items()}
    return replace(question, context=_fitting(question.context), actions=actions)


def asked_of_us(question: Question) -> Question:
    """
    Return the question with odd values among the actions, which come to the same as missing ones.

    Among the subject's they do not: flags see them, where the SDK would have raised.
    """
    return replace(question, context=_fitting(question.context))


def as_logged(answer: Answer) -> Answer:
    """Return our answer, its events without the attributes that the SDK refuses or leaves out."""
    return replace(answer, assignment=_stripped(answer.assignment), bandit=_stripped(answer.bandit))


def _fitting(attributes: Attributes) -> Attributes:
    if isinstance(attributes, Split):
        return Split(
            {name: one for name, one in attributes.numeric.items() if isinstance(one, int | float)},
            {name: one for name, one in attributes.categorical.items() if one is not None},
        )
    return {name: one for name, one in attributes.items() if not isinstance(one, list)}


def _stripped(event: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if event is None:
        return None
    return {name: _kept(name, value) if isinstance(value, Mapping) else value for name, value in event.items()}


def _kept(name: str, attributes: Mapping[str, Any]) -> dict[str, Any]:
    numbers_only = name.endswith("NumericAttributes")
    return {
        key: value
        for key, value in attributes.items()
        if isinstance(value, int | float) or (isinstance(value, str) and not numbers_only)
    }
