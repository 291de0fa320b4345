"""Requests as vendors' libraries make them, and as no library would: what is answered, and what is kept."""

import gzip
import json
from base64 import b64encode
from typing import Any
from urllib.parse import urlencode

import pytest

from emulator.events import Vendor
from emulator.inbox import Inbox, place_of
from emulator.server.parts import Parts, Settings
from emulator.server.vendors import PIXEL_PATH, VENDOR_OF
from tests.events.families import ASSIGNMENTS
from tests.server.calling import Call, Reply
from tests.server.conftest import Carrier
from tests.server.documents import Shelf

ASSIGNMENT = {**ASSIGNMENTS["javascript"], "evaluationDetails": None}
DETAILED = {**ASSIGNMENT, "evaluationDetails": {"environmentName": "Production"}}
TP2 = "/com.snowplowanalytics.snowplow/tp2"
BATCHES = {"segment": "/v1/batch", "amplitude": "/2/httpapi", "mparticle": "/v2/events", "snowplow": TP2}
POSTED = {path: vendor for path, vendor in VENDOR_OF.items() if path != PIXEL_PATH}


def basic(user: str, password: str = "") -> dict[str, str]:
    return {"Authorization": f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"}


def document(vendor: str, event: Any = ASSIGNMENT, key: str = "their-own-key", number: str = "m-1") -> dict[str, Any]:
    described = json.dumps({"schema": "unstruct_event", "data": {"schema": "iglu:x", "data": event}})
    return {
        "segment": {"batch": [{"type": "track", "messageId": number, "properties": event}], "writeKey": key},
        "amplitude": {"api_key": key, "events": [{"event_type": "E", "insert_id": number, "event_properties": event}]},
        "mparticle": {"events": [{"event_type": "custom_event", "data": {"custom_attributes": event}}]},
        "snowplow": {"data": [{"e": "ue", "eid": number, "aid": key, "ue_pr": described}]},
    }[vendor]


def send(call: Call, path: str, body: Any = None, **headers: str) -> Reply:
    content = body if isinstance(body, bytes) else json.dumps(body or document(VENDOR_OF[path])).encode()
    return call("POST", path, headers, content)


@pytest.mark.parametrize(("path", "vendor"), POSTED.items())
def test_what_a_library_sends_is_kept_as_the_event_that_it_carries(
    call: Call, parts: Parts, path: str, vendor: Vendor
) -> None:
    reply = send(call, path)

    (record,) = parts.inbox.since()
    assert (reply.status, reply.headers["access-control-allow-origin"]) == (202 if vendor == "mparticle" else 200, "*")
    assert (record.source, record.kind, record.flag, record.subject) == (vendor, "assignment", "banner", "ann")


def test_each_vendor_is_answered_in_its_own_words(call: Call) -> None:
    bodies = {vendor: send(call, path).body for vendor, path in BATCHES.items()}

    amplitude = json.loads(bodies.pop("amplitude"))
    assert bodies == {"segment": b'{"success":true}', "mparticle": b"", "snowplow": b"ok"}
    assert (amplitude["code"], amplitude["events_ingested"]) == (200, 1)
    assert amplitude["payload_size_bytes"] == len(json.dumps(document("amplitude")))


def test_snowplows_pixel_brings_an_event_in_its_query(call: Call, parts: Parts) -> None:
    (entry,) = document("snowplow")["data"]

    reply = call("GET", f"/i?{urlencode(entry)}")

    assert (reply.status, reply.headers["content-type"], reply.body[:6]) == (200, "image/gif", b"GIF89a")
    assert [(record.kind, record.flag) for record in parts.inbox.since()] == [("assignment", "banner")]


@pytest.mark.parametrize("path", BATCHES.values())
@pytest.mark.parametrize("key", ["local-production", "sandbox", "their-own-key"])
def test_a_key_that_is_an_sdk_key_says_where_an_event_belongs(call: Call, parts: Parts, path: str, key: str) -> None:
    sandbox = parts.sandboxes.create(parts.world, "http://127.0.0.1:1", "production").sdk_key
    known = sandbox if key == "sandbox" else key

    send(call, path, document(VENDOR_OF[path], key=known), **(basic(known) if VENDOR_OF[path] == "mparticle" else {}))

    (record,) = parts.inbox.since()
    assert record.sandbox == (sandbox if key == "sandbox" else None)
    assert record.environment == ("test" if key == "their-own-key" else "production")


@pytest.mark.parametrize("path", ["/v1/batch", "/v2/events"])
@pytest.mark.parametrize(
    ("headers", "environment"),
    [
        (basic("local-production", "secret"), "production"),
        (basic("someone"), "test"),
        ({"Authorization": "Basic %%%"}, "test"),
        ({"Authorization": "Bearer local-production"}, "test"),
    ],
    ids=["known", "unknown", "garbage", "bearer"],
)
def test_the_user_of_basic_authorization_is_the_key(
    call: Call, parts: Parts, path: str, headers: dict[str, str], environment: str
) -> None:
    send(call, path, **headers)

    assert [record.environment for record in parts.inbox.since()] == [environment]


def test_an_event_with_a_vendors_own_key_belongs_to_the_environment_that_it_names(call: Call, parts: Parts) -> None:
    for vendor, path in BATCHES.items():
        send(call, path, document(vendor, DETAILED), **basic("someone"))

    assert [record.environment for record in parts.inbox.since()] == ["production"] * 4


def test_each_event_of_snowplows_batch_has_its_own_application(call: Call, parts: Parts) -> None:
    entries = [
        document("snowplow", key=key, number=key)["data"][0] for key in ("local-production", "web", "local-test")
    ]

    send(call, TP2, {"data": entries})

    assert [record.environment for record in parts.inbox.since()] == ["production", "test", "test"]


def test_strict_keys_are_for_sdks_and_take_what_vendors_send(strict: Call) -> None:
    assert [send(strict, path).status for path in BATCHES.values()] == [200, 200, 202, 200]


@pytest.mark.parametrize("path", BATCHES.values())
def test_what_is_sent_again_counts_once_where_it_can_be_told(call: Call, parts: Parts, path: str) -> None:
    for number in ("one", "one", "two"):
        send(call, path, document(VENDOR_OF[path], number=number))

    counted = 3 if VENDOR_OF[path] == "mparticle" else 2
    assert (parts.inbox.count(), parts.inbox.count(duplicates=True)) == (counted, 3)


@pytest.mark.parametrize("path", POSTED)
@pytest.mark.parametrize(
    "content_type", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_gzip_is_read_whatever_the_content_type_says(
    call: Call, parts: Parts, path: str, content_type: str | None
) -> None:
    body = gzip.compress(json.dumps(document(VENDOR_OF[path])).encode())
    headers = {"Content-Encoding": "gzip", **({"Content-Type": content_type} if content_type else {})}

    assert send(call, path, body, **headers).status in (200, 202)
    assert [record.kind for record in parts.inbox.since()] == ["assignment"]


@pytest.mark.parametrize("path", BATCHES.values())
@pytest.mark.parametrize(
    ("body", "headers", "reason"),
    [
        (b"", {}, "the body is empty; expected events as JSON"),
        (b"nonsense \xff", {}, "the body is not JSON: "),
        (b"7", {}, "expected "),
        (b"[" * 100_000, {}, "the body is not JSON: it is nested too deeply"),
        (b"9" * 5_000, {}, "the body is not JSON: it holds a number of thousands of digits"),
        (b"no gzip", {"Content-Encoding": "gzip"}, "the body is not what its Content-Encoding says"),
        (b"{}", {"Content-Encoding": "br"}, 'Content-Encoding "br" is not understood'),
    ],
    ids=["empty", "text", "number", "deep", "long number", "no gzip", "brotli"],
)
def test_a_body_that_cannot_be_read_is_a_400_and_kept_with_the_reason(
    call: Call, parts: Parts, path: str, body: bytes, headers: dict[str, str], reason: str
) -> None:
    reply = call("POST", path, headers, body)

    (record,) = parts.inbox.since()
    answer = json.loads(reply.body)
    assert (reply.status, answer["code"], record.kind, record.verdict) == (400, 400, "invalid", "malformed")
    assert record.reason.startswith(reason)
    assert answer["message"] == answer["error"] == record.reason


def test_a_pixel_without_a_query_is_a_400(call: Call, parts: Parts) -> None:
    assert call("GET", "/i").status == 400
    assert [record.kind for record in parts.inbox.since()] == ["invalid"]


@pytest.mark.parametrize("path", BATCHES.values())
@pytest.mark.parametrize("compress", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_body_beyond_the_cap_is_a_413_that_libraries_can_read(
    shelf: Shelf, carry: Carrier, path: str, compress: Any
) -> None:
    call = carry(Parts(shelf, Settings(body_limit_bytes=1_000)))
    coding = {"Content-Encoding": "gzip"} if compress is gzip.compress else {}

    reply = call("POST", path, coding, compress(b" " * 1_001))

    assert (reply.status, json.loads(reply.body)["code"]) == (413, 413)


@pytest.mark.parametrize("path", BATCHES.values())
def test_a_megabyte_is_kept_whole(call: Call, parts: Parts, path: str) -> None:
    event = {**ASSIGNMENT, "subjectAttributes": {"note": "ø" * 1_000_000}}

    send(call, path, document(VENDOR_OF[path], event))

    (record,) = parts.inbox.since()
    assert record.attributes == event["subjectAttributes"]


@pytest.mark.parametrize("path", BATCHES.values())
@pytest.mark.parametrize(
    "text", ["\x00", "\ud800", "<script>alert(1)</script>", "日本語 🎈", "a'; DROP TABLE events;--"]
)
def test_any_text_comes_back_as_it_was_sent(call: Call, parts: Parts, path: str, text: str) -> None:
    send(call, path, document(VENDOR_OF[path], {**ASSIGNMENT, "subject": text, "subjectAttributes": {"a": text}}))

    (record,) = parts.inbox.since()
    listed = json.loads(call("GET", "/emulator/v1/events").body)["events"]
    assert (record.subject, record.attributes, listed[0]["subject"]) == (text, {"a": text}, text)


@pytest.mark.parametrize("path", BATCHES.values())
def test_an_inbox_that_cannot_keep_anything_is_a_503(shelf: Shelf, carry: Carrier, tmp_path: Any, path: str) -> None:
    reply = send(carry(Parts(shelf, inbox=Inbox(place_of(tmp_path)))), path)

    assert (reply.status, json.loads(reply.body)["code"]) == (503, 503)


@pytest.mark.parametrize("path", VENDOR_OF)
def test_a_preflight_lets_every_origin_send(call: Call, path: str) -> None:
    reply = call("OPTIONS", path, {"Origin": "http://shop.example"})

    assert (reply.status, reply.headers["access-control-allow-origin"]) == (204, "*")


@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/batch"), ("GET", TP2), ("POST", "/i")])
def test_another_method_is_a_405(call: Call, method: str, path: str) -> None:
    assert call(method, path).status == 405
