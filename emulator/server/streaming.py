"""
``GET /emulator/v1/events/stream``: events as they arrive, as server-sent events.

Flask answers with what is there, and ends; a client comes again with ``Last-Event-ID`` and misses nothing. The front
keeps the connection open and goes on from there: an event loop carries thousands of streams, and threads do not.
Source: HTML standard, section 9.2.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl

from emulator.inbox import Inbox, Record, Term, Terms
from emulator.inbox.grammar import read_filters
from emulator.queries import encoded
from emulator.server.answers import Answer
from emulator.server.problem_details import problem_answer

_CONTENT_TYPE = (b"Content-Type", b"text/event-stream; charset=utf-8")
_HEADERS = (_CONTENT_TYPE, (b"Cache-Control", b"no-store"), (b"X-Content-Type-Options", b"nosniff"))
_RETRY_MS = 1_000
_AT_ONCE = 200
# Proxies close connections on which nothing happens; a comment is something.
_ALIVE_EVERY_S = 15.0
_LAST_ID = re.compile(rb"(?:^|\n)id: (\d+)\n")

Message = dict[str, Any]


def first_answer(inbox: Inbox, parameters: Iterable[tuple[str, str]], last_event_id: str | None) -> Answer:
    """
    Return the beginning of a stream: the position that it starts from, and what has come since.

    That is after *last_event_id* or the filter ``after``; from now on without either. A number beyond the newest is of
    another database, such as one in memory before a restart: then it is everything that there is.

    Raises:
        MatchError: the filters cannot be read.
    """
    terms = read_filters(parameters)
    if last_event_id and not (last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) < 19):
        return problem_answer("bad-parameters", "Last-Event-ID: expected the seq of an event")
    newest = inbox.last_seq()
    after = _position(terms, int(last_event_id) if last_event_id else None, newest)
    if after > newest:
        after = 0
    start = b"retry: %d\nid: %d\n\n" % (_RETRY_MS, after)
    return Answer(200, _HEADERS, start + _messages(inbox.since(after, _without_numbers(terms), _AT_ONCE)))


def is_stream(method: str, answer: Answer) -> bool:
    """Return whether *answer*, at the stream's path, is the beginning of one."""
    return method == "GET" and _CONTENT_TYPE in answer.headers


async def go_on(
    answer: Answer,
    query: str,
    inbox: Inbox,
    in_thread: Callable[[Callable[[], bytes]], Awaitable[bytes]],
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    """Send *answer* and whatever comes after it, until the client goes or the inbox is interrupted."""
    loop, news = asyncio.get_running_loop(), asyncio.Event()

    def tell(_seq: int) -> None:
        # Called by whoever appends; the loop may have ended since.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(news.set)

    terms = _without_numbers(read_filters(parse_qsl(query, keep_blank_values=True)))
    tail = _Tail(inbox, terms, answer.body)
    unsubscribe = inbox.subscribe(tell)
    gone = asyncio.ensure_future(disconnected(receive))
    try:
        await send({"type": "http.response.start", "status": answer.status, "headers": _HEADERS})
        await send({"type": "http.response.body", "body": answer.body, "more_body": True})
        while not gone.done() and not inbox.is_interrupted:
            news.clear()
            chunk = await in_thread(tail.read) or await _wait(news, gone)
            if chunk:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        unsubscribe()
        gone.cancel()


def _position(terms: Terms, last_event_id: int | None, newest: int) -> int:
    named = [term.value for term in terms if term.field == "after" and not term.negated]
    numbers = [*(value for value in named if isinstance(value, int)), *([last_event_id] if last_event_id else [])]
    return max(numbers, default=0 if named or last_event_id == 0 else newest)


def _without_numbers(terms: Terms) -> Terms:
    """Return *terms* without those that the position of a stream stands for."""
    return tuple(term for term in terms if not _is_number(term))


def _is_number(term: Term) -> bool:
    return term.field == "after" and not term.negated and isinstance(term.value, int)


class _Tail:
    """Reads on from the last event that was sent."""

    def __init__(self, inbox: Inbox, terms: Terms, sent: bytes) -> None:
        self._inbox = inbox
        self._terms = terms
        self._after = int(_LAST_ID.findall(sent)[-1])

    def read(self) -> bytes:
        records = self._inbox.find((*self._terms, Term("after", self._after)), limit=_AT_ONCE).records
        if records:
            self._after = records[-1].seq
        return _messages(records)


async def _wait(news: asyncio.Event, gone: "asyncio.Future[None]") -> bytes:
    """Wait for news, the client's end, or the moment for a sign of life, which is returned."""
    waiting = asyncio.ensure_future(news.wait())
    done, _ = await asyncio.wait((waiting, gone), timeout=_ALIVE_EVERY_S, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    return b"" if done else b": \n\n"


async def disconnected(receive: Callable[[], Awaitable[Message]]) -> None:
    """Return when the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _messages(records: Iterable[Record]) -> bytes:
    # JSON in one line: a line break would end the field.
    return b"".join(b"id: %d\ndata: %b\n\n" % (record.seq, encoded(record.as_json())) for record in records)
