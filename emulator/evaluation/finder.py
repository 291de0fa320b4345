"""
Finds subject keys that land where a test wants them: in a variation, an allocation, with a bandit's action.

Deterministic by seed. Where no key can land there, the reason is told instead; where some may but none was found in
time, how rare they are.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import chain, islice
from typing import Any

from emulator.evaluation.attributes import text_of
from emulator.evaluation.bandit_model import BanditModel
from emulator.evaluation.bandits import choose, explain
from emulator.evaluation.contexts import EMPTY, Context, attributes_of, context_of, offered_actions
from emulator.evaluation.events import event_timestamp
from emulator.evaluation.flag import Allocation, Flag, Split
from emulator.evaluation.prepare import Prepared
from emulator.evaluation.simulation import Pace, subject_keys
from emulator.evaluation.traffic import TooManyBranchesError, Traffic, is_active
from emulator.suggest import nearest

# How many made-up keys are tried: some two seconds, and enough for a share of 1 in 50,000.
TRIES = 1_000_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    Where the subject is to land: with a *variation* (its key), through an *allocation*, with an *action*; None is any.

    *actions* are those offered to the bandit, as :func:`evaluate_bandit` takes them; None offers what its model knows.
    """

    flag: str
    variation: str | None = None
    allocation: str | None = None
    action: str | None = None
    actions: Any = None

    def is_served_by(self, allocation: Allocation, split: Split) -> bool:
        return (
            split.verdict.code == "MATCH"
            and self.variation in (None, split.variation_key)
            and self.allocation in (None, allocation.key)
        )


@dataclass(frozen=True, slots=True)
class Found:
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotFound:
    """*reason* is a sentence for people."""

    reason: str


def find_subjects(
    prepared: Prepared,
    wanted: Wanted,
    attributes: Any = None,
    *,
    now: datetime,
    count: int = 1,
    seed: int = 0,
    tries: int = TRIES,
    pace: Pace | None = None,
) -> Found | NotFound:
    """
    Return *count* subject keys that land as *wanted*, with *attributes* (plain or split) at *now* (aware).

    Keys are made up (``subject-SEED-NUMBER``). Where only keys that a rule names can get there, they are returned.
    *pace* is called now and then, and may raise to end the search.
    """
    try:
        flag = _open_flag(prepared, wanted.flag)
        _check_names(flag, wanted)
        search = _Search(prepared, flag, wanted, attributes, now)
        return Found(search.found(count, seed, tries, pace))
    except _NobodyError as nobody:
        return NotFound(str(nobody))


class _NobodyError(Exception):
    """Nobody lands there; the message says why."""


@dataclass(frozen=True, slots=True)
class _Chooser:
    """The bandit behind an outcome, and what is offered to it."""

    bandit_key: str
    model: BanditModel
    actions: Mapping[str, Any]


class _Search:
    """One search: the flag's traffic, which of its outcomes are aims, and the bandits that choose there."""

    def __init__(self, prepared: Prepared, flag: Flag, wanted: Wanted, attributes: Any, now: datetime) -> None:
        self._flag = flag
        self._wanted = wanted
        self._subject = context_of(attributes)
        self._traffic = Traffic(flag, attributes_of(self._subject), now)
        aims = [
            (number, outcome)
            for number, outcome in enumerate(self._traffic.outcomes)
            if wanted.is_served_by(outcome.allocation, outcome.split)
        ]
        if not aims:
            raise _NobodyError(_closed_now(flag, wanted, now))
        self._aims: dict[int, _Chooser | None] = {number: None for number, _ in aims}
        if wanted.action is not None:
            values = {number: outcome.split.verdict.value for number, outcome in aims}
            self._aims = dict(_choosers(prepared, wanted, self._subject, values))

    def found(self, count: int, seed: int, tries: int, pace: Pace | None) -> tuple[str, ...]:
        share = self._share(next(subject_keys(seed, 1)))
        named, made_up = _named_keys(self._flag), subject_keys(seed, tries, pace)
        keys: Iterable[str] = named if share == 0 else made_up if share else chain(made_up, named)
        found = tuple(islice(filter(self._lands, keys), count))
        if len(found) < count:
            raise _NobodyError(self._scarce(found, share, tries))
        return found

    def _lands(self, key: str) -> bool:
        number = self._traffic.number_of(key)
        if number not in self._aims:
            return False
        chooser = self._aims[number]
        if chooser is None:
            return True
        choice = choose(chooser.model, self._wanted.flag, key, self._subject, chooser.actions)
        return choice.action == self._wanted.action

    def _share(self, key: str) -> Fraction | None:
        """Return the share of the aims among all subjects whose keys no rule names; None if that takes too long."""
        try:
            shares = self._traffic.shares(key)
        except TooManyBranchesError:
            return None
        return sum((shares.get(number, Fraction(0)) for number in self._aims), Fraction(0))

    def _scarce(self, found: tuple[str, ...], share: Fraction | None, tries: int) -> str:
        if found:
            tried = "of the keys that rules name" if share == 0 else f"of {tries:,} keys"
            return f"only {len(found)} {tried} land there: {', '.join(found[:8])}"
        if share == 0:
            return f"nobody gets as far: {self._elsewhere()}"
        rare = "" if share is None else f"; their share is {float(share):.3g}"
        return f"none of {tries:,} keys lands there{rare}"

    def _elsewhere(self) -> str:
        """Return where everybody lands instead."""
        shares = self._traffic.shares("nobody in particular")
        landed = [
            f'allocation "{outcome.allocation.key}" takes {float(shares[number]):.4g}'
            for number, outcome in enumerate(self._traffic.outcomes)
            if shares.get(number)
        ]
        return ", ".join(landed) or "no allocation takes anybody"


