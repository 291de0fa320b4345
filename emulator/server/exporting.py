"""
``GET /emulator/v1/events/export``: the tables that a warehouse has of the events, as files.

Flask finds out what is asked for; the front sends the pieces as they are made, so that a million events need no more
memory than a thousand. Flask alone makes the whole file.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from functools import partial
from urllib.parse import parse_qsl

from emulator.inbox import Inbox, read_filters
from emulator.inbox.export import FORMATS, ExportError, export
from emulator.inbox.warehouse import TABLES
from emulator.queries import QueryError
from emulator.server.answers import Answer
from emulator.server.streaming import Message, disconnected
from emulator.suggest import nearest
from emulator.wording import printable

# In the environment of a request whose server sends the pieces.
IN_PIECES = "emulator.in_pieces"
_CHOICES: Mapping[str, tuple[str, ...]] = {"format": FORMATS, "table": TABLES}
_TYPES: Mapping[str, bytes] = {
    "jsonl": b"application/jsonl; charset=utf-8",
    "csv": b"text/csv; charset=utf-8",
    "parquet": b"application/vnd.apache.parquet",
}


def export_answer(inbox: Inbox, parameters: Iterable[tuple[str, str]], *, in_pieces: bool) -> Answer:
    """
    Return the file; without its content where somebody sends it *in_pieces*.

    Raises:
        QueryError: no such format or table, or a format that cannot be written here.
        MatchError: the filters cannot be read.
    """
    table, file_format, pieces = _asked_for(inbox, parameters)
    headers = (
        (b"Content-Type", _TYPES[file_format]),
        (b"Content-Disposition", f'attachment; filename="{table}.{file_format}"'.encode()),
        (b"Cache-Control", b"no-store"),
        (b"X-Content-Type-Options", b"nosniff"),
    )
    return Answer(200, headers, b"" if in_pieces else b"".join(pieces))


async def send_pieces(
    answer: Answer,
    query: str,
    inbox: Inbox,
    in_thread: Callable[[Callable[[], bytes | None]], Awaitable[bytes | None]],
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    """Send *answer* and its pieces, until the client goes or the inbox is interrupted."""
    gone = asyncio.ensure_future(disconnected(receive))
    # Flask has added the length of nothing.
    headers = [header for header in answer.headers if header[0].lower() != b"content-length"]
    try:
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        _, _, pieces = _asked_for(inbox, parse_qsl(query, keep_blank_values=True))
        while not gone.done() and not inbox.is_interrupted:
            piece = await in_thread(partial(next, pieces, None))
            if piece is None:
                await send({"type": "http.response.body", "body": b""})
                return
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    finally:
        gone.cancel()


def _asked_for(inbox: Inbox, parameters: Iterable[tuple[str, str]]) -> tuple[str, str, Iterator[bytes]]:
    pairs = list(parameters)
    chosen = {name: value for name, value in pairs if name in _CHOICES}
    table, file_format = (_choice(name, chosen.get(name)) for name in ("table", "format"))
    terms = read_filters(pair for pair in pairs if pair[0] not in _CHOICES)
    try:
        return table, file_format, export(inbox, table, file_format, terms)
    except ExportError as error:
        raise QueryError(str(error)) from None


def _choice(name: str, text: str | None) -> str:
    choices = _CHOICES[name]
    if text is None:
        return choices[0]
    if text not in choices:
        raise QueryError(f'{name} "{printable(text)}" does not exist; {nearest(text, choices)}')
    return text
