"""W39, W40: batches of Eppo's event dispatchers; those of which a part fails are in ``test_event_faults``."""

import gzip
import json
from typing import Any

import pytest

from emulator.sdk_keys import mint_key
from emulator.server.parts import Parts, Settings
from tests.server.calling import Call
from tests.server.conftest import Carrier
from tests.server.documents import Shelf

EVENT = {
    "uuid": "5c1ba9b1-2a2b-4f4e-9a51-6a3c5f5f1f2b",
    "timestamp": 1_774_000_000_000,
    "type": "__eppo_assignment",
    "payload": {"feature_flag": "banner", "subject": "ann"},
}
OTHER = {**EVENT, "uuid": "0a7e2c3d-54fd-4b6a-9d5e-7e5f0c1a2b3c"}
SHAPES: dict[str, dict[str, Any]] = {
    "javascript": {"eppo_events": [EVENT, OTHER], "context": {"device": "phone"}},
    "ruby": {"eppo_events": [EVENT, OTHER]},
}
TOKEN = {"x-eppo-token": "local-test", "Content-Type": "application/json"}


def encoded(batch: Any) -> bytes:
    return json.dumps(batch).encode()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("prefix", ["", "/api", "/api/api", "//", "/any"])
def test_w39_a_batch_is_taken_under_any_prefix(call: Call, parts: Parts, shape: str, prefix: str) -> None:
    reply = call("POST", f"{prefix}/v0/i", TOKEN, encoded(SHAPES[shape]))

    assert (reply.status, reply.body, parts.inbox.count()) == (200, b'{"failed_events":[]}', 2)
    assert reply.headers["content-type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Encoding": "gzip"},
        {"Content-Encoding": "gzip", "Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Encoding": "gzip", "Content-Type": "multipart/form-data; boundary=x"},
    ],
    ids=str,
)
def test_w39_a_body_is_decompressed_whatever_its_content_type_says(
    call: Call, parts: Parts, headers: dict[str, str]
) -> None:
    reply = call("POST", "/v0/i", {"x-eppo-token": "local-test", **headers}, gzip.compress(encoded(SHAPES["ruby"])))

    assert (reply.status, parts.inbox.count()) == (200, 2)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"\xff\xfe\x00",
        b"[]",
        b"{}",
        b'"text"',
        b'{"eppo_events": {}}',
        b'{"eppo_events": [1]}',
        b"[" * 100_000,
    ],
    ids=lambda body: body[:24],
)
def test_w39_a_malformed_body_is_a_400_in_text(call: Call, parts: Parts, body: bytes) -> None:
    reply = call("POST", "/v0/i", TOKEN, body)

    assert (reply.status, reply.headers["content-type"], parts.inbox.count()) == (400, "text/plain; charset=utf-8", 0)


def test_w39_a_body_that_is_not_compressed_as_it_says_is_a_400(call: Call) -> None:
    reply = call("POST", "/v0/i", {**TOKEN, "Content-Encoding": "gzip"}, encoded(SHAPES["ruby"]))

    assert (reply.status, "Content-Encoding" in reply.text) == (400, True)


@pytest.mark.parametrize("token", [{}, {"x-eppo-token": ""}, {"x-eppo-token": "nobody"}], ids=str)
def test_w39_strict_keys_refuse_an_unknown_token(strict: Call, token: dict[str, str]) -> None:
    reply = strict("POST", "/v0/i", token, encoded(SHAPES["ruby"]))

    assert (reply.status, reply.headers["content-type"]) == (401, "text/plain; charset=utf-8")


@pytest.mark.parametrize("token", ["local-test", "test-token", mint_key("http://127.0.0.1:8378", "production")])
def test_w39_strict_keys_take_events_of_listed_and_minted_keys(strict: Call, token: str) -> None:
    assert strict("POST", "/v0/i", {"X-Eppo-Token": token}, encoded(SHAPES["ruby"])).status == 200


@pytest.mark.parametrize("token", [{}, {"x-eppo-token": "nobody"}], ids=str)
def test_w39_without_strict_keys_anybody_may_send(call: Call, token: dict[str, str]) -> None:
    assert call("POST", "/v0/i", token, encoded(SHAPES["ruby"])).status == 200


def test_w40_a_resent_event_is_taken_and_counted_once(call: Call, parts: Parts) -> None:
    batches = [[EVENT, OTHER], [OTHER], [{"type": "no uuid"}], [{"type": "no uuid"}]]

    replies = [call("POST", "/v0/i", TOKEN, encoded({"eppo_events": batch})) for batch in batches]

    assert [reply.status for reply in replies] == [200, 200, 200, 200]
    assert parts.inbox.count() == 4


@pytest.mark.parametrize("compress", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_body_beyond_the_cap_is_a_413_in_text(shelf: Shelf, carry: Carrier, compress: Any) -> None:
    call = carry(Parts(shelf, Settings(body_limit_bytes=1_000)))
    coding = {"Content-Encoding": "gzip"} if compress is gzip.compress else {}

    reply = call("POST", "/v0/i", {**TOKEN, **coding}, compress(b" " * 1_001))

    assert (reply.status, reply.headers["content-type"]) == (413, "text/plain; charset=utf-8")
