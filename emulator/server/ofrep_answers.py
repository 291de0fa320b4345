"""
What providers of OpenFeature's remote evaluation protocol (OFREP) read. Pure; knows no flags.

Every error is JSON with a code and a sentence, whatever went wrong: providers hand both to the application. Source:
``service/openapi.yaml`` 0.3.0 of github.com/open-feature/protocol; what real providers need beyond it stands in spec
vendor-facts, section 3(b): Python's wants ``errorDetails`` in every error, Node's wants ``key``.
"""

from typing import Any

from emulator.server.answers import ANY_ORIGIN, NO_CACHE, Answer, Header, length_of
from emulator.server.bodies import BodyTooLargeError
from emulator.server.negotiation import etag_matches
from emulator.ufc.encode import canonical
from emulator.wording import printable

ROUTES = "/ofrep/v1"
_FLAGS = f"{ROUTES}/evaluate/flags"
_LONGEST_DETAILS = 2_000

# Errors that the protocol has a status for; whatever else goes wrong is GENERAL with a status of its own.
STATUS_OF = {
    "PARSE_ERROR": 400,
    "INVALID_CONTEXT": 400,
    "TARGETING_KEY_MISSING": 400,
    "FLAG_NOT_FOUND": 404,
    "GENERAL": 500,
}
_NO_STORE: Header = (b"Cache-Control", b"no-store")
_SHARED: tuple[Header, ...] = (
    (b"X-Content-Type-Options", b"nosniff"),
    ANY_ORIGIN,
    # A page of another origin sees no other header of ours, and a provider in it needs the tag for its next poll.
    (b"Access-Control-Expose-Headers", b"ETag"),
)


def is_ofrep(path: str) -> bool:
    """Return whether a provider asks for *path*, be it in the right place or under a prefix."""
    return path.startswith("/ofrep/") or f"{ROUTES}/" in path


def json_answer(body: bytes, *headers: Header, status: int = 200) -> Answer:
    """Return JSON *body* for one request; nobody may keep it."""
    return _answer(status, body, _NO_STORE, *headers)


def tagged_answer(body: bytes, etag: str, held: str | None) -> Answer:
    """Return JSON *body*, or 304 where the client holds it; *held* is its ``If-None-Match``."""
    tag: Header = (b"ETag", etag.encode("ascii"))
    if held is not None and etag_matches(held, etag):
        return Answer(304, (tag, NO_CACHE, *_SHARED))
    return _answer(200, body, tag, NO_CACHE)


def failure_document(code: str, details: str, key: str | None) -> dict[str, Any]:
    """Return an error; *key* is the flag asked for, None where the request as a whole failed."""
    told = {"errorCode": code, "errorDetails": printable(details, _LONGEST_DETAILS)}
    return told if key is None else {"key": key, **told}


def failure(code: str, details: str, key: str | None, *headers: Header, status: int | None = None) -> Answer:
    document = failure_document(code, details, key)
    return json_answer(canonical(document), *headers, status=status or STATUS_OF[code])


def unauthorized(details: str, key: str | None) -> Answer:
    return failure("GENERAL", details, key, (b"WWW-Authenticate", b"Bearer"), status=401)


def too_large(path: str, error: BodyTooLargeError) -> Answer:
    return failure("GENERAL", str(error), key_in(path), status=413)


def method_not_allowed(method: str, path: str, allowed: str) -> Answer:
    details = f"{printable(method)} is not answered here; allowed: {allowed}"
    return failure("GENERAL", details, key_in(path), (b"Allow", allowed.encode("ascii")), status=405)


def not_found(method: str, path: str) -> Answer:
    """Return the 404 for a *path* that :func:`is_ofrep` but is no route."""
    return failure("GENERAL", f"{printable(method)} {printable(path)}: {_why_not(path)}", key_in(path), status=404)


def internal_error(path: str, detail: str) -> Answer:
    return failure("GENERAL", f"500 Internal Server Error: {detail}", key_in(path))


def prefix_of(path: str) -> str:
    """Return what stands before the protocol's own path; empty where it is in the right place, or not there at all."""
    before, found, _ = path.partition(f"{ROUTES}/")
    return before if found else ""


def misplaced_line(prefix: str) -> str:
    """Return the log line for a provider that asks under *prefix*."""
    return f"an OpenFeature provider asks under {printable(prefix)}, where nothing is served; {_advice(prefix)}"


def key_in(path: str) -> str | None:
    """Return the key of the flag that *path* asks for; None where it asks for none."""
    _, found, key = path.partition(f"{_FLAGS}/")
    return key if found else None


def _why_not(path: str) -> str:
    prefix = prefix_of(path)
    if prefix:
        return _advice(prefix)
    if path == f"{_FLAGS}/":
        return f"the path names no flag; {_FLAGS} without a slash at the end evaluates all of them"
    return f"there are {_FLAGS}/<key>, {_FLAGS} and {ROUTES}/configuration"


def _advice(prefix: str) -> str:
    return f"give the provider a base URL without {printable(prefix)}: the path is {ROUTES}, right after the port"


def _answer(status: int, body: bytes, *headers: Header) -> Answer:
    content_type = (b"Content-Type", b"application/json; charset=utf-8")
    return Answer(status, (content_type, length_of(body), *headers, *_SHARED), body)
