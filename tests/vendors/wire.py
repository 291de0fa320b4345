"""A loopback relay in front of an emulator: it counts what libraries send, and shows how they were answered."""

from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Self

from tests.sdk.waiting import DEADLINE_S

CUT_OFF = 0
_PASSED_ON = ("authorization", "content-type", "content-encoding", "user-agent")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request as a library made it, and the status that it got; CUT_OFF for none."""

    method: str
    path: str
    headers: dict[str, str]
    size_bytes: int
    status: int


class Wire:
    """A context manager; *exchanges* are in the order of the answers."""

    def __init__(self, port: int) -> None:
        self._port = port
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
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        wire = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:  # the name that http.server calls
                wire._pass_on(self)

            def do_POST(self) -> None:  # the name that http.server calls
                wire._pass_on(self)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing; what passed is in the exchanges."""

        return Handler

    def _pass_on(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in request.headers.items()}
        passed = {name: value for name, value in headers.items() if name in _PASSED_ON}
        with closing(HTTPConnection("127.0.0.1", self._port, timeout=DEADLINE_S)) as connection:
            connection.request(request.command, request.path, body or None, passed)
            reply = connection.getresponse()
            try:
                content = reply.read()
            except HTTPException:
                # A fault cut it off: the library is to see no more of it than we did.
                self.exchanges.append(Exchange(request.command, request.path, headers, len(body), CUT_OFF))
                request.close_connection = True
                return
        # Before the answer: a library that has it may end at once.
        self.exchanges.append(Exchange(request.command, request.path, headers, len(body), reply.status))
        request.send_response_only(reply.status)
        for name in ("Content-Type", "Content-Length"):
            if reply.getheader(name) is not None:
                request.send_header(name, str(reply.getheader(name)))
        request.end_headers()
        request.wfile.write(content)
