"""Shares: where many made-up subjects land, next to what the configuration says."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import islice
from typing import Any

from emulator.evaluation.flag import Flag
from emulator.evaluation.prepare import Prepared
from emulator.evaluation.traffic import TooManyBranchesError, Traffic

Pace = Callable[[], object]
"""Called now and then by what takes long; whatever it raises ends the work."""

# Some ten milliseconds of drawing.
_KEYS_AT_A_TIME = 10_000


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of all subjects, from 0 to 1; *default* is who gets the caller's default."""

    variations: Mapping[str, float]
    allocations: Mapping[str, float]
    default: float


@dataclass(frozen=True, slots=True)
class Simulation:
    """
    What *subjects* subjects got, and what the configuration gives on average.

    *configured* is exact for subjects whose keys no rule names; None where there are too many combinations of shards.
    """

    subjects: int
    simulated: Shares
    configured: Shares | None


def subject_keys(seed: int, count: int, pace: Pace | None = None) -> Iterator[str]:
    """Return *count* made-up subject keys, the same ones for the same *seed*."""
    keys = (f"subject-{seed}-{number}" for number in range(count))
    return keys if pace is None else _paced(keys, pace)


def _paced(keys: Iterator[str], pace: Pace) -> Iterator[str]:
    while some := tuple(islice(keys, _KEYS_AT_A_TIME)):
        pace()
        yield from some


def simulate(
    prepared: Prepared,
    flag_key: str,
    subjects: int,
    attributes: Mapping[str, Any] | None = None,
    *,
    now: datetime,
    seed: int = 0,
    pace: Pace | None = None,
) -> Simulation:
    """
    Return the shares of *subjects* made-up subjects who all have *attributes*, at *now* (aware).

    An unknown, disabled or broken flag gives everybody the default. About a second per million subjects and hash;
    *pace* is called now and then, and may raise to end it.
    """
    flag = prepared.flag(flag_key)
    if flag is None or flag.closed:
        nobody = Shares({}, {}, 1.0)
        return Simulation(subjects, nobody, nobody)
    traffic = Traffic(flag, attributes or {}, now)
    counts = Counter(traffic.numbers(subject_keys(seed, subjects, pace)))
    simulated = {number: Fraction(count, subjects) for number, count in counts.items()}
    return Simulation(subjects, _shares(flag, traffic, simulated), _configured(flag, traffic, seed))


def _configured(flag: Flag, traffic: Traffic, seed: int) -> Shares | None:
    try:
        exact = traffic.shares(next(subject_keys(seed, 1)))
    except TooManyBranchesError:
        return None
    return _shares(flag, traffic, exact)


def _shares(flag: Flag, traffic: Traffic, by_outcome: Mapping[int, Fraction]) -> Shares:
    """Add up the outcomes; what is configured but gets nobody is there with 0."""
    none = Fraction(0)
    allocations = {allocation.key: none for allocation in flag.allocations}
    variations = {split.variation_key: none for allocation in flag.allocations for split in allocation.splits}
    default = by_outcome.get(len(traffic.outcomes), none)
    for number, outcome in enumerate(traffic.outcomes):
        share = by_outcome.get(number, none)
        allocations[outcome.allocation.key] += share
        if outcome.serves is None:
            default += share
        else:
            variations[outcome.serves] += share
    return Shares(_floats(variations), _floats(allocations), float(default))


def _floats(shares: Mapping[str, Fraction]) -> dict[str, float]:
    return {key: float(share) for key, share in shares.items()}
