"""The real eppo-server-sdk 4 as one side of the comparison."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import eppo_client
from eppo_client import AssignmentLogger, ClientConfig, Configuration

from tests.differential.flag_answers import Answer, comparable, with_doubles
from tests.differential.flag_questions import DEFAULTS, Question

# D-DET-2: the Rust core's own code for a value that does not suit, and for a flag that it cannot read.
_CODES = {"UNEXPECTED_CONFIGURATION_ERROR": "ASSIGNMENT_ERROR"}


class _Recorder(AssignmentLogger):
    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def log_assignment(self, event: dict[str, Any]) -> None:
        self.events.append(event)

    def taken(self) -> dict[str, Any] | None:
        """Return the one event since the last time, if there was one."""
        assert len(self.events) < 2
        return self.events.pop() if self.events else None


class PythonFlags:
    """The SDK's client (one per process), its configuration replaced at will."""

    def __init__(self) -> None:
        self._recorder = _Recorder()
        self._config: Mapping[str, Any] = {}
        self._client = eppo_client.init(
            ClientConfig(api_key="in-process", assignment_logger=self._recorder, poll_interval_seconds=None)
        )

    def load(self, config: Mapping[str, Any]) -> None:
        self._config = config
        self._client.set_configuration(Configuration(flags_configuration=json.dumps(config).encode()))

    def answer(self, question: Question) -> Answer:
        ask = getattr(self._client, f"get_{question.kind.lower()}_assignment_details")
        result = ask(question.flag, question.subject, dict(question.attributes), DEFAULTS[question.kind])
        told = result.evaluation_details
        allocations = told["allocations"]
        return Answer(
            result.variation,
            type(result.variation).__name__,
            _CODES.get(told["flagEvaluationCode"], told["flagEvaluationCode"]),
            told["variationKey"],
            [(one["key"], one["allocationEvaluationCode"]) for one in allocations],
            self._rule(question.flag, allocations),
            told["flagEvaluationDescription"],
            comparable(self._recorder.taken()),
        )

    def _rule(self, flag: str, allocations: list[Mapping[str, Any]]) -> Any:
        """Return the rule that matched, as it stands in the configuration."""
        matched = next((one for one in allocations if one["allocationEvaluationCode"] == "MATCH"), None)
        places = [place for place, rule in enumerate(matched["evaluatedRules"]) if rule["matched"]] if matched else []
        if matched is None or not places:
            return None
        return self._config["flags"][flag]["allocations"][matched["orderPosition"] - 1]["rules"][places[0]]


def as_comparable(answer: Answer) -> Answer:
    """Return our answer as this SDK gives it: numbers in events are doubles (D-EVT-7)."""
    return replace(answer, event=with_doubles(answer.event))
