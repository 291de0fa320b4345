"""Buckets become bars."""

from datetime import UTC, datetime, timedelta

from emulator.inbox import Bucket
from emulator.pages.inbox.address import Address
from emulator.pages.inbox.timeline import timeline, without_times

NINE = datetime(2026, 3, 1, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def buckets(*counts: tuple[int, int]) -> list[Bucket]:
    return [Bucket(NINE + MINUTE * place, NINE + MINUTE * (place + 1), *count) for place, count in enumerate(counts)]


def test_bars_are_as_high_as_their_events_are_many() -> None:
    bars = timeline(buckets((50, 0), (100, 25)), Address({})).bars

    assert [(bar.height, bar.problems) for bar in bars[-2:]] == [(50.0, 0.0), (100.0, 25.0)]


def test_a_single_event_among_thousands_is_seen() -> None:
    assert timeline(buckets((1, 1), (100_000, 0)), Address({})).bars[-2].problems == 3.0


def test_events_are_counted_in_all_and_in_the_highest_bar() -> None:
    shown = timeline(buckets((37, 0), (46, 9)), Address({}))

    assert (shown.events, shown.most, shown.problems) == (83, 46, 9)


def test_few_buckets_have_a_past() -> None:
    bars = timeline(buckets((1, 0)), Address({})).bars

    assert len(bars) == 30
    assert (bars[0].start, bars[-1].start) == ("2026-03-01T08:31:00.000Z", "2026-03-01T09:00:00.000Z")


def test_a_bar_asks_for_its_time_and_what_was_asked_for() -> None:
    shown = timeline(buckets((1, 0)), Address({"environment": "test"}, "flag:a after:2026-01-01"))

    asked = "after%3A2026-03-01T09%3A00%3A00.000Z+before%3A2026-03-01T09%3A01%3A00.000Z"
    assert shown.bars[-1].href == f"/inbox?environment=test&q=flag%3Aa+{asked}"
    assert shown.whole == "/inbox?environment=test&q=flag%3Aa"


def test_numbers_of_events_are_no_times() -> None:
    assert without_times("after:12 -before:2026-01-01 x before:2026-01-01") == "after:12 -before:2026-01-01 x"


def test_nothing_is_no_bars() -> None:
    assert timeline([], Address({})).bars == ()
