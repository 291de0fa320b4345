"""compile: one flag of the Definitions → the UFC flag of each environment."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from emulator.definitions.compiling.rules import expand
from emulator.definitions.compiling.shards import LAYOUTS, Ranges, contiguous, exposure, slots
from emulator.definitions.compiling.switchback import windows
from emulator.definitions.compiling.waterfall import Context, Waterfall
from emulator.definitions.model import (
    Allocation,
    AllOf,
    Condition,
    Exact,
    Exclusive,
    Experiment,
    Flag,
    Holdout,
    Name,
    Override,
    Serve,
    Ship,
    Switchback,
)
from emulator.ufc.timestamps import format_timestamp

_MILLISECOND = timedelta(milliseconds=1)
_DEFAULT_KEY = "default"

Shard = dict[str, Any]
Split = dict[str, Any]
Wire = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Window:
    """When an allocation is active, and the share of subjects it then takes (None: all, by no shard)."""

    start: datetime | None
    end: datetime | None
    traffic: Fraction | None


def compile_flag(flag: Flag, waterfall: Waterfall, context: Context, values: Mapping[str, Any]) -> Wire:
    """
    Return the UFC flag that *waterfall* makes of *flag*; *values* holds each variation's value as on the wire.

    The flag has passed every check: names are known and shares fit.
    """
    wire: Wire = {
        "key": flag.key,
        "enabled": waterfall.enabled,
        "variationType": flag.type.upper(),
        "variations": {
            variation.key: {"key": variation.key, "value": values[variation.key]} for variation in flag.variations
        },
        "allocations": list(_allocations(flag, waterfall, context)),
        "totalShards": flag.shards,
    }
    if flag.entity is not None:
        wire["entityId"] = flag.entity
    return {**wire, **(flag.extra or {})}


def _allocations(flag: Flag, waterfall: Waterfall, context: Context) -> Iterator[Wire]:
    yield from _override_allocations(waterfall.overrides)
    for allocation in waterfall.allocations:
        yield from compile_allocation(flag, allocation, context)
    if waterfall.serve is not None:
        yield _wire_allocation(_DEFAULT_KEY, None, _Window(None, None, None), [_split(waterfall.serve, [])], log=True)


def _override_allocations(overrides: tuple[Override, ...]) -> Iterator[Wire]:
    subjects: dict[str, list[str]] = {}
    for override in overrides:
        subjects.setdefault(override.variation.text, []).append(override.subject)
    for variation, keys in subjects.items():
        rules = [{"conditions": [{"attribute": "id", "operator": "ONE_OF", "value": keys}]}]
        always = _Window(None, None, None)
        yield _wire_allocation(f"override-{variation}", rules, always, [_split(Name(variation), [])], log=False)


def compile_allocation(flag: Flag, allocation: Allocation, context: Context) -> Iterator[Wire]:
    """Yield the UFC allocations of one authored allocation: its phases or windows, each after its holdouts."""
    if allocation.raw is not None:
        yield allocation.raw
    elif isinstance(allocation.plan, Switchback):
        yield from _switchback(flag, allocation, allocation.plan, context)
    else:
        for window in _windows(allocation):
            yield from _with_holdouts(flag, allocation, window, context)


def _windows(allocation: Allocation) -> Iterator[_Window]:
    if not allocation.phases:
        yield _Window(allocation.start, allocation.end, allocation.traffic)
        return
    ends = [phase.starts - _MILLISECOND for phase in allocation.phases[1:]]
    for phase, end in zip(allocation.phases, [*ends, None], strict=True):
        yield _Window(phase.starts, end, phase.traffic)


def _with_holdouts(flag: Flag, allocation: Allocation, window: _Window, context: Context) -> Iterator[Wire]:
    rules = rules_of(allocation, context)
    prefix = _leading_shards(flag, allocation, window.traffic)
    splits = _PLANS[type(allocation.plan)](flag, allocation, prefix)
    for name in allocation.holdouts:
        holdout = context.holdouts[name.text]
        held = _bounded(window, holdout)
        if held is not None:
            key, held_splits = _held_out(flag, allocation, holdout, prefix, splits)
            yield _wire_allocation(key, rules, held, held_splits, log=allocation.log)
    yield _wire_allocation(allocation.key, rules, window, splits, log=allocation.log, extra=allocation.extra)


def rules_of(allocation: Allocation, context: Context) -> list[Wire] | None:
    """Return the rules of an allocation; None where it has no condition at all."""
    if allocation.condition is None:
        return None
    return [_rule(rule) for rule in expand(allocation.condition, context.audiences)]


def _rule(rule: tuple[Condition, ...]) -> Wire:
    conditions = ({"attribute": one.attribute, "operator": one.operator, "value": one.value} for one in rule)
    return {"conditions": list(conditions)}


# ── splits ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _served(_flag: Flag, allocation: Allocation, prefix: list[Shard]) -> list[Split]:
    assert isinstance(allocation.plan, Serve | Ship)
    return [_split(allocation.plan.variation, prefix, allocation.extra_logging)]


def _experiment(flag: Flag, allocation: Allocation, prefix: list[Shard]) -> list[Split]:
    assert isinstance(allocation.plan, Experiment)
    shares = allocation.plan.shares
    found = LAYOUTS[allocation.layout]([share.weight for share in shares], flag.shards)
    salt = split_salt(flag, allocation)
    return [
        _split(share.variation, [*prefix, _shard(salt, ranges)], allocation.extra_logging)
        for share, ranges in zip(shares, found, strict=True)
    ]


def _exact(_flag: Flag, allocation: Allocation, prefix: list[Shard]) -> list[Split]:
    assert isinstance(allocation.plan, Exact)
    return [
        _split(
            split.variation,
            [*prefix, *(_shard(shard.salt, shard.ranges) for shard in split.shards)],
            split.extra_logging if split.extra_logging is not None else allocation.extra_logging,
        )
        for split in allocation.plan.splits
    ]


_PLANS: dict[type, Callable[[Flag, Allocation, list[Shard]], list[Split]]] = {
    Serve: _served,
    Ship: _served,
    Experiment: _experiment,
    Exact: _exact,
}


def _held_out(
    flag: Flag, allocation: Allocation, holdout: Holdout, prefix: list[Shard], splits: list[Split]
) -> tuple[str, list[Split]]:
    """
    Return key and splits of the allocation that serves the status quo to *holdout*.

    While the experiment runs, each of its splits is held out; once shipped, one part of the holdout gets the winner,
    and the log says which part by extra fields.
    """
    assert flag.status_quo is not None
    held = _shard(f"{holdout.key}-holdout-traffic", (exposure(holdout.traffic, flag.shards),))
    if not isinstance(allocation.plan, Ship):
        quiet = [_split(flag.status_quo, [*split["shards"], held]) for split in splits]
        return f"{allocation.key}-holdout-{holdout.key}", quiet
    kept, shipped = contiguous(
        [holdout.split.numerator, holdout.split.denominator - holdout.split.numerator], flag.shards
    )
    parts = (
        ("status_quo", flag.status_quo, kept),
        (holdout.shipped_name, allocation.plan.variation, shipped),
    )
    salt = f"{holdout.key}-holdout-split"
    return f"{allocation.key}-{holdout.key}", [
        _split(
            variation,
            [*prefix, held, _shard(salt, ranges)],
            {"holdoutKey": holdout.key, "holdoutVariation": logged},
        )
        for logged, variation, ranges in parts
    ]


def _bounded(window: _Window, holdout: Holdout) -> _Window | None:
    """Return *window* within the holdout's own dates; None when the two never meet."""
    starts = [moment for moment in (window.start, holdout.start) if moment]
    ends = [moment for moment in (window.end, holdout.end) if moment]
    start, end = max(starts, default=None), min(ends, default=None)
    return None if start and end and end < start else replace(window, start=start, end=end)


