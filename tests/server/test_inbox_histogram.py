"""``GET /emulator/v1/events/histogram``: how many events arrived when."""

import json
from typing import Any

import pytest

from emulator.events import read_event
from emulator.inbox import Arrival
from emulator.server.parts import Parts
from tests.events.families import ASSIGNMENTS
from tests.server.calling import Call
from tests.server.described import validator

HISTOGRAM = "/emulator/v1/events/histogram"


def _buckets(call: Call, query: str = "") -> Any:
    reply = call("GET", HISTOGRAM + query)
    answer = json.loads(reply.body)
    assert reply.status == 200
    validator({"$ref": "#/components/schemas/Histogram"}).validate(answer)
    return answer["buckets"]


def test_events_are_counted_over_time(call: Call, parts: Parts) -> None:
    raws: list[Any] = [{**ASSIGNMENTS["go"], "subject": subject} for subject in ("ann", "bob")]
    parts.inbox.append([Arrival(read_event(raw), environment="test") for raw in (*raws, 7)])

    everything, anns = (_buckets(call, query) for query in ("?buckets=1", "?buckets=1&subject=ann"))

    assert [(one["events"]) for one in (*everything, *anns)] == [3, 1]
    assert everything[0]["problems"] >= 1
    assert everything[0]["from"] < everything[0]["to"]


def test_an_empty_inbox_has_no_buckets(call: Call) -> None:
    assert _buckets(call) == []


@pytest.mark.parametrize("query", ["?buckets=0", "?buckets=1001", "?buckets=many", "?nonsense=1", "?q=flag:%22"])
def test_what_cannot_be_read_is_a_problem(call: Call, query: str) -> None:
    reply = call("GET", HISTOGRAM + query)

    assert (reply.status, json.loads(reply.body)["type"]) == (400, "bad-parameters")
