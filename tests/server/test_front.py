"""Nothing holds up a configuration: not slow work, not slow clients, not many of them (W5, W15, W16, W28, W45)."""

import json
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import fields
from functools import cached_property
from http.client import HTTPConnection
from itertools import chain, count
from queue import SimpleQueue
from threading import Event, Thread

import pytest

from emulator.server.notices import Notices
from emulator.server.parts import Parts
from emulator.snapshot import EnvironmentSnapshot, Snapshot
from emulator.ufc.encode import Encoded
from tests.server.calling import ask, over_http
from tests.server.documents import Shelf, bandit_snapshot, two_environments
from tests.server.targets import BANDITS, CONFIG

# More than there are threads for Flask.
MANY = 40
DEADLINE_S = 10
Serve = Callable[[Parts], int]


class SlowEnvironment(EnvironmentSnapshot):
    """Makes its obfuscated document only when it is told to, and counts how often."""

    asked: Event
    go_on: Event
    made: SimpleQueue[None]

    @cached_property
    def obfuscated(self) -> Encoded:
        self.asked.set()
        self.go_on.wait(DEADLINE_S)
        self.made.put(None)
        return self.plain


@pytest.fixture
def slow() -> Iterator[SlowEnvironment]:
    usual = two_environments().environments[0]
    slow = SlowEnvironment(**{field.name: getattr(usual, field.name) for field in fields(usual)})
    for name, value in (("asked", Event()), ("go_on", Event()), ("made", SimpleQueue())):
        object.__setattr__(slow, name, value)
    yield slow
    slow.go_on.set()


@pytest.fixture
def connect(serve: Serve, parts: Parts) -> Iterator[Callable[[], HTTPConnection]]:
    port = serve(parts)
    with ExitStack() as connections:
        yield lambda: connections.enter_context(closing(HTTPConnection("127.0.0.1", port, timeout=DEADLINE_S)))


def test_a_slow_obfuscation_holds_up_no_other_request(slow: SlowEnvironment, serve: Serve) -> None:
    call = over_http(serve(Parts(Shelf(Snapshot(1, "", (slow,))))))

    with ThreadPoolExecutor() as clients:
        client = clients.submit(call, "GET", CONFIG.replace("python", "ios"))
        slow.asked.wait(DEADLINE_S)
        others = [call("GET", target).status for target in (CONFIG, BANDITS, "/health")]
        was_waiting = not client.done()
        slow.go_on.set()

    assert (others, was_waiting, client.result().status) == ([200, 200, 200], True, 200)


def test_a_slow_obfuscation_is_done_once_for_all_who_wait(slow: SlowEnvironment, serve: Serve) -> None:
    call = over_http(serve(Parts(Shelf(Snapshot(1, "", (slow,))))))

    with ThreadPoolExecutor(5) as clients:
        waiting = [clients.submit(call, "GET", CONFIG.replace("python", name)) for name in ["ios", "android"] * 2]
        slow.asked.wait(DEADLINE_S)
        call("GET", CONFIG)
        slow.go_on.set()

    assert ([one.result().status for one in waiting], slow.made.qsize()) == ([200] * 4, 1)


def test_a_listener_that_blocks_holds_up_no_request(shelf: Shelf, serve: Serve) -> None:
    blocked, go_on = Event(), Event()

    def listener(line: str) -> None:
        blocked.set()
        go_on.wait(DEADLINE_S)

    call = over_http(serve(Parts(shelf, notices=Notices(listener))))
    status = call("GET", CONFIG.replace("local-test", "nobody")).status
    blocked.wait(DEADLINE_S)
    others = [call("GET", target).status for target in (CONFIG, "/emulator/v1/status")]
    go_on.set()

    assert (status, others) == (200, [200, 200])


def test_slow_senders_hold_up_neither_configurations_nor_events(shelf: Shelf, serve: Serve) -> None:
    port = serve(Parts(shelf))
    with ExitStack() as senders:
        for _ in range(MANY):
            sender = senders.enter_context(socket.create_connection(("127.0.0.1", port)))
            sender.sendall(b"POST /v0/i HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")

        call = over_http(port)
        statuses = [call("GET", CONFIG).status, call("POST", "/v0/i", None, b'{"eppo_events": []}').status]

    assert statuses == [200, 200]


