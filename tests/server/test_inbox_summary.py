"""``GET /emulator/v1/events/summary``: what there is how many times, and whether experiments get their shares."""

import json
from typing import Any

import pytest

from emulator.events import read_event
from emulator.inbox import Arrival
from emulator.inbox.arrival import shape_judgement
from emulator.server.parts import Parts
from tests.events.families import ASSIGNMENTS, BANDITS
from tests.server.calling import Call
from tests.server.described import validator
from tests.server.documents import Shelf, config, environment, flag, snapshot

SUMMARY = "/emulator/v1/events/summary"


def _shard(start: int, end: int) -> dict[str, Any]:
    return {"salt": "s", "ranges": [{"start": start, "end": end}]}


@pytest.fixture
def shelf() -> Shelf:
    """A flag that gives a quarter of half of all Norwegians the variation on."""
    banner = flag("banner", condition="NO")
    banner["variations"]["off"] = {"key": "off", "value": "off"}
    traffic = {"salt": "traffic", "ranges": [{"start": 0, "end": 5000}]}
    banner["allocations"][0]["splits"] = [
        {"variationKey": "on", "shards": [traffic, _shard(0, 2500)]},
        {"variationKey": "off", "shards": [traffic, _shard(2500, 10000)]},
    ]
    return Shelf(snapshot(environment("test", config(banner))))


def _assignment(subject: str, variation: str, **more: Any) -> Arrival:
    raw = {**ASSIGNMENTS["rust core"], "allocation": "allocation-1", "subject": subject, "variation": variation}
    return Arrival(read_event(raw), environment="test", **more)


def _summary(call: Call, query: str = "") -> Any:
    reply = call("GET", SUMMARY + query)
    answer = json.loads(reply.body)
    assert reply.status == 200
    validator({"$ref": "#/components/schemas/EventSummary"}).validate(answer)
    return answer


def test_events_are_counted_by_what_they_are(call: Call, parts: Parts) -> None:
    parts.inbox.judge_by(shape_judgement)
    parts.inbox.append([_assignment("ann", "on", message_id="m1"), _assignment("ann", "on", message_id="m1")])
    parts.inbox.append([Arrival(read_event(raw)) for raw in (BANDITS["rust core"], {"event": "Signed up"}, 7)])

    answer = _summary(call)

    assert answer["kinds"] == {"assignment": 1, "bandit": 1, "tracked": 1, "invalid": 1}
    assert answer["verdicts"] == {"ok": 2, "duplicate": 1, "malformed": 1}
    assert answer["flags"]["banner"] == {"events": 1, "variations": {"on": 1}}
    assert answer["complete"] is True


def test_an_experiment_with_the_configured_shares_of_subjects_is_no_mismatch(call: Call, parts: Parts) -> None:
    twice = [_assignment(str(number), "off" if number % 4 else "on") for number in range(100)] * 2
    parts.inbox.append(twice)

    (experiment,) = _summary(call)["experiments"]

    assert (experiment["flag"], experiment["allocation"]) == ("banner", "allocation-1")
    assert (experiment["subjects"], experiment["shares"]) == ({"on": 25, "off": 75}, {"on": 0.25, "off": 0.75})
    assert (experiment["chiSquare"], experiment["pValue"], experiment["mismatch"]) == (0, 1, False)


def test_a_mismatch_is_found_among_the_events_that_are_asked_for(call: Call, parts: Parts) -> None:
    parts.inbox.append([_assignment(str(number), "on") for number in range(60)])
    parts.inbox.append([_assignment(str(number), "off") for number in range(60, 120)])

    everything, some = (_summary(call, query)["experiments"][0] for query in ("", "?before=11"))

    assert (everything["meaningful"], everything["mismatch"]) == (True, True)
    assert (some["meaningful"], some["mismatch"]) == (False, False)
    assert some["reason"].startswith("too few subjects: 2.5 are expected")


def test_subjects_of_sandboxes_count_where_a_sandbox_is_asked_for(call: Call, parts: Parts) -> None:
    parts.inbox.append([_assignment(str(number), "on", sandbox="box-1") for number in range(60)])

    assert _summary(call)["experiments"] == []
    assert _summary(call, "?sandbox=box-1")["experiments"][0]["subjects"] == {"on": 60}


def test_an_experiment_that_is_not_served_has_no_shares(call: Call, parts: Parts) -> None:
    arrival = Arrival(read_event({**ASSIGNMENTS["rust core"], "flag": "gone", "featureFlag": "gone"}), environment="x")
    parts.inbox.append([arrival])

    (experiment,) = _summary(call)["experiments"]

    assert (experiment["shares"], experiment["chiSquare"], experiment["meaningful"]) == (None, None, False)
