"""
Schedules by another clock: what SDKs with their own clocks have to be served, so that they do as at another time.

The clock is the SDK's, so a moment is taken out of what it compares: at a frozen moment a window is open or it is not,
and under a shifted clock all windows move the other way. Both ends of a window are inside (evaluation.md 1.2, step 6).
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from emulator.overrides.content import Wire
from emulator.overrides.layers import Clock, Frozen, Shifted
from emulator.ufc.instants import instant_of
from emulator.ufc.timestamps import format_timestamp

# What flag files write for `end: never`; it means no moment, so it does not move.
_NEVER = datetime(9999, 12, 31, tzinfo=UTC)
_REAL_TIME = Shifted(timedelta())
_ENDS = ("startAt", "endAt")


def scheduled_flags(flags: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the keys of the flags that have a schedule: the only ones that a clock can change."""
    return tuple(key for key, flag in flags.items() if _is_scheduled(flag))


def at_clock(flag: Any, clock: Clock) -> Any:
    """
    Return the wire *flag* such that SDKs answer now what they would answer when it is *clock*'s time.

    The same object, where the clock changes nothing. An allocation with a time that cannot be read stays as it is.
    """
    if clock == _REAL_TIME or not _is_scheduled(flag):
        return flag
    resolve = _RESOLVE[type(clock)]
    allocations = [kept for one in flag["allocations"] for kept in _resolved(one, resolve, clock)]
    same = len(allocations) == len(flag["allocations"]) and all(map(_is, allocations, flag["allocations"]))
    return flag if same else {**flag, "allocations": allocations}


def _is_scheduled(flag: Any) -> bool:
    allocations = flag.get("allocations") if isinstance(flag, dict) else None
    # A plain loop: this runs for every flag of a configuration.
    if isinstance(allocations, list):
        for one in allocations:
            if isinstance(one, dict) and ("startAt" in one or "endAt" in one):
                return True
    return False


def _is(one: Any, other: Any) -> bool:
    return one is other


_Resolve = Callable[[Wire, datetime | None, datetime | None, Any], Wire | None]


def _resolved(allocation: Any, resolve: _Resolve, clock: Clock) -> Iterator[Any]:
    if not isinstance(allocation, dict) or not ("startAt" in allocation or "endAt" in allocation):
        yield allocation
        return
    try:
        start, end = (_instant(allocation.get(name)) for name in _ENDS)
    except ValueError:
        yield allocation
        return
    found = resolve(allocation, start, end, clock)
    if found is not None:
        yield found


def _instant(text: Any) -> datetime | None:
    """Return the time; null is none, as SDKs read it."""
    if text is None:
        return None
    if not isinstance(text, str):
        raise ValueError("no text")
    return _read(text)


# Sandboxes come and go over the same flags.
_read = lru_cache(maxsize=16_384)(instant_of)


def _frozen(allocation: Wire, start: datetime | None, end: datetime | None, clock: Frozen) -> Wire | None:
    """Return *allocation* for ever if it is active at the moment, else None."""
    if (start is not None and clock.at < start) or (end is not None and clock.at > end):
        return None
    return {name: value for name, value in allocation.items() if name not in _ENDS}


def _shifted(allocation: Wire, start: datetime | None, end: datetime | None, clock: Shifted) -> Wire | None:
    """
    Return *allocation* with its window moved.

    Beyond the years 1 to 9999, an end that is never reached goes, and an allocation whose window is never open too.
    """
    end = None if end is not None and end >= _NEVER else end
    ahead = clock.offset > timedelta()
    moved = dict(allocation)
    for name, moment, means_always in (("startAt", start, ahead), ("endAt", end, not ahead)):
        if moment is None:
            continue
        try:
            moved[name] = format_timestamp(_whole(name, moment - clock.offset))
        except OverflowError:
            if not means_always:
                return None
            del moved[name]
    return allocation if moved == allocation else moved


def _whole(name: str, moment: datetime) -> datetime:
    """Return a start in whole milliseconds, rounded up: nothing opens too early. Ends are cut off when written."""
    return moment + timedelta(microseconds=-moment.microsecond % 1000) if name == "startAt" else moment


_RESOLVE: Mapping[type, _Resolve] = {Frozen: _frozen, Shifted: _shifted}