def _open_flag(prepared: Prepared, key: str) -> Flag:
    flag = prepared.flag(key)
    if flag is None:
        raise _NobodyError(f'there is no flag "{key}"; {nearest(key, prepared.flag_keys)}'.rstrip("; "))
    if flag.broken is not None:
        raise _NobodyError(f'flag "{key}" is broken: {flag.broken}')
    if not flag.enabled:
        raise _NobodyError(f'flag "{key}" is disabled; everybody gets the default')
    return flag


def _check_names(flag: Flag, wanted: Wanted) -> None:
    """Raise if no split, whoever may reach it, serves what is wanted."""
    keys = [allocation.key for allocation in flag.allocations]
    if wanted.allocation is not None and wanted.allocation not in keys:
        raise _NobodyError(
            f'there is no allocation "{wanted.allocation}"; {nearest(wanted.allocation, keys)}'.rstrip("; ")
        )
    through = [one for one in flag.allocations if wanted.allocation in (None, one.key)]
    served = {split.variation_key: split for one in through for split in one.splits}
    where = f'flag "{flag.key}"' if wanted.allocation is None else f'allocation "{wanted.allocation}"'
    if wanted.variation is not None and wanted.variation not in served:
        raise _NobodyError(
            f'{where} never serves "{wanted.variation}"; {nearest(wanted.variation, served)}'.rstrip("; ")
        )
    if not any(wanted.is_served_by(allocation, split) for allocation in through for split in allocation.splits):
        raise _NobodyError(f"{where} serves nothing else than the default")


def _closed_now(flag: Flag, wanted: Wanted, now: datetime) -> str:
    """Return why the allocations that serve what is wanted are closed to these attributes at this moment."""
    closed = [
        f'allocation "{allocation.key}" is not active at {event_timestamp(now)}'
        if not is_active(allocation, now)
        else f'the rules of allocation "{allocation.key}" do not hold for these attributes'
        for allocation in flag.allocations
        if any(wanted.is_served_by(allocation, split) for split in allocation.splits)
    ]
    # Each phase of an allocation is one of its own, and may be closed for the same reason.
    return "; ".join(dict.fromkeys(closed))


def _choosers(
    prepared: Prepared, wanted: Wanted, subject: Context, values: Mapping[int, Any]
) -> Iterator[tuple[int, _Chooser]]:
    """Yield the outcomes behind which a bandit may choose the action; raise with all the reasons if there is none."""
    refused: dict[str, None] = {}
    some = False
    for number, value in values.items():
        try:
            yield number, _chooser(prepared, wanted, subject, value)
            some = True
        except _NobodyError as nobody:
            refused[str(nobody)] = None
    if not some:
        raise _NobodyError("; ".join(refused))


def _chooser(prepared: Prepared, wanted: Wanted, subject: Context, value: Any) -> _Chooser:
    bandit_key = prepared.bandits.bandit_of(wanted.flag, value)
    if bandit_key is None:
        raise _NobodyError(f'"{value}" is no bandit of flag "{wanted.flag}"')
    model = prepared.bandits.models.get(bandit_key)
    if not isinstance(model, BanditModel):
        raise _NobodyError(f'there is no model of bandit "{bandit_key}"' if model is None else model.reason)
    offered = dict.fromkeys(model.actions, EMPTY) if wanted.actions is None else offered_actions(wanted.actions)
    _check_action(bandit_key, model, wanted, subject, offered)
    return _Chooser(bandit_key, model, offered)


def _check_action(
    bandit_key: str, model: BanditModel, wanted: Wanted, subject: Context, offered: Mapping[str, Any]
) -> None:
    """Raise if the action is not offered, or has no weight; weights are the same for every key."""
    action = wanted.action or ""
    if action not in offered:
        hint = nearest(action, offered) or f'bandit "{bandit_key}" is offered no action'
        raise _NobodyError(f'action "{action}" is not offered; {hint}')
    report = explain(model, wanted.flag, "", subject, offered)
    (one,) = (one for one in report.actions if one.action == action)
    if one.weight <= 0:
        raise _NobodyError(
            f'bandit "{bandit_key}" gives action "{action}" no weight: it scores {one.score:g}, '
            f'the best action is "{report.best}", and gamma is {model.gamma:g}'
        )


def _named_keys(flag: Flag) -> Iterator[str]:
    """Yield the subject keys that rules of the flag name, each once."""
    members = (
        member
        for allocation in flag.allocations
        for rule in allocation.rules
        for condition in rule.conditions
        if condition.attribute == "id" and condition.operator == "ONE_OF" and isinstance(condition.value, list)
        for member in condition.value
    )
    yield from dict.fromkeys(text for member in members if (text := text_of(member)))
