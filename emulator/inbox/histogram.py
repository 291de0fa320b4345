"""Events over time: how many arrived in each stretch of it, as values."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from emulator.inbox.match import Terms
from emulator.inbox.remembered import Remembered
from emulator.ufc.timestamps import format_timestamp

if TYPE_CHECKING:
    from emulator.inbox.store import Store

_SECOND, _MINUTE, _HOUR, _DAY = 1, 60, 3_600, 86_400
# What people count time in. Longer ones are whole days.
_WIDTHS_S = (
    *(_SECOND * number for number in (1, 2, 5, 10, 15, 30)),
    *(_MINUTE * number for number in (1, 2, 5, 10, 15, 30)),
    *(_HOUR * number for number in (1, 2, 3, 6, 12)),
    _DAY,
)
_MICROSECONDS = 1_000_000
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Bucket:
    """
    Events that arrived from *start* on and before *end*.

    *problems* of them have a verdict that is not ``ok``; what is not Eppo's has none.
    """

    start: datetime
    end: datetime
    events: int
    problems: int

    def as_json(self) -> dict[str, Any]:
        return {
            "from": format_timestamp(self.start),
            "to": format_timestamp(self.end),
            "events": self.events,
            "problems": self.problems,
        }


def width_us_of(first_us: int, last_us: int, most: int) -> int:
    """Return the width that people count in, with which at most *most* buckets hold both moments."""
    for width_s in _WIDTHS_S:
        width_us = width_s * _MICROSECONDS
        if _number_of(first_us, last_us, width_us) <= most:
            return width_us
    day_us = _DAY * _MICROSECONDS
    days = max(1, (last_us - first_us) // (day_us * most))
    while _number_of(first_us, last_us, days * day_us) > most:
        days += 1
    return days * day_us


def _number_of(first_us: int, last_us: int, width_us: int) -> int:
    return last_us // width_us - first_us // width_us + 1


def histogram_of(store: "Store", remembered: Remembered, terms: Terms, most: int) -> tuple[Bucket, ...]:
    """
    Return buckets of equal width, without gaps, for the events that *terms* hold for.

    They span all that is kept, as far as the times in *terms* allow: other terms leave the axis as it is.
    """
    from emulator.inbox.columns import moment_of
    from emulator.inbox.counts import over_time, time_span

    first_us, last_us = tuple(store.all(time_span())[0])
    if first_us is None:
        return ()
    first_us, last_us = _within_times(first_us, last_us, terms)
    if last_us < first_us:
        return ()
    width_us = width_us_of(first_us, last_us, most)
    found = remembered.numbers(store, over_time(width_us, limit=_REMEMBERED), terms)
    return tuple(
        Bucket(moment_of(number * width_us), moment_of((number + 1) * width_us), *found.get((number,), (0, 0)))
        for number in range(first_us // width_us, last_us // width_us + 1)
    )


def _within_times(first_us: int, last_us: int, terms: Terms) -> tuple[int, int]:
    """Return the part of a span that the times in *terms*, which are exclusive, leave of it."""
    from emulator.inbox.columns import microseconds

    for field, value, negated in terms:
        if not negated and isinstance(value, datetime):
            if field == "after":
                first_us = max(first_us, microseconds(value) + 1)
            else:
                last_us = min(last_us, microseconds(value) - 1)
    return first_us, last_us