def test_a_client_that_leaves_disturbs_nobody(shelf: Shelf, serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    port = serve(Parts(shelf))
    for request in (b"GET ", b"POST /v0/i HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{", b"nonsense\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(request)

    assert (over_http(port)("GET", CONFIG).status, [one for one in caplog.records if one.exc_info]) == (200, [])


def test_a_chunked_body_is_read_to_its_end(parts: Parts, connect: Callable[[], HTTPConnection]) -> None:
    connection = connect()
    connection.request("POST", "/v0/i", iter([b'{"eppo_events"', b": [{}, {}]}"]), encode_chunked=True)

    assert (connection.getresponse().status, parts.inbox.count()) == (200, 2)


def test_a_body_that_is_waited_for_is_asked_for(parts: Parts, serve: Serve) -> None:
    """curl asks ``Expect: 100-continue`` before it sends a large body."""
    with socket.create_connection(("127.0.0.1", serve(parts)), timeout=DEADLINE_S) as client:
        client.sendall(b"POST /v0/i HTTP/1.1\r\nHost: a\r\nContent-Length: 18\r\nExpect: 100-continue\r\n\r\n")

        assert client.recv(100).startswith(b"HTTP/1.1 100 ")


@pytest.mark.parametrize("first", [("GET", CONFIG), ("GET", "/nowhere"), ("POST", CONFIG), ("HEAD", CONFIG)], ids=str)
def test_w16_a_connection_stays_open_whatever_was_asked(
    connect: Callable[[], HTTPConnection], first: tuple[str, str]
) -> None:
    connection = connect()
    ask(connection, *first, None, b"{}" if first[0] == "POST" else None)
    port = connection.sock.getsockname()

    reply = ask(connection, "GET", CONFIG)

    assert (reply.status, connection.sock.getsockname()) == (200, port)


def test_w16_pipelined_requests_are_answered_in_order(parts: Parts, serve: Serve) -> None:
    requests = b"".join(
        f"GET {target} HTTP/1.1\r\nHost: a\r\n{more}\r\n".encode()
        for target, more in ((BANDITS, ""), ("/emulator/v1/none", ""), (CONFIG, "Connection: close\r\n"))
    )
    with socket.create_connection(("127.0.0.1", serve(parts)), timeout=DEADLINE_S) as client:
        client.sendall(requests)
        received = b"".join(iter(lambda: client.recv(65536), b""))

    found = [received.find(part) for part in (b'"bandits":{}', b"foreign-host", b'"flags": {')]
    assert (found, min(found) > 0) == (sorted(found), True)


def test_w15_w16_a_hundred_polling_clients_get_the_right_answers(
    parts: Parts, connect: Callable[[], HTTPConnection]
) -> None:
    """Right answers under load; how fast they come is measured by the benchmark, where it means something."""
    connections = [connect() for _ in range(100)]
    expected = ask(connections[0], "GET", CONFIG)
    held = {"If-None-Match": expected.headers["etag"]}

    def poll(connection: HTTPConnection) -> list[tuple[int, bytes]]:
        replies = [ask(connection, "GET", CONFIG, headers) for headers in ({}, held, {}, held)]
        return [(reply.status, reply.body) for reply in replies]

    with ThreadPoolExecutor(20) as threads:
        seen = list(chain.from_iterable(threads.map(poll, connections)))

    assert seen == [(200, expected.body), (304, b"")] * 200


def test_w28_w45_edits_under_fire_are_never_mixed(serve: Serve) -> None:
    """One request, one snapshot: within a document every version is the same, and versions only grow."""
    snapshots = [bandit_snapshot(number) for number in range(30)]
    shelf = Shelf(snapshots[0])
    port, first_reads = serve(Parts(shelf)), SimpleQueue[None]()

    def read_until_last() -> list[list[int]]:
        rounds: list[list[int]] = []
        with closing(HTTPConnection("127.0.0.1", port, timeout=DEADLINE_S)) as connection:
            while not rounds or rounds[-1][-1] < 29:
                documents = [json.loads(ask(connection, "GET", target).body) for target in (CONFIG, BANDITS, CONFIG)]
                rounds.append(list(chain.from_iterable(map(versions_in, documents))))
                first_reads.put(None)
        return rounds

    with ThreadPoolExecutor(6) as readers:
        reading = [readers.submit(read_until_last) for _ in range(5)]
        for snapshot in snapshots[1:]:
            first_reads.get(timeout=DEADLINE_S)
            shelf.current = snapshot

    assert [rounds for one in reading for rounds in one.result() if rounds != sorted(rounds)] == []


def versions_in(document: dict[str, object]) -> list[int]:
    """Return the version of a document, or two unordered numbers when it holds more than one."""
    text = json.dumps(document)
    found = {number for number in range(30) if f'"v{number}"' in text}
    return list(found) if len(found) == 1 else [1, 0]


def test_w05_while_another_revision_is_made_the_last_one_is_served(shelf: Shelf, serve: Serve) -> None:
    making, go_on = Event(), Event()

    def reload() -> None:
        made = two_environments(revision=2, test_value="edited")
        making.set()
        go_on.wait(DEADLINE_S)
        shelf.current = made

    call = over_http(serve(Parts(shelf)))
    edit = Thread(target=reload)
    edit.start()
    making.wait(DEADLINE_S)
    during = call("GET", CONFIG)
    go_on.set()
    edit.join()
    after = call("GET", CONFIG)

    assert (during.status, b"edited" in during.body, b"edited" in after.body) == (200, False, True)


class Hiccup:
    """Settings that cannot be read the second time: when the application is built first."""

    strict_keys, token, allow_hosts = False, None, ()

    def __init__(self) -> None:
        self._reads = count(1)

    @property
    def body_limit_bytes(self) -> int:
        if next(self._reads) == 2:
            raise SystemError("of the moment")
        return 1_000


def test_an_application_that_could_not_be_built_is_built_at_the_next_request(serve: Serve, shelf: Shelf) -> None:
    call = over_http(serve(Parts(shelf, Hiccup())))  # type: ignore[arg-type]  # it is read like Settings

    assert [call("GET", "/emulator/v1/status").status for _ in range(2)] == [500, 200]
