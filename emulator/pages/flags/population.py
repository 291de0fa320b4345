"""What subjects get of whom nothing is known: the exact shares, from the flag itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emulator.evaluation.flag import MATCH, Allocation, Flag
from emulator.evaluation.traffic import TooManyBranchesError, Traffic, is_active, rules_left
from emulator.pages.flag.bars import draws_of

# The key of nobody in particular: rules that name subjects do not name it.
_NOBODY = ""
# Shares are sums and products of floats.
_DIGITS = 12
_Shares = dict[str | None, float]


@dataclass(frozen=True, slots=True)
class Part:
    """*variation* None is who gets the caller's default; *share* is from 0 to 1."""

    variation: str | None
    share: float


def population(flag: Flag | None, now: datetime, attributes: Mapping[str, Any] | None = None) -> tuple[Part, ...]:
    """
    Return who gets what of all subjects with *attributes*, none for those of whom nothing is known, largest part first.

    Empty where there are too many combinations of shards to say.
    """
    if flag is None or flag.closed:
        return (Part(None, 1.0),)
    shares = _one_by_one(flag, tuple(_reached(flag, now, attributes or {})))
    if shares is None:
        shares = _together(flag, now, attributes or {})
    rounded = ((variation, round(share, _DIGITS)) for variation, share in shares.items())
    parts = sorted(rounded, key=lambda one: (-one[1], one[0] is None, one[0] or ""))
    return tuple(Part(variation, share) for variation, share in parts if share)


def _reached(flag: Flag, now: datetime, attributes: Mapping[str, Any]) -> Iterator[Allocation]:
    for allocation in flag.allocations:
        left = rules_left(allocation.rules, attributes) if is_active(allocation, now) else None
        if left == () or (left and any(all(check(_NOBODY) for check in rule) for rule in left)):
            yield allocation


def _one_by_one(flag: Flag, reached: tuple[Allocation, ...]) -> _Shares | None:
    """
    Return what each allocation gives to its part of those whom the ones above leave to it.

    That is so where no two draw by the same salt, as those of hundreds do not; None where some do.
    """
    shares: _Shares = {}
    left, drawn = 1.0, set[str]()
    for allocation in reached:
        salts = {shard.salt for split in allocation.splits for shard in split.shards if not shard.always}
        draws = draws_of(allocation, flag)
        if salts & drawn or (allocation.splits and draws.split is None):
            return None
        drawn |= salts
        unserved = {split.variation_key for split in allocation.splits if split.verdict.code != MATCH}
        for key, share in draws.shares.items():
            served = None if key in unserved else key
            shares[served] = shares.get(served, 0.0) + left * share
        left *= max(0.0, 1.0 - draws.taking_part)
        if round(left, _DIGITS) == 0:
            return shares
    return {**shares, None: shares.get(None, 0.0) + left}


def _together(flag: Flag, now: datetime, attributes: Mapping[str, Any]) -> _Shares:
    traffic = Traffic(flag, attributes, now)
    shares: _Shares = {}
    try:
        landed = traffic.shares(_NOBODY)
    except TooManyBranchesError:
        return {}
    for number, share in landed.items():
        served = traffic.outcomes[number].serves if number < len(traffic.outcomes) else None
        shares[served] = shares.get(served, 0.0) + float(share)
    return shares
