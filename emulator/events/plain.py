"""Plain JSON of whatever came in, and texts that can be compared."""

import json
import math
from collections.abc import Mapping
from typing import Any

_ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)
_BRIEF = {None: "null", True: "true", False: "false"}
# Beyond it doubles are no longer whole numbers that can be told apart.
_EXACT = 2**53
_TOO_DEEP = {"unreadable": "nested too deeply to be kept"}


def raw_json(raw: Any) -> bytes:
    """
    Return *raw* as JSON in ASCII, whatever it is: nothing in it can break a line, a database or a reader.

    What JSON has no word for is written as text: ``NaN``, a time, an object of Python's. Lone surrogates are escaped.
    """
    plain = plain_json(raw)
    if plain is not None:
        return plain
    try:
        return _dumped(_spelled(raw))
    except RecursionError:
        return _dumped(_TOO_DEEP)


def plain_json(raw: Any) -> bytes | None:
    """Return *raw* as JSON in ASCII, or None where that is not all that it says."""
    try:
        return _dumped(raw)
    except (ValueError, TypeError, RecursionError):
        return None


def attribute_text(value: Any) -> str:
    """Return the text by which an attribute is searched for: ``5`` also for 5.0, JSON for what is nested."""
    if isinstance(value, str):
        return value
    brief = _BRIEF.get(value) if value is None or isinstance(value, bool) else None
    if brief is not None:
        return brief
    if isinstance(value, int | float) and abs(value) < _EXACT and value == int(value):
        return str(int(value))
    text = raw_json(value).decode("ascii")
    # What JSON has no word for is compared as the text that is kept of it.
    return str(json.loads(text)) if text.startswith('"') else text


def _dumped(value: Any) -> bytes:
    return _ENCODER.encode(value).encode("ascii")


def _spelled(value: Any) -> Any:
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, Mapping):
        return {str(name): _spelled(member) for name, member in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_spelled(member) for member in value]
    if isinstance(value, int):
        return value if abs(value) < 10**300 else "Infinity"
    if isinstance(value, float):
        return value if math.isfinite(value) else _NON_FINITE[str(value)]
    return str(value)


_NON_FINITE = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
