"""
The ASGI front: configuration requests are answered on the event loop, everything else by Flask in a thread.

The loop waits for nothing but the network. A document that is slow to make, a line to print, a Flask that is not
imported yet, a body that trickles in: each waits elsewhere, and configurations keep flowing.
"""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from emulator.server import create_app
from emulator.server.answers import Answer, text_answer
from emulator.server.bodies import BodyTooLargeError
from emulator.server.ingest import too_large
from emulator.server.parts import Parts
from emulator.server.problem_details import problem_answer
from emulator.server.sdk import RELEVANT_HEADERS, Delivery, Request, deliver, select
from emulator.snapshot import EnvironmentSnapshot, Snapshot

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# Threads are made when they are needed. A request holds one from its complete body to its complete answer.
_FLASK_THREADS = 32
_RELEVANT = {name.encode("ascii"): name for name in RELEVANT_HEADERS}
_BODY_HEADERS = (b"content-length", b"transfer-encoding")
_log = logging.getLogger("emulator")


# An answer, something that answers by itself, or nothing because the client has gone.
_Outcome = Answer | Callable[[Send], Awaitable[None]] | None


@dataclass(frozen=True, slots=True)
class _Flask:
    application: Application
    threads: ThreadPoolExecutor


class Front:
    """The application that the server runs; used from its event loop only. Owns the threads that run Flask."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._flask: asyncio.Task[_Flask] | None = None
        self._making: dict[int, asyncio.Task[object]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            request = _request_of(scope)
            outcome = await self._or_failure(request, self._answer_or_flask(request, scope, receive))
            if isinstance(outcome, Answer):
                await _send(outcome, send)
            elif outcome is not None:
                await outcome(send)
        except asyncio.CancelledError:
            # The server closes and has cut the client off; uvicorn would print a traceback for it.
            return

    def prepare_flask(self) -> "asyncio.Task[_Flask]":
        """Import Flask and build the application in a thread, unless that was done or is under way."""
        if self._flask is None:
            self._flask = asyncio.create_task(asyncio.to_thread(_build_flask, self._parts))
        return self._flask

    def close(self) -> None:
        """End the threads that run Flask; to be called when the event loop has ended."""
        flask = self._flask
        if flask is not None and flask.done() and not flask.cancelled() and flask.exception() is None:
            flask.result().threads.shutdown()

    async def _or_failure(self, request: Request, outcome: Awaitable[_Outcome]) -> _Outcome:
        try:
            return await outcome
        except Exception as error:
            # The server's edge: whatever it is, SDKs get a text that is no configuration (W4).
            _log.exception("%s %s failed", request.method, request.path)
            return text_answer(500, f"500 Internal Server Error: {type(error).__name__}: {error}")

    async def _answer_or_flask(self, request: Request, scope: Scope, receive: Receive) -> _Outcome:
        answer = await self._document_or_none(request)
        return answer or await self._flask_with_body(scope, receive)

    async def _document_or_none(self, request: Request) -> Answer | None:
        snapshot = self._parts.workspace.current
        chosen = select(request, snapshot, strict_keys=self._parts.settings.strict_keys)
        if not isinstance(chosen, Delivery):
            return chosen
        self._announce(chosen, snapshot)
        if not chosen.is_ready:
            await self._make(chosen.selection.environment)
        return deliver(request, chosen)

    def _announce(self, chosen: Delivery, snapshot: Snapshot) -> None:
        notices = self._parts.notices
        line = notices.line_about(chosen.selection, snapshot)
        if line:
            # A terminal that was stopped, or a full pipe, blocks whoever prints.
            asyncio.get_running_loop().run_in_executor(None, notices.say, line)

    async def _make(self, environment: EnvironmentSnapshot) -> None:
        """Have the obfuscated document made in a thread, once for all who wait for it."""
        making = self._making.get(id(environment))
        if making is None:
            making = asyncio.create_task(asyncio.to_thread(lambda: environment.obfuscated))
            self._making[id(environment)] = making
            making.add_done_callback(lambda _: self._making.pop(id(environment)))
        await asyncio.shield(making)

    async def _flask_with_body(self, scope: Scope, receive: Receive) -> _Outcome:
        try:
            body = await _body_of(scope, receive, self._parts.settings.body_limit_bytes)
        except BodyTooLargeError as error:
            return _too_large(scope["path"], error)
        if body is None:
            return None
        flask = await asyncio.shield(self.prepare_flask())
        return partial(flask.application, _with_body(scope, body), _replay(body))


def _request_of(scope: Scope) -> Request:
    headers: dict[str, str] = {}
    for raw_name, value in scope["headers"]:
        name = _RELEVANT.get(raw_name)
        if name is not None:
            text = value.decode("latin-1")
            headers[name] = f"{headers[name]},{text}" if name in headers else text
    return Request(scope["method"], scope["path"], scope["query_string"].decode("latin-1"), headers)


async def _send(answer: Answer, send: Send) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await send({"type": "http.response.body", "body": answer.body})


async def _body_of(scope: Scope, receive: Receive, limit_bytes: int) -> bytes | None:
    """
    Return the whole body, or None when the client has gone.

    Read here so that a slow sender holds no thread.

    Raises:
        BodyTooLargeError: as soon as the announced or received length says so.
    """
    announced = dict(scope["headers"]).get(b"content-length", b"0")
    if announced.isdigit() and int(announced) > limit_bytes:
        raise BodyTooLargeError(limit_bytes)
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > limit_bytes:
            raise BodyTooLargeError(limit_bytes)
        if not message.get("more_body", False):
            return bytes(body)


def _too_large(path: str, error: BodyTooLargeError) -> Answer:
    return problem_answer("body-too-large", str(error)) if path.startswith("/emulator/") else too_large(error)


def _with_body(scope: Scope, body: bytes) -> Scope:
    """Return *scope* as if *body* had been announced: WSGI has no other way to tell where a chunked one ends."""
    headers = [pair for pair in scope["headers"] if pair[0] not in _BODY_HEADERS]
    length = [(b"content-length", b"%d" % len(body))] if body else []
    return {**scope, "headers": headers + length}


def _replay(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _build_flask(parts: Parts) -> _Flask:
    from a2wsgi import WSGIMiddleware

    application = create_app(parts)

    def with_errors_to_stderr(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        # a2wsgi names stdout, which belongs to a command's machine-readable output.
        return application({**environ, "wsgi.errors": sys.stderr}, start_response)

    # Typed by hand: a2wsgi's own types of scopes and environs fit neither uvicorn's nor Flask's.
    adapter: Any = WSGIMiddleware(with_errors_to_stderr, workers=_FLASK_THREADS)  # type: ignore[arg-type]
    return _Flask(adapter, adapter.executor)
