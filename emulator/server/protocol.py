"""
HTTP/1.1 as uvicorn speaks it, with a short way for documents that are ready.

SDKs poll all day, and nearly every poll gets bytes that exist: those are written as soon as the request's headers are
read, without a task, a scope or a queue. Everything else goes uvicorn's ordinary way; both ways give the same answer.
"""

import asyncio
from contextlib import suppress
from urllib.parse import unquote

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from emulator.server.answers import Answer
from emulator.server.front import CLOSE, Front, relevant_headers
from emulator.server.sdk import Request

_READING = {b"GET": "GET", b"HEAD": "HEAD"}
_NO_HTTP = "Invalid HTTP request received."
_BODY_HEADERS = frozenset({b"content-length", b"transfer-encoding", b"expect"})


class Protocol(HttpToolsProtocol):
    """One connection; used on the event loop only. The application of its configuration is a Front."""

    app: Front

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed through as they come
        # The root logger of an application under test is no wish for a line per poll.
        self.access_log = False
        self._answered = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        self.app.connected(self.client)

    def connection_lost(self, exc: Exception | None) -> None:
        self.app.disconnected(self.client)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        while data:
            data = self._fed(data)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {CLOSE: {"close": self.transport.close}}

    def on_headers_complete(self) -> None:
        self._answered = self._is_offer()
        if self._answered:
            return  # it comes again, without the offer
        answer = self._ready_answer_or_none()
        self._answered = answer is not None
        if answer is None:
            super().on_headers_complete()
        else:
            self._write(answer)
            self.on_response_complete()

    def on_body(self, body: bytes) -> None:
        if not self._answered:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if not self._answered:
            super().on_message_complete()

    def _fed(self, data: bytes) -> bytes:
        """
        Parse *data*, and return what is still to be parsed: all from a request on that offers another protocol.

        The offer is declined (RFC 9110, 7.8) by leaving it out: httptools takes all that follows one, even the body of
        the request, for bytes of that protocol. Java's HttpClient offers h2c unless it is told not to.
        """
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as offer:
            if not self._is_offer():
                return b""
            head, self.parser = self._head_without_offer(), self._new_parser()
            return head + data[offer.args[0] :]
        except httptools.HttpParserError:
            self.logger.warning(_NO_HTTP)
            self.send_400_response(_NO_HTTP)
        return b""

    def _is_offer(self) -> bool:
        # What follows CONNECT, which nobody is served, is no request either way.
        return self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT"

    def _head_without_offer(self) -> bytes:
        request = b"%b %b HTTP/%b" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())
        headers = (b"%b: %b" % header for header in self.headers if header[0] != b"upgrade")
        return b"\r\n".join((request, *headers, b"", b""))

    def _new_parser(self) -> httptools.HttpRequestParser:
        parser = httptools.HttpRequestParser(self)
        with suppress(AttributeError):  # as uvicorn's own: httptools before 0.6.3 has no such choice
            parser.set_dangerous_leniencies(lenient_data_after_close=True)
        return parser

    def _ready_answer_or_none(self) -> Answer | None:
        try:
            return self._ready_answer()
        except Exception:
            # The ordinary way meets the same failure, and makes it a 500 and a traceback in the log.
            return None

    def _ready_answer(self) -> Answer | None:
        method = _READING.get(self.parser.get_method())
        if method is None or not self.url.startswith(b"/") or not self.url.isascii() or not self._is_plain():
            return None
        url = httptools.parse_url(self.url)
        path = url.path.decode("ascii")
        decoded = unquote(path) if "%" in path else path
        headers = relevant_headers(self.headers)
        return self.app.ready_answer(
            Request(method, decoded, (url.query or b"").decode("latin-1"), headers, self.client)
        )

    def _is_plain(self) -> bool:
        """Tell whether the request has no body, is the only one, and leaves the connection as it is."""
        busy = self.cycle is not None and not self.cycle.response_complete
        if busy or self.pipeline or self.flow.write_paused or self.transport.is_closing():
            return False
        parser = self.parser
        if parser.get_http_version() != "1.1" or not parser.should_keep_alive():
            return False
        return not any(name in _BODY_HEADERS for name, _ in self.headers)

    def _write(self, answer: Answer) -> None:
        parts = [STATUS_LINE[answer.status]]
        for name, value in (*self.server_state.default_headers, *answer.headers):
            parts += (name, b": ", value, b"\r\n")
        parts.append(b"\r\n")
        if self.parser.get_method() != b"HEAD":
            parts.append(answer.body)
        self.transport.write(b"".join(parts))
