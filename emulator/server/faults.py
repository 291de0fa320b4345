"""Faults of a sandbox: which requests meet them, and what becomes of an answer. Pure; waiting is the front's part."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from emulator.sandboxes import Fault, Sandboxes, Target
from emulator.server.answers import ANY_ORIGIN, Answer, Header, length_of, text_answer
from emulator.server.bodies import BodyTooLargeError
from emulator.server.sdk import Request, collapsed, document_of, read_query
from emulator.server.vendors import header_keys, needs_its_body, vendor_of

if TYPE_CHECKING:
    from emulator.sandboxes.sandbox import Sandbox

# No text of any encoding, and no JSON.
_GARBAGE = b'\xff\xfe{"flags": \x00 <!-- a fault of the sandbox -->'
# What tells of a body that is not sent any more; a client must not keep its ETag beside garbage.
_ABOUT_THE_BODY = frozenset({b"content-length", b"content-encoding", b"etag"})
# A client takes whatever follows for the beginning of the next answer. Source: RFC 9110, 15.3.5 and 15.4.5.
_WITHOUT_A_BODY = frozenset({204, 304})


def fault_of(request: Request, sandboxes: Sandboxes, keys: Iterable[str] = ()) -> Fault | None:
    """
    Return the fault that *request* meets, which counts as one of its times.

    *keys* are those of its body, for one that :func:`waits_for_its_body`.
    """
    if request.method == "OPTIONS":
        return None
    target = _target(request)
    sandbox = None if target is None else sandboxes.find((*_keys(request, target), *keys))
    return None if sandbox is None or target is None else sandbox.take_fault(target)


def waits_for_its_body(request: Request, sandboxes: Sandboxes) -> bool:
    """Return whether a fault may be meant for *request*, and only its body can tell."""
    return needs_its_body(request) and any(map(has_faults, sandboxes.all()))


def keys_of(request: Request, body: bytes, limit_bytes: int) -> tuple[str, ...]:
    """Return the keys in the body of one that :func:`waits_for_its_body`."""
    from emulator.server.vendor_events import body_keys

    try:
        return tuple(body_keys(request, body, limit_bytes))
    except BodyTooLargeError:
        # Whoever answers says so.
        return ()


def has_faults(sandbox: "Sandbox | None") -> bool:
    return sandbox is not None and bool(sandbox.faults())


def faulty_request(request: Request, fault: Fault) -> Request:
    """Return *request* as it has to be answered so that there is a whole body to damage."""
    if fault.body is None:
        return request
    asked = {name: value for name, value in request.headers.items() if name not in ("if-none-match", "accept-encoding")}
    return Request(request.method, request.path, request.query, asked, request.peer)


def status_answer(fault: Fault) -> Answer:
    """Return the text of the status that *fault* answers with; a status that has no body has no text either."""
    status = fault.status or 500
    if status in _WITHOUT_A_BODY:
        return Answer(status, ((b"Cache-Control", b"no-store"), ANY_ORIGIN))
    return text_answer(status, f"{status}: a fault of the sandbox")


def damaged(answer: Answer, fault: Fault) -> Answer:
    """Return *answer* with the body that *fault* makes of it; one that is cut keeps the length that was announced."""
    return _DAMAGE[fault.body](answer) if fault.body else answer


def _with_body(answer: Answer, body: bytes) -> Answer:
    kept: tuple[Header, ...] = tuple(header for header in answer.headers if header[0].lower() not in _ABOUT_THE_BODY)
    return Answer(answer.status, (*kept, length_of(body)), body)


_DAMAGE: Mapping[str, Callable[[Answer], Answer]] = {
    "garbage": lambda answer: _with_body(answer, _GARBAGE),
    "empty": lambda answer: _with_body(answer, b""),
    "truncated": lambda answer: Answer(answer.status, answer.headers, answer.body[: len(answer.body) // 2]),
}


def _target(request: Request) -> Target | None:
    path = collapsed(request.path)
    if vendor_of(request.method, path) is not None:
        return "events"
    if path == "/emulator/v1/events":
        return "events" if request.method == "POST" else None
    if path.endswith("/assignments"):
        return "assignments"
    return "events" if path.endswith("/v0/i") else document_of(path)


def _keys(request: Request, target: Target) -> Iterable[str]:
    if target != "events":
        return read_query(request.query)[0]
    query = parse_qs(request.query).get("sdkKey", ())
    token = request.headers.get("x-eppo-token", "")
    return (*query, token, *header_keys(request), *read_query(request.query)[0])
