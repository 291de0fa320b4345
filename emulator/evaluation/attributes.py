"""
What conditions see of an attribute: its text, its number, and the word for what it is.

Source: evaluation.md sections 2.2 and 2.5; decisions 8.4.2 to 8.4.4.
"""

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
# A tuple, for `int | float` is built anew whenever it is asked.
_NUMBERS = (int, float)
# Up to here every integer is a double, too; beyond it the SDKs round (D-TXT-15).
_EXACT = 2**53


def text_of(value: Any) -> str | None:
    """
    Return the text that ``ONE_OF`` and ``MATCHES`` compare; None for null and for what has no portable text.

    Numbers are written as doubles without an exponent: ``10`` for 10.0, ``0.0000001``; minus zero is ``0``.
    """
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and -_EXACT <= value <= _EXACT:
        return str(int(value))
    if isinstance(value, _NUMBERS):
        return _text_of_double(as_double(value))
    return None


def number_of(value: Any) -> float | None:
    """Return the number that *value* is or spells, as a double; a boolean is none (8.4.3)."""
    if type(value) is float:
        return value
    if isinstance(value, str):
        return float(value) if _NUMBER.fullmatch(value) else None
    if isinstance(value, bool) or not isinstance(value, _NUMBERS):
        return None
    return as_double(value)


def as_double(value: int | float) -> float:
    """Return *value* as a double; an integer beyond all doubles is infinite."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (str, "text"),
    (bool, "boolean"),
    ((int, float), "number"),
    (type(None), "null"),
    ((list, tuple, set, frozenset), "list"),
    (Mapping, "map"),
)


def kind_of(value: Any) -> str:
    """Return what *value* is: ``text``, ``number``, ``boolean``, ``null``, ``list``, ``map``, or the name of a type."""
    return next((word for types, word in _KINDS if isinstance(value, types)), type(value).__name__)


def utf8(text: str) -> bytes:
    """Return *text* as UTF-8; half a surrogate pair, which has none, becomes U+FFFD as in JavaScript's encoder."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def _text_of_double(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    # The shortest digits that read back as this double, spread out.
    digits = format(Decimal(repr(value)), "f")
    return "0" if value == 0 else digits.removesuffix(".0")
