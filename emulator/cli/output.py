"""Where words go: what was asked for to the standard output, everything else to the standard error."""

import os
from datetime import UTC, datetime

import click

from emulator.errors import EmulatorError


def show(text: str) -> None:
    """Print *text*, which ends its own lines; colour stays on a terminal only."""
    click.echo(text, nl=False, color=_colour())


def log(*lines: str) -> None:
    """Print *lines* to the standard error; colour stays on a terminal only."""
    for line in lines:
        click.echo(line, err=True, color=_colour())


def write_file(path: str, content: bytes) -> None:
    """
    Write *content* to *path*, whole or not at all.

    Raises:
        EmulatorError: it cannot be written; the message says why.
    """
    from emulator.workspace.disk import write_whole

    try:
        write_whole(path, content)
    except OSError as error:
        raise EmulatorError(f"cannot write {path}: {error.strerror or error}") from None


def now() -> datetime:
    return datetime.now(UTC)


def time_of_day() -> str:
    """Return the local time as it starts a line of the log."""
    return f"{datetime.now():%H:%M:%S}"


def _colour() -> bool | None:
    """Return False where colour is unwanted; None leaves it to whether the stream is a terminal."""
    return False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None
