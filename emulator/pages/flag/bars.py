"""
The shards of one allocation as bars: who takes part, and what those get.

Each salt draws a number for every subject, so each is one bar from the first shard to the last; where all splits ask
the same it is a gate, and the one in which they differ is the split itself. Splits that are entangled otherwise get a
bar of shares without places.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from math import prod
from typing import Any

from emulator.evaluation.flag import Allocation, Flag, Split
from emulator.evaluation.traffic import TooManyBranchesError, Traffic

_LAYER = re.compile(r"(.+)-layer", re.DOTALL)
_HOLDOUT = re.compile(r"(.+)-holdout-traffic", re.DOTALL)
_GATE_WORDS = {"traffic": "take part", "layer": "are in its slots of the group", "holdout": "are held out by"}
# Any moment: what is left of the allocation has no window.
_NOW = datetime(2000, 1, 1, tzinfo=UTC)
_Asked = tuple[str, tuple[tuple[int, int], ...]]


@dataclass(frozen=True, slots=True)
class Segment:
    """
    A part of a bar, *start* and *share* from 0 to 1 of it. *variation* None is who goes on to the next allocation.

    *note* tells apart parts that serve the same: the part of a holdout, say.
    """

    start: float
    share: float
    variation: str | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """
    One draw. *salt* is empty where places on it mean nothing; *marker* is where a subject stands on it, from 0 to 1.

    *shards* tells what it is made of, for those who want to know.
    """

    salt: str
    segments: tuple[Segment, ...]
    shards: str = ""
    marker: float | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """A draw that is the same for all splits: *kind* is ``traffic``, ``layer`` or ``holdout``, *name* which one."""

    kind: str
    name: str
    share: float
    bar: Bar

    @property
    def words(self) -> str:
        """What the share does, without the name."""
        return _GATE_WORDS[self.kind]


@dataclass(frozen=True, slots=True)
class Part:
    """
    All segments that serve the same: *share* is that of the bar, *overall* that of all who meet the rules.

    *overall* is None where it is the same.
    """

    variation: str | None
    note: str
    share: float
    overall: float | None


@dataclass(frozen=True, slots=True)
class Draws:
    """
    *split* None: nobody is served anything, or there are too many combinations to say who.

    *shares* are those of all who meet the rules, by variation.
    """

    gates: tuple[Gate, ...]
    split: Bar | None
    shares: Mapping[str, float]

    @property
    def taking_part(self) -> float:
        return sum(self.shares.values())

    @property
    def reach(self) -> float:
        """The share of those who meet the rules that comes as far as the split."""
        return prod(gate.share for gate in self.gates)

    @property
    def sole(self) -> str | None:
        """The variation that all get who come as far as the split; None where that is not one alone."""
        parts = self.parts
        return parts[0].variation if len(parts) == 1 else None

    @property
    def parts(self) -> tuple[Part, ...]:
        """Who gets what of the split, in the order of its bar; those who go on last."""
        sums: dict[tuple[str | None, str], float] = {}
        for one in self.split.segments if self.split else ():
            sums[one.variation, one.note] = sums.get((one.variation, one.note), 0.0) + one.share
        rows = sorted(sums.items(), key=lambda row: row[0][0] is None)
        return tuple(
            Part(variation, note, share, share * self.reach if self.gates else None)
            for (variation, note), share in rows
        )


def draws_of(allocation: Allocation, flag: Flag) -> Draws:
    """Return the bars of *allocation*, one of *flag*."""
    asked = [_asked(split) for split in allocation.splits]
    if not asked:
        return Draws((), None, {})
    ahead = _common(asked)
    rest = [one[ahead:] for one in asked]
    behind = _common([one[::-1] for one in rest])
    inner = [one[: len(one) - behind] for one in rest]
    common = (*asked[0][:ahead], *rest[0][len(rest[0]) - behind :])
    salts = {one[0][0] for one in inner if one}
    names = [salt for salt, _ in common] + list(salts)
    if any(len(one) > 1 for one in inner) or len(salts) > 1 or len(set(names)) != len(names):
        return _entangled(allocation, flag)
    gates = tuple(_gate(one, flag.total_shards) for one in common)
    split = _split(allocation.splits, inner, flag.total_shards)
    reach = prod(gate.share for gate in gates)
    return Draws(gates, split, {key: share * reach for key, share in _sums(split).items()})


def marked(draws: Draws, numbers: Mapping[str, float]) -> Draws:
    """Return *draws* with a subject's place on each; *numbers* are its places from 0 to 1, by salt."""
    gates = tuple(replace(one, bar=replace(one.bar, marker=numbers.get(one.bar.salt))) for one in draws.gates)
    split = draws.split
    if split is not None and split.salt:
        split = replace(split, marker=numbers.get(split.salt))
    return replace(draws, gates=gates, split=split)


