"""JSON in request bodies, as strict as RFC 8259 and whatever the content type says. Pure."""

import json
import re
from typing import Any, NoReturn

from emulator.errors import EmulatorError
from emulator.wording import printable

# The largest double has 309 digits; with a sign, what is longer is infinite to whoever reads numbers as doubles.
_LONGEST_FINITE = 310
_SHOWN_CHARACTERS = 20
# Texts are skipped, so that what is found is a number.
_NO_NUMBER = re.compile(r'"(?:[^"\\]++|\\.)*+"|(?P<literal>NaN|-?Infinity)', re.DOTALL)


class BodyMalformedError(EmulatorError):
    """A body that is not JSON; the message says what was found, and where."""


def read_json(body: bytes) -> Any:
    """
    Return what *body* says.

    Integers of any length are read: one beyond all doubles is infinite, as ``1e400`` is.

    Raises:
        BodyMalformedError: it is empty, not UTF-8, not JSON (``NaN`` and ``Infinity`` are none), or nested too deeply.
    """
    text = _text_of(body)
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise _malformed(text, error.pos, error.msg.removesuffix(" at")) from None
    except _NoNumberError:
        raise _malformed(text, _offset_of_no_number(text), "JSON has no such number; write null or a text") from None
    except RecursionError:
        raise BodyMalformedError("the body is nested too deeply to be read") from None


class _NoNumberError(Exception):
    """A literal that Python's reader knows and JSON does not."""


def _whole(digits: str) -> int | float:
    # Python refuses to read integers of some thousand digits, for that takes quadratic time.
    return int(digits) if len(digits) <= _LONGEST_FINITE else float(digits)


def _refuse(literal: str) -> NoReturn:
    raise _NoNumberError(literal)


_DECODER = json.JSONDecoder(parse_int=_whole, parse_constant=_refuse)


def _text_of(body: bytes) -> str:
    if not body.strip():
        raise BodyMalformedError("the body is empty; expected JSON")
    try:
        # A byte order mark is no part of the text, and some programs write it (RFC 8259, section 8.1).
        return body.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        found = error.object[error.start]
        raise BodyMalformedError(f"the body is not UTF-8: found byte 0x{found:02x} at offset {error.start}") from None


def _malformed(text: str, offset: int, reason: str) -> BodyMalformedError:
    line, column = text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
    rest = printable(text[offset:], _SHOWN_CHARACTERS)
    found = f'found "{rest}"' if rest else "found the end"
    return BodyMalformedError(f"the body is not JSON at line {line}, column {column}: {found}; {reason}")


def _offset_of_no_number(text: str) -> int:
    return next(found.start() for found in _NO_NUMBER.finditer(text) if found["literal"])
