"""Events by time of arrival: buckets that people can read, with the numbers that a look at each event gives."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from emulator.inbox import Bucket, Inbox, Record, parse_query
from emulator.inbox.histogram import width_us_of
from emulator.inbox.match import holds
from tests.inbox.arrivals import arrived, assignment

SECOND = 1_000_000
DAY = 86_400 * SECOND
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
QUERIES = (
    "", "user-7", "variation:on", "-verdict:ok", "verdict:malformed", "kind:bandit", "attr.country:NO",
    "subject:nobody", "-attr.age:30", "after:2026-03-01T12:05:00Z", "before:2026-03-01T12:05:00Z",
    "after:100 before:700",   "after:2026-03-01T12:00:10Z before:2026-03-01T12:03:20Z user",
)  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last", "most", "width"),
    [
        pytest.param(0, 0, 60, SECOND, id="one-moment"),
        pytest.param(0, 59 * SECOND, 60, SECOND, id="just-a-minute"),
        pytest.param(0, 60 * SECOND, 60, 2 * SECOND, id="beyond-a-minute"),
        pytest.param(SECOND // 2, 59 * SECOND, 60, SECOND, id="starts-within-a-second"),
        pytest.param(0, DAY - 1, 24, 3_600 * SECOND, id="a-day-in-hours"),
        pytest.param(0, 60 * DAY - 1, 60, DAY, id="days"),
        pytest.param(0, 60 * DAY, 60, 2 * DAY, id="two-days"),
        pytest.param(0, 20_000 * DAY, 60, 334 * DAY, id="half-a-century"),
        pytest.param(20_000 * DAY, 20_001 * DAY, 1, 2 * DAY, id="one-bucket-across-midnight"),
    ],
)
def test_the_narrowest_round_width_is_taken(first: int, last: int, most: int, width: int) -> None:
    assert width_us_of(first, last, most) == width


@pytest.mark.parametrize("query", QUERIES)
def test_numbers_are_those_of_a_look_at_each_event(crowd: Inbox, query: str) -> None:
    terms = parse_query(query)
    with crowd:
        records = [one for one in crowd.find(limit=1_000).records if all(holds(term, one) for term in terms)]
        for most in (1, 7, 60, 1_000):
            buckets = crowd.histogram(terms, most)

            assert [(one.events, one.problems) for one in buckets] == [_numbers(records, one) for one in buckets]
            assert sum(one.events for one in buckets) == len(records)
            assert len(buckets) <= most


def _numbers(records: Sequence[Record], bucket: Bucket) -> tuple[int, int]:
    inside = [one for one in records if bucket.start <= one.received_at < bucket.end]
    return len(inside), sum(one.verdict not in (None, "ok") for one in inside)


def test_buckets_have_no_gaps_and_stay_where_they_are_under_a_filter(crowd: Inbox) -> None:
    with crowd:
        buckets, filtered = crowd.histogram((), 20), crowd.histogram(parse_query("user-7"), 20)

        assert [one.end for one in buckets[:-1]] == [one.start for one in buckets[1:]]
        assert [one.start for one in filtered] == [one.start for one in buckets]


def test_times_narrow_the_buckets(crowd: Inbox) -> None:
    with crowd:
        buckets = crowd.histogram(parse_query("after:2026-03-01T12:00:09Z before:2026-03-01T12:00:12Z"), 60)

        assert (buckets[0].start, buckets[-1].end) == (NOON + timedelta(seconds=9), NOON + timedelta(seconds=12))


def test_an_event_is_a_problem_unless_its_verdict_is_ok_or_missing(inbox: Inbox) -> None:
    inbox.append([assignment(), arrived({"event": "Signed up"}), assignment(timestamp=None)])

    (bucket,) = inbox.histogram((), 1)

    assert (bucket.events, bucket.problems) == (3, 1)


def test_where_nothing_arrived_there_are_no_buckets(inbox: Inbox) -> None:
    assert inbox.histogram() == ()
    inbox.append([assignment()])
    assert inbox.histogram(parse_query("after:2100-01-01")) == ()
