"""JSON in request bodies, as strict as RFC 8259 and whatever the content type says. Pure."""

from typing import Any

from emulator.errors import EmulatorError
from emulator.ufc.json_text import JsonTextError, parse_json


class BodyMalformedError(EmulatorError):
    """A body that is not JSON; the message says what was found, and where."""


def read_json(body: bytes) -> Any:
    """
    Return what *body* says.

    Raises:
        BodyMalformedError: it is empty, not UTF-8, not JSON (``NaN`` and ``Infinity`` are none), or nested too deeply.
    """
    text = _text_of(body)
    try:
        return parse_json(text)
    except JsonTextError as error:
        raise BodyMalformedError(f"the body is {error}") from None


def _text_of(body: bytes) -> str:
    if not body.strip():
        raise BodyMalformedError("the body is empty; expected JSON")
    try:
        # A byte order mark is no part of the text, and some programs write it (RFC 8259, section 8.1).
        return body.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        found = error.object[error.start]
        raise BodyMalformedError(f"the body is not UTF-8: found byte 0x{found:02x} at offset {error.start}") from None
