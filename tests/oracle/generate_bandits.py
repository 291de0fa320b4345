"""
Draws bandits with models, modes and pins, and the actions that are offered to them.

All numbers are multiples of an eighth: sums are exact in any order, so equal scores are equal in every SDK.
"""

from collections.abc import Sequence
from random import Random
from typing import Any

from tests.oracle.description import (
    ActionModel,
    Bandit,
    BanditOverlay,
    CategoricalCoefficient,
    Coefficient,
    NumericCoefficient,
)

_ACTIONS = ("nike", "adidas", "puma", "größe", "NO", "1042")


def draw_bandit(random: Random, key: str, environments: Sequence[str]) -> Bandit:
    """Return a bandit named *key* that some of *environments* change."""
    known = random.sample(_ACTIONS, random.randint(1, 4))
    overlays = {environment: _overlay(random, known) for environment in environments if random.random() < 0.5}
    pinned = random.random() < 0.15
    return Bandit(
        key=key,
        gamma=random.choice([1.0, 0.0, 2.5, 10]),
        default_score=random.choice([0.0, 1.5, -1]),
        floor=random.choice([0.0, 0.1, 0.5]),
        mode="model" if pinned else random.choice(["model", "model", "model", "uniform", "cold-start"]),
        pin=random.choice(known) if pinned else None,
        actions={action: _model(random) for action in known},
        environments=overlays,
    )


def _overlay(random: Random, known: Sequence[str]) -> BanditOverlay:
    modes = (BanditOverlay(mode="uniform"), BanditOverlay(mode="cold-start"))
    return random.choice([*modes, BanditOverlay(pin=random.choice(known))])


def draw_offer(random: Random) -> dict[str, dict[str, Any]]:
    """Return one to five actions, some unknown to every model, with their attributes."""
    offered = random.sample((*_ACTIONS, "unheard-of"), random.randint(1, 5))
    return {action: _attributes(random, ("brand_affinity", "colour")) for action in offered}


def draw_context(random: Random) -> dict[str, Any]:
    """Return what a bandit may know of a subject."""
    return _attributes(random, ("account_age", "gender", "vip"))


def _attributes(random: Random, names: Sequence[str]) -> dict[str, Any]:
    return {name: random.choice([1.0, -2.5, 3, "female", "NO", "red", True]) for name in names if random.random() < 0.7}


def _model(random: Random) -> ActionModel:
    return ActionModel(
        intercept=random.choice([0.0, 1.0, 1.125, -0.375]),
        subject=_coefficients(random, ("account_age", "gender", "vip")),
        action=_coefficients(random, ("brand_affinity", "colour")),
    )


def _coefficients(random: Random, names: Sequence[str]) -> tuple[Coefficient, ...]:
    return tuple(_coefficient(random, name) for name in names if random.random() < 0.5)


def _coefficient(random: Random, name: str) -> Coefficient:
    missing = random.choice([0.0, 0.0, 2.25, -0.125])
    if random.random() < 0.5:
        return NumericCoefficient(name, random.choice([0.375, 1.0, -2]), missing)
    return CategoricalCoefficient(name, {"female": 0.5, "NO": -0.5, "true": random.choice([1, 0.25])}, missing)
