"""
Attributes and actions as people write them, on a command line or in a page's address: ``age=18``, ``zip:="01234"``.

Reading and writing are each other's inverse. What cannot be read raises ``ValueError``, with how to write it.
"""

import json
import re
from typing import Any

from emulator.ufc.json_text import JsonTextError, parse_json
from emulator.wording import printable

JSON_MARK = ":="
# What JSON reads as a number, a boolean or null; ``01234`` is none of them, and ``NaN`` neither.
_SCALAR = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null", re.ASCII)
ACTIONS_EXAMPLE = """red,blue or '["red", "blue"]' or '{"red": {"price": 5}, "blue": {}}'"""
_JSON_STARTS = ("{", "[", '"')


def typed(text: str) -> Any:
    """Return what ``=`` gives an attribute: a number, a boolean or null where JSON reads *text* so, else the text."""
    return parse_json(text) if _SCALAR.fullmatch(text) else text


def attribute(word: str) -> tuple[str, Any]:
    """Return the name and the value that ``k=v`` or ``k:=JSON`` sets."""
    name, equals, text = word.partition("=")
    marked = name.endswith(":")
    name = name.removesuffix(":")
    if not equals or not name:
        raise ValueError(f'"{printable(word)}" is no attribute; write country=NO, or age:=18 for JSON')
    return name, after_mark(text, name) if marked else typed(text)


def after_mark(text: str, name: str) -> Any:
    """Return the JSON that stands after ``:=``."""
    try:
        return parse_json(text)
    except JsonTextError as error:
        hint = f"""a text is written {printable(name)}:='"NO"'"""
        raise ValueError(f"what follows := is {error}; {hint}") from None


def written(name: str, value: Any) -> tuple[str, str]:
    """
    Return *name* and *value* as the two sides of the ``=`` that :func:`attribute` reads: JSON where it must be.

    The mark is the last character of the name then, so a name that ends with a colon always takes JSON.
    """
    plain = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if not name.endswith(":") and _reads_as(plain, value):
        return name, plain
    return f"{name}:", json.dumps(value, ensure_ascii=False)


def actions(text: str) -> Any:
    """Return what is offered to a bandit: JSON, or names with commas."""
    if not text.startswith(_JSON_STARTS):
        return [name for name in map(str.strip, text.split(",")) if name]
    try:
        return parse_json(text)
    except JsonTextError as error:
        raise ValueError(f"it is {error}; write {ACTIONS_EXAMPLE}") from None


def _reads_as(text: str, value: Any) -> bool:
    found = typed(text)
    return type(found) is type(value) and bool(found == value)
