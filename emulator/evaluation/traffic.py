"""
Where subjects land: one flag for fixed attributes at one moment, as a tree that hashes only what it needs.

With the attributes given, windows and rules are decided; what is left of a flag are its shards. They become a tree
whose node draws one shard number and goes on to what is still open for that part of the range. Rules that read the
subject's key (``id``) are nodes of their own. Branches grow when the first subject takes them.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from heapq import heappop, heappush
from itertools import pairwise
from typing import Any

from emulator.evaluation.attributes import utf8
from emulator.evaluation.flag import MATCH, Allocation, Flag, Rule, Split
from emulator.evaluation.operators import Check
from emulator.evaluation.sharding import first_four, md5

# The number of branches up to which exact shares are worked out, some tenths of a second; real flags have some dozens.
_BRANCHES = 2_000

Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One split of one allocation, the *place* of the allocation counted from 0."""

    place: int
    allocation: Allocation
    split: Split

    @property
    def serves(self) -> str | None:
        """The variation that is served; None where the caller's default is, for the value does not fit."""
        return self.split.variation_key if self.split.verdict.code == MATCH else None


@dataclass(frozen=True, slots=True)
class _Shard:
    prefix: bytes
    ranges: Ranges


@dataclass(frozen=True, slots=True)
class _Gate:
    """The rules of an allocation that are true or false by the subject's key alone; one of them has to hold."""

    place: int
    rules: tuple[tuple[Check, ...], ...] = field(compare=False)

    def holds(self, subject_key: str) -> bool:
        return any(all(check(subject_key) for check in rule) for rule in self.rules)


_Candidate = tuple[int, tuple[_Shard | _Gate, ...]]


@dataclass(slots=True)
class _Draw:
    """Children belong to the parts of the range between *cuts*; None is one that nobody reached."""

    prefix: bytes
    cuts: list[int]
    children: "list[_Branch | None]"
    candidates: tuple[_Candidate, ...]


@dataclass(slots=True)
class _Ask:
    """Children for those for whom the gate does not hold, and for whom it does."""

    gate: _Gate
    children: "list[_Branch | None]"
    candidates: tuple[_Candidate, ...]


# A leaf is the number of an outcome.
_Branch = int | _Draw | _Ask


class TooManyBranchesError(ValueError):
    """The flag has more combinations of shards than exact shares are worked out for."""


class _Waiting:
    """
    Branches with the share of subjects that arrived there.

    What asks less is taken later, and children ask less than their parent: everybody has arrived when one is taken.
    """

    def __init__(self) -> None:
        self.queue: list[tuple[int, int, _Draw | _Ask]] = []
        self._arrived: dict[int, Fraction] = {}

    def add(self, branch: _Draw | _Ask, share: Fraction) -> None:
        if id(branch) not in self._arrived:
            if len(self._arrived) == _BRANCHES:
                raise TooManyBranchesError
            heappush(self.queue, (-_size(branch), len(self._arrived), branch))
        self._arrived[id(branch)] = self._arrived.get(id(branch), Fraction(0)) + share

    def take(self) -> tuple[_Draw | _Ask, Fraction]:
        *_, branch = heappop(self.queue)
        return branch, self._arrived[id(branch)]


