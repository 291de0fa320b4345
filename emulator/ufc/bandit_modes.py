"""
Models that decide by themselves: one action pinned, all actions alike, nothing learned yet.

They are ordinary models, so every SDK follows them. Source: authoring.md section 3.7, tried with Python and Node on
thousands of subjects.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Literal

from emulator.ufc.encode import canonical

ModelData = dict[str, Any]
TestMode = Literal["cold-start", "uniform"]

# gamma * (best - score) overflows to infinity, and 1 / (n + ∞) is exactly 0: the other actions get no weight at all,
# where a merely large gamma would leak one subject in ten thousand.
_OVERFLOW = 1e308


def pinned(action: str) -> ModelData:
    """Return a model that gives everybody *action* whenever it is offered; without it the offered ones are alike."""
    coefficients = {
        "actionKey": action,
        "intercept": _OVERFLOW,
        "subjectNumericCoefficients": [],
        "subjectCategoricalCoefficients": [],
        "actionNumericCoefficients": [],
        "actionCategoricalCoefficients": [],
    }
    return {
        "gamma": _OVERFLOW,
        "defaultActionScore": 0,
        "actionProbabilityFloor": 0,
        "coefficients": {action: coefficients},
    }


def pinned_action(data: Mapping[str, Any]) -> str | None:
    """Return the action that the model *data* pins, or None for any other model."""
    coefficients = data.get("coefficients")
    if not isinstance(coefficients, Mapping) or len(coefficients) != 1:
        return None
    (action,) = coefficients
    return action if data == pinned(action) else None


def uniform(data: ModelData) -> ModelData:
    """Return *data* with every weight exactly 1/n, whatever the scores."""
    return {**data, "gamma": 0, "actionProbabilityFloor": 0}


def cold_start(data: ModelData) -> ModelData:
    """Return *data* before anything is learned: no action has coefficients."""
    return {**data, "coefficients": {}}


MODES: Mapping[str, Callable[[ModelData], ModelData]] = {"cold-start": cold_start, "uniform": uniform}


def content_version(bandit: str, data: Mapping[str, Any]) -> str:
    """
    Return a version that names bandit and content.

    SDKs reload models only for versions they do not hold, and compare versions across all bandits.
    """
    return f"{bandit}-{hashlib.sha256(canonical(data)).hexdigest()[:12]}"
