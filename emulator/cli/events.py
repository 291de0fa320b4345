"""``events``: the inbox of a running emulator, read over its HTTP interface."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import click

from emulator.cli.options import DEFAULT_PORT, option, variable
from emulator.cli.output import log, show
from emulator.errors import EmulatorError
from emulator.reporting.events import event_lines

if TYPE_CHECKING:
    # Imported where somebody is asked: every command is listed, and a server starts quicker without a client.
    from http.client import HTTPResponse

_EVENTS = "/emulator/v1/events"
_DEFAULT_URL = f"http://127.0.0.1:{DEFAULT_PORT}, or the port of {variable('--port')}"
_MOST = 1_000
# Past the stream's signs of life, which come four times a minute.
_PATIENCE_S = 60.0
# As the server knows them; to import them from there would take longer than all else.
TABLES = ("assignments", "bandit_actions")
FORMATS = ("csv", "jsonl", "parquet")
_PIECE_BYTES = 64 * 1024


class _GoneError(EmulatorError):
    """The emulator ended while somebody listened."""


class _Inbox:
    """The inbox of the emulator at *url*; *token* is what ``serve --token`` demands."""

    def __init__(self, url: str, token: str | None) -> None:
        self._url, (self._host, self._port) = url, _address(url)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def ask(self, method: str, path: str = "", **parameters: str) -> Any:
        """Return what the inbox answers to a request below its path."""
        with self.open(method, path, **parameters) as answer:
            return json.load(answer)

    @contextmanager
    def open(self, method: str, path: str = "", **parameters: str) -> Iterator["HTTPResponse"]:
        """
        Give the answer, to be read.

        Raises:
            EmulatorError: nobody is there, or the answer is a problem.
        """
        from http.client import HTTPConnection, HTTPException

        given = {name: value for name, value in parameters.items() if value}
        with closing(HTTPConnection(self._host, self._port, timeout=_PATIENCE_S)) as connection:
            try:
                connection.request(method, f"{_EVENTS}{path}?{urlencode(given)}", headers=self._headers)
                answer = connection.getresponse()
            except (OSError, HTTPException) as error:
                raise EmulatorError(f"no emulator answers at {self._url} ({error}); start one, or give --url") from None
            with answer:
                if answer.status != 200:
                    raise EmulatorError(_problem(answer.read(), answer.status))
                yield answer


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url if "://" in url else f"http://{url}")
    try:
        host, port = parts.hostname, parts.port
    except ValueError:  # A port that is none.
        host = port = None
    if parts.scheme != "http" or not host:
        raise click.UsageError(f"--url: expected an address such as http://127.0.0.1:{DEFAULT_PORT}, found {url}")
    return host, 80 if port is None else port


def _here() -> str:
    """Return where ``serve`` listens that is started with the same variables."""
    return f"http://127.0.0.1:{os.environ.get(variable('--port')) or DEFAULT_PORT}"


@click.group()
def events() -> None:
    """
    Look at the events that a running emulator received.

    A QUERY is made of words and field:value, such as: flag:banner -verdict:ok attr.country:NO
    """


def _command(command: Callable[..., None]) -> click.Command:
    """Add what all commands have: the query, and whom to ask."""
    added = (
        click.argument("query", nargs=-1),
        option("--url", default=_here, show_default=_DEFAULT_URL, help="The emulator's address."),
        option("--token", help="What serve --token demands."),
    )
    for add in reversed(added):
        command = add(command)
    # A query may begin with a minus, which is no option.
    return click.command(name=command.__name__.rstrip("_"), context_settings={"ignore_unknown_options": True})(command)


_json_option = option("--json", "wants_json", is_flag=True, help="Print each event as a line of JSON.")


@_command
@option("--limit", type=click.IntRange(1, _MOST), default=50, show_default=True, help="How many of the newest.")
@_json_option
def list_(query: tuple[str, ...], url: str, token: str | None, limit: int, wants_json: bool) -> None:
    """Print the newest events, the latest last."""
    found = _Inbox(url, token).ask("GET", q=_query(query), limit=str(limit), order="desc")["events"]
    for record in reversed(found):
        show(_told(record, wants_json))


@_command
@_json_option
def tail(query: tuple[str, ...], url: str, token: str | None, wants_json: bool) -> None:
    """Print events as they arrive, until Ctrl-C; the exit code is 1 when the emulator ends before."""
    # Ctrl-C is how this ends, be it while it waits or while it prints.
    with suppress(KeyboardInterrupt), _Inbox(url, token).open("GET", "/stream", q=_query(query)) as stream:
        try:
            for record in _records(stream):
                show(_told(record, wants_json))
        except _GoneError as error:
            log(f"Error: {error}")
            click.get_current_context().exit(1)


@_command
@option("--table", type=click.Choice(TABLES), default=TABLES[0], show_default=True, help="Which one.")
@option("--format", "file_format", type=click.Choice(FORMATS), default="csv", show_default=True, help="Its format.")
@option("--output", type=click.Path(dir_okay=False), required=True, help="The file to write.")
def export(query: tuple[str, ...], url: str, token: str | None, table: str, file_format: str, output: str) -> None:
    """Write events to a file, as a table of a warehouse."""
    with _Inbox(url, token).open("GET", "/export", q=_query(query), table=table, format=file_format) as answer:
        size = _copied(answer, output)
    show(f"wrote {output} ({size:,} bytes)\n")


@_command
def clear(query: tuple[str, ...], url: str, token: str | None) -> None:
    """Delete events; all of them without a query."""
    deleted = _Inbox(url, token).ask("DELETE", q=_query(query))["deleted"]
    show(f"deleted {deleted:,} event{'' if deleted == 1 else 's'}\n")


for _one in (list_, tail, export, clear):
    events.add_command(_one)


def _copied(answer: "HTTPResponse", output: str) -> int:
    """
    Write what is read of *answer* as it comes, and return how many bytes that were.

    Raises:
        EmulatorError: it ended too early, or cannot be written.
    """
    from http.client import HTTPException

    size = 0
    try:
        with open(output, "wb") as file:
            while piece := answer.read(_PIECE_BYTES):
                size += file.write(piece)
    except HTTPException:
        raise EmulatorError(f"the emulator has gone; {output} is not complete") from None
    except OSError as error:
        raise EmulatorError(f"cannot write {output}: {error.strerror or error}") from None
    return size


def _query(words: tuple[str, ...]) -> str:
    return " ".join(words)


def _told(record: dict[str, Any], wants_json: bool) -> str:
    return f"{json.dumps(record)}\n" if wants_json else event_lines(record)


def _records(stream: "HTTPResponse") -> Iterator[dict[str, Any]]:
    """
    Yield the data of each message.

    Raises:
        _GoneError: nothing more will come.
    """
    from http.client import HTTPException

    try:
        for line in stream:
            if line.startswith(b"data: "):
                yield json.loads(line.removeprefix(b"data: "))
    except (OSError, HTTPException):
        # It went without a word.
        pass
    raise _GoneError("the emulator has gone")


def _problem(body: bytes, status: int) -> str:
    try:
        return str(json.loads(body)["detail"])
    except (ValueError, LookupError, TypeError):
        return f"the answer was {status}, and not an emulator's; is --url right?"
