"""
``GET /emulator/v1/pulse``: what pages watch, in one small message whenever it changes, as server-sent events.

Flask answers with the state of the moment, and ends; the front keeps the connection and goes on from there. Everything
in it is read from memory, so a hundred pages cost nothing; what is new they fetch themselves.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any

from emulator.errors import Problem
from emulator.server.answers import Answer
from emulator.server.parts import Parts
from emulator.server.streaming import Message, disconnected

PATH = "/emulator/v1/pulse"
_HEADERS = (
    (b"Content-Type", b"text/event-stream; charset=utf-8"),
    (b"Cache-Control", b"no-store"),
    (b"X-Content-Type-Options", b"nosniff"),
)
_RETRY_MS = 1_000
# Quicker than anybody notices, and slow enough that a storm of events is a few messages per second.
_LOOK_EVERY_S = 0.2
# A comment now and then: proxies close connections on which nothing happens.
_ALIVE_AFTER_LOOKS = 75

Pulse = dict[str, Any]


def pulse_of(parts: Parts) -> Pulse:
    """
    Return what pages watch: ``revision`` and ``stale`` of the flags, ``problems`` of the files, ``seq`` of the newest
    event that this process committed (0 before the first), and ``sandboxes``, a number that grows whenever one is made,
    changed or ended, or a client of one asked for something.
    """
    return {
        "revision": parts.workspace.current.revision,
        "stale": parts.workspace.stale,
        "problems": _digest(_Same(parts.workspace.problems)),
        "seq": parts.inbox.newest,
        "deleted": parts.inbox.deletions,
        "sandboxes": parts.sandboxes.activity,
    }


class _Same:
    """Some problems, equal to none but themselves: comparing ten thousand takes long, and they change as a whole."""

    __slots__ = ("problems",)

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.problems is self.problems

    def __hash__(self) -> int:
        return id(self.problems)


@lru_cache(maxsize=8)
def _digest(same: _Same) -> int:
    return hash(same.problems) & 0xFFFF_FFFF


def pulse_answer(parts: Parts) -> Answer:
    return Answer(200, _HEADERS, b"retry: %d\n\n" % _RETRY_MS + _message(pulse_of(parts)))


async def go_on(
    parts: Parts,
    answer: Answer,
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    """Send *answer*, and a message after each change, until the client goes or the emulator ends."""
    gone = asyncio.ensure_future(disconnected(receive))
    try:
        await send({"type": "http.response.start", "status": answer.status, "headers": _HEADERS})
        await send({"type": "http.response.body", "body": answer.body, "more_body": True})
        told, quiet = _message(pulse_of(parts)), 0
        await send({"type": "http.response.body", "body": told, "more_body": True})
        while not parts.inbox.is_interrupted:
            if (await asyncio.wait((gone,), timeout=_LOOK_EVERY_S))[0]:
                return
            now = _message(pulse_of(parts))
            quiet = 0 if now != told else quiet + 1
            if now != told:
                told = now
                await send({"type": "http.response.body", "body": told, "more_body": True})
            elif quiet % _ALIVE_AFTER_LOOKS == 0:
                await send({"type": "http.response.body", "body": b": \n\n", "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()


def _message(pulse: Pulse) -> bytes:
    return b"data: %b\n\n" % json.dumps(pulse, separators=(",", ":")).encode("ascii")
