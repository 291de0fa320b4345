"""
What one subject gets on one page: as a precomputed client reads it, as the same emulator evaluates it in process, and
as the real Python SDK answers from the configuration that this emulator serves.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator import Emulator
from emulator.evaluation.attributes import text_of
from emulator.sdk_keys import mint_key
from emulator.snapshot import EnvironmentSnapshot
from tests.oracle.interpret import Answer
from tests.oracle.python_sdk import CALLERS_DEFAULTS, PythonSdk

Given = Mapping[str, Any]
Actions = Mapping[str, Mapping[str, Any]]

# What the client itself leaves out of what it logs, and what no two clients could have in common.
_MOMENTS = ("timestamp", "metaData")
_NOT_THERE = "no-such-flag"
# Its attributes of the subject tell nothing: js-client-sdk-common 4.14.4 fills them with those of the action.
_BANDIT_FIELDS = {
    "featureFlag": "flagKey",
    "bandit": "banditKey",
    "subject": "subject",
    "action": "action",
    "actionProbability": "actionProbability",
    "optimalityGap": "optimalityGap",
    "modelVersion": "modelVersion",
    "actionNumericAttributes": "actionNumericAttributes",
}


@dataclass(frozen=True, slots=True)
class Visit:
    """*offers* are the actions for bandits, by the key of the flag."""

    emulator: Emulator
    environment: EnvironmentSnapshot
    subject: str
    attributes: Mapping[str, Any]
    offers: Mapping[str, Actions] = field(default_factory=dict)

    @property
    def kinds(self) -> dict[str, str]:
        """The type of every flag that is served, and of one that is not."""
        flags: Mapping[str, Any] = self.environment.config["flags"]
        return {key: flag["variationType"] for key, flag in flags.items()} | {_NOT_THERE: "STRING"}

    def message(self) -> dict[str, Any]:
        """Return what makes the client fetch, ask for every flag, and for an action of each flag with an offer."""
        return {
            "do": "visit",
            "baseUrl": self.emulator.base_url,
            "key": mint_key(self.emulator.url, self.environment.key),
            "subject": self.subject,
            "attributes": self.attributes,
            "actions": self.offers or None,
            "questions": [{"flag": key, "type": kind, "default": default_of(kind)} for key, kind in self.kinds.items()],
            "bandits": [{"flag": key, "default": default_of("STRING")} for key in self.offers],
        }

    def differences(self, given: Given, sdk: PythonSdk) -> Iterator[str]:
        """Yield where the client's answer is not ours, or ours is not that of the Python SDK."""
        wanted = {"environment": self.environment.name, "format": "PRECOMPUTED"}
        if {name: given[name] for name in wanted} != wanted:
            yield f"fetched {given}"
        sdk.load(self.environment)
        for (key, kind), one in zip(self.kinds.items(), given["assigned"], strict=True):
            yield from self._about_flag(sdk, key, kind, one)
        for key, one in zip(self.offers, given["chosen"], strict=True):
            yield from self._about_bandit(sdk, key, one)

    def _about_flag(self, sdk: PythonSdk, flag: str, kind: str, given: Given) -> Iterator[str]:
        ours = self.emulator.evaluate(
            flag,
            self.subject,
            self.attributes,
            type=kind,
            default=default_of(kind),
            environment=self.environment.key,
        )
        expected = {"value": ours.variation, "assignments": _logged(ours.events), "banditActions": []}
        if not _same(given, expected):
            yield f"{self._about(flag)}\n  the client {given}\n  we         {expected}"
        theirs = sdk.assignment(flag, kind.lower(), self.subject, self.attributes)  # type: ignore[arg-type]  # a literal
        if not _tells(given, theirs, kind):
            yield f"{self._about(flag)}\n  the client     {given}\n  the Python SDK {theirs}"

    def _about_bandit(self, sdk: PythonSdk, flag: str, given: Given) -> Iterator[str]:
        actions = self.offers[flag]
        ours = self.emulator.evaluate(
            flag,
            self.subject,
            self.attributes,
            actions=actions,
            default=default_of("STRING"),
            environment=self.environment.key,
        )
        expected = {
            "variation": ours.variation,
            "action": ours.action,
            "assignments": _logged(ours.events),
            "banditActions": [_chosen(event) for event in (ours.events["bandit"],) if event is not None],
        }
        told = {**given, "banditActions": [_read(event) for event in given["banditActions"]]}
        if not _same(told, expected):
            yield f"{self._about(flag)}\n  the client {told}\n  we         {expected}"
        variation, action, event = sdk.bandit_action(flag, self.subject, self.attributes, actions)
        probabilities = [one["actionProbability"] for one in (*given["banditActions"], *([event] if event else []))]
        if (given["variation"], given["action"]) != (variation, action) or not _close(probabilities):
            yield f"{self._about(flag)}\n  the client     {given}\n  the Python SDK {variation}, {action}, {event}"

    def _about(self, flag: str) -> str:
        return f"flag {flag!r} in {self.environment.key!r} for {self.subject!r} with {self.attributes} {self.offers}"


def default_of(kind: str) -> Any:
    return next(default for name, default in CALLERS_DEFAULTS.items() if name.upper() == kind)


def bandit_flags(environment: EnvironmentSnapshot) -> set[str]:
    """Return the flags with a bandit behind them."""
    references: Mapping[str, Any] = environment.config["banditReferences"]
    return {tie["flagKey"] for reference in references.values() for tie in reference["flagVariations"]}


def _logged(events: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return our assignment event, if there is one, in the words of the client."""
    event = events["assignment"]
    if event is None:
        return []
    return [{**{name: one for name, one in event.items() if name not in _MOMENTS}, "format": "PRECOMPUTED"}]


def _chosen(event: Given) -> dict[str, Any]:
    """Return our bandit event in the words of the client, which knows categories as texts only."""
    categories = {name: text_of(one) for name, one in event["actionCategoricalAttributes"].items()}
    told = {theirs: event[ours] for theirs, ours in _BANDIT_FIELDS.items()}
    return {**told, "actionCategoricalAttributes": {name: one for name, one in categories.items() if one is not None}}


def _read(event: Given) -> dict[str, Any]:
    return {name: event[name] for name in (*_BANDIT_FIELDS, "actionCategoricalAttributes")}


def _same(given: Given, expected: Given) -> bool:
    """Compare as JSON does: true is no number, whatever Python says."""
    value, other = given.get("value"), expected.get("value")
    return given == expected and isinstance(value, bool) is isinstance(other, bool)


def _tells(given: Given, theirs: Answer, kind: str) -> bool:
    """Tell whether the client gave and logged what the Python SDK did."""
    value = default_of(kind) if theirs.variation is None else theirs.value
    logged = [(one["variation"], one["allocation"]) for one in given["assignments"]]
    extra = [{name: one[name] for name in theirs.extra_logging} for one in given["assignments"]]
    expected = [(theirs.variation, theirs.allocation)] if theirs.logged else []
    return bool(given["value"] == value and logged == expected and extra == [theirs.extra_logging] * len(expected))


def _close(probabilities: list[float]) -> bool:
    """Tell whether there are two equal ones, or none at all; sums may differ in their last bit."""
    return not probabilities or (len(probabilities) == 2 and math.isclose(*probabilities, rel_tol=1e-9))
