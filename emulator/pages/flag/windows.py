"""When an allocation is active: in words, and as a part of a time line that all allocations of a flag share."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from emulator.evaluation.flag import Window

# Eppo writes "never" as the last day of this year.
_FAR_YEAR = 9000
_MARGIN = 0.06
_LAST_MILLISECOND = 999_000
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UNITS = (
    (timedelta(days=730), timedelta(days=365), "year"),
    (timedelta(days=60), timedelta(days=30), "month"),
    (timedelta(days=2), timedelta(days=1), "day"),
    (timedelta(hours=2), timedelta(hours=1), "hour"),
    (timedelta(minutes=2), timedelta(minutes=1), "minute"),
    (timedelta(0), timedelta(seconds=1), "second"),
)


@dataclass(frozen=True, slots=True)
class Scale:
    """The stretch of time that a flag's time lines show, and where *now* is on it, from 0 to 1."""

    start: datetime
    end: datetime
    now: float

    def place(self, moment: datetime) -> float:
        return min(1.0, max(0.0, (moment - self.start) / (self.end - self.start)))


@dataclass(frozen=True, slots=True)
class Span:
    """
    A window: *state* is ``running``, ``scheduled`` or ``ended``; *words* say when, *news* how that is from now.

    *first* and *last* are its places on the scale, from 0 to 1; *has_start* and *has_end* whether it begins and ends.
    """

    state: str
    words: str
    news: str
    first: float
    last: float
    has_start: bool
    has_end: bool


def scale_of(windows: Iterable[Window | None], now: datetime) -> Scale | None:
    """Return the scale for *windows*; None where none of them begins or ends."""
    moments = [
        moment for window in windows if window for moment in window if moment is not None and not _is_far(moment)
    ]
    if not moments:
        return None
    first, last = min(*moments, now), max(*moments, now)
    reach = max(last - first, timedelta(minutes=1))
    try:
        start, end = first - reach * _MARGIN, last + reach * _MARGIN
    except OverflowError:
        # The first year there is, or the last.
        start, end = first, first + reach
    scale = Scale(start, end, 0.0)
    return Scale(start, end, scale.place(now))


def span_of(window: Window, now: datetime, scale: Scale | None) -> Span:
    start, end = window
    if end is not None and _is_far(end):
        end = None
    state, news = _state(start, end, now)
    return Span(
        state=state,
        words=_words(start, end),
        news=news,
        first=scale.place(start) if scale and start else 0.0,
        last=scale.place(end) if scale and end else 1.0,
        has_start=start is not None,
        has_end=end is not None,
    )


def moment_words(moment: datetime) -> str:
    """
    Return *moment* (UTC) as people write it, no finer than it is.

    A phase ends a millisecond before the next one, which nobody needs to read.
    """
    if moment.microsecond >= _LAST_MILLISECOND and moment.year < _FAR_YEAR:
        moment += timedelta(microseconds=1_000_000 - moment.microsecond)
    day = f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"
    if moment.second:
        return f"{day} {moment:%H:%M:%S}"
    return day if (moment.hour, moment.minute) == (0, 0) else f"{day} {moment:%H:%M}"


def duration_words(length: timedelta) -> str:
    """Return *length*, which is not negative, in its largest unit: ``3 days``."""
    _, unit, name = next(one for one in _UNITS if length >= one[0])
    number = length // unit
    return f"{number:,} {name}{'' if number == 1 else 's'}"


def _state(start: datetime | None, end: datetime | None, now: datetime) -> tuple[str, str]:
    if start is not None and now < start:
        return "scheduled", f"starts in {duration_words(start - now)}"
    if end is not None and now > end:
        return "ended", f"ended {duration_words(now - end)} ago"
    if end is not None:
        return "running", f"running, {duration_words(end - now)} left"
    return "running", f"running for {duration_words(now - start)}" if start else "running"


def _words(start: datetime | None, end: datetime | None) -> str:
    parts = []
    if start is not None:
        parts.append(f"from {moment_words(start)}")
    if end is not None:
        parts.append(f"until {moment_words(end)}")
    return f"{' '.join(parts)} (UTC)" if parts else "always"


def _is_far(moment: datetime) -> bool:
    return moment.year >= _FAR_YEAR
