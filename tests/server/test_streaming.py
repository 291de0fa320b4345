"""Events as they arrive: nothing is lost, whenever the client connects, and nobody is held up."""

import json
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPResponse
from itertools import islice
from threading import Thread
from typing import Any

import pytest

from emulator.events import read_event
from emulator.inbox import Arrival
from emulator.server.parts import Parts
from tests.events.families import ASSIGNMENTS
from tests.server.calling import Call, over_http

STREAM = "/emulator/v1/events/stream"
Serve = Callable[[Parts], int]


def append(parts: Parts, *subjects: str) -> None:
    events = [read_event({**ASSIGNMENTS["go"], "subject": subject}) for subject in subjects]
    parts.inbox.append([Arrival(event, environment="test") for event in events])


class Stream:
    """A connection to the stream, whose messages are read one by one."""

    def __init__(self, port: int, query: str = "", **headers: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=20)
        self._connection.request("GET", f"{STREAM}{query}", headers=headers)
        self.response: HTTPResponse = self._connection.getresponse()
        # The first message says where the stream starts: from here on nothing is missed.
        self.start = self._next_fields() if self.response.status == 200 else {}

    def subjects(self, count: int) -> list[str]:
        return [json.loads(message["data"])["subject"] for message in islice(self.messages(), count)]

    def messages(self) -> Iterator[dict[str, str]]:
        while fields := self._next_fields():
            yield fields

    def close(self) -> None:
        self.response.close()
        self._connection.close()

    def _next_fields(self) -> dict[str, str]:
        fields: dict[str, str] = {}
        while (line := self.response.readline().decode().rstrip("\n")) or not fields:
            if not line:
                return {}
            name, _, value = line.partition(": ")
            fields[name] = value
        return fields


@pytest.fixture
def connect(parts: Parts, serve: Serve) -> Iterator[Callable[..., Stream]]:
    port = serve(parts)
    streams: list[Stream] = []

    def connect(query: str = "", **headers: str) -> Stream:
        streams.append(Stream(port, query, **headers))
        return streams[-1]

    yield connect
    for stream in streams:
        stream.close()


def test_events_are_sent_as_they_arrive(connect: Callable[..., Stream], parts: Parts) -> None:
    append(parts, "before")
    stream = connect()

    append(parts, "ann", "bob")
    append(parts, "cleo")

    assert stream.response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert (stream.start["id"], stream.subjects(3)) == ("1", ["ann", "bob", "cleo"])


@pytest.mark.parametrize(("query", "headers"), [("?after=1", {}), ("", {"Last-Event-ID": "1"})])
def test_a_client_goes_on_where_it_was(
    connect: Callable[..., Stream], parts: Parts, query: str, headers: dict[str, str]
) -> None:
    append(parts, "ann", "bob", "cleo")
    stream = connect(query, **headers)
    append(parts, "dora")

    assert stream.subjects(3) == ["bob", "cleo", "dora"]


@pytest.mark.parametrize(
    ("query", "headers"),
    [("", {"Last-Event-ID": "6"}), ("?after=6", {}), ("?after=4", {"Last-Event-ID": "6"}), ("?q=after:6", {})],
)
def test_a_number_of_another_database_starts_at_the_beginning(
    connect: Callable[..., Stream], parts: Parts, query: str, headers: dict[str, str]
) -> None:
    append(parts, "ann")
    stream = connect(query, **headers)
    append(parts, "bob")

    assert (stream.start["id"], stream.subjects(2)) == ("0", ["ann", "bob"])


def test_the_newest_number_starts_after_it(connect: Callable[..., Stream], parts: Parts) -> None:
    append(parts, "ann")
    stream = connect(**{"Last-Event-ID": "1"})
    append(parts, "bob")

    assert (stream.start["id"], stream.subjects(1)) == ("1", ["bob"])


def test_only_what_the_filters_name_is_sent(connect: Callable[..., Stream], parts: Parts) -> None:
    stream = connect("?q=-subject:bob&flag=banner")
    append(parts, "ann", "bob", "cleo")

    assert stream.subjects(2) == ["ann", "cleo"]


def test_a_long_backlog_is_sent_in_parts(connect: Callable[..., Stream], parts: Parts) -> None:
    names = [str(number) for number in range(1_000)]
    append(parts, *names)

    assert connect("?after=0").subjects(1_000) == names


def test_streams_hold_up_nobody(connect: Callable[..., Stream], parts: Parts) -> None:
    """There are more of them than threads for other requests."""
    streams = [connect() for _ in range(40)]
    append(parts, "ann")

    assert [stream.subjects(1) for stream in streams] == [["ann"]] * 40


def test_nothing_is_lost_or_repeated_while_others_write(connect: Callable[..., Stream], parts: Parts) -> None:
    stream = connect()
    writers = [Thread(target=lambda: [append(parts, "x") for _ in range(50)]) for _ in range(4)]
    for writer in writers:
        writer.start()
    seqs = [int(message["id"]) for message in islice(stream.messages(), 200)]
    for writer in writers:
        writer.join()

    assert seqs == list(range(1, 201))


def test_closing_the_server_ends_the_stream(connect: Callable[..., Stream], parts: Parts) -> None:
    stream = connect()

    parts.inbox.interrupt()

    assert list(stream.messages()) == []


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [
        ("?flga=x", {}, 400),
        ("", {"Last-Event-ID": "x"}, 400),
        ("", {"Origin": "http://shop.example"}, 403),
        ("", {"Host": "shop.example"}, 403),
    ],
)
def test_a_stream_is_refused_as_every_control_route_is(
    parts: Parts, serve: Serve, query: str, headers: dict[str, str], status: int
) -> None:
    call = over_http(serve(parts))

    assert call("GET", f"{STREAM}{query}", headers).status == status


def test_without_the_front_the_stream_is_what_is_there(call: Call, parts: Parts, carry: Any) -> None:
    append(parts, "ann")

    reply = call("HEAD", f"{STREAM}?after=0")

    assert (reply.status, reply.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