# ── shards and salts ────────────────────────────────────────────────────────────────────────────────────────────


def _leading_shards(flag: Flag, allocation: Allocation, traffic: Fraction | None) -> list[Shard]:
    shards = []
    if allocation.exclusive is not None:
        shards.append(_slots(allocation.exclusive, flag.shards))
    if allocation.traffic_salt is not None or (traffic is not None and traffic < 1):
        share = Fraction(1) if traffic is None else traffic
        shards.append(_shard(traffic_salt(flag, allocation), (exposure(share, flag.shards),)))
    return shards


def _slots(exclusive: Exclusive, total: int) -> Shard:
    return _shard(f"{exclusive.group}-layer", (slots(exclusive.first, exclusive.last, total),))


def split_salt(flag: Flag, allocation: Allocation) -> str:
    return allocation.split_salt or f"{_base_salt(flag, allocation)}-split"


def traffic_salt(flag: Flag, allocation: Allocation) -> str:
    return allocation.traffic_salt or f"{_base_salt(flag, allocation)}-traffic"


def _base_salt(flag: Flag, allocation: Allocation) -> str:
    return allocation.salt or f"{flag.key}-{allocation.key.removeprefix('allocation-')}"


def _shard(salt: str, ranges: Ranges) -> Shard:
    return {"salt": salt, "ranges": [{"start": start, "end": end} for start, end in ranges]}


def _split(variation: Name, shards: list[Shard], extra_logging: Mapping[str, str] | None = None) -> Split:
    split: Split = {"variationKey": variation.text, "shards": shards}
    if extra_logging is not None:
        split["extraLogging"] = dict(extra_logging)
    return split


def _wire_allocation(
    key: str,
    rules: list[Wire] | None,
    window: _Window,
    splits: list[Split],
    *,
    log: bool,
    extra: Mapping[str, Any] | None = None,
) -> Wire:
    wire: Wire = {"key": key}
    if rules is not None:
        wire["rules"] = rules
    if window.start is not None:
        wire["startAt"] = format_timestamp(window.start)
    if window.end is not None:
        wire["endAt"] = format_timestamp(window.end)
    return {**wire, "splits": splits, "doLog": log, **(extra or {})}


# ── switchbacks ─────────────────────────────────────────────────────────────────────────────────────────────────


def _switchback(flag: Flag, allocation: Allocation, plan: Switchback, context: Context) -> Iterator[Wire]:
    """Yield one allocation per window and variation, for the attribute values that drew it."""
    base = f"{_base_salt(flag, allocation)}-switchback"
    assert allocation.start is not None
    assert allocation.end is not None
    for window in windows(plan, allocation.start, allocation.end, base, flag.shards):
        for variation, values in window.values:
            drawn = Condition(plan.attribute, "ONE_OF", list(values))
            condition = AllOf((allocation.condition, drawn)) if allocation.condition is not None else drawn
            piece = replace(
                allocation, plan=Serve(Name(variation)), condition=condition, start=window.start, end=window.end
            )
            yield from _with_holdouts(flag, piece, _Window(window.start, window.end, allocation.traffic), context)
