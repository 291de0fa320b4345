"""Small configurations and the Snapshots made of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from emulator.errors import Problem
from emulator.snapshot import EnvironmentSnapshot, Snapshot, snapshot_of_ufc
from emulator.workspace import Findings

CREATED_AT = "2026-03-01T09:00:00.000Z"


@dataclass
class Shelf:
    """A source of snapshots, to be exchanged as a Workspace exchanges its own: one attribute, whole snapshots."""

    current: Snapshot
    problems: tuple[Problem, ...] = ()
    stale: bool = False
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def findings(self) -> Findings:
        return Findings(self.problems, self.texts)


class BrokenShelf:
    """A source of snapshots that fails, as a bug would."""

    problems = ()
    stale = False

    @property
    def current(self) -> Snapshot:
        raise ZeroDivisionError("a bug")


def flag(key: str, value: str = "on", condition: str = "US") -> dict[str, Any]:
    return {
        "key": key,
        "enabled": True,
        "variationType": "STRING",
        "variations": {value: {"key": value, "value": value}},
        "allocations": [
            {
                "key": "allocation-1",
                "rules": [{"conditions": [{"attribute": "country", "operator": "ONE_OF", "value": [condition]}]}],
                "splits": [{"variationKey": value, "shards": [], "extraLogging": {"team": "growth"}}],
                "doLog": True,
            }
        ],
        "totalShards": 10000,
    }


def config(*flags: dict[str, Any], name: str = "Test", **members: Any) -> dict[str, Any]:
    return {
        "createdAt": CREATED_AT,
        "format": "SERVER",
        "environment": {"name": name},
        "flags": {one["key"]: one for one in flags},
        "banditReferences": {},
        **members,
    }


def bandit_config(version: str) -> dict[str, Any]:
    """A flag that a bandit decides, in both shapes that SDKs read, all stamped with *version*."""
    entry = {"key": "hats", "flagKey": "hat", "variationKey": "hats", "variationValue": "hats"}
    reference = {"modelVersion": version, "flagVariations": [{**entry, "allocationKey": "allocation-1"}]}
    flags = [flag("hat", "hats"), *(flag(f"filler-{number}", version) for number in range(20))]
    return config(*flags, bandits={"hats": [entry]}, banditReferences={"hats": reference})


def bandit_models(version: str) -> dict[str, Any]:
    model = {
        "banditKey": "hats",
        "modelName": "falcon",
        "modelVersion": version,
        "updatedAt": CREATED_AT,
        "modelData": {"gamma": 1.0, "defaultActionScore": 0.0, "actionProbabilityFloor": 0.0, "coefficients": {}},
    }
    return {"updatedAt": CREATED_AT, "environment": {"name": "Test"}, "bandits": {"hats": model}}


def bandit_snapshot(number: int) -> Snapshot:
    """Revision *number*, whose models and references say ``v<number>``."""
    version = f"v{number}"
    served = snapshot_of_ufc(json.dumps(bandit_config(version)), json.dumps(bandit_models(version)), CREATED_AT)
    return replace(served, revision=number)


def environment(
    key: str, document: dict[str, Any], *, sdk_keys: Sequence[str] = (), client_tokens: Sequence[str] = ()
) -> EnvironmentSnapshot:
    (served,) = snapshot_of_ufc(json.dumps(document), None, CREATED_AT).environments
    keys = {"sdk_keys": tuple(sdk_keys), "client_tokens": tuple(client_tokens)}
    return replace(served, key=key, accepts_any_key=False, **keys)


def snapshot(*environments: EnvironmentSnapshot, revision: int = 1) -> Snapshot:
    return Snapshot(revision, CREATED_AT, environments)


def anybody(*flags: dict[str, Any]) -> Snapshot:
    """One environment that takes every key, as where no file declares any."""
    return snapshot_of_ufc(json.dumps(config(*flags)), None, CREATED_AT)


def two_environments(revision: int = 1, test_value: str = "on") -> Snapshot:
    """``test`` with the keys ``local-test`` and ``test-token`` (a client token), and ``production`` with its own."""
    return snapshot(
        environment(
            "test",
            config(flag("banner", test_value), flag("team/nested"), name="Test"),
            sdk_keys=["local-test"],
            client_tokens=["test-token"],
        ),
        environment(
            "production",
            config(flag("banner", "off"), name="Production"),
            sdk_keys=["local-production", "no.dots?here&", "foreign.Y3M9YWJj"],
        ),
        revision=revision,
    )
