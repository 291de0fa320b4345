"""Events come in by one open door; what was acknowledged is in the inbox."""

import gzip
import json
from typing import Any

import pytest

from emulator.inbox import Inbox, place_of
from emulator.server.parts import Parts, Settings
from tests.events.families import ASSIGNMENTS, BANDITS
from tests.server.calling import Call, Reply
from tests.server.conftest import Carrier
from tests.server.documents import Shelf

EVENTS = "/emulator/v1/events"
ASSIGNMENT = ASSIGNMENTS["javascript"]


def send(call: Call, events: Any, target: str = EVENTS, **headers: str) -> Any:
    reply = call("POST", target, headers, events if isinstance(events, bytes) else json.dumps(events).encode())
    return json.loads(reply.body)


@pytest.mark.parametrize("family", ASSIGNMENTS)
def test_one_event_of_any_family_is_accepted_and_kept(call: Call, parts: Parts, family: str) -> None:
    answer = send(call, ASSIGNMENTS[family])

    (record,) = parts.inbox.since()
    assert answer == {"accepted": 1, "rejected": []}
    assert (record.flag, record.subject, record.source) == ("banner", "ann", "native")


def test_a_list_is_kept_in_its_order_and_what_is_no_event_is_kept_with_the_reason(call: Call, parts: Parts) -> None:
    answer = send(call, [ASSIGNMENT, 7, BANDITS["php"], {"event": "Signed up"}])

    reason = "expected an object with the fields of an event, found number 7"
    assert answer == {"accepted": 3, "rejected": [{"index": 1, "reason": reason}]}
    assert [record.kind for record in parts.inbox.since()] == ["assignment", "invalid", "bandit", "tracked"]


def test_a_reply_is_a_202_for_every_origin(call: Call) -> None:
    reply = call("POST", EVENTS, {"Origin": "http://shop.example", "Host": "shop.example"}, json.dumps([]).encode())

    assert (reply.status, reply.headers["access-control-allow-origin"]) == (202, "*")
    assert "access-control-allow-credentials" not in reply.headers


def test_a_preflight_lets_every_origin_post(call: Call) -> None:
    asked = {"Origin": "http://shop.example", "Access-Control-Request-Headers": "content-type, idempotency-key"}

    reply = call("OPTIONS", EVENTS, asked)

    assert (reply.status, reply.headers["access-control-allow-origin"]) == (204, "*")
    assert reply.headers["access-control-allow-headers"] == "content-type, idempotency-key"


def test_reading_is_not_for_every_origin(call: Call) -> None:
    replies = [call(method, EVENTS, {"Origin": "http://shop.example"}) for method in ("GET", "DELETE")]

    assert [reply.status for reply in replies] == [403, 403]


def test_a_token_is_for_reading_only(shelf: Shelf, carry: Carrier) -> None:
    call = carry(Parts(shelf, Settings(token="secret")))

    assert [call("POST", EVENTS, {}, b"[]").status, call("GET", EVENTS).status] == [202, 401]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        *(
            {"Content-Type": one}
            for one in (
                "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "image/png",
                "application/octet-stream", "text/plain; charset=utf-16", "///", "application/json; charset=nonsense",
            )
        ),
    ],
    ids=str,
)  # fmt: skip
def test_a_body_is_decompressed_whatever_its_content_type_says(call: Call, headers: dict[str, str]) -> None:
    body = gzip.compress(json.dumps([ASSIGNMENT]).encode())

    assert send(call, body, EVENTS, **{"Content-Encoding": "gzip", **headers}) == {"accepted": 1, "rejected": []}


@pytest.mark.parametrize(
    ("body", "coding", "reason"),
    [
        (b"", "", "the body is empty; expected an event, or a list of them, as JSON"),
        (b"nonsense", "", "the body is not JSON: Expecting value: line 1 column 1 (char 0)"),
        (b"\xff\xfe\x00", "", "the body is not JSON: "),
        (b"[" * 100_000, "", "the body is not JSON: it is nested too deeply"),
        (b"9" * 5_000, "", "the body is not JSON: it holds a number of thousands of digits"),
        (b"[1", "gzip", "the body is not what its Content-Encoding says"),
        (b"x", "br", 'Content-Encoding "br" is not understood'),
    ],
    ids=["empty", "text", "bytes", "deep", "long number", "no gzip", "brotli"],
)
def test_a_body_that_cannot_be_read_is_kept_with_the_reason(
    call: Call, parts: Parts, body: bytes, coding: str, reason: str
) -> None:
    answer = send(call, body, EVENTS, **({"Content-Encoding": coding} if coding else {}))

    (record,) = parts.inbox.since()
    assert (answer["accepted"], answer["rejected"][0]["index"], record.kind) == (0, 0, "invalid")
    assert answer["rejected"][0]["reason"].startswith(reason)


