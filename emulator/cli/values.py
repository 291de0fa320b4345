"""
Words of a command line as values: attributes, JSON from a word or a file, actions, times.

Each function is a ``type=`` of an option; what it cannot read is refused with how to write it. What pages read alike
stands in ``queries.written``, which is imported when somebody asks: the evaluator comes with it.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import click

from emulator.ufc.json_text import JsonTextError, parse_json
from emulator.ufc.timestamps import TimeTextError, parse_time
from emulator.wording import printable

_FILE_MARK = "@"
_Value = TypeVar("_Value")


class ShellWords(click.types.StringParamType):
    """Words of which a variable holds several, with quotes around blanks: ``country=NO "city=New York"``."""

    def split_envvar_value(self, rv: str) -> Sequence[str]:
        from shlex import split

        try:
            return split(rv)
        except ValueError as error:
            raise click.BadParameter(f'{error} in the variable; write country=NO "city=New York"') from None


def attributes_of(_context: click.Context, _option: click.Parameter, words: Sequence[str]) -> Mapping[str, Any]:
    """Return the attributes that ``k=v`` and ``k:=JSON`` set; the last one of a name counts. A callback."""
    return dict(map(_attribute, words))


def value(word: str) -> Any:
    """Return a value typed as that of ``k=v``; after ``:=`` comes JSON."""
    from emulator.queries import written

    if not word.startswith(written.JSON_MARK):
        return written.typed(word)
    return _read(lambda: written.after_mark(word.removeprefix(written.JSON_MARK), ""))


def json_object(word: str) -> Mapping[str, Any]:
    """Return a JSON object, written out or in a file."""
    example = """'{"country": "NO"}'"""
    found = _json(word, example)
    if not isinstance(found, dict):
        raise click.BadParameter(f"expected an object of attributes; write {example}")
    return found


def actions(word: str) -> Any:
    """Return what is offered to a bandit: JSON, written out or in a file, or names with commas."""
    from emulator.queries import written

    if word.startswith(_FILE_MARK):
        return _json(word, written.ACTIONS_EXAMPLE)
    return _read(lambda: written.actions(word))


def time(word: str) -> datetime:
    """Return a time as people write it: a date, or a time with its zone."""
    try:
        return parse_time(word)
    except TimeTextError as error:
        raise click.BadParameter("; ".join(filter(None, (printable(str(error)), error.hint)))) from None


def _attribute(word: str) -> tuple[str, Any]:
    from emulator.queries import written

    return _read(lambda: written.attribute(word))


def _read(reading: Callable[[], _Value]) -> _Value:
    try:
        return reading()
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def _json(word: str, example: str) -> Any:
    text = _content(word[1:]) if word.startswith(_FILE_MARK) else word
    try:
        return parse_json(text)
    except JsonTextError as error:
        which = _named(word[1:]) if word.startswith(_FILE_MARK) else "it"
        raise click.BadParameter(f"{which} is {error}; write {example}") from None


def _named(path: str) -> str:
    return "standard input" if path == "-" else printable(path)


def _content(path: str) -> str:
    try:
        with click.open_file(path, "rb") as stream:
            content: bytes = stream.read()
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.BadParameter(f"{_named(path)} is not UTF-8 at byte {error.start + 1}; save it as that") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise click.BadParameter(f"cannot read {_named(path)}: {reason}") from None