def _asked(split: Split) -> tuple[_Asked, ...]:
    return tuple((shard.salt, shard.ranges) for shard in split.shards if not shard.always)


def _common(lists: Sequence[Sequence[_Asked]]) -> int:
    """Return how many items all *lists* begin with."""
    count = 0
    for first, *others in zip(*lists, strict=False):
        if any(other != first for other in others):
            break
        count += 1
    return count


def _gate(asked: _Asked, total: int) -> Gate:
    salt, ranges = asked
    segments = tuple(_segments(((ranges, "", ""),), total))
    share = sum(one.share for one in segments if one.variation is not None)
    for kind, pattern in (("layer", _LAYER), ("holdout", _HOLDOUT)):
        found = pattern.fullmatch(salt)
        if found:
            return Gate(kind, found[1], share, Bar(salt, segments, _listed(ranges)))
    return Gate("traffic", "", share, Bar(salt, segments, _listed(ranges)))


def _split(splits: Sequence[Split], inner: Sequence[Sequence[_Asked]], total: int) -> Bar:
    everybody = ((0, total),)
    claims = [
        (one[0][1] if one else everybody, _serves(split), _note(split))
        for one, split in zip(inner, splits, strict=True)
    ]
    salt = next((one[0][0] for one in inner if one), "")
    listed = "; ".join(
        f"{split.variation_key}: {_listed(ranges)}" for split, (ranges, _, _) in zip(splits, claims, strict=True)
    )
    return Bar(salt, tuple(_segments(claims, total)), listed if salt else "")


def _serves(split: Split) -> str:
    return split.variation_key


def _note(split: Split) -> str:
    """Return which part of a holdout *split* is, as its events say; empty for none."""
    extra: Mapping[str, Any] = split.verdict.extra_logging or {}
    return extra.get("holdoutVariation", "") if "holdoutKey" in extra else ""


def _segments(claims: Sequence[tuple[Sequence[tuple[int, int]], str, str]], total: int) -> Iterator[Segment]:
    """Yield the parts between all bounds of *claims* (ranges, variation, note); the first that holds one has it."""
    inside = sorted({bound for ranges, _, _ in claims for one in ranges for bound in one if 0 < bound < total})
    parts: list[tuple[int, int, str | None, str]] = []
    for start, end in zip((0, *inside), (*inside, total), strict=True):
        winner = next(((key, note) for ranges, key, note in claims if _holds(ranges, start)), (None, ""))
        if parts and parts[-1][2:] == winner:
            parts[-1] = (parts[-1][0], end, *winner)
        else:
            parts.append((start, end, *winner))
    for start, end, key, note in parts:
        yield Segment(start / total, (end - start) / total, key, note)


def _holds(ranges: Sequence[tuple[int, int]], number: int) -> bool:
    return any(start <= number < end for start, end in ranges)


def _listed(ranges: Sequence[tuple[int, int]]) -> str:
    return " and ".join(f"{start:,} to {end:,}" for start, end in ranges) or "no shard"


def _sums(bar: Bar) -> dict[str, float]:
    sums: dict[str, float] = {}
    for one in bar.segments:
        if one.variation is not None:
            sums[one.variation] = sums.get(one.variation, 0.0) + one.share
    return sums


def _entangled(allocation: Allocation, flag: Flag) -> Draws:
    """Return the shares of splits whose shards depend on each other in other ways, without places."""
    alone = replace(flag, allocations=(replace(allocation, rules=(), window=None),))
    traffic = Traffic(alone, {}, _NOW)
    try:
        landed = traffic.shares("")
    except TooManyBranchesError:
        return Draws((), None, {})
    shares: dict[str, Fraction] = {}
    for number, outcome in enumerate(traffic.outcomes):
        key = outcome.split.variation_key
        shares[key] = shares.get(key, Fraction(0)) + landed.get(number, Fraction(0))
    start, segments = Fraction(0), []
    for variation, share in shares.items():
        segments.append(Segment(float(start), float(share), variation))
        start += share
    if start < 1:
        segments.append(Segment(float(start), float(1 - start), None))
    return Draws((), Bar("", tuple(segments)), {key: float(share) for key, share in shares.items()})
