"""Schedules by a frozen and by a shifted clock."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from emulator.overrides import Frozen, Serve, Shifted, scheduled_flags
from tests.evaluation.configurations import NOW, allocation, configuration, flag, split
from tests.overrides.documents import GATE, asked, laid_over, wire

START, END = datetime(2020, 3, 1, tzinfo=UTC), datetime(2020, 4, 1, tzinfo=UTC)
MARCH = {"startAt": "2020-03-01T00:00:00.000Z", "endAt": "2020-04-01T00:00:00.000Z"}
SCHEDULED = flag(allocation("march", split("on"), **MARCH), allocation("default", split("off")))
MILLISECOND = timedelta(milliseconds=1)
DAY = timedelta(days=1)
NEVER = "9999-12-31T00:00:00.000Z"


def window(*layers: Any, **ends: Any) -> Any:
    """Return start and end of an allocation with *ends* under *layers*, or None when it is not served."""
    served = wire(laid_over(flag(allocation("a", **ends)), *layers))["allocations"]
    return (served[0].get("startAt"), served[0].get("endAt")) if served else None


# ── frozen ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (START - MILLISECOND, "OFF"),
        (START, "ON"),
        (START + DAY, "ON"),
        (END, "ON"),
        (END + MILLISECOND, "OFF"),
        (END.astimezone(timezone(timedelta(hours=5))), "ON"),
    ],
)
def test_at_a_moment_both_ends_of_a_window_are_inside(at: datetime, value: str) -> None:
    assert asked(laid_over(SCHEDULED, Frozen(at)), now=NOW).value == value


def test_an_active_allocation_loses_its_window_and_another_goes() -> None:
    later = allocation("later", split("other"), startAt="2020-04-01T00:00:00.001Z")
    before = flag(*SCHEDULED["allocations"], later)

    served = wire(laid_over(before, Frozen(END)))["allocations"]

    assert served == [allocation("march", split("on")), SCHEDULED["allocations"][1]]


def test_what_is_served_for_a_test_stays_at_any_time() -> None:
    overridden = laid_over(SCHEDULED, Serve("f", "other", via="march"), Frozen(END + DAY))

    assert (asked(overridden).value, asked(overridden).allocation_key) == ("OTHER", "march")


@pytest.mark.parametrize("odd", ["tomorrow", "", 5, True, "2020-13-01T00:00:00Z", "0000-01-01T00:00:00Z", ["x"]])
@pytest.mark.parametrize("clock", [Frozen(END), Shifted(DAY)])
@pytest.mark.parametrize("name", ["startAt", "endAt"])
def test_an_allocation_with_a_time_that_cannot_be_read_stays_as_it_is(name: str, clock: Any, odd: Any) -> None:
    damaged = flag(allocation("a", **{**MARCH, name: odd}))

    assert wire(laid_over(damaged, clock)) is damaged


def test_no_window_said_as_null_is_none() -> None:
    assert window(Frozen(END), startAt=None, endAt="2020-04-01T00:00:00.000Z") == (None, None)


@pytest.mark.parametrize("text", ["2020-03-01T00:00:00Z", "2020-03-01T02:00:00.000000+02:00", "2020-02-29T24:00:00Z"])
def test_times_are_read_as_the_evaluator_reads_them(text: str) -> None:
    served = flag(allocation("a", startAt=text))

    frozen = [asked(laid_over(served, Frozen(at))).code for at in (START - MILLISECOND, START)]

    assert frozen == [asked(laid_over(served), now=at).code for at in (START - MILLISECOND, START)]


def test_a_moment_needs_a_zone() -> None:
    with pytest.raises(Exception, match="the time 2025-03-28T00:00:00 has no zone; write 2025-03-28T00:00:00Z"):
        Frozen(datetime(2025, 3, 28))


# ── shifted ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_under_a_clock_that_is_ahead_windows_are_earlier() -> None:
    assert window(Shifted(timedelta(days=1, milliseconds=7)), **MARCH) == (
        "2020-02-28T23:59:59.993Z",
        "2020-03-30T23:59:59.993Z",
    )


def test_under_a_clock_that_is_behind_windows_are_later() -> None:
    assert window(Shifted(-DAY), **MARCH) == ("2020-03-02T00:00:00.000Z", "2020-04-02T00:00:00.000Z")


def test_between_two_milliseconds_a_window_opens_later_and_closes_earlier() -> None:
    ends = {"startAt": "2020-03-01T00:00:00.0001Z", "endAt": "2020-04-01T00:00:00.0009Z"}

    assert window(Shifted(DAY), **ends) == ("2020-02-29T00:00:00.001Z", "2020-03-31T00:00:00.000Z")


@pytest.mark.parametrize("offset", [DAY, -DAY, timedelta(days=20_000)])
def test_never_stays_never(offset: timedelta) -> None:
    served = flag(allocation("a", endAt=NEVER))

    assert wire(laid_over(served, Shifted(offset))) is served


@pytest.mark.parametrize(
    ("offset", "ends", "expected"),
    [
        pytest.param(-DAY, {"endAt": "9999-12-30T00:00:00.000Z"}, (None, NEVER), id="an end that is never reached"),
        pytest.param(-2 * DAY, {"endAt": "9999-12-30T00:00:00.000Z"}, (None, None), id="an end after all years"),
        pytest.param(-2 * DAY, {"startAt": "9999-12-30T00:00:00.000Z"}, None, id="a start after all years"),
        pytest.param(2 * DAY, {"startAt": "0001-01-02T00:00:00.000Z"}, (None, None), id="a start before all years"),
        pytest.param(2 * DAY, {"endAt": "0001-01-02T00:00:00.000Z"}, None, id="an end before all years"),
        pytest.param(DAY, {"startAt": "9999-12-31T23:59:59.9999Z"}, ("9999-12-31T00:00:00.000Z", None), id="the end"),
        pytest.param(-DAY, {"startAt": "9999-12-30T23:59:59.9999Z"}, None, id="a start in the last millisecond"),
        pytest.param(DAY, {"startAt": "0001-01-02T00:00:00.000Z"}, ("0001-01-01T00:00:00.000Z", None), id="year 1"),
    ],
)
def test_where_years_run_out_a_bound_goes_or_the_allocation(offset: timedelta, ends: Any, expected: Any) -> None:
    assert window(Shifted(offset), **ends) == expected


def test_a_clock_that_is_right_changes_nothing() -> None:
    served = flag(allocation("a", startAt="2020-03-01T00:00:00Z"))

    assert wire(laid_over(served, Shifted(timedelta(0)))) is served


def test_an_offset_is_whole_milliseconds() -> None:
    assert Shifted(timedelta(microseconds=1999)) == Shifted(MILLISECOND)


@pytest.mark.parametrize(("years", "last"), [(8000, datetime.max), (-8000, datetime.min)])
def test_a_clock_stops_where_years_run_out(years: int, last: datetime) -> None:
    assert Shifted(365 * years * DAY).reading(NOW) == last.replace(tzinfo=UTC)


def test_the_clocks_say_what_time_it_is() -> None:
    assert (Frozen(END).reading(NOW), Shifted(DAY).reading(NOW)) == (END, NOW + DAY)


# ── who is looked at ────────────────────────────────────────────────────────────────────────────────────────────


def test_flags_without_a_schedule_are_the_very_same() -> None:
    assert wire(laid_over(GATE, Frozen(END))) is GATE
    assert scheduled_flags(configuration(f=GATE, g=SCHEDULED, h=None)["flags"]) == ("g",)
