"""Bodies as they come over ASGI: whole, within the cap, and twice where somebody has to look into one first."""

from collections.abc import Awaitable, Callable
from typing import Any

from emulator.server.bodies import BodyTooLargeError

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]


class Reread:
    """A ``receive`` that remembers its messages, and after :meth:`rewind` gives them once more before it goes on."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._seen: list[Message] = []
        self._again: list[Message] = []

    async def __call__(self) -> Message:
        if self._again:
            return self._again.pop(0)
        self._seen.append(await self._receive())
        return self._seen[-1]

    def rewind(self) -> None:
        self._again, self._seen = self._seen, []


async def body_of(scope: Scope, receive: Receive, limit_bytes: int) -> bytes | None:
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
