"""
A loopback relay in front of an emulator: it remembers what passed, and can answer in the emulator's place.

SDKs cannot be asked when they polled last or what they were sent; the relay can.
"""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Self

from tests.sdk.waiting import DEADLINE_S

_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding"})


@dataclass(frozen=True, slots=True)
class Reply:
    """*headers* by lower-case name."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request that passed: its target as sent, its headers by lower-case name, and what was answered."""

    target: str
    headers: Mapping[str, str]
    reply: Reply


Responder = Callable[[str, Mapping[str, str]], Reply]


class Relay:
    """A context manager; *exchanges* holds what passed so far, in the order of the answers."""

    def __init__(self, port: int) -> None:
        """Pass everything on to the emulator on *port*."""
        self._emulator: Responder = partial(fetch, port)
        self._responder: Responder = self._emulator
        self._passed = Condition()
        self.exchanges: list[Exchange] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/api"

    def answer_with(self, responder: Responder) -> None:
        """From now on answer with *responder* instead of the emulator."""
        self._responder = responder

    def pass_on(self) -> None:
        """From now on ask the emulator again."""
        self._responder = self._emulator

    def targets(self, part: str) -> list[str]:
        return [exchange.target for exchange in self.exchanges if part in exchange.target]

    def sees(self, number: int, part: str = "", *, within_s: float = DEADLINE_S) -> bool:
        """Return whether *number* more requests whose target holds *part* are answered within *within_s* seconds."""
        known = len(self.targets(part))
        with self._passed:
            return self._passed.wait_for(lambda: len(self.targets(part)) >= known + number, within_s)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        relay = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:  # the name that http.server calls
                headers = {name.lower(): value for name, value in self.headers.items()}
                reply = relay._responder(self.path, headers)
                self.send_response_only(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply.body)
                relay._remember(Exchange(self.path, headers, reply))

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing; what passed is in the exchanges."""

        return Handler

    def _remember(self, exchange: Exchange) -> None:
        with self._passed:
            self.exchanges.append(exchange)
            self._passed.notify_all()


def fetch(port: int, target: str, headers: Mapping[str, str] | None = None) -> Reply:
    """Send exactly *headers* to the emulator on *port*; a server that is away is a 502."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=DEADLINE_S)) as connection:
        try:
            connection.putrequest("GET", target, skip_host=True, skip_accept_encoding=True)
            for name, value in {"host": f"127.0.0.1:{port}", **(headers or {})}.items():
                connection.putheader(name, value)
            connection.endheaders()
            response = connection.getresponse()
            body = response.read()
        except OSError:
            return Reply(502, {"content-length": "0"}, b"")
    passed = {name.lower(): value for name, value in response.getheaders() if name.lower() not in _HOP_BY_HOP}
    return Reply(response.status, passed, body)