@pytest.mark.parametrize("compress", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_megabyte_arrives_whole(call: Call, parts: Parts, compress: Any) -> None:
    event = {**ASSIGNMENT, "subjectAttributes": {"note": "x" * 1_000_000, "x" * 10_000: 1}}
    coding = {"Content-Encoding": "gzip"} if compress is gzip.compress else {}

    answer = send(call, compress(json.dumps(event).encode()), EVENTS, **coding)
    listed = json.loads(call("GET", EVENTS).body)["events"]
    exported = json.loads(call("GET", f"{EVENTS}/export").body)
    deleted = json.loads(call("DELETE", EVENTS).body)

    assert (answer["accepted"], listed[0]["event"], deleted) == (1, event, {"deleted": 1})
    assert exported["subject_attributes"] == event["subjectAttributes"]


def test_a_megabyte_of_nonsense_is_kept_with_the_reason(call: Call, parts: Parts) -> None:
    body = bytes(range(256)) * 4_096

    answer = send(call, body)

    (record,) = parts.inbox.since()
    assert (answer["accepted"], record.kind, record.verdict) == (0, "invalid", "malformed")
    assert len(record.raw) >= 1_000_000


@pytest.mark.parametrize("compress", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_body_beyond_the_cap_is_a_413(shelf: Shelf, carry: Carrier, compress: Any) -> None:
    call = carry(Parts(shelf, Settings(body_limit_bytes=1_000)))
    coding = {"Content-Encoding": "gzip"} if compress is gzip.compress else {}

    assert call("POST", EVENTS, coding, compress(b" " * 1_001)).status == 413


@pytest.mark.parametrize(
    ("target", "event", "environment"),
    [
        (EVENTS, {**ASSIGNMENT, "evaluationDetails": None}, "test"),
        (EVENTS, {**ASSIGNMENT, "evaluationDetails": {"environmentName": "Production"}}, "production"),
        (EVENTS, {**ASSIGNMENT, "evaluationDetails": {"environmentName": "Elsewhere"}}, "test"),
        (f"{EVENTS}?sdkKey=local-production", ASSIGNMENT, "production"),
        (f"{EVENTS}?sdkKey=nobody", {**ASSIGNMENT, "evaluationDetails": {"environmentName": "Production"}}, "test"),
    ],
)
def test_an_event_belongs_to_the_environment_of_its_key_or_to_the_one_it_names(
    call: Call, parts: Parts, target: str, event: dict[str, Any], environment: str
) -> None:
    send(call, event, target)

    assert parts.inbox.since()[0].environment == environment


def test_strict_keys_refuse_the_events_of_unknown_ones(strict: Call) -> None:
    replies = [strict("POST", f"{EVENTS}{query}", {}, b"[]") for query in ("?sdkKey=nobody", "?sdkKey=local-test", "")]

    assert [reply.status for reply in replies] == [404, 202, 202]


def test_events_sent_with_a_sandboxes_key_are_its_own(call: Call, parts: Parts) -> None:
    sandbox = parts.sandboxes.create(parts.world, "http://127.0.0.1:1", "production")

    send(call, ASSIGNMENT, f"{EVENTS}?sdkKey={sandbox.sdk_key}")

    (record,) = parts.inbox.since()
    assert (record.sandbox, record.environment) == (sandbox.sdk_key, "production")


def test_a_body_that_is_sent_again_counts_once(call: Call, parts: Parts) -> None:
    for key in ("one", "one", "two"):
        send(call, [ASSIGNMENT, ASSIGNMENT], EVENTS, **{"Idempotency-Key": key})

    assert [record.duplicate_of for record in parts.inbox.since()] == [None, None, 1, 2, None, None]


def test_another_body_under_a_used_key_is_no_repetition(call: Call, parts: Parts) -> None:
    for subject in ("ann", "bob", "ann"):
        send(call, {**ASSIGNMENT, "subject": subject}, EVENTS, **{"Idempotency-Key": "one"})

    assert [record.duplicate_of for record in parts.inbox.since()] == [None, None, 1]


@pytest.mark.parametrize(
    "field",
    [
        b'"\\ud800"',
        b'"a\\u0000b"',
        b"NaN",
        b"-Infinity",
        b"1e999",
        b'"<script>alert(1)</script>"',
        b"[" * 100 + b"]" * 100,
    ],
)
def test_hostile_events_are_kept_listed_and_deleted(call: Call, parts: Parts, field: bytes) -> None:
    body = json.dumps({**ASSIGNMENT, "x": "HERE"}).encode().replace(b'"HERE"', field).replace(b'"ann"', field)

    send(call, body)
    listed = call("GET", EVENTS)
    call("DELETE", EVENTS)

    assert json.loads(listed.body, parse_constant=_refuse)["events"][0]["seq"] == 1
    assert (listed.headers["content-type"], parts.inbox.count()) == ("application/json; charset=utf-8", 0)


def test_an_inbox_that_cannot_keep_anything_is_a_503_for_every_door(
    shelf: Shelf, carry: Carrier, tmp_path: Any
) -> None:
    call = carry(Parts(shelf, inbox=Inbox(place_of(tmp_path))))

    native = call("POST", EVENTS, {}, json.dumps(ASSIGNMENT).encode())
    dispatched = call("POST", "/v0/i", {"x-eppo-token": "t"}, b'{"eppo_events": [{"uuid": "1"}]}')

    assert [_type_of(native), _type_of(call("GET", EVENTS))] == ["inbox-unavailable"] * 2
    assert (native.status, dispatched.status, dispatched.headers["content-type"]) == (
        503,
        503,
        "text/plain; charset=utf-8",
    )


def _type_of(reply: Reply) -> Any:
    return json.loads(reply.body)["type"]


def _refuse(literal: str) -> Any:
    raise AssertionError(f"{literal} is no JSON")
