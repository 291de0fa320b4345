"""
The doors of analytics vendors' client libraries: their paths, the keys in their headers, and what they are told of
errors. Pure.

What they bring is read in ``vendor_events``, later: an emulator starts quicker without. Source: vendor-facts.md
section 3(a).
"""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import replace

from emulator.events import Vendor
from emulator.server.answers import Answer, Header, json_answer
from emulator.server.sdk import Request
from emulator.ufc.encode import canonical

NO_STORE: Header = (b"Cache-Control", b"no-store")
# Segment's library for browsers has names of one letter for them.
_MESSAGES = ("track", "identify", "page", "screen", "group", "alias", "batch", "import", *"tipsgab")
# The one door that is asked with GET: whatever a browser's image can ask for.
PIXEL_PATH = "/i"
VENDOR_OF: Mapping[str, Vendor] = {
    **dict.fromkeys((f"/v1/{message}" for message in _MESSAGES), "segment"),
    "/2/httpapi": "amplitude",
    "/batch": "amplitude",
    "/v2/events": "mparticle",
    "/v2/bulkevents": "mparticle",
    "/com.snowplowanalytics.snowplow/tp2": "snowplow",
    PIXEL_PATH: "snowplow",
}
# mParticle's libraries name themselves in headers only.
_KEYS_IN_HEADERS = frozenset({"mparticle"})


def vendor_of(method: str, path: str) -> Vendor | None:
    """Return whose library sends events by that *method* to that *path*."""
    return VENDOR_OF.get(path) if method == method_of(path) else None


def method_of(path: str) -> str:
    return "GET" if path == PIXEL_PATH else "POST"


def header_keys(request: Request) -> tuple[str, ...]:
    """Return the write key or API key that is the user name of ``Authorization: Basic``."""
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ()
    try:
        user = b64decode(credentials, validate=True).decode().partition(":")[0]
    except ValueError:
        return ()
    return (user,) if user else ()


def needs_its_body(request: Request) -> bool:
    """Return whether only its body tells whom a request is from."""
    vendor = vendor_of(request.method, request.path)
    return vendor is not None and vendor not in _KEYS_IN_HEADERS and not header_keys(request)


def failure(status: int, reason: str) -> Answer:
    """
    Return an error with every member that a library reads: ``code``, ``message`` or ``error``.

    Source: RudderStack's Python library fails on one without ``code``, Amplitude's reads the status there.
    """
    document = {"success": False, "code": status, "message": reason, "error": reason}
    return replace(json_answer(canonical(document), NO_STORE), status=status)
