"""Events as an inbox gets them: many flags, some bandits, a few mistakes; the same ones in each run."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from emulator.events import read_event
from emulator.inbox import Arrival, Judgement
from emulator.inbox.arrival import Verdict, shape_judgement

_START = datetime(2026, 3, 1, 9, tzinfo=UTC)
# Between two batches of 1,000: a million events are about three days.
_PAUSE = timedelta(minutes=4)
_MISTAKES: tuple[Verdict, ...] = ("drift", "drift", "stale", "stale", "unknown-flag", "not-logged")
_META = {"sdkName": "python", "sdkLibVersion": "4.4.1"}


def event(number: int) -> dict[str, Any]:
    """Return what the logger of an application sends as its event *number*."""
    if number % 17 == 3:
        return _bandit(number)
    if number % 97 == 5:
        return {"event": "Signed up", "plan": ("free", "team")[number % 2], "user": f"user-{number}"}
    return _assignment(number)


def _assignment(number: int) -> dict[str, Any]:
    flag = number % 100
    return {
        "featureFlag": f"feature-{flag:05}",
        "allocation": f"allocation-{flag}",
        "experiment": f"feature-{flag:05}-allocation-{flag}",
        "variation": "rare" if number % 50_000 == 7 else ("on", "off", "control")[number // 100 % 3],
        "subject": _subject(number),
        "subjectAttributes": {"country": ("NO", "SE", "DK", "DE")[number // 7 % 4], "age": number // 3 % 80},
        "timestamp": "2026-03-01T09:00:00.000Z" if number % 997 else "never",
        "metaData": _META,
    }


def _bandit(number: int) -> dict[str, Any]:
    return {
        "flagKey": f"hats-{number % 5}",
        "banditKey": f"hatter-{number % 5}",
        "subject": _subject(number),
        "action": ("fedora", "bowler", "cap", "beret")[number // 5 % 4],
        "actionProbability": 0.25,
        "optimalityGap": 0.5,
        "modelVersion": "v1",
        "subjectNumericAttributes": {"age": number // 3 % 80},
        "subjectCategoricalAttributes": {"country": ("NO", "SE", "DK", "DE")[number // 7 % 4]},
        "actionNumericAttributes": {"price": 9.5},
        "actionCategoricalAttributes": {"colour": "red"},
        "timestamp": "2026-03-01T09:00:00.000Z",
        "metaData": _META,
    }


def _subject(number: int) -> str:
    return f"user-{number * 7919 % 1_000_003}"


def arrivals(first: int, count: int) -> list[Arrival]:
    return [Arrival(read_event(event(number)), environment="test") for number in range(first, first + count)]


def judge(arrival: Arrival) -> Judgement:
    """Find a mistake in one of some 30 events."""
    found = shape_judgement(arrival)
    hundreds = int((arrival.event.subject or "user-0").removeprefix("user-")) % 1_000 // 10
    return Judgement(_MISTAKES[hundreds % 6], "made up") if found.verdict == "ok" and hundreds < 4 else found


def clock() -> Iterator[datetime]:
    moment = _START
    while True:
        yield moment
        moment += _PAUSE
