"""What subjects get of whom nothing is known: the exact shares, from the flag itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from emulator.evaluation.flag import Flag
from emulator.evaluation.traffic import TooManyBranchesError, Traffic

# The key of nobody in particular: rules that name subjects do not name it.
_NOBODY = ""


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
    traffic = Traffic(flag, attributes or {}, now)
    try:
        landed = traffic.shares(_NOBODY)
    except TooManyBranchesError:
        return ()
    shares: dict[str | None, Fraction] = {}
    for number, share in landed.items():
        served = traffic.outcomes[number].serves if number < len(traffic.outcomes) else None
        shares[served] = shares.get(served, Fraction(0)) + share
    parts = sorted(shares.items(), key=lambda one: (-one[1], one[0] is None, one[0] or ""))
    return tuple(Part(variation, float(share)) for variation, share in parts if share)
