"""
What a bandit picks, in the words of evaluation.md §5.3 and authoring.md §3.7.

``weights_of`` says how likely each offered action is; ``picked`` says which one a subject gets.
"""

import math
from collections.abc import Mapping

from tests.oracle.description import (
    ActionModel,
    Bandit,
    BanditOverlay,
    CategoricalCoefficient,
    Coefficient,
    NumericCoefficient,
)
from tests.oracle.shares import number_of
from tests.oracle.truth import Attributes, text_of

_SHARDS = 10_000


def weights_of(
    bandit: Bandit, environment: str, subject: Attributes, actions: Mapping[str, Attributes]
) -> dict[str, float]:
    """
    Return the probability of each offered action.

    A pinned action that is offered gets everything; without it, or in the uniform mode, or without any coefficients
    (a cold start, where all score alike), everybody is equally likely.
    """
    overlay = bandit.environments.get(environment, BanditOverlay())
    # A mode and a pin exclude each other, so an environment that chooses a mode lifts the pin.
    pin = overlay.pin or (bandit.pin if overlay.mode is None else None)
    if pin in actions:
        return {action: float(action == pin) for action in actions}
    if pin or (overlay.mode or bandit.mode) != "model":
        return dict.fromkeys(actions, 1 / len(actions))
    return _by_score({action: _score(bandit, action, subject, given) for action, given in actions.items()}, bandit)


def picked(flag: str, subject: str, weights: Mapping[str, float]) -> set[str]:
    """Return the action where the running sum passes the subject's shard; two where rounding decides."""
    place = number_of(f"{flag}-{subject}", _SHARDS) / _SHARDS
    in_order = sorted(weights, key=lambda action: (number_of(f"{flag}-{subject}-{action}", _SHARDS), action))
    return {_first_past(place + nudge, in_order, weights) for nudge in (-1e-9, 0.0, 1e-9)}


def _first_past(place: float, in_order: list[str], weights: Mapping[str, float]) -> str:
    reached = 0.0
    for action in in_order:
        reached += weights[action]
        if reached > place:
            return action
    return in_order[-1]


def _by_score(scores: Mapping[str, float], bandit: Bandit) -> dict[str, float]:
    count = len(scores)
    best = min(scores, key=lambda action: (-scores[action], action))
    others = {
        action: max(bandit.floor / count, 1 / (count + bandit.gamma * (scores[best] - score)))
        for action, score in scores.items()
        if action != best
    }
    return others | {best: max(0.0, 1 - sum(others.values()))}


def _score(bandit: Bandit, action: str, subject: Attributes, given: Attributes) -> float:
    model = bandit.actions.get(action)
    return bandit.default_score if model is None else model.intercept + _points(model, subject, given)


def _points(model: ActionModel, subject: Attributes, given: Attributes) -> float:
    return math.fsum(
        _point(one, attributes.get(one.attribute))
        for coefficients, attributes in ((model.subject, subject), (model.action, given))
        for one in coefficients
    )


def _point(coefficient: Coefficient, value: object) -> float:
    """Numbers are numeric, texts and booleans categorical; each kind of coefficient sees only its own."""
    match coefficient, value:
        case CategoricalCoefficient(_, values, missing), str() | bool():
            return values.get(text_of(value), missing)
        case NumericCoefficient(_, per_unit, _), int() | float() if not isinstance(value, bool):
            return value * per_unit
        case _:
            return coefficient.missing
