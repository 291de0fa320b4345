"""Assignment events."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from emulator import __version__
from emulator.evaluation import assignment_event
from emulator.evaluation.events import event_timestamp
from tests.evaluation.configurations import allocation, asked, flag, flag_of, split

HOLDOUT = {"holdoutKey": "h1", "holdoutVariation": "status_quo"}


def test_e34_every_field_of_an_event() -> None:
    found = asked(flag(allocation("one-two"), key="inner"), "alice", {"plan": "pro", "age": 3})

    assert assignment_event(found) == {
        "featureFlag": "inner",
        "allocation": "one-two",
        "experiment": "inner-one-two",
        "variation": "on",
        "subject": "alice",
        "subjectAttributes": {"plan": "pro", "age": 3},
        "timestamp": "2026-01-15T12:00:00.000Z",
        "metaData": {"sdkName": "eppo-emulator", "sdkVersion": __version__},
    }


def test_e35_without_logging_the_value_is_served_and_no_event() -> None:
    found = asked(flag(allocation("one", doLog=False)))

    assert (found.value, found.log, assignment_event(found)) == ("ON", False, None)


def test_e35_an_allocation_that_does_not_say_is_logged() -> None:
    one = allocation("one")
    del one["doLog"]

    assert assignment_event(asked(flag(one)))


@pytest.mark.parametrize(
    "raw",
    [
        flag(),
        flag(allocation("a"), enabled=False),
        flag_of("INTEGER", "3"),
        flag(allocation("a", split("gone"))),
        {},
    ],
    ids=["unmatched", "disabled", "unsuitable", "no variation", "broken"],
)
def test_e36_defaults_are_not_logged(raw: Any) -> None:
    assert assignment_event(asked(raw)) is None


def test_e37_extra_logging_stands_beside_the_fields() -> None:
    event = assignment_event(asked(flag(allocation("one-h1", split("on", extraLogging=HOLDOUT)))))

    assert event
    assert HOLDOUT.items() <= event.items()


RESERVED = (
    "featureFlag",
    "allocation",
    "experiment",
    "variation",
    "subject",
    "subjectAttributes",
    "timestamp",
    "metaData",
)


def test_e37_extra_logging_never_hides_a_field() -> None:
    plain, clashing = (
        assignment_event(asked(flag(allocation("one", split("on", extraLogging=extra)))))
        for extra in ({}, dict.fromkeys(RESERVED, "X"))
    )

    assert clashing == plain


def test_e38_the_same_assignment_twice_is_two_events() -> None:
    found = asked(flag(allocation("one")))

    first, second = assignment_event(found), assignment_event(found)

    assert first == second
    assert first is not second


def test_an_event_belongs_to_who_gets_it() -> None:
    found = asked(flag(allocation("one")), attributes={"a": 1})
    first = assignment_event(found)
    assert first
    first["metaData"]["sdkName"] = "changed"
    first["subjectAttributes"]["a"] = 2

    second = assignment_event(found)

    assert second
    assert (second["metaData"]["sdkName"], second["subjectAttributes"]) == ("eppo-emulator", {"a": 1})


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 1, 15, 12, 0, 0, 1999, tzinfo=UTC), "2026-01-15T12:00:00.001Z"),
        (datetime(2026, 1, 15, 1, tzinfo=timezone(timedelta(hours=2))), "2026-01-14T23:00:00.000Z"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00.000Z"),
        (datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), "9999-12-31T23:59:59.999Z"),
        (datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), "1969-12-31T23:59:59.999Z"),
    ],
)
def test_e34_timestamps_are_utc_to_the_millisecond(moment: datetime, text: str) -> None:
    assert event_timestamp(moment) == text
