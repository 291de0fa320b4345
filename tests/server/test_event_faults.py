"""Faults of a sandbox on every door that takes events, and W40: batches of which a part fails."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from emulator.sandboxes.fault_changes import put_faults
from emulator.sandboxes.sandbox import Sandbox
from emulator.server.parts import Parts
from tests.server.calling import Call, over_http
from tests.server.test_vendors import BATCHES, basic, document

EVENTS = [{"uuid": name, "type": "purchase", "payload": {}} for name in ("a", "b", "c")]


@pytest.fixture
def sandbox(parts: Parts) -> Sandbox:
    return parts.sandboxes.create(parts.world, "http://127.0.0.1:1", "production")


@pytest.fixture
def server(serve: Callable[[Parts], int], parts: Parts) -> Call:
    return over_http(serve(parts))


def send(call: Call, vendor: str, key: str, **headers: str) -> Any:
    credentials = basic(key) if vendor == "mparticle" else {}
    body = json.dumps(document(vendor, key=key)).encode()
    return call("POST", BATCHES[vendor], {**credentials, **headers}, body)


def dispatch(call: Call, sandbox: Sandbox, events: list[dict[str, Any]] = EVENTS) -> Any:
    reply = call("POST", "/v0/i", {"x-eppo-token": sandbox.sdk_key}, json.dumps({"eppo_events": events}).encode())
    return json.loads(reply.body)["failed_events"]


@pytest.mark.parametrize("vendor", BATCHES)
def test_a_fault_on_events_meets_what_vendors_send_with_the_sandboxes_key(
    server: Call, parts: Parts, sandbox: Sandbox, vendor: str
) -> None:
    put_faults(sandbox, [{"on": "events", "status": 503, "times": 1}])

    statuses = [send(server, vendor, key).status for key in ("another", sandbox.sdk_key, sandbox.sdk_key)]

    fine = 202 if vendor == "mparticle" else 200
    assert (statuses, parts.inbox.count(duplicates=True)) == ([fine, 503, fine], 2)


def test_a_fault_on_events_meets_snowplows_pixel(server: Call, parts: Parts, sandbox: Sandbox) -> None:
    put_faults(sandbox, [{"on": "events", "status": 503, "times": 1}])

    statuses = [server("GET", f"/i?e=pv&aid={sandbox.sdk_key.replace('+', '%2B')}").status for _ in range(2)]

    assert (statuses, parts.inbox.count()) == ([503, 200], 1)


def test_damage_is_done_to_the_answer_after_the_events_are_kept(server: Call, parts: Parts, sandbox: Sandbox) -> None:
    put_faults(sandbox, [{"on": "events", "body": "garbage"}])

    reply = send(server, "amplitude", sandbox.sdk_key)

    assert (reply.status, reply.body[:2], parts.inbox.count()) == (200, b"\xff\xfe", 1)


def test_a_body_that_cannot_be_read_meets_no_fault(server: Call, parts: Parts, sandbox: Sandbox) -> None:
    put_faults(sandbox, [{"on": "events", "status": 503}])

    assert server("POST", "/2/httpapi", {}, b"nonsense").status == 400


def test_w40_the_first_events_of_a_batch_fail_and_count_when_they_come_again(
    server: Call, parts: Parts, sandbox: Sandbox
) -> None:
    put_faults(sandbox, [{"on": "events", "failed": 2, "times": 1}])

    failed = dispatch(server, sandbox)
    kept = parts.inbox.count()
    again = dispatch(server, sandbox, EVENTS[:2])

    assert (failed, kept, again, parts.inbox.count()) == (["a", "b"], 1, [], 3)


def test_w40_events_fail_that_are_named(server: Call, parts: Parts, sandbox: Sandbox) -> None:
    put_faults(sandbox, [{"on": "events", "failed": ["c", "nobody"]}])

    assert [dispatch(server, sandbox), dispatch(server, sandbox, EVENTS[:1])] == [["c"], []]
    assert parts.inbox.count() == 2


def test_a_part_fails_beside_another_fault(server: Call, sandbox: Sandbox) -> None:
    put_faults(sandbox, [{"on": "events", "delayMs": 1}, {"on": "events", "failed": 1}])

    assert dispatch(server, sandbox) == ["a"]


def test_only_batches_of_dispatchers_can_fail_in_part(server: Call, parts: Parts, sandbox: Sandbox) -> None:
    put_faults(sandbox, [{"on": "events", "failed": 1}])

    assert send(server, "segment", sandbox.sdk_key).status == 200
    assert parts.inbox.count() == 1


def test_what_fails_is_shown_with_the_sandbox(server: Call, sandbox: Sandbox) -> None:
    put_faults(sandbox, [{"on": "events", "failed": ["b", "a"], "times": 2}, {"on": "events", "failed": 3}])

    told = json.loads(server("GET", f"/emulator/v1/sandboxes/{sandbox.sdk_key}").body)

    assert told["faults"] == [
        {"on": "events", "failed": ["a", "b"], "times": 2, "timesLeft": 2},
        {"on": "events", "failed": 3},
    ]
