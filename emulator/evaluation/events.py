"""
Assignment events, as an SDK hands them to its logger (Rust core's and JavaScript's names).

Extra logging stands at the top level and never hides a field of the event's own (evaluation.md 1.4, checklist E37).
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from emulator.evaluation.assignment import Evaluation
from emulator.evaluation.prepare import EVENT_ORIGIN


def assignment_event(evaluation: Evaluation) -> dict[str, Any] | None:
    """
    Return the event, which belongs to the caller, or None where an SDK logs nothing.

    Attributes stand in it as they were given, NaN and all, as they reach an application's logger; ``jsonable`` makes
    JSON of any event.
    """
    prepared = evaluation.verdict.event
    if prepared is None:
        return None
    event = prepared.copy()
    event["metaData"] = {**_META_DATA}
    event["subject"] = evaluation.subject_key
    event["subjectAttributes"] = {**evaluation.attributes}
    event["timestamp"] = event_timestamp(evaluation.now)
    return event


def event_timestamp(moment: datetime) -> str:
    """Return *moment* (aware) as ``YYYY-MM-DDTHH:MM:SS.mmmZ``, cut off at the millisecond."""
    elapsed = moment - _EPOCH
    return _second(elapsed.days, elapsed.seconds) + _MILLISECONDS[elapsed.microseconds // 1000]


_META_DATA = EVENT_ORIGIN["metaData"]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECONDS = tuple(f".{number:03}Z" for number in range(1000))


# Events come in bursts; formatting the second anew costs as much as evaluating a flag.
@lru_cache(maxsize=8)
def _second(days: int, seconds: int) -> str:
    return (_EPOCH + timedelta(days, seconds)).replace(tzinfo=None).isoformat()
