"""
One answer to one request, before any server or framework: status, headers, bytes.

SDK routes answer errors as plain text that is no JSON object: Go and .NET take a JSON object for a configuration
whatever the status, and would forget every flag (protocol.md Q10, W4).
"""

from dataclasses import dataclass

from emulator.errors import EmulatorError
from emulator.wording import printable

Header = tuple[bytes, bytes]

ANY_ORIGIN: Header = (b"Access-Control-Allow-Origin", b"*")
# Not "no-store": with no word at all browsers keep answers by guesswork (protocol.md Q8).
NO_CACHE: Header = (b"Cache-Control", b"no-cache")
_TEXT: tuple[Header, ...] = (
    (b"Content-Type", b"text/plain; charset=utf-8"),
    (b"Cache-Control", b"no-store"),
    (b"X-Content-Type-Options", b"nosniff"),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """*headers* are complete but for what the server itself adds (``Date``, ``Connection``)."""

    status: int
    headers: tuple[Header, ...]
    body: bytes = b""


def text_answer(status: int, message: str, *extra: Header, end: str = "\n") -> Answer:
    """Return *message* as plain text that a page of any origin may read."""
    body = f"{message}{end}".encode("utf-8", "backslashreplace")
    return Answer(status, (*_TEXT, length_of(body), ANY_ORIGIN, *extra), body)


def json_answer(body: bytes, *extra: Header) -> Answer:
    """Return canonical JSON *body* as a 200 that a page of any origin may read."""
    content_type = (b"Content-Type", b"application/json; charset=utf-8")
    return Answer(200, (content_type, length_of(body), ANY_ORIGIN, *extra), body)


def length_of(body: bytes) -> Header:
    return (b"Content-Length", b"%d" % len(body))


def too_large(error: EmulatorError) -> Answer:
    """Return the refusal of a body that is larger than *error* says it may be."""
    return text_answer(413, f"413 Content Too Large: {error}")


def method_not_allowed(method: str, allowed: str) -> Answer:
    message = f"405 Method Not Allowed: {printable(method)} is not answered here; allowed: {allowed}"
    return text_answer(405, message, (b"Allow", allowed.encode("ascii")))
