"""The real Python SDK, handed configurations in process, its answers said in the oracle's terms. Nothing polls."""

from collections.abc import Mapping
from typing import Any

import eppo_client
from eppo_client import AssignmentLogger, ClientConfig, Configuration

from emulator.snapshot import EnvironmentSnapshot
from tests.oracle.description import FlagType
from tests.oracle.interpret import Answer

# What a caller passes; details tell apart a served value that happens to be the same.
CALLERS_DEFAULTS: Mapping[FlagType, Any] = {
    "boolean": False,
    "string": "the caller's default",
    "integer": -987_654,
    "numeric": -98.765,
    "json": {"the caller's": "default"},
}
_EVENT_FIELDS = (
    "featureFlag allocation experiment variation metaData subject subjectAttributes timestamp evaluationDetails"
)
_OWN_EVENT_FIELDS = frozenset(_EVENT_FIELDS.split(" "))


class _Recorder(AssignmentLogger):
    """Keeps what the SDK logs since it was cleared."""

    def __init__(self) -> None:
        self.assignments: list[dict[str, Any]] = []
        self.bandit_actions: list[dict[str, Any]] = []

    def log_assignment(self, event: dict[str, Any]) -> None:
        self.assignments.append(event)

    def log_bandit_action(self, event: dict[str, Any]) -> None:
        self.bandit_actions.append(event)

    def clear(self) -> None:
        self.assignments.clear()
        self.bandit_actions.clear()


class PythonSdk:
    """The SDK's client (one per process), its configuration replaced at will."""

    def __init__(self) -> None:
        self._recorder = _Recorder()
        self._client = eppo_client.init(
            ClientConfig(api_key="in-process", assignment_logger=self._recorder, poll_interval_seconds=None)
        )

    def load(self, served: EnvironmentSnapshot) -> None:
        self._client.set_configuration(
            Configuration(flags_configuration=served.plain.body, bandits_configuration=served.bandits.body)
        )

    def assignment(self, flag: str, kind: FlagType, subject: str, attributes: Mapping[str, Any]) -> Answer:
        """Return what is served and logged; whether the logged event names everything right is checked too."""
        self._recorder.clear()
        ask = getattr(self._client, f"get_{kind}_assignment_details")
        result = ask(flag, subject, dict(attributes), CALLERS_DEFAULTS[kind])
        details = result.evaluation_details
        variation = details["variationKey"]
        if variation is None:
            assert result.variation == CALLERS_DEFAULTS[kind]
            assert not self._recorder.assignments
            return Answer()
        (matched,) = [one["key"] for one in details["allocations"] if one["allocationEvaluationCode"] == "MATCH"]
        for event in self._recorder.assignments:
            named = (
                event["featureFlag"],
                event["allocation"],
                event["experiment"],
                event["variation"],
                event["subject"],
            )
            assert named == (flag, matched, f"{flag}-{matched}", variation, subject)
        extra = {
            name: value
            for event in self._recorder.assignments
            for name, value in event.items()
            if name not in _OWN_EVENT_FIELDS
        }
        return Answer(variation, result.variation, matched, len(self._recorder.assignments) == 1, extra)

    def bandit_action(
        self, flag: str, subject: str, context: Mapping[str, Any], actions: Mapping[str, Mapping[str, Any]]
    ) -> tuple[str, str | None, dict[str, Any] | None]:
        """Return the variation, the action, and the bandit event if there is one."""
        self._recorder.clear()
        offered = {action: dict(attributes) for action, attributes in actions.items()}
        result = self._client.get_bandit_action(flag, subject, dict(context), offered, CALLERS_DEFAULTS["string"])
        events = self._recorder.bandit_actions
        return result.variation, result.action, events[0] if events else None
