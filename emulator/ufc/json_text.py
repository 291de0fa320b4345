"""JSON that people and programs send us, read as strictly as RFC 8259 says, with the place of what is wrong. Pure."""

import json
import re
from typing import Any, NoReturn

from emulator.wording import printable

# The largest double has 309 digits; with a sign, what is longer is infinite to whoever reads numbers as doubles.
_LONGEST_FINITE = 310
_SHOWN_CHARACTERS = 20
# Texts are skipped, so that what is found is a number.
_NO_NUMBER = re.compile(r'"(?:[^"\\]++|\\.)*+"|(?P<literal>NaN|-?Infinity)', re.DOTALL)


class JsonTextError(ValueError):
    """A text that is not JSON; the message, which goes on after "is", says what was found, and where."""


def parse_json(text: str) -> Any:
    """
    Return what *text* says.

    Integers of any length are read: one beyond all doubles is infinite, as ``1e400`` is.

    Raises:
        JsonTextError: it is not JSON (``NaN`` and ``Infinity`` are none), or nested too deeply.
    """
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise _malformed(text, error.pos, error.msg.removesuffix(" at")) from None
    except _NoNumberError:
        raise _malformed(text, _offset_of_no_number(text), "JSON has no such number; write null or a text") from None
    except RecursionError:
        raise JsonTextError("nested too deeply to be read") from None


def unreadable(error: ValueError | RecursionError) -> str:
    """Return why Python's own reader of JSON gave up, in words for whoever wrote the text."""
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    # Neither a syntax nor an encoding: what is left is its refusal of long integers, with advice for programmers.
    known = isinstance(error, json.JSONDecodeError | UnicodeDecodeError)
    return str(error) if known else "it holds a number of thousands of digits"


class _NoNumberError(Exception):
    """A literal that Python's reader knows and JSON does not."""


def _whole(digits: str) -> int | float:
    # Python refuses to read integers of some thousand digits, for that takes quadratic time.
    return int(digits) if len(digits) <= _LONGEST_FINITE else float(digits)


def _refuse(literal: str) -> NoReturn:
    raise _NoNumberError(literal)


_DECODER = json.JSONDecoder(parse_int=_whole, parse_constant=_refuse)


def _malformed(text: str, offset: int, reason: str) -> JsonTextError:
    line, column = text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
    rest = printable(text[offset:], _SHOWN_CHARACTERS)
    found = f'found "{rest}"' if rest else "found the end"
    return JsonTextError(f"not JSON at line {line}, column {column}: {found}; {reason}")


def _offset_of_no_number(text: str) -> int:
    return next(found.start() for found in _NO_NUMBER.finditer(text) if found["literal"])