class Traffic:
    """
    The tree of one flag; not for use by several threads at once.

    *outcomes* are the splits that subjects with these attributes can reach if their shards allow it; a subject's number
    is the place of its outcome, or ``len(outcomes)`` for none.
    """

    def __init__(self, flag: Flag, attributes: Mapping[str, Any], now: datetime) -> None:
        self._total = flag.total_shards
        self._grown: dict[tuple[_Candidate, ...], _Branch] = {}
        self.outcomes: list[Outcome] = []
        candidates = tuple(self._candidates(flag, attributes, now))
        self._root = self._branch(candidates)

    def number_of(self, subject_key: str) -> int:
        """Return the number of the subject's outcome."""
        return next(self.numbers((subject_key,)))

    def numbers(self, subject_keys: Iterable[str]) -> Iterator[int]:
        """Yield the number of the outcome of each subject."""
        total, root = self._total, self._root
        for subject_key in subject_keys:
            subject = utf8(subject_key)
            branch: Any = root
            # Comparing classes is what makes a million subjects a matter of seconds; mypy does not follow it.
            while branch.__class__ is not int:
                if branch.__class__ is _Draw:
                    drawn = first_four(md5(branch.prefix + subject).digest())[0] % total
                    turn = bisect_right(branch.cuts, drawn)
                else:
                    turn = branch.gate.holds(subject_key)
                child = branch.children[turn]
                branch = self._child(branch, turn) if child is None else child
            yield branch

    def shares(self, subject_key: str) -> dict[int, Fraction]:
        """
        Return the exact share of each outcome among all subjects to whom rules about keys apply as to *subject_key*.

        Salts count as independent of each other, which MD5 makes them.

        Raises:
            TooManyBranchesError: there are too many combinations to go through.
        """
        landed: dict[int, Fraction] = {}
        waiting = _Waiting()
        moved: Iterable[tuple[_Branch, Fraction]] = [(self._root, Fraction(1))]
        while True:
            for branch, share in moved:
                if isinstance(branch, int):
                    landed[branch] = landed.get(branch, Fraction(0)) + share
                else:
                    waiting.add(branch, share)
            if not waiting.queue:
                return landed
            left, arrived = waiting.take()
            moved = [(child, arrived * part) for child, part in self._parts(left, subject_key)]

    def _parts(self, branch: _Draw | _Ask, subject_key: str) -> Iterator[tuple[_Branch, Fraction]]:
        """Yield the children of *branch*, and which part of those who arrive there goes on to each."""
        if isinstance(branch, _Ask):
            yield self._child(branch, branch.gate.holds(subject_key)), Fraction(1)
            return
        for turn, (start, end) in enumerate(pairwise((0, *branch.cuts, self._total))):
            yield self._child(branch, turn), Fraction(end - start, self._total)

    def _candidates(self, flag: Flag, attributes: Mapping[str, Any], now: datetime) -> Iterator[_Candidate]:
        for place, allocation in enumerate(flag.allocations):
            if not is_active(allocation, now):
                continue
            left = rules_left(allocation.rules, attributes)
            if left is None:
                continue
            gates = (_Gate(place, left),) if left else ()
            for split in allocation.splits:
                self.outcomes.append(Outcome(place, allocation, split))
                yield (
                    len(self.outcomes) - 1,
                    (*gates, *(_Shard(one.prefix, one.ranges) for one in split.shards if not one.always)),
                )

    def _child(self, branch: _Draw | _Ask, turn: int) -> _Branch:
        child = branch.children[turn]
        if child is None:
            open_ones = _asked(branch, bool(turn)) if isinstance(branch, _Ask) else self._drawn(branch, turn)
            child = branch.children[turn] = self._branch(tuple(open_ones))
        return child

    def _branch(self, candidates: tuple[_Candidate, ...]) -> _Branch:
        if not candidates:
            return len(self.outcomes)
        number, demands = candidates[0]
        if not demands:
            return number
        if candidates not in self._grown:
            self._grown[candidates] = self._grow(demands[0], candidates)
        return self._grown[candidates]

    def _grow(self, demand: _Shard | _Gate, candidates: tuple[_Candidate, ...]) -> _Branch:
        if isinstance(demand, _Gate):
            return _Ask(demand, [None, None], candidates)
        cuts = self._cuts(demand.prefix, candidates)
        return _Draw(demand.prefix, cuts, [None] * (len(cuts) + 1), candidates)

    def _cuts(self, prefix: bytes, candidates: tuple[_Candidate, ...]) -> list[int]:
        bounds = {
            bound
            for _, demands in candidates
            for demand in demands
            if isinstance(demand, _Shard) and demand.prefix == prefix
            for range_ in demand.ranges
            for bound in range_
        }
        return sorted(bound for bound in bounds if 0 < bound < self._total)

    def _drawn(self, branch: _Draw, turn: int) -> Iterator[_Candidate]:
        """Yield what is still open to those whose number lies in part *turn* of the range."""
        number = branch.cuts[turn - 1] if turn else 0
        for outcome, demands in branch.candidates:
            met = [
                any(start <= number < end for start, end in demand.ranges)
                for demand in demands
                if isinstance(demand, _Shard) and demand.prefix == branch.prefix
            ]
            if all(met):
                yield outcome, tuple(one for one in demands if isinstance(one, _Gate) or one.prefix != branch.prefix)


def _size(branch: _Draw | _Ask) -> int:
    return sum(1 + len(demands) for _, demands in branch.candidates)


def _asked(branch: _Ask, holds: bool) -> Iterator[_Candidate]:
    for outcome, demands in branch.candidates:
        rest = tuple(demand for demand in demands if demand != branch.gate)
        if holds or len(rest) == len(demands):
            yield outcome, rest


def is_active(allocation: Allocation, now: datetime) -> bool:
    """Return whether *now* lies in the allocation's window, ends included."""
    return not (
        (allocation.start is not None and now < allocation.start)
        or (allocation.end is not None and now > allocation.end)
    )


def rules_left(rules: tuple[Rule, ...], attributes: Mapping[str, Any]) -> tuple[tuple[Check, ...], ...] | None:
    """
    Return the checks of the subject's key that are left of *rules* once *attributes* are known, rule by rule.

    Empty: the rules hold for every key. None: they hold for none. A key among the attributes (``id``) is an attribute
    like any other.
    """
    if not rules:
        return ()
    left = [checks for rule in rules if (checks := _checks_left(rule, attributes)) is not None]
    if not left:
        return None
    return () if any(not checks for checks in left) else tuple(left)


def _checks_left(rule: Rule, attributes: Mapping[str, Any]) -> tuple[Check, ...] | None:
    free = "id" not in attributes
    by_key = [one.check for one in rule.conditions if free and one.attribute == "id"]
    known = [one.check(attributes.get(one.attribute)) for one in rule.conditions if not free or one.attribute != "id"]
    return tuple(by_key) if all(known) else None
