"""A trace as steps to read: each allocation in its order, with what let the subject in or kept it out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.pages.inbox.cut import sentence

_Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; *holds* is None where it only heads those below it."""

    words: str
    holds: bool | None
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """*state* is ``yes``, ``no`` or ``unreached``; *verdict* says it in words, *note* why."""

    key: str
    state: str
    verdict: str
    note: str
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Action:
    name: str
    chosen: bool
    score: str
    weight: str
    note: str


@dataclass(frozen=True, slots=True)
class Way:
    """The way of one evaluation; *title* says which. *actions* are a bandit's."""

    title: str
    outcome: str
    steps: tuple[Step, ...]
    bandit: str = ""
    actions: tuple[Action, ...] = ()


_WORDS: Mapping[str, str] = {
    "MATCH": "takes the subject",
    "FAILING_RULE": "its rules do not fit",
    "TRAFFIC_EXPOSURE_MISS": "the subject is outside its traffic",
    "BEFORE_START_TIME": "has not begun",
    "AFTER_END_TIME": "has ended",
    "UNEVALUATED": "not reached",
}
_STATES: Mapping[str, str] = {"MATCH": "yes", "UNEVALUATED": "unreached"}


def way_of(title: str, trace: _Told) -> Way:
    """Return *trace*, as the evaluator tells it, as steps."""
    bandit = trace.get("bandit")
    return Way(
        title,
        sentence(trace["description"]),
        tuple(map(_step, trace["allocations"])),
        sentence(bandit["description"]) if bandit else "",
        tuple(map(_action, bandit.get("actions", ()))) if bandit else (),
    )


def _step(allocation: _Told) -> Step:
    code = allocation["allocationEvaluationCode"]
    return Step(
        key=allocation["key"],
        state=_STATES.get(code, "no"),
        verdict=_WORDS.get(code, code),
        note=sentence(allocation["note"]),
        checks=tuple(_checks(allocation)),
    )


def _checks(allocation: _Told) -> Iterator[Check]:
    window = allocation["window"]
    if window:
        yield Check(sentence(window["note"]), window["matched"])
    for number, rule in enumerate(allocation["rules"], 1):
        yield Check(f"rule {number}", rule["matched"])
        yield from (Check(sentence(one["note"]), one["matched"], 1) for one in rule["conditions"])
    for split in allocation["splits"]:
        yield Check(sentence(f'serves "{split["variationKey"]}"'), split["matched"])
        yield from (Check(sentence(one["note"]), one["matched"], 1) for one in split["shards"])


def _action(told: _Told) -> Action:
    return Action(told["action"], told["chosen"], _short(told["score"]), _short(told["weight"]), told["note"])


def _short(number: float | str) -> str:
    return number if isinstance(number, str) else f"{number:.6g}"
