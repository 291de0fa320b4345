"""
Events inside what analytics vendors' client libraries send: from a body to its events, one by one.

Pure. Each reader takes the document of a request and returns every event with what the library tells it by; what an
event *is* :func:`~emulator.events.reading.read_event` finds out by content, as for everybody.
Source: vendor-facts.md section 3(a), observed with the libraries of Python and Node.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qsl

from emulator.events.event import Event
from emulator.events.reading import invalid_event, read_event
from emulator.events.values import shown
from emulator.ufc.json_text import unreadable

Vendor = Literal["segment", "amplitude", "mparticle", "snowplow"]
"""RudderStack's libraries send what Segment's do, to the same paths, and even call themselves by the same name."""


class UnreadableError(ValueError):
    """A body without events in it; the message says what was found, and what was expected."""


@dataclass(frozen=True, slots=True)
class Sent:
    """
    One event as it was sent.

    *message_id* is what its library tells it by when it sends it again, *key* the write key, API key or application id
    in the body; None where there is none.
    """

    event: Event
    message_id: str | None = None
    key: str | None = None


def read_sent(vendor: Vendor, body: bytes) -> list[Sent]:
    """
    Return the events of a decompressed *body*; what is no object among them is an ``invalid`` one.

    Raises:
        UnreadableError: it is not JSON, or not what this vendor's libraries send.
    """
    return _READERS[vendor](json_of(body))


def read_pixel(query: str) -> list[Sent]:
    """
    Return the event of a query of Snowplow's: what its libraries ask for with the method GET.

    Raises:
        UnreadableError: the query is empty.
    """
    members = dict(parse_qsl(query, keep_blank_values=True))
    if not members:
        raise UnreadableError("the query holds no event; expected parameters such as e, aid and ue_px")
    return [_of_snowplow(members)]


def json_of(body: bytes) -> Any:
    """
    Return the document of *body*. What JSON has no word for, but Python writes (NaN), is a text.

    Raises:
        UnreadableError: it is empty, or no JSON.
    """
    if not body.strip():
        raise UnreadableError("the body is empty; expected events as JSON")
    try:
        return json.loads(body.removeprefix(b"\xef\xbb\xbf"), parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"the body is not JSON: {unreadable(error)}") from None


# ── Segment and RudderStack ─────────────────────────────────────────────────────────────────────────────────────


def _segment(document: Any) -> list[Sent]:
    """``/v1/batch`` and ``/v1/import`` send ``{"batch": […]}``, all others one message."""
    found = _object(document, 'a message, or an object with a list "batch"')
    batch = _list(found, "batch") if "batch" in found else [found]
    return [_told(one, "messageId", _text(one, "writeKey") or _text(found, "writeKey")) for one in batch]


# ── Amplitude ───────────────────────────────────────────────────────────────────────────────────────────────────


def _amplitude(document: Any) -> list[Sent]:
    found = _object(document, 'an object with a list "events"')
    return [_told(one, "insert_id", _text(found, "api_key")) for one in _list(found, "events")]


# ── mParticle ───────────────────────────────────────────────────────────────────────────────────────────────────


def _mparticle(document: Any) -> list[Sent]:
    """``/v2/bulkevents`` sends a list of what ``/v2/events`` sends."""
    batches = document if isinstance(document, list) else [_object(document, 'an object with a list "events"')]
    return [sent for batch in batches for sent in _of_batch(batch)]


def _of_batch(batch: Any) -> list[Sent]:
    """Each event stays in its batch, alone: who the user is stands only there. Nothing tells it when it is resent."""
    if not isinstance(batch, Mapping) or not batch.get("events"):
        return [Sent(read_event(batch))]
    return [Sent(_inside(batch, one)) for one in _list(batch, "events")]


def _inside(batch: Mapping[str, Any], one: Any) -> Event:
    event = read_event(one)
    return event if event.kind == "invalid" else read_event({**batch, "events": [one]})


# ── Snowplow ────────────────────────────────────────────────────────────────────────────────────────────────────


def _snowplow(document: Any) -> list[Sent]:
    found = _object(document, 'an object with a list "data"')
    return [_of_snowplow(one) for one in _list(found, "data")]


def _of_snowplow(entry: Any) -> Sent:
    if not isinstance(entry, Mapping):
        return Sent(read_event(entry))
    spelling = next((name for name in _SELF_DESCRIBING if name in entry), None)
    if spelling is None:
        return _told(entry, "eid", _text(entry, "aid"))
    try:
        described = _SELF_DESCRIBING[spelling](entry[spelling])
    except (ValueError, TypeError, RecursionError) as error:
        reason = f'"{spelling}" does not hold a self-describing event: {error}'
        return Sent(invalid_event(entry, reason), _text(entry, "eid"), _text(entry, "aid"))
    # As Snowplow's own tables name it: what was base64 to travel is no use to anybody who looks for it.
    readable = {name: value for name, value in entry.items() if name != spelling} | {"unstruct_event": described}
    return _told(readable, "eid", _text(entry, "aid"))


def _from_base64(text: Any) -> Any:
    """Return the JSON in base64 of either alphabet, with padding or without: the libraries differ."""
    if not isinstance(text, str):
        raise TypeError(f"expected base64, found {shown(text)}")
    plain = text.translate(_URL_SAFE).rstrip("=")
    return json.loads(urlsafe_b64decode(plain + "=" * (-len(plain) % 4)), parse_constant=str)


_URL_SAFE = str.maketrans("+/", "-_")
_SELF_DESCRIBING: Mapping[str, Callable[[Any], Any]] = {"ue_px": _from_base64, "ue_pr": json.loads}

_READERS: Mapping[Vendor, Callable[[Any], list[Sent]]] = {
    "segment": _segment,
    "amplitude": _amplitude,
    "mparticle": _mparticle,
    "snowplow": _snowplow,
}


# ── members ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _told(one: Any, id_member: str, key: str | None) -> Sent:
    return Sent(read_event(one), _text(one, id_member), key)


def _object(document: Any, expected: str) -> Mapping[str, Any]:
    if not isinstance(document, Mapping):
        raise UnreadableError(f"expected {expected}, found {shown(document)}")
    return document


def _list(document: Mapping[str, Any], member: str) -> list[Any]:
    found = document.get(member)
    if not isinstance(found, list):
        what = shown(found) if member in document else "nothing"
        raise UnreadableError(f'expected a list "{member}", found {what}')
    return found


def _text(one: Any, member: str) -> str | None:
    found = one.get(member) if isinstance(one, Mapping) else None
    return found if isinstance(found, str) and found else None
