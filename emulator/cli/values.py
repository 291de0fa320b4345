"""
Words of a command line as values: attributes, JSON from a word or a file, actions, times.

Each function is a ``type=`` of an option; what it cannot read is refused with how to write it.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import click

from emulator.ufc.json_text import JsonTextError, parse_json
from emulator.ufc.timestamps import TimeTextError, parse_time
from emulator.wording import printable

# What JSON reads as a number, a boolean or null; ``01234`` is none of them, and ``NaN`` neither.
_SCALAR = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null", re.ASCII)
_JSON_MARK = ":="
_JSON_STARTS = ("@", "{", "[", '"')


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
    if not word.startswith(_JSON_MARK):
        return _typed(word)
    return _after_mark(word.removeprefix(_JSON_MARK), "")


def json_object(word: str) -> Mapping[str, Any]:
    """Return a JSON object, written out or in a file."""
    example = """'{"country": "NO"}'"""
    found = _json(word, example)
    if not isinstance(found, dict):
        raise click.BadParameter(f"expected an object of attributes; write {example}")
    return found


def actions(word: str) -> Any:
    """Return what is offered to a bandit: JSON, written out or in a file, or names with commas."""
    if word.startswith(_JSON_STARTS):
        return _json(word, """red,blue or '["red", "blue"]' or '{"red": {"price": 5}, "blue": {}}'""")
    return [name for name in map(str.strip, word.split(",")) if name]


def time(word: str) -> datetime:
    """Return a time as people write it: a date, or a time with its zone."""
    try:
        return parse_time(word)
    except TimeTextError as error:
        raise click.BadParameter("; ".join(filter(None, (printable(str(error)), error.hint)))) from None


def _attribute(word: str) -> tuple[str, Any]:
    name, equals, text = word.partition("=")
    marked = name.endswith(":")
    name = name.removesuffix(":")
    if not equals or not name:
        raise click.BadParameter(f'"{printable(word)}" is no attribute; write country=NO, or age:=18 for JSON')
    return name, _after_mark(text, name) if marked else _typed(text)


def _typed(text: str) -> Any:
    return parse_json(text) if _SCALAR.fullmatch(text) else text


def _after_mark(text: str, name: str) -> Any:
    try:
        return parse_json(text)
    except JsonTextError as error:
        hint = f"""a text is written {printable(name)}:='"NO"'"""
        raise click.BadParameter(f"what follows := is {error}; {hint}") from None


def _json(word: str, example: str) -> Any:
    text = _content(word[1:]) if word.startswith("@") else word
    try:
        return parse_json(text)
    except JsonTextError as error:
        which = _named(word[1:]) if word.startswith("@") else "it"
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
