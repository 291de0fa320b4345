"""
Values of variations: what each type accepts, and what is handed out for it.

Source: evaluation.md section 3 and rows D-VAL; where Rust and JavaScript read a value alike, so do we.
"""

import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from emulator.evaluation.attributes import as_double, kind_of

_LARGEST_INTEGER = 2**63 - 1
_BEYOND = 2.0**63


class UnsuitableValueError(ValueError):
    """The value does not suit the flag's type."""


def served_value(kind: str, value: Any) -> Any:
    """
    Return what a flag of type *kind* serves for the configured *value*.

    Raises:
        UnsuitableValueError: *value* does not suit the type.
    """
    return SERVED[kind](value)


def interpolated(value: Any) -> str:
    """Return *value* as sentences show it: as JavaScript interpolates it, but objects and lists as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):
        # Thousands of digits, or of levels.
        return f"a {kind_of(value)}"


def parse_document(text: str) -> Any:
    """
    Return the JSON document that *text* holds.

    Raises:
        UnsuitableValueError: it is none; NaN, infinities and numbers beyond all doubles are no JSON here.
    """
    try:
        return json.loads(text, parse_constant=_refused, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise UnsuitableValueError(str(error)) from error


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise UnsuitableValueError
    return value


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise UnsuitableValueError
    return value


def _integer(value: Any) -> int:
    """Accept what equals an integer of 64 bits, through a double as both Rust and JavaScript do (D-VAL-2, 5, 6)."""
    number = _number(value)
    if not number.is_integer() or abs(number) > _BEYOND:
        raise UnsuitableValueError
    return min(int(number), _LARGEST_INTEGER)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnsuitableValueError
    number = as_double(value)
    if not math.isfinite(number):
        raise UnsuitableValueError
    return number


def _document(value: Any) -> Any:
    return parse_document(_text(value))


SERVED: Mapping[str, Callable[[Any], Any]] = {
    "STRING": _text,
    "BOOLEAN": _boolean,
    "INTEGER": _integer,
    "NUMERIC": _number,
    "JSON": _document,
}


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"{digits} is beyond all doubles")
    return number
