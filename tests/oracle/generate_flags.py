"""Draws flags: their waterfall, their overrides, and what environments replace of them."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import accumulate, pairwise
from random import Random
from typing import TypedDict

from tests.oracle.description import (
    EVERYBODY,
    UNSET,
    Action,
    Allocation,
    Bandit,
    Environment,
    Exact,
    ExactSplit,
    Experiment,
    Expression,
    Flag,
    FlagType,
    Gate,
    Holdout,
    Overlay,
    Shipped,
    Slots,
    Switchback,
    Unset,
    Variation,
)
from tests.oracle.generate_conditions import CITIES, MOST_RULES, draw_condition, rule_count
from tests.oracle.generate_times import Times, Window
from tests.oracle.generate_values import draw_variations
from tests.oracle.shares import Weights, sticky_ranges

SUBJECTS = ("qa-robot", "1042", "ünï-ço∂é", "ann@acme.com", "007", "日本", "a b", "user-1", "user-2", "user-3")
TAGS = ("backend", "web", "on")

_ALLOCATION_KEYS = (
    "staff", "allocation-7", "allocation-84", "rollout", "beta users", "größer", "x-1", "42", "holdout", "a-b", "on",
    "NO", "traffic", "split", "eu: all", "🎉",
)  # fmt: skip
_SALTS = ("s", "9f1c", "old-flag-7", "007", "größe", "a b", "-", "x-traffic")
_LOGGED = {
    "squad": "growth",
    "owner": "NO",
    "release": "1.10",
    "größe": "äöü",
    "note": "a, b: c # d",
    "on": "off",
    "n": "007",
}
_TOTALS = (10_000,) * 12 + (100, 1_000, 12_345, 65_536, 1_000_000, 137)
_EXPOSURES = tuple(Fraction(part, 10_000) for part in (0, 1000, 2000, 3333, 5000, 6000, 8000, 9999, 1234))


class _Salts(TypedDict, total=False):
    salt: str
    traffic_salt: str
    split_salt: str


class _Basics(TypedDict):
    key: str
    type: FlagType
    variations: tuple[Variation, ...]
    shards: int
    status_quo: str | None


class FlagDrawer:
    """Draws flags that know of the same environments, audiences, holdouts, bandits and groups of slots."""

    def __init__(
        self,
        random: Random,
        times: Times,
        *,
        environments: Sequence[Environment],
        audiences: Mapping[str, Expression],
        holdouts: Sequence[Holdout],
        bandits: Sequence[Bandit],
    ) -> None:
        self._random = random
        self._times = times
        self._environments = environments
        self._audiences = audiences
        self._holdouts = holdouts
        self._bandits = bandits
        # Tenths of the subjects that each group has given away.
        self._slots_taken: dict[str, int] = {}

    def flag(self, key: str) -> Flag:
        kind, variations = self._values()
        basics: _Basics = {
            "key": key,
            "type": kind,
            "variations": variations,
            "shards": self._random.choice(_TOTALS),
            "status_quo": variations[0].key if self._chance(0.6) else None,
        }
        draft = Flag(**basics)
        enabled = not self._chance(0.07)
        return Flag(
            **basics,
            allocations=self._allocations(draft),
            serve=self._variation(draft) if self._chance(0.6) else None,
            overrides=self._overrides(draft),
            environments={one.key: self._overlay(draft) for one in self._environments if self._chance(0.4)},
            enabled=enabled,
            archived=self._chance(0.04),
            kept_when_disabled=not enabled and self._chance(0.5),
            tags=draw_tags(self._random, 0.7),
            entity=self._random.choice([None, None, 1, 42]),
        )

    def condition(self, depth: int = 3) -> Expression:
        """Return a condition that multiplies out to a moderate number of rules."""
        while True:
            drawn = draw_condition(self._random, tuple(self._audiences), depth)
            if rule_count(drawn, self._audiences) <= MOST_RULES:
                return drawn

    def held_by(self, probability: float) -> tuple[str, ...]:
        """Return keys of holdouts that keep people from something, mostly none."""
        if not self._holdouts or not self._chance(probability):
            return ()
        keys = [holdout.key for holdout in self._holdouts]
        return tuple(self._random.sample(keys, self._random.randint(1, len(keys))))

    def _chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def _values(self) -> tuple[FlagType, tuple[Variation, ...]]:
        if self._bandits and self._chance(0.6):
            taken_over = (Variation(one.key, one.key, bandit=one.key) for one in self._bandits)
            return "string", (Variation("control", "control", "control"), *taken_over)
        kinds: tuple[FlagType, ...] = ("boolean", "string", "string", "integer", "numeric", "json")
        kind = self._random.choice(kinds)
        return kind, draw_variations(self._random, kind)

    def _variation(self, flag: Flag) -> str:
        return self._random.choice(flag.variations).key

    def _overrides(self, flag: Flag) -> dict[str, str]:
        subjects = self._random.sample(SUBJECTS, self._random.choice([0, 0, 0, 1, 2, 3]))
        return {subject: self._variation(flag) for subject in subjects}

    def _overlay(self, flag: Flag) -> Overlay:
        serve: str | Unset | None = UNSET
        if self._chance(0.4):
            serve = self._variation(flag) if self._chance(0.6) else None
        return Overlay(
            enabled=self._random.choice([None, None, None, True, False]),
            allocations=self._allocations(flag) if self._chance(0.4) else None,
            serve=serve,
            overrides=self._overrides(flag) if self._chance(0.3) else None,
        )

    def _allocations(self, flag: Flag) -> tuple[Allocation, ...]:
        keys = self._random.sample(_ALLOCATION_KEYS, self._random.choice([0, 1, 2, 3, 4]))
        return tuple(self._allocation(flag, key) for key in keys)

    def _allocation(self, flag: Flag, key: str) -> Allocation:
        action = self._action(flag)
        condition = self.condition() if self._chance(0.65) else None
        rolls_out = self._chance(0.2) and not isinstance(action, Switchback)
        return Allocation(
            key=key,
            action=action,
            condition=condition,
            traffic=EVERYBODY if rolls_out or self._chance(0.5) else self._random.choice(_EXPOSURES),
            phases=self._times.phases() if rolls_out else (),
            exclusive=self._slots() if self._chance(0.15) else None,
            holdouts=self.held_by(0.45) if flag.status_quo else (),
            logged=not self._chance(0.15),
            extra_logging=self._extra_logging(),
            **({} if rolls_out else self._window(action)),
            **self._salts(action),
        )

    def _window(self, action: Action) -> Window:
        if not isinstance(action, Switchback):
            return self._times.window()
        start, end = self._times.switchback(action.minutes)
        return {"start": start, "end": end}

    def _action(self, flag: Flag) -> Action:
        kinds = ["gate", "gate", "experiment", "experiment", "experiment", "ship", "exact", "switchback"]
        match self._random.choice(kinds):
            case "experiment":
                return self._experiment(flag)
            case "ship":
                return Shipped(self._variation(flag))
            case "exact":
                return Exact(tuple(self._exact_split(flag) for _ in range(self._random.randint(1, 3))))
            case "switchback":
                values = tuple(self._random.sample(CITIES, self._random.randint(1, 4)))
                return Switchback("city", values, self._random.choice([60, 90, 1440]), self._weights(flag))
            case _:
                return Gate(self._variation(flag))

    def _experiment(self, flag: Flag) -> Experiment:
        weights = self._weights(flag, least=0)
        sticky = self._chance(0.35) and all(sticky_ranges(weights, flag.shards).values())
        return Experiment(weights, sticky)

    def _weights(self, flag: Flag, *, least: int = 1) -> Weights:
        """Draw weights of at least *least*, such that everybody with a positive one gets a shard."""
        number = self._random.randint(1, min(len(flag.variations), flag.shards))
        names = self._random.sample([one.key for one in flag.variations], number)
        for _ in range(20):
            weights = tuple(zip(names, self._drawn_weights(number, least), strict=True))
            if everybody_gets_a_shard(weights, flag.shards):
                return weights
        return tuple((name, Fraction(1)) for name in names)

    def _drawn_weights(self, number: int, least: int) -> list[Fraction]:
        match self._random.choice(["equal", "percent", "fine percent", "integers"]):
            case "equal":
                return [Fraction(1)] * number
            case "integers":
                return [Fraction(self._random.randint(least, 9)) for _ in range(number)]
            case style:
                parts = 100 if style == "percent" else 10_000
                cuts = sorted(self._random.randint(least, parts) for _ in range(number - 1))
                return [Fraction(end - start, parts) for start, end in pairwise([0, *cuts, parts])]

    def _exact_split(self, flag: Flag) -> ExactSplit:
        salts = [self._random.choice(_SALTS) for _ in range(self._random.choice([0, 1, 1, 1, 2]))]
        shards = tuple((salt, self._ranges(flag.shards)) for salt in salts)
        return ExactSplit(self._variation(flag), shards, self._extra_logging())

    def _ranges(self, total: int) -> tuple[tuple[int, int], ...]:
        edges = sorted(self._random.sample(range(total + 1), 2 * self._random.choice([1, 1, 2, 3])))
        return tuple(zip(edges[::2], edges[1::2], strict=True))

    def _slots(self) -> Slots | None:
        """Draw slots that nobody else of the group has, while there are any."""
        group = self._random.choice(["surface", "größe"])
        taken = self._slots_taken.get(group, 0)
        if taken == 10:
            return None
        end = self._random.randint(taken + 1, min(10, taken + 5))
        self._slots_taken[group] = end
        return Slots(group, Fraction(taken, 10), Fraction(end, 10))

    def _salts(self, action: Action) -> _Salts:
        drawn = self._random.random()
        if drawn < 0.1:
            return {"salt": self._random.choice(_SALTS)}
        if drawn < 0.15:
            return {"traffic_salt": self._random.choice(_SALTS)}
        if drawn < 0.2 and isinstance(action, Experiment):
            return {"split_salt": self._random.choice(_SALTS)}
        if drawn < 0.25 and isinstance(action, Experiment):
            return {"traffic_salt": self._random.choice(_SALTS), "split_salt": self._random.choice(_SALTS)}
        return {}

    def _extra_logging(self) -> dict[str, str]:
        if not self._chance(0.25):
            return {}
        return {key: _LOGGED[key] for key in self._random.sample(sorted(_LOGGED), self._random.randint(1, 3))}


def draw_tags(random: Random, probability: float) -> tuple[str, ...]:
    return tuple(random.sample(TAGS, random.choice([1, 2]))) if random.random() < probability else ()


def everybody_gets_a_shard(weights: Weights, total: int) -> bool:
    """Tell whether side by side every positive weight is at least one shard wide, and whether there is one."""
    whole = sum(weight for _, weight in weights)
    if not whole:
        return False
    reached = accumulate((weight for _, weight in weights), initial=Fraction(0))
    edges = [int(total * weight / whole) for weight in reached]
    return all(start < end for (_, weight), (start, end) in zip(weights, pairwise(edges), strict=True) if weight)
