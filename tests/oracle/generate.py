"""
Draws descriptions of flag files.

Every construct of the language appears often enough for each of its outcomes to be seen; ``test_generator.py`` holds
that.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any

from tests.oracle.description import Description, Environment, Expression, Holdout, Layer, LayerExperiment
from tests.oracle.generate_bandits import draw_bandit
from tests.oracle.generate_flags import FlagDrawer, draw_tags
from tests.oracle.generate_times import Times

_FLAG_KEYS = (
    "new-checkout", "kill switch", "1042", "größe", "日本語", "on", "a/b", "UPPER.case", "emoji-🎉", "x:y",
    "with 'quote'", "null-safe", "true", "flag_with_underscore", "#hash", "0",
)  # fmt: skip
_ENVIRONMENTS: tuple[tuple[str, ...], ...] = ((), ("test",), ("test", "production"), ("dev", "staging", "prod"))
_PARAMETERS = {"sticky_banner": False, "cta": "Shop now", "größe": 3, "share": 0.5, "inner": {"a": [1, "NO", None]}}
_CHANGES: Mapping[str, Mapping[str, Any]] = {
    "no-banner": {"cta": "Sign in"},
    "big": {"größe": 4, "sticky_banner": True},
    "shared": {"inner": [], "share": 1.5},
}


def draw_description(random: Random, now: datetime) -> Description:
    """Return what a set of flag files says; *now* is when it will be asked."""
    times = Times(random, now)
    environments = tuple(_environment(random, key) for key in random.choice(_ENVIRONMENTS))
    audiences: dict[str, Expression] = {}
    holdouts = tuple(_holdout(random, times, key) for key in _some(random, ("2025q1", "long-term", "größe"), 2))
    bandits = tuple(
        draw_bandit(random, key, [one.key for one in environments])
        for key in _some(random, ("shoe-bandit", "hat", "größen-bandit"), 2)
    )
    drawer = FlagDrawer(
        random, times, environments=environments, audiences=audiences, holdouts=holdouts, bandits=bandits
    )
    for name in _some(random, ("paying", "north-america", "staff_2", "beta.users"), 3):
        # Each may name those before it.
        audiences[name] = drawer.condition(depth=2)
    return Description(
        environments=environments,
        audiences=audiences,
        holdouts=holdouts,
        flags=tuple(drawer.flag(key) for key in random.sample(_FLAG_KEYS, random.randint(2, 6))),
        layers=tuple(_layer(random, times, drawer, key) for key in _some(random, ("home-layer", "checkout layer"), 2)),
        bandits=bandits,
    )


def _some(random: Random, names: Sequence[str], most: int) -> list[str]:
    return random.sample(names, random.choice([0, *range(most + 1)]))


def _environment(random: Random, key: str) -> Environment:
    name = key.capitalize() if random.random() < 0.8 else "Größe: 1"
    return Environment(key, name, draw_tags(random, 0.15))


def _holdout(random: Random, times: Times, key: str) -> Holdout:
    window = times.window(scheduled=0.35)
    return Holdout(
        key,
        traffic=random.choice([Fraction(1, 10), Fraction(1, 20), Fraction(3, 10), Fraction(1, 2)]),
        split=random.choice([Fraction(1, 2), Fraction(1, 2), Fraction(1, 4), Fraction(9, 10)]),
        shipped_name=random.choice(["all_shipped", "all_shipped", "all_shipped_variants"]),
        start=window.get("start"),
        end=window.get("end"),
    )


def _layer(random: Random, times: Times, drawer: FlagDrawer, key: str) -> Layer:
    variations = {name: _CHANGES[name] for name in random.sample(sorted(_CHANGES), random.randint(1, 3))}
    names = ["default", *variations]
    opts_out = random.random() < 0.5
    return Layer(
        key=key,
        parameters=_PARAMETERS,
        variations=variations,
        opt_outs=(("opted-out", drawer.condition(depth=1), random.choice(names)),) if opts_out else (),
        experiments=tuple(_layer_experiments(random, times, drawer, names)),
        rollout=random.choice(names) if random.random() < 0.3 else None,
    )


def _layer_experiments(
    random: Random, times: Times, drawer: FlagDrawer, names: Sequence[str]
) -> Iterator[LayerExperiment]:
    edges = sorted(random.sample(range(0, 101, 5), random.randint(2, 4)))
    for number, (start, end) in enumerate(pairwise(edges), 1):
        involved = random.sample(names, random.randint(1, min(2, len(names))))
        window = times.window()
        yield LayerExperiment(
            key=f"allocation-{number}",
            slots=(Fraction(start, 100), Fraction(end, 100)),
            weights=tuple((name, Fraction(1)) for name in involved),
            condition=drawer.condition(depth=1) if random.random() < 0.4 else None,
            start=window.get("start"),
            end=window.get("end"),
            holdouts=drawer.held_by(0.3),
        )
