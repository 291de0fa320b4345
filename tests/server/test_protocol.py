"""The short way of ready documents and uvicorn's ordinary way give the same answers on one connection."""

import socket
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from emulator.server.parts import Parts
from tests.server.calling import Reply, over_http
from tests.server.targets import BANDITS, CONFIG

# Each of these takes a request off the short way.
ORDINARY = [{"Connection": "close"}, {"Content-Length": "0"}, {"Expect": "nothing"}]
# What Java's HttpClient sends unless it is told not to.
OFFER = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAEAAEAAAAIAAAAA")


@pytest.fixture
def port(serve: Callable[[Parts], int], parts: Parts) -> int:
    return serve(parts)


@pytest.fixture
def wire(port: int) -> Iterator[socket.socket]:
    with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as connection:
        yield connection


def head(target: str, *headers: str, method: str = "GET", version: str = "1.1") -> bytes:
    lines = (f"{method} {target} HTTP/{version}", "Host: 127.0.0.1", *headers)
    return "\r\n".join((*lines, "", "")).encode()


def received(wire: socket.socket, answers: int) -> list[bytes]:
    """Return the bodies of that many answers that come with a Content-Length."""
    reader = wire.makefile("rb")
    bodies = []
    for _ in range(answers):
        length = 0
        while (line := reader.readline().strip()) != b"":
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        bodies.append(reader.read(length))
    return bodies


@pytest.mark.parametrize("headers", ORDINARY, ids=lambda headers: next(iter(headers)))
@pytest.mark.parametrize("target", [CONFIG, BANDITS, "/health"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_both_ways_give_the_same_answer(port: int, method: str, target: str, headers: dict[str, str]) -> None:
    def ask(given: dict[str, str]) -> Reply:
        return over_http(port)(method, target, given)

    assert ask(headers) == ask({})


def test_etag_is_spelled_as_most_clients_expect(wire: socket.socket) -> None:
    wire.sendall(head(CONFIG))

    assert b"\r\nETag: " in wire.recv(65_536)


def test_pipelined_requests_are_answered_in_order(wire: socket.socket) -> None:
    wire.sendall(head("/health") + head(CONFIG) + head("/nowhere") + head(BANDITS) + head("/health"))

    health, config, nowhere, bandits, last = received(wire, 5)

    assert (health, last) == (b"OK", b"OK")
    assert (b'"flags"' in config, b'"bandits"' in bandits, b"404" in nowhere) == (True, True, True)


def test_request_in_pieces_is_answered_once(wire: socket.socket) -> None:
    request = head(CONFIG) + head("/health")
    for start in range(0, len(request), 7):
        wire.sendall(request[start : start + 7])

    _, health = received(wire, 2)

    assert health == b"OK"


def test_http_1_0_is_answered_and_closed(wire: socket.socket) -> None:
    wire.sendall(head(CONFIG, version="1.0"))

    answer = b"".join(iter(lambda: wire.recv(65_536), b""))

    assert b'"flags"' in answer


def test_get_with_a_body_leaves_the_next_request_whole(wire: socket.socket) -> None:
    wire.sendall(head(CONFIG, "Content-Length: 5") + b"hello" + head("/health"))

    assert received(wire, 2)[1] == b"OK"


@pytest.mark.parametrize("piece_bytes", [1_000_000, 11])
def test_an_offer_to_upgrade_is_declined_and_the_connection_goes_on(wire: socket.socket, piece_bytes: int) -> None:
    question = b'{"flag": "nope", "subject": "ann"}'
    requests = (
        head("/health", *OFFER)
        + head(CONFIG, *OFFER)
        + head("/emulator/v1/evaluate", *OFFER, f"Content-Length: {len(question)}", method="POST")
        + question
        + head("/health")
    )
    for start in range(0, len(requests), piece_bytes):
        wire.sendall(requests[start : start + piece_bytes])

    health, config, answer, last = received(wire, 4)

    assert (health, last) == (b"OK", b"OK")
    assert (b'"flags"' in config, b'"evaluationDetails"' in answer) == (True, True)


def test_many_offers_at_once_are_declined_one_by_one(wire: socket.socket) -> None:
    wire.sendall(head("/health", *OFFER) * 2_000)

    assert received(wire, 2_000) == [b"OK"] * 2_000


@pytest.mark.parametrize(
    "words", [b"hello\r\n\r\n", head("elsewhere:443", method="CONNECT")], ids=["no request", "CONNECT"]
)
def test_what_nobody_is_served_is_refused_after_an_offer_too(wire: socket.socket, words: bytes) -> None:
    wire.sendall(head("/health", *OFFER))
    received(wire, 1)

    wire.sendall(words + b"more")

    assert wire.recv(65_536).startswith(b"HTTP/1.1 400 ")
