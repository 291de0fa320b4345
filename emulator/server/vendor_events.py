"""
Events in: what analytics vendors' client libraries bring, and the answers that satisfy them.

Pure. A library resends what it takes for lost, so each is answered in its vendor's words. Source: vendor-facts.md
section 3(a).
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from emulator.events import Sent, UnreadableError, Vendor, invalid_event, read_pixel, read_sent
from emulator.server.answers import ANY_ORIGIN, Answer, json_answer, length_of
from emulator.server.bodies import BodyUnreadableError, decoded_body
from emulator.server.events_in import text_of
from emulator.server.sdk import Request
from emulator.server.vendors import NO_STORE, PIXEL_PATH, VENDOR_OF
from emulator.ufc.encode import canonical

_GIF = b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\4\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"


class Received(NamedTuple):
    """What one request brought; *refusal* says why it could not be read, and then its one event is ``invalid``."""

    vendor: Vendor
    sent: list[Sent]
    size_bytes: int
    refusal: str = ""


def receive(request: Request, body: bytes, limit_bytes: int) -> Received:
    """
    Return what a request to one of the vendors' paths brought.

    Raises:
        BodyTooLargeError: see :func:`emulator.server.bodies.decoded_body`.
    """
    vendor = VENDOR_OF[request.path]
    try:
        return Received(vendor, _read(vendor, request, body, limit_bytes), len(body))
    except (UnreadableError, BodyUnreadableError) as error:
        event = invalid_event(text_of(body), str(error))
        return Received(vendor, [Sent(event)], len(body), str(error))


def body_keys(request: Request, body: bytes, limit_bytes: int) -> Iterable[str]:
    """
    Return the keys and application ids in a body or a query, as far as it can be read.

    Raises:
        BodyTooLargeError: as :func:`receive`.
    """
    return dict.fromkeys(sent.key for sent in receive(request, body, limit_bytes).sent if sent.key)


def acknowledgement(received: Received, path: str, now: datetime) -> Answer:
    """Return the answer that satisfies the library, once everything is committed."""
    return _PIXEL if path == PIXEL_PATH else _ANSWERS[received.vendor](received, now)


def _amplitude(received: Received, now: datetime) -> Answer:
    document = {
        "code": 200,
        "events_ingested": len(received.sent),
        "payload_size_bytes": received.size_bytes,
        "server_upload_time": int(now.timestamp() * 1000),
    }
    return json_answer(canonical(document), NO_STORE)


_PIXEL = Answer(200, ((b"Content-Type", b"image/gif"), length_of(_GIF), ANY_ORIGIN, NO_STORE), _GIF)
_SUCCESS = json_answer(b'{"success":true}', NO_STORE)
_ACCEPTED = Answer(202, (length_of(b""), ANY_ORIGIN, NO_STORE))
_OK = Answer(200, ((b"Content-Type", b"text/plain; charset=utf-8"), length_of(b"ok"), ANY_ORIGIN, NO_STORE), b"ok")
_ANSWERS: Mapping[Vendor, Callable[[Received, datetime], Answer]] = {
    # RudderStack's Python library takes no other status than 200 for a success.
    "segment": lambda received, now: _SUCCESS,
    "amplitude": _amplitude,
    "mparticle": lambda received, now: _ACCEPTED,
    "snowplow": lambda received, now: _OK,
}


def _read(vendor: Vendor, request: Request, body: bytes, limit_bytes: int) -> list[Sent]:
    if request.path == PIXEL_PATH:
        return read_pixel(request.query)
    return read_sent(vendor, decoded_body(body, request.headers.get("content-encoding", ""), limit_bytes))
