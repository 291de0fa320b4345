"""Values of fields: one reader per type, which returns the value or says what it expected."""

import json
import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from emulator.ufc.instants import instant_of
from emulator.wording import printable

Reader = Callable[[Any], Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Seconds, milliseconds and microseconds since 1970 are told apart by their size: each of the three means a time before
# 1973 or after 5000 in the unit of its neighbour.
_MILLISECONDS_FROM = 1e11
_MICROSECONDS_FROM = 1e14
_WORDS = ((bool, "boolean"), (str, "text"), (int | float, "number"), (Mapping, "object"), (list | tuple, "list"))
_SHOWN_CHARACTERS = 40


class MistypedError(ValueError):
    """A value of another type than its field's; the message says what was expected."""


def name(value: Any) -> str:
    """Return a key: of a flag, an allocation, a subject …; no SDK takes an empty one."""
    if not isinstance(value, str):
        raise MistypedError("expected a text")
    if not value:
        raise MistypedError("expected a text that is not empty")
    return value


def number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MistypedError("expected a number")
    try:
        double = float(value)
    except OverflowError:
        double = math.inf
    if not math.isfinite(double):
        raise MistypedError("expected a finite number")
    return double


def mapping(value: Any) -> Mapping[str, Any]:
    """Return an object; one that came as its JSON text (mParticle nests nothing) is read."""
    # Asked of nearly every field: the plain type is quicker to tell than the abstract one.
    if type(value) is dict or isinstance(value, Mapping):
        return value
    if isinstance(value, str) and value.startswith("{"):
        try:
            found = json.loads(value, parse_constant=str, parse_float=_finite)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict):
            return found
    raise MistypedError("expected an object")


def _finite(text: str) -> float | str:
    """Return a number of JSON; what no double holds is a text, as in every event that is kept."""
    double = float(text)
    return double if math.isfinite(double) else "-Infinity" if double < 0 else "Infinity"


def numbers(value: Any) -> Mapping[str, Any]:
    found = mapping(value)
    for key, one in found.items():
        if isinstance(one, bool) or not isinstance(one, int | float):
            raise MistypedError(f'expected an object of numbers, with "{printable(str(key))}" a number')
    return found


def moment(value: Any) -> datetime:
    """
    Return a time, in UTC: RFC 3339 (UTC where it names no zone, as .NET may write it), or seconds, milliseconds or
    microseconds since 1970.
    """
    try:
        if isinstance(value, str):
            return _moment_of_text(value)
        if isinstance(value, datetime):
            return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _moment_of_number(value)
    except (ValueError, OverflowError):
        pass
    raise MistypedError("expected a time like 2026-03-01T09:00:00.000Z")


def shown(value: Any) -> str:
    """Return what *value* is, and the value itself where that is short."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    word = next((word for kind, word in _WORDS if isinstance(value, kind)), type(value).__name__)
    if isinstance(value, str):
        return f'the text "{printable(value, _SHOWN_CHARACTERS)}"'
    # Python writes integers of thousands of digits in quadratic time, or refuses to.
    brief = repr(value) if isinstance(value, float) or (isinstance(value, int) and abs(value) < 10**30) else ""
    return f"{word} {brief}" if brief else f"{'an' if word == 'object' else 'a'} {word}"


def _moment_of_text(text: str) -> datetime:
    # A space stands for the T in what databases and Python print.
    try:
        return instant_of(text)
    except ValueError:
        return instant_of(f"{text}Z")


def _moment_of_number(value: float) -> datetime:
    size = abs(value)
    if size >= _MICROSECONDS_FROM:
        return _EPOCH + timedelta(microseconds=value)
    if size >= _MILLISECONDS_FROM:
        return _EPOCH + timedelta(milliseconds=value)
    return _EPOCH + timedelta(seconds=value)
