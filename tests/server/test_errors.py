"""W4 and W44: whatever goes wrong on an SDK route, no SDK takes the answer for a configuration."""

import json
import logging
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection

import pytest

from emulator.server.notices import Notices
from emulator.server.parts import Parts, Settings
from tests.server.calling import Call, Reply
from tests.server.conftest import Carrier
from tests.server.documents import BrokenShelf, Shelf, two_environments
from tests.server.targets import BANDITS, CONFIG

LIMIT_BYTES = 1_000


def is_harmless(reply: Reply) -> bool:
    """Whether no SDK can take it for a document: Go and .NET read any JSON object as one (Q10)."""
    try:
        json.loads(reply.body)
    except ValueError:
        return reply.headers["content-type"] == "text/plain; charset=utf-8"
    return False


@pytest.fixture
def small(shelf: Shelf, carry: Carrier) -> Call:
    """Strict about keys, and about bodies of more than LIMIT_BYTES."""
    return carry(Parts(shelf, Settings(strict_keys=True, body_limit_bytes=LIMIT_BYTES)))


@pytest.mark.parametrize(
    ("status", "method", "target", "body"),
    [
        (400, "GET", "/flag-config/v1/config", None),
        (400, "GET", "/flag-config/v1/bandits", None),
        (401, "GET", "/flag-config/v1/config?apiKey=nobody", None),
        (401, "GET", "/flag-config/v1/bandits?apiKey=nobody", None),
        (401, "POST", "/v0/i", b"{}"),
        (404, "GET", "/", None),
        (404, "GET", '/{"flags":{}}', None),
        (400, "POST", "/assignments", b"{}"),
        (401, "POST", "/assignments?apiKey=nobody", b'{"subject_key": "ann"}'),
        (405, "POST", CONFIG, b"{}"),
        (405, "PUT", BANDITS, b"{}"),
        (405, "GET", "/v0/i", None),
        (405, "GET", "/assignments", None),
        (405, "DELETE", "/health", None),
        (413, "POST", "/v0/i", b" " * (LIMIT_BYTES + 1)),
        (413, "POST", "/assignments", b" " * (LIMIT_BYTES + 1)),
    ],
)
def test_w04_every_error_is_text_that_is_no_json(
    small: Call, status: int, method: str, target: str, body: bytes | None
) -> None:
    reply = small(method, target.replace("/", "/api/", 1) if target == "/" else target, None, body)

    assert (reply.status, is_harmless(reply)) == (status, True)


@pytest.mark.parametrize(
    ("method", "target"), [("GET", CONFIG), ("GET", BANDITS), ("POST", "/v0/i"), ("POST", "/assignments")]
)
def test_w04_a_bug_is_a_text_500_and_a_traceback_in_the_log(
    carry: Carrier, caplog: pytest.LogCaptureFixture, method: str, target: str
) -> None:
    call = carry(Parts(BrokenShelf()))

    reply = call(method, target, None, b"" if method == "POST" else None)

    assert (reply.status, is_harmless(reply), reply.headers["access-control-allow-origin"]) == (500, True, "*")
    assert ("ZeroDivisionError: a bug" in reply.text, [record.levelno for record in caplog.records]) == (
        True,
        [logging.ERROR],
    )


def test_w04_after_a_bug_the_server_goes_on(shelf: Shelf, carry: Carrier) -> None:
    parts = Parts(shelf)
    call = carry(parts)
    del shelf.current

    broken = call("GET", CONFIG).status
    shelf.current = two_environments()

    assert (broken, call("GET", CONFIG).status) == (500, 200)


@pytest.mark.parametrize(
    ("target", "allowed"),
    [(CONFIG, "GET, HEAD, OPTIONS"), (BANDITS, "GET, HEAD, OPTIONS"), ("/health", "GET, HEAD, OPTIONS")],
)
def test_a_wrong_method_is_told_the_right_ones(call: Call, target: str, allowed: str) -> None:
    reply = call("PATCH", target, None, b"{}")

    assert (reply.status, reply.headers["allow"], allowed in reply.text) == (405, allowed, True)


@pytest.mark.parametrize("path", ["/api/v0/i", "/api/assignments"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT"])
def test_what_takes_bodies_takes_post_only(call: Call, path: str, method: str) -> None:
    reply = call(method, path)

    assert (reply.status, reply.headers["allow"]) == (405, "POST, OPTIONS")


@pytest.mark.parametrize("path", ["/health", "//health"])
def test_w44_health_is_ok(call: Call, path: str) -> None:
    assert (call("GET", path).status, call("GET", path).body) == (200, b"OK")


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_w44_an_unknown_path_is_named_with_the_likely_reasons(call: Call, method: str) -> None:
    reply = call(method, "/api/config?apiKey=x")

    assert reply.status == 404
    assert f"{method} /api/config is not served" in reply.text
    assert "lacks /flag-config/v1" in reply.text


def test_w44_nothing_in_a_path_can_forge_a_line(call: Call) -> None:
    assert "\nX" not in call("GET", "/a%0AX").text.split("is not served")[0]


@pytest.mark.parametrize("version", ["config", "v2/config", "v3/config", "v3/bandits"])
def test_w47_the_old_protocol_is_told_to_be_too_old(call: Call, version: str) -> None:
    reply = call("GET", f"/api/randomized_assignment/{version}?apiKey=x")

    assert (reply.status, "before mid-2024" in reply.text) == (404, True)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/api/randomized_assignment/v3/config", "before mid-2024"),
        ("/api/config", "is its base URL right?"),
    ],
)
def test_an_sdk_that_asks_in_the_wrong_place_is_told_of_once(
    shelf: Shelf, carry: Carrier, path: str, words: str
) -> None:
    """SDKs report a 404 without the address, and never with its text."""
    lines: list[str] = []
    call = carry(Parts(shelf, notices=Notices(lines.append)))

    for asked in (path, "/favicon.ico", path):
        call("GET", asked)

    assert (len(lines), words in lines[0], path in lines[0]) == (1, True, True)


def test_a_body_that_announces_too_much_is_refused_before_it_is_sent(
    shelf: Shelf, serve: Callable[[Parts], int]
) -> None:
    port = serve(Parts(shelf, Settings(body_limit_bytes=LIMIT_BYTES)))
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.putrequest("POST", "/nowhere")
        connection.putheader("Content-Length", str(LIMIT_BYTES + 1))
        connection.endheaders()

        response = connection.getresponse()

    assert (response.status, response.getheader("content-type")) == (413, "text/plain; charset=utf-8")


def test_a_body_without_a_length_is_refused_once_it_is_too_long(shelf: Shelf, serve: Callable[[Parts], int]) -> None:
    port = serve(Parts(shelf, Settings(body_limit_bytes=LIMIT_BYTES)))
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("POST", "/v0/i", body=iter([b"x" * LIMIT_BYTES, b"x"]), encode_chunked=True)

        assert connection.getresponse().status == 413
