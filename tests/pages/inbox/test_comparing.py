"""What changed between two evaluations, in sentences."""

from typing import Any

import pytest

from emulator.events import read_event
from emulator.inbox import Arrival, Inbox
from emulator.inbox.record import Record
from emulator.pages.inbox.comparing import compared
from tests.server.test_inbox_page import assignment


def allocation(key: str, **changes: Any) -> dict[str, Any]:
    return {"key": key, "rules": [], "window": None, "splits": [], **changes}


def split(end: int) -> dict[str, Any]:
    shard = {"salt": "s", "totalShards": 10_000, "ranges": [{"start": 0, "end": end}]}
    return {"variationKey": "on", "shards": [shard]}


CONDITION = {"attribute": "country", "operator": "ONE_OF", "value": ["US"]}
RULES = [{"conditions": [CONDITION]}]
WINDOW = {"startAt": None, "endAt": "2026-01-01T00:00:00.000Z"}


def told(revision: int, *allocations: dict[str, Any], variation: str = "on") -> dict[str, Any]:
    return {
        "revision": revision,
        "publishedAt": f"2026-03-0{revision}T09:00:00.000Z",
        "verdict": "ok",
        "reason": "",
        "variation": variation,
        "allocation": "allocation-1",
        "trace": {"allocations": list(allocations)},
    }


@pytest.fixture
def record() -> Record:
    with Inbox() as inbox:
        inbox.append([Arrival(read_event(assignment()), environment="test")])
        (found,) = inbox.since()
    return found


@pytest.mark.parametrize(
    ("then", "now", "sentences"),
    [
        ([allocation("a")], [allocation("a"), allocation("b")], ['Allocation "b" is new.']),
        ([allocation("a"), allocation("b")], [allocation("b")], ['Allocation "a" has gone.']),
        (
            [allocation("a"), allocation("b")],
            [allocation("b"), allocation("a")],
            ["The allocations stand in another order now."],
        ),
        ([allocation("a")], [allocation("a", rules=RULES)], ['Allocation "a" has other rules now.']),
        (
            [allocation("a", splits=[split(1)])],
            [allocation("a", splits=[split(2)], window=WINDOW, rules=RULES)],
            ['Allocation "a" has other rules, times and shares now.'],
        ),
        ([allocation("a")], [], ["The flag is not served, or has no allocations now."]),
        (
            [allocation("a")],
            [allocation("a")],
            ["Nothing in this flag changed; something else in the configuration did."],
        ),
    ],
)
def test_changes(record: Record, then: list[Any], now: list[Any], sentences: list[str]) -> None:
    found = compared(record, {"then": told(1, *then), "now": told(2, *now)})

    assert found
    assert list(found.changes) == sentences


def test_what_differs_from_the_event_is_marked(record: Record) -> None:
    found = compared(record, {"then": told(1), "now": told(2, variation="off")})

    assert found
    assert [(line.name, line.then.differs, line.now.differs) for line in found.lines[:2]] == [
        ("Variation", False, True),
        ("Allocation", False, False),
    ]


def test_an_older_configuration_than_all_that_are_known(record: Record) -> None:
    found = compared(record, {"then": None, "now": told(2)})

    assert found
    assert (found.then, found.same, found.changes) == ("not known any more", False, ())


def test_nothing_is_said_of_other_events(record: Record) -> None:
    assert compared(record, {"then": None, "now": None}) is None
