"""Every event that comes in has a verdict: against the configuration that its client held, and today's."""

import json
from typing import Any

from emulator.server.parts import Parts
from emulator.snapshot import Snapshot
from tests.server.calling import Call
from tests.server.documents import Shelf, config, environment, flag, snapshot

EVENTS = "/emulator/v1/events"
CONFIG = "/api/flag-config/v1/config?apiKey=local-test&sdkName=python"
EVENT = {
    "featureFlag": "banner",
    "allocation": "allocation-1",
    "experiment": "banner-allocation-1",
    "variation": "on",
    "subject": "ann",
    "subjectAttributes": {"country": "US"},
    "metaData": {"sdkName": "python", "sdkVersion": "4.4.1"},
}
OLD, NEW = "2026-03-01T09:00:00.000Z", "2026-03-01T10:00:00.000Z"


def serving(value: str, created_at: str, revision: int) -> Snapshot:
    document = {**config(flag("banner", value), name="Test"), "createdAt": created_at}
    return snapshot(environment("test", document, sdk_keys=["local-test"]), revision=revision)


def verdict_on(call: Call, **change: Any) -> Any:
    """Post the event with some change, logged now, and return its record."""
    timestamp = change.pop("timestamp", "2100-01-01T00:00:00.000Z")
    call("POST", EVENTS, {}, json.dumps({**EVENT, "timestamp": timestamp, **change}).encode())
    (newest,) = json.loads(call("GET", f"{EVENTS}?order=desc&limit=1").body)["events"]
    return newest


def held(published_at: str) -> dict[str, Any]:
    return {"evaluationDetails": {"configPublishedAt": published_at, "environmentName": "Test"}}


def test_an_event_as_the_flags_say_is_ok(call: Call) -> None:
    record = verdict_on(call)

    assert (record["verdict"], record["reason"], record["revision"]) == ("ok", "", 1)


def test_the_configuration_that_the_event_names_is_the_one_its_client_held(call: Call, shelf: Shelf) -> None:
    shelf.current = serving("on", OLD, 1)
    call("GET", CONFIG)
    shelf.current = serving("off", NEW, 2)

    then, now, unknown = (verdict_on(call, **held(one)) for one in (OLD, NEW, "2020-01-01T00:00:00.000Z"))

    assert [one["verdict"] for one in (then, now, unknown)] == ["stale", "drift", "stale"]
    assert [one["revision"] for one in (then, now, unknown)] == [1, 2, None]


def test_else_it_is_the_last_one_that_its_sdk_was_sent_before(call: Call, shelf: Shelf) -> None:
    shelf.current = serving("on", OLD, 1)
    call("GET", CONFIG)
    shelf.current = serving("off", NEW, 2)
    before = verdict_on(call)
    call("GET", CONFIG)
    after = verdict_on(call)

    assert (before["verdict"], after["verdict"]) == ("stale", "drift")


def test_an_event_without_any_hint_is_held_against_what_is_served(call: Call, shelf: Shelf) -> None:
    shelf.current = serving("off", NEW, 2)

    assert verdict_on(call)["verdict"] == "drift"


def test_a_sandbox_has_configurations_of_its_own(call: Call, shelf: Shelf, parts: Parts) -> None:
    shelf.current = serving("on", OLD, 1)
    sandbox = json.loads(call("POST", "/emulator/v1/sandboxes", {}, b"{}").body)
    call("PUT", f"/emulator/v1/sandboxes/{sandbox['sdkKey']}/flags/banner", {}, b'{"off": true}')

    call("POST", f"{EVENTS}?sdkKey={sandbox['sdkKey']}", {}, json.dumps({**EVENT, "timestamp": NEW}).encode())

    (record,) = parts.inbox.since()
    assert (record.verdict, record.sandbox) == ("unknown-flag", sandbox["sdkKey"])


def test_what_comes_after_the_end_of_a_sandbox_is_still_its_own(call: Call, shelf: Shelf, parts: Parts) -> None:
    shelf.current = serving("on", OLD, 1)
    key = json.loads(call("POST", "/emulator/v1/sandboxes", {}, b"{}").body)["sdkKey"]
    call("DELETE", f"/emulator/v1/sandboxes/{key}")

    for variation in ("on", "off"):
        event = {**EVENT, "variation": variation, "timestamp": NEW}
        call("POST", f"{EVENTS}?sdkKey={key}", {}, json.dumps(event).encode())

    assert [(one.sandbox, one.verdict) for one in parts.inbox.since()] == [(key, "ok"), (key, "stale")]


def test_faults_and_repetitions_go_before_everything_else(call: Call) -> None:
    body = json.dumps({**EVENT, "timestamp": NEW}).encode()
    for _ in range(2):
        call("POST", EVENTS, {"Idempotency-Key": "k"}, body)
    malformed = verdict_on(call, variation=7)

    verdicts = [one["verdict"] for one in json.loads(call("GET", EVENTS).body)["events"]]
    assert verdicts == ["ok", "duplicate", "malformed"]
    assert malformed["reason"] == '"variation" is mistyped: expected a text, found number 7'


def test_events_can_be_found_by_their_verdict(call: Call) -> None:
    for name in ("banner", "baner"):
        verdict_on(call, featureFlag=name)

    found = json.loads(call("GET", f"{EVENTS}?verdict=unknown-flag").body)["events"]
    assert [one["flag"] for one in found] == ["baner"]


def test_one_event_is_shown_with_then_and_now(call: Call, shelf: Shelf) -> None:
    shelf.current = serving("on", OLD, 1)
    call("GET", CONFIG)
    shelf.current = serving("off", NEW, 2)
    seq = verdict_on(call, **held(OLD))["seq"]

    shown = json.loads(call("GET", f"{EVENTS}/{seq}").body)

    assert [(shown[side]["variation"], shown[side]["revision"]) for side in ("then", "now")] == [("on", 1), ("off", 2)]
    assert [shown[side]["publishedAt"] for side in ("then", "now")] == [OLD, NEW]
    assert shown["now"]["trace"]["allocations"][0]["key"] == "allocation-1"


def test_what_is_no_event_of_eppos_has_nothing_to_be_compared_with(call: Call) -> None:
    call("POST", EVENTS, {}, b'[{"event": "Signed up"}, 7]')

    shown = [json.loads(call("GET", f"{EVENTS}/{seq}").body) for seq in (1, 2)]

    assert [(one["verdict"], one["then"], one["now"]) for one in shown] == [
        (None, None, None),
        ("malformed", None, None),
    ]
