"""The shares that an allocation gives to its variations, among those who get in."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

from emulator.evaluation.prepare import Prepared
from emulator.evaluation.traffic import TooManyBranchesError, Traffic

# Any moment: what is left of the allocation has no window.
_NOW = datetime(2000, 1, 1, tzinfo=UTC)


def split_shares(prepared: Prepared, flag_key: str, allocation_key: str) -> Mapping[str, float] | None:
    """
    Return the share of each variation, together 1, whatever the allocation's rules and window say.

    None where no such allocation is served, it serves nobody, or its shards have too many combinations.
    """
    flag = prepared.flag(flag_key)
    found = next((one for one in flag.allocations if one.key == allocation_key), None) if flag else None
    if flag is None or found is None:
        return None
    alone = replace(flag, allocations=(replace(found, rules=(), window=None),))
    traffic = Traffic(alone, {}, _NOW)
    try:
        landed = traffic.shares("")
    except TooManyBranchesError:
        return None
    shares: dict[str, Fraction] = {}
    for number, outcome in enumerate(traffic.outcomes):
        if outcome.serves is not None:
            shares[outcome.serves] = shares.get(outcome.serves, Fraction(0)) + landed.get(number, Fraction(0))
    total = sum(shares.values())
    return {variation: float(share / total) for variation, share in shares.items()} if total else None
