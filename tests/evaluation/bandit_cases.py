"""The bandit cases of ``sdk_testdata/bandits``, as recorded from real SDKs, and small models to write by hand."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emulator.evaluation.bandit_model import BanditModel, prepare_model

RECORDED: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "sdk_testdata" / "bandits" / "observed.json").read_text(encoding="utf-8")
)
RUST = "eppo-server-sdk 4.4.1"
JAVASCRIPT = "@eppo/node-server-sdk 3.10.2"


def recorded(*prefixes: str) -> dict[str, dict[str, Any]]:
    """Return the recorded cases whose id starts with one of *prefixes*, by id."""
    return {case["id"]: case for case in RECORDED["cases"] if case["id"].startswith(prefixes)}


def coefficients(
    intercept: float = 0.0,
    *,
    subject_numeric: Mapping[str, tuple[float, float]] | None = None,
    subject_categorical: Mapping[str, tuple[Mapping[str, float], float]] | None = None,
    action_numeric: Mapping[str, tuple[float, float]] | None = None,
    action_categorical: Mapping[str, tuple[Mapping[str, float], float]] | None = None,
) -> dict[str, Any]:
    """Return an action's coefficients as they travel; each pair ends with the coefficient for missing values."""
    return {
        "actionKey": "as in the map",
        "intercept": intercept,
        "subjectNumericCoefficients": _numeric(subject_numeric),
        "subjectCategoricalCoefficients": _categorical(subject_categorical),
        "actionNumericCoefficients": _numeric(action_numeric),
        "actionCategoricalCoefficients": _categorical(action_categorical),
    }


def wire_model(
    actions: Mapping[str, Any] | None = None, *, gamma: float = 1.0, default: float = 0.0, floor: float = 0.0
) -> dict[str, Any]:
    """Return a model as it travels."""
    return {
        "banditKey": "bandit",
        "modelName": "falcon",
        "modelVersion": "v1",
        "updatedAt": "2025-01-01T00:00:00.000Z",
        "modelData": {
            "gamma": gamma,
            "defaultActionScore": default,
            "actionProbabilityFloor": floor,
            "coefficients": dict(actions or {}),
        },
    }


def model(
    actions: Mapping[str, Any] | None = None, *, gamma: float = 1.0, default: float = 0.0, floor: float = 0.0
) -> BanditModel:
    prepared = prepare_model("bandit", wire_model(actions, gamma=gamma, default=default, floor=floor))
    assert isinstance(prepared, BanditModel), prepared
    return prepared


def _numeric(pairs: Mapping[str, tuple[float, float]] | None) -> list[dict[str, Any]]:
    return [
        {"attributeKey": name, "coefficient": worth, "missingValueCoefficient": missing}
        for name, (worth, missing) in (pairs or {}).items()
    ]


def _categorical(pairs: Mapping[str, tuple[Mapping[str, float], float]] | None) -> list[dict[str, Any]]:
    return [
        {"attributeKey": name, "valueCoefficients": dict(values), "missingValueCoefficient": missing}
        for name, (values, missing) in (pairs or {}).items()
    ]
