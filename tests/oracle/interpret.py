"""
The oracle: what the words of a flag file say that a subject gets.

It walks the description, never a compiled document, and imports nothing of the emulator. Each rule of authoring.md is
one small function: "is this subject exposed", "is it held out", "which variation does this window serve".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from functools import partial
from typing import Any

from tests.oracle.description import (
    EVERYBODY,
    Allocation,
    Description,
    Environment,
    Exact,
    ExactSplit,
    Experiment,
    Flag,
    Gate,
    Holdout,
    Layer,
    LayerExperiment,
    Overlay,
    Shipped,
    Slots,
    Switchback,
    Unset,
    Variation,
)
from tests.oracle.shares import is_between, is_within, number_of, owner_contiguous, owner_sticky, shard_number
from tests.oracle.truth import Attributes, holds, text_of


@dataclass(frozen=True, slots=True)
class Answer:
    """What is served and what an SDK would log; *variation* None means that the caller's default is."""

    variation: str | None = None
    value: Any = None
    allocation: str | None = None
    logged: bool = False
    extra_logging: Mapping[str, str] = field(default_factory=dict)


CALLERS_DEFAULT = Answer()


@dataclass(frozen=True, slots=True)
class Subject:
    """Who asks, and when; *attributes* are the caller's."""

    key: str
    attributes: Attributes
    now: datetime

    @property
    def known(self) -> Attributes:
        """What conditions see: the subject key is the attribute ``id`` unless the caller sent one."""
        return {"id": self.key, **self.attributes}


def flag_answer(description: Description, environment: Environment, flag: Flag, subject: Subject) -> Answer:
    """Return what *subject* gets from *flag* in *environment*."""
    overlay = flag.environments.get(environment.key, Overlay())
    if not _is_served(flag, overlay, environment):
        return CALLERS_DEFAULT
    teller = _Teller(description, flag, subject)
    overrides = flag.overrides if overlay.overrides is None else overlay.overrides
    known_as = subject.known["id"]
    forced = None if known_as is None else overrides.get(text_of(known_as))
    if forced is not None:
        return teller.says(forced, f"override-{forced}", logged=False)
    allocations = flag.allocations if overlay.allocations is None else overlay.allocations
    default = flag.serve if isinstance(overlay.serve, Unset) else overlay.serve
    for allocation in allocations:
        answer = teller.allocation(allocation)
        if answer is not None:
            return answer
    return CALLERS_DEFAULT if default is None else teller.says(default, "default")


def all_flags(description: Description) -> tuple[Flag, ...]:
    """Return the flags, then the layers said as flags."""
    return (*description.flags, *map(flag_of, description.layers))


def flag_of(layer: Layer) -> Flag:
    """
    Say *layer* as a flag: parameters as the variation ``default``, others on top of them, slots of one group.

    A rollout takes the place of the defaults.
    """
    changed = {"default": {}, **layer.variations}
    opt_outs = (
        Allocation(key=key, condition=condition, action=Gate(variation)) for key, condition, variation in layer.opt_outs
    )
    return Flag(
        key=layer.key,
        type="json",
        variations=tuple(Variation(key, {**layer.parameters, **change}) for key, change in changed.items()),
        allocations=(*opt_outs, *map(partial(_layer_experiment, layer), layer.experiments)),
        serve=layer.rollout or "default",
        status_quo="default",
    )


def _layer_experiment(layer: Layer, experiment: LayerExperiment) -> Allocation:
    return Allocation(
        key=experiment.key,
        condition=experiment.condition,
        action=Experiment(experiment.weights),
        start=experiment.start,
        end=experiment.end,
        exclusive=Slots(layer.key, *experiment.slots),
        holdouts=experiment.holdouts,
    )


def _is_served(flag: Flag, overlay: Overlay, environment: Environment) -> bool:
    enabled = flag.enabled if overlay.enabled is None else overlay.enabled
    tagged = not environment.tags or bool(set(environment.tags) & set(flag.tags))
    return enabled and tagged and not flag.archived


