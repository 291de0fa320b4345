"""Windows in words, and their places on a time line."""

from datetime import UTC, datetime, timedelta

import pytest

from emulator.pages.flag.windows import duration_words, moment_words, scale_of, span_of
from tests.pages.flag.documents import NOW

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("start", "end", "state", "news"),
    [
        (NOW + 3 * HOUR, None, "scheduled", "starts in 3 hours"),
        (NOW - 3 * HOUR, NOW - HOUR, "ended", "ended 60 minutes ago"),
        (NOW - HOUR, NOW + 72 * HOUR, "running", "running, 3 days left"),
        (NOW - 72 * HOUR, None, "running", "running for 3 days"),
        (NOW, NOW, "running", "running, 0 seconds left"),
        (None, datetime(9999, 12, 31, tzinfo=UTC), "running", "running"),
    ],
)
def test_a_window_is_told_from_now(start: datetime | None, end: datetime | None, state: str, news: str) -> None:
    span = span_of((start, end), NOW, None)

    assert (span.state, span.news) == (state, news)


def test_all_windows_share_a_scale_that_holds_now() -> None:
    scale = scale_of([(NOW + HOUR, NOW + 2 * HOUR), None, (None, NOW + 4 * HOUR)], NOW)

    assert scale is not None
    assert 0 < scale.now < scale.place(NOW + HOUR) < scale.place(NOW + 4 * HOUR) < 1


def test_without_bounds_there_is_no_line() -> None:
    assert scale_of([None, (None, datetime(9999, 12, 31, tzinfo=UTC))], NOW) is None


@pytest.mark.parametrize("year", [1, 9999])
def test_the_ends_of_time_have_a_place(year: int) -> None:
    window = (datetime(1, 1, 1, tzinfo=UTC), datetime(min(year, 8999), 12, 31, tzinfo=UTC))

    assert scale_of([window], NOW) is not None


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 6, 2, tzinfo=UTC), "2 Jun 2026"),
        (datetime(2026, 6, 2, 9, 5, tzinfo=UTC), "2 Jun 2026 09:05"),
        (datetime(2026, 6, 2, 8, 59, 59, 999_000, tzinfo=UTC), "2 Jun 2026 09:00"),
        (datetime(2026, 6, 2, 8, 59, 59, tzinfo=UTC), "2 Jun 2026 08:59:59"),
    ],
)
def test_a_moment_is_no_finer_than_it_is(moment: datetime, words: str) -> None:
    assert moment_words(moment) == words


def test_a_duration_is_told_in_its_largest_unit() -> None:
    assert duration_words(timedelta(days=800)) == "2 years"
