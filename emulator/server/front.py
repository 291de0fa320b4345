"""
The ASGI front: configuration requests are answered on the event loop, everything else by Flask in a thread.

The loop waits for nothing but the network. A document that is slow to make, a line to print, a Flask that is not
imported yet, a body that trickles in: each waits elsewhere, and configurations keep flowing.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from emulator.sandboxes import Fault, Peer
from emulator.server import create_app
from emulator.server.answers import Answer
from emulator.server.bodies import BodyTooLargeError
from emulator.server.deliveries import remember
from emulator.server.faults import (
    damaged,
    fault_of,
    faulty_request,
    has_faults,
    keys_of,
    status_answer,
    waits_for_its_body,
)
from emulator.server.mishaps import internal_error, too_large
from emulator.server.parts import Parts
from emulator.server.receiving import Message, Receive, Reread, Scope, body_of
from emulator.server.sdk import RELEVANT_HEADERS, Delivery, Request, deliver, select
from emulator.server.wsgi import WsgiApplication, call, environ_of
from emulator.snapshot import Snapshot

_Result = TypeVar("_Result")
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# The name, in the extensions of a scope, of what closes the connection.
CLOSE = "emulator.close"
# Threads are made when they are needed. A request holds one from its complete body to its complete answer.
_FLASK_THREADS = 32
# Those that wait for something to happen have threads of their own, so that they cannot hold up what they wait for.
_WAITING_THREADS = 256
_WAITING = re.compile(r"/emulator/v1/(?:events/wait|sandboxes/[^/]+/await)")
_STREAM = "/emulator/v1/events/stream"
_EXPORT = "/emulator/v1/events/export"
_PULSE = "/emulator/v1/pulse"
# Tells Flask that files are sent from here, piece by piece.
_IN_PIECES = "emulator.in_pieces"
_RELEVANT = {name.encode("ascii"): name for name in RELEVANT_HEADERS}
_log = logging.getLogger("emulator")


class Front:
    """The application that the server runs; used from its event loop only. Owns the threads that run Flask."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._threads = ThreadPoolExecutor(_FLASK_THREADS, thread_name_prefix="eppo-emulator-flask")
        self._waiters = ThreadPoolExecutor(_WAITING_THREADS, thread_name_prefix="eppo-emulator-waiting")
        # One thread, so that lines come in the order of what they tell.
        self._voice = ThreadPoolExecutor(1, thread_name_prefix="eppo-emulator-voice")
        self._flask: asyncio.Task[WsgiApplication] | None = None
        self._making: dict[tuple[int, str, bool], asyncio.Task[None]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = _request_of(scope)
        keys: tuple[str, ...] = ()
        try:
            if waits_for_its_body(request, self._parts.sandboxes):
                receive = Reread(receive)
                keys = await self._keys(request, scope, receive)
            fault = fault_of(request, self._parts.sandboxes, keys)
            if fault is not None:
                await self._fail(fault, request, scope, receive, send)
                return
            answer = await self._answer_or_failure(request, scope, receive)
            if answer is not None:
                await self._send_or_stream(answer, request, receive, send)
        except asyncio.CancelledError:
            # The server closes and has cut the client off; uvicorn would print a traceback for it.
            return

    def ready_answer(self, request: Request) -> Answer | None:
        """
        Return the answer to a ``GET`` or ``HEAD`` when it is there already: a document whose bytes exist.

        For the protocol, which then needs neither task nor scope. None is no refusal: call the application.
        """
        snapshot = self._parts.workspace.current
        parts = self._parts
        chosen = select(request, snapshot, parts.sandboxes, strict_keys=parts.settings.strict_keys)
        if not isinstance(chosen, Delivery) or not chosen.is_ready or has_faults(chosen.sandbox):
            return None
        self._announce(chosen, snapshot)
        remember(parts, request, chosen, snapshot)
        return deliver(request, chosen)

    def connected(self, peer: Peer | None) -> None:
        """Remember that a client has connected."""
        self._parts.peers.opened(peer)

    def disconnected(self, peer: Peer | None) -> None:
        self._parts.peers.closed(peer, self._parts.clock())

    def prepare_flask(self) -> "asyncio.Task[WsgiApplication]":
        """Import Flask and build the application in a thread, unless that was done or is under way."""
        # One that failed is made again: the reason may have been of the moment, and one bad import must not stay.
        if self._flask is None or _has_failed(self._flask):
            self._flask = asyncio.create_task(self._in_thread(partial(create_app, self._parts)))
        return self._flask

    def close(self) -> None:
        """Wait until the threads that run Flask have answered or given up, and end them; for after the loop's end."""
        self._parts.ending.set()
        self._waiters.shutdown()
        self._threads.shutdown()
        self._voice.shutdown()

    async def _send_or_stream(self, answer: Answer, request: Request, receive: Receive, send: Send) -> None:
        if request.path == _EXPORT and request.method == "GET" and answer.status == 200:
            # By now Flask has answered, and imported this.
            from emulator.server.exporting import send_pieces

            await send_pieces(answer, request.query, self._parts.inbox, self._in_thread, receive, send)
            return
        if request.path == _STREAM:
            from emulator.server.streaming import go_on, is_stream

            if is_stream(request.method, answer):
                await go_on(answer, request.query, self._parts.inbox, self._in_thread, receive, send)
                return
        if request.path == _PULSE and request.method == "GET" and answer.status == 200:
            from emulator.server.pages.pulse import go_on as go_on_pulsing

            await go_on_pulsing(self._parts, answer, receive, send)
            return
        await _send(answer, send)

    async def _keys(self, request: Request, scope: Scope, receive: Reread) -> tuple[str, ...]:
        """Return the keys in the body, which whoever answers receives once more."""
        limit_bytes = self._parts.settings.body_limit_bytes
        try:
            body = await body_of(scope, receive, limit_bytes)
        except BodyTooLargeError:
            # Whoever answers meets the same, and says so.
            body = None
        receive.rewind()
        return () if body is None else await self._in_thread(partial(keys_of, request, body, limit_bytes))

    async def _fail(self, fault: Fault, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        """Let *fault* happen to the request."""
        await asyncio.sleep(fault.delay_ms / 1000)
        if fault.drop:
            await _cut(scope, receive)
            return
        if fault.status is not None:
            await _send(status_answer(fault), send)
            return
        answer = await self._answer_or_failure(faulty_request(request, fault), scope, receive)
        if answer is None:
            return
        if fault.body != "truncated":
            await _send(damaged(answer, fault), send)
            return
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        await send({"type": "http.response.body", "body": damaged(answer, fault).body, "more_body": True})
        await _cut(scope, receive)

    async def _answer_or_failure(self, request: Request, scope: Scope, receive: Receive) -> Answer | None:
        """Return the answer, or None when the client has gone."""
        try:
            return await self._document_or_none(request) or await self._answer_of_flask(scope, receive)
        except Exception as error:
            # The server's edge: whatever it is, the log has it, and the client an answer that it can read.
            _log.exception("%s %s failed", request.method, request.path)
            return internal_error(request.path, error)

    async def _document_or_none(self, request: Request) -> Answer | None:
        snapshot = self._parts.workspace.current
        parts = self._parts
        chosen = select(request, snapshot, parts.sandboxes, strict_keys=parts.settings.strict_keys)
        if not isinstance(chosen, Delivery):
            return chosen
        self._announce(chosen, snapshot)
        if not chosen.is_ready:
            await self._make(chosen)
        remember(parts, request, chosen, snapshot)
        return deliver(request, chosen)

    def _announce(self, chosen: Delivery, snapshot: Snapshot) -> None:
        notices = self._parts.notices
        line = notices.line_about(chosen.selection, snapshot)
        if line:
            # A terminal that was stopped, or a full pipe, blocks whoever prints.
            self._voice.submit(notices.say, line)

    async def _make(self, delivery: Delivery) -> None:
        """Have the bytes made in a thread, once for all who wait for the same document."""
        wanted = (id(delivery.selection.environment), delivery.document, delivery.obfuscated)
        making = self._making.get(wanted)
        if making is None:
            making = asyncio.create_task(self._in_thread(delivery.make))
            self._making[wanted] = making
            making.add_done_callback(lambda _: self._making.pop(wanted))
        await asyncio.shield(making)

    async def _answer_of_flask(self, scope: Scope, receive: Receive) -> Answer | None:
        try:
            body = await body_of(scope, receive, self._parts.settings.body_limit_bytes)
        except BodyTooLargeError as error:
            return too_large(scope["path"], error)
        if body is None:
            return None
        flask = await asyncio.shield(self.prepare_flask())
        threads = self._waiters if _WAITING.fullmatch(scope["path"]) else self._threads
        environ = {**environ_of(scope, body), _IN_PIECES: True}
        # Reading goes on, for uvicorn has paused it after a long body and would not see the client leave.
        leaving = asyncio.ensure_future(receive())
        try:
            return await self._in_thread(partial(call, flask, environ), threads)
        finally:
            leaving.cancel()

    async def _in_thread(self, work: Callable[[], _Result], threads: ThreadPoolExecutor | None = None) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(threads or self._threads, work)


def _has_failed(task: "asyncio.Task[WsgiApplication]") -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)


def _request_of(scope: Scope) -> Request:
    headers = relevant_headers(scope["headers"])
    return Request(scope["method"], scope["path"], scope["query_string"].decode("latin-1"), headers, scope["client"])


async def _send(answer: Answer, send: Send) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await send({"type": "http.response.body", "body": answer.body})


async def _cut(scope: Scope, receive: Receive) -> None:
    """Close the connection after what was sent, and wait until it is closed."""
    scope["extensions"][CLOSE]["close"]()
    while (await receive())["type"] != "http.disconnect":
        pass


def relevant_headers(raw_headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return the headers that :class:`Request` asks for; repeated ones are joined by a comma."""
    headers: dict[str, str] = {}
    for raw_name, value in raw_headers:
        name = _RELEVANT.get(raw_name)
        if name is not None:
            text = value.decode("latin-1")
            headers[name] = f"{headers[name]},{text}" if name in headers else text
    return headers
