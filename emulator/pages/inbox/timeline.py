"""Events over time as bars, each of which is a way to its events."""

from collections.abc import Sequence
from dataclasses import dataclass

from emulator.inbox import Bucket
from emulator.pages.inbox.address import Address, without_times
from emulator.ufc.timestamps import format_timestamp

# A bucket with a single event among thousands is seen, too.
_LOWEST = 3.0
_FEWEST = 30


@dataclass(frozen=True, slots=True)
class Bar:
    """
    One stretch of time. *x* and *width* are percents of the whole, *height* and *problems* of the highest bar.

    *start* and *end* are what a query says; *label* tells all of it.
    """

    href: str
    start: str
    end: str
    x: float
    width: float
    height: float
    problems: float
    label: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """
    *events* and *problems* are how many there are in all, *most* those of the highest bar.
    *others* is the query without its times, *whole* the address of the list for it, empty where the query has none.
    """

    bars: tuple[Bar, ...]
    events: int
    most: int
    problems: int
    others: str
    whole: str


def timeline(buckets: Sequence[Bucket], address: Address) -> Timeline:
    """Return *buckets*, as the inbox counts them, as bars."""
    buckets = _with_a_past(buckets)
    most = max((bucket.events for bucket in buckets), default=0)
    others = without_times(address.query)
    width = 100 / max(1, len(buckets))
    plain = Address(address.scope, others)
    return Timeline(
        bars=tuple(_bar(place * width, width, bucket, most, plain) for place, bucket in enumerate(buckets)),
        events=sum(bucket.events for bucket in buckets),
        most=most,
        problems=sum(bucket.problems for bucket in buckets),
        others=others,
        whole="" if others == address.query.strip() else plain.list(),
    )


def _with_a_past(buckets: Sequence[Bucket]) -> Sequence[Bucket]:
    """Return *buckets* with empty ones before them where they are few: a single bar says nothing of time."""
    if not buckets:
        return buckets
    first = buckets[0]
    width, more = first.end - first.start, max(0, _FEWEST - len(buckets))
    past = (Bucket(first.start - width * back, first.end - width * back, 0, 0) for back in range(more, 0, -1))
    return (*past, *buckets)


def _bar(x: float, width: float, bucket: Bucket, most: int, address: Address) -> Bar:
    start, end = format_timestamp(bucket.start), format_timestamp(bucket.end)
    words = f"after:{start} before:{end}"
    events = f"{bucket.events:,} event{'' if bucket.events == 1 else 's'}"
    problems = f", {bucket.problems:,} not ok" if bucket.problems else ""
    return Bar(
        href=address.asking(f"{address.query} {words}".strip()),
        start=start,
        end=end,
        x=round(x, 3),
        width=round(width, 3),
        height=_height(bucket.events, most),
        problems=_height(bucket.problems, most),
        label=f"{start[:19].replace('T', ' ')} to {end[11:19]}: {events}{problems}",
    )


def _height(number: int, most: int) -> float:
    return round(max(_LOWEST, 100 * number / most), 2) if number else 0.0
