"""Data as the text of an ``expect:`` entry, such that the reader of flag files gets the same data out of it."""

import json
import re
from collections.abc import Mapping
from typing import Any

# What no reader of YAML, of whatever version, takes for anything but text.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:[-/][A-Za-z0-9_]+)*")
_WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))
# The keys of a flag stand four spaces deep in its file.
_INDENT = " " * 4


def expectation(entry: Mapping[str, Any]) -> str:
    """Return *entry* under its key, as deep as it stands in a flag file."""
    first, *rest = (f"{_text(name)}: {_value(value)}" for name, value in entry.items())
    lines = ("expect:", f"  - {first}", *(f"    {line}" for line in rest))
    return "\n".join(f"{_INDENT}{line}" for line in lines)


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        members = ", ".join(f"{_text(name)}: {_value(one)}" for name, one in value.items())
        return f"{{ {members} }}" if members else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value)


def _text(text: str) -> str:
    is_plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS
    return text if is_plain else f'"{"".join(map(_escaped, text))}"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    number = ord(character)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