@dataclass(frozen=True, slots=True)
class _Teller:
    """Tells what one subject gets from one flag."""

    description: Description
    flag: Flag
    subject: Subject

    def says(
        self, variation: str, allocation: str, *, logged: bool = True, extra_logging: Mapping[str, str] | None = None
    ) -> Answer:
        value = next(one.value for one in self.flag.variations if one.key == variation)
        return Answer(variation, value, allocation, logged, dict(extra_logging or {}))

    def allocation(self, allocation: Allocation) -> Answer | None:
        """Return the answer of *allocation*, or None where it passes the subject on."""
        if not holds(allocation.condition, self.subject.known, self.description.audiences):
            return None
        if not (self._is_scheduled(allocation.start, allocation.end) and self._is_exposed(allocation)):
            return None
        served = self._served(allocation)
        if served is None:
            return None
        held_out = next(self._holdouts(allocation, served), None)
        if held_out is not None:
            return held_out
        variation, extra_logging = served
        return self.says(variation, allocation.key, logged=allocation.logged, extra_logging=extra_logging)

    def _is_scheduled(self, start: datetime | None, end: datetime | None) -> bool:
        now = self.subject.now
        return (start is None or start <= now) and (end is None or now <= end)

    def _is_exposed(self, allocation: Allocation) -> bool:
        slots = allocation.exclusive
        if slots is not None and not is_between(
            self._shard(f"{slots.group}-layer"), slots.start, slots.end, self._total
        ):
            return False
        exposure = self._exposure(allocation)
        return exposure == EVERYBODY or is_within(self._shard(self._traffic_salt(allocation)), exposure, self._total)

    def _exposure(self, allocation: Allocation) -> Fraction:
        if not allocation.phases:
            return allocation.traffic
        begun = [phase.traffic for phase in allocation.phases if phase.at <= self.subject.now]
        return begun[-1] if begun else Fraction(0)

    def _served(self, allocation: Allocation) -> tuple[str, Mapping[str, str]] | None:
        """Return the variation that the action draws, with what it adds to the log."""
        extra = allocation.extra_logging
        match allocation.action:
            case Gate(variation) | Shipped(variation):
                return variation, extra
            case Experiment() as experiment:
                return self._drawn(experiment, self._shard(self._split_salt(allocation))), extra
            case Exact(splits):
                split = next(filter(self._is_in, splits), None)
                return None if split is None else (split.variation, split.extra_logging or extra)
            case Switchback() as switchback:
                switched = self._switched(allocation, switchback)
                return None if switched is None else (switched, extra)

    def _drawn(self, experiment: Experiment, shard: int) -> str:
        owner = owner_sticky if experiment.sticky else owner_contiguous
        return owner(experiment.weights, shard, self._total)

    def _is_in(self, split: ExactSplit) -> bool:
        return all(any(start <= self._shard(salt) < end for start, end in ranges) for salt, ranges in split.shards)

    def _switched(self, allocation: Allocation, switchback: Switchback) -> str | None:
        actual = self.subject.known.get(switchback.attribute)
        value = None if actual is None else text_of(actual)
        if value not in switchback.values:
            return None
        assert allocation.start
        window = (self.subject.now - allocation.start) // timedelta(minutes=switchback.minutes)
        drawn = number_of(f"{self._salt(allocation)}-switchback-{value}-{window}", self._total)
        return owner_contiguous(switchback.weights, drawn, self._total)

    def _holdouts(self, allocation: Allocation, served: tuple[str, Mapping[str, str]]) -> Iterator[Answer]:
        """Yield the answer of every holdout that keeps the subject, in the order the allocation lists them."""
        known = {holdout.key: holdout for holdout in self.description.holdouts}
        for holdout in map(known.__getitem__, allocation.holdouts):
            held = is_within(self._shard(f"{holdout.key}-holdout-traffic"), holdout.traffic, self._total)
            if held and self._is_scheduled(holdout.start, holdout.end):
                yield self._held_out(allocation, holdout)

    def _held_out(self, allocation: Allocation, holdout: Holdout) -> Answer:
        assert self.flag.status_quo
        if not isinstance(allocation.action, Shipped):
            key = f"{allocation.key}-holdout-{holdout.key}"
            return self.says(self.flag.status_quo, key, logged=allocation.logged)
        keeps = is_within(self._shard(f"{holdout.key}-holdout-split"), holdout.split, self._total)
        variation = self.flag.status_quo if keeps else allocation.action.variation
        extra = {"holdoutKey": holdout.key, "holdoutVariation": "status_quo" if keeps else holdout.shipped_name}
        return self.says(variation, f"{allocation.key}-{holdout.key}", logged=allocation.logged, extra_logging=extra)

    @property
    def _total(self) -> int:
        return self.flag.shards

    def _shard(self, salt: str) -> int:
        return shard_number(salt, self.subject.key, self._total)

    def _traffic_salt(self, allocation: Allocation) -> str:
        return allocation.traffic_salt or f"{self._salt(allocation)}-traffic"

    def _split_salt(self, allocation: Allocation) -> str:
        return allocation.split_salt or f"{self._salt(allocation)}-split"

    def _salt(self, allocation: Allocation) -> str:
        return allocation.salt or f"{self.flag.key}-{_id_of(allocation)}"


def _id_of(allocation: Allocation) -> str:
    return allocation.key.removeprefix("allocation-")
