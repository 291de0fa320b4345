"""
The real eppo-server-sdk 4, its answers in the shape of the public test cases.

Its own details say more, in another shape (evaluated rules and splits per allocation); this is the flat part of them.
They print numbers of conditions as text and null as an empty list, so rules and values are taken from where they stand
as they are: the configuration and the answer.
"""

import json
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import eppo_client
from eppo_client import AssignmentLogger, ClientConfig, Configuration

SDK_NAME = "eppo-server-sdk"

_GETTERS = {
    "BOOLEAN": "get_boolean_assignment_details",
    "STRING": "get_string_assignment_details",
    "INTEGER": "get_integer_assignment_details",
    "NUMERIC": "get_numeric_assignment_details",
    "JSON": "get_json_assignment_details",
}
_COPIED = (
    "environmentName",
    "flagEvaluationCode",
    "flagEvaluationDescription",
    "banditKey",
    "banditAction",
    "variationKey",
)


def sdk_version() -> str:
    return version(SDK_NAME)


class PythonSdk:
    """One client with one configuration, which never polls."""

    def __init__(self, config: bytes) -> None:
        self._flags: Mapping[str, Any] = json.loads(config)["flags"]
        self._client = eppo_client.init(
            ClientConfig(
                api_key="in-process",
                assignment_logger=AssignmentLogger(),
                poll_interval_seconds=None,
                initial_configuration=Configuration(flags_configuration=config),
            )
        )

    def answer(self, flag: str, kind: str, subject: str, attributes: Mapping[str, Any], default: Any) -> dict[str, Any]:
        """Return ``assignment`` and ``evaluationDetails`` as a public test case holds them."""
        ask = getattr(self._client, _GETTERS[kind])
        result = ask(flag, subject, dict(attributes), default)
        details = result.evaluation_details
        served = result.variation if details["flagEvaluationCode"] == "MATCH" else None
        return {"assignment": result.variation, "evaluationDetails": self._flat(flag, details, served)}

    def _flat(self, flag: str, details: Mapping[str, Any], served: Any) -> dict[str, Any]:
        allocations = details["allocations"]
        matched = next((one for one in allocations if one["allocationEvaluationCode"] == "MATCH"), None)
        tried = [one for one in allocations if one is not matched and not _is_unevaluated(one)]
        return {
            **{name: details[name] for name in _COPIED},
            "variationValue": served,
            "matchedRule": None if matched is None else self._matched_rule(flag, matched),
            "matchedAllocation": None if matched is None else _brief(matched),
            "unmatchedAllocations": [_brief(one) for one in tried],
            "unevaluatedAllocations": [_brief(one) for one in allocations if _is_unevaluated(one)],
        }

    def _matched_rule(self, flag: str, allocation: Mapping[str, Any]) -> Any:
        """Return the first rule that holds, as it stands in the configuration; None for an allocation without rules."""
        places = [place for place, rule in enumerate(allocation["evaluatedRules"]) if rule["matched"]]
        configured = self._flags[flag]["allocations"][allocation["orderPosition"] - 1]
        return configured["rules"][places[0]] if places else None


def _brief(allocation: Mapping[str, Any]) -> dict[str, Any]:
    return {name: allocation[name] for name in ("key", "allocationEvaluationCode", "orderPosition")}


def _is_unevaluated(allocation: Mapping[str, Any]) -> bool:
    return bool(allocation["allocationEvaluationCode"] == "UNEVALUATED")
