"""The SDK routes as Flask sees them. What they answer is decided in ``sdk``, ``assignments`` and ``ingest``."""

from flask import Blueprint, Response, request

from emulator.events import read_event
from emulator.inbox import InboxError
from emulator.sandboxes import Visit
from emulator.server.answers import too_large
from emulator.server.assignments import AssignmentsRefusedError, assignments_answer
from emulator.server.bodies import BodyTooLargeError, BodyUnreadableError
from emulator.server.deliveries import remember
from emulator.server.events_in import keep
from emulator.server.ingest import (
    BatchMalformedError,
    accepted,
    failing,
    message_id,
    read_batch,
    refused,
    refused_sender,
    unavailable,
)
from emulator.server.missing import not_found
from emulator.server.negotiation import preflight
from emulator.server.parts import Parts
from emulator.server.responses import as_request, as_response
from emulator.server.scopes import asker_of
from emulator.server.sdk import Delivery, deliver, read_query, select

_READ = ("GET", "HEAD", "OPTIONS")
_SEND = ("POST", "OPTIONS")


def sdk_blueprint(parts: Parts) -> Blueprint:
    """Return the routes that SDKs call."""
    sdk = Blueprint("sdk", __name__)
    rows = (
        ("config", "/<any_prefix:prefix>flag-config/v1/config", _READ, lambda prefix: _read(parts)),
        ("bandits", "/<any_prefix:prefix>flag-config/v1/bandits", _READ, lambda prefix: _read(parts)),
        ("health", "/health", _READ, lambda: _read(parts)),
        ("assignments", "/<any_prefix:prefix>assignments", _SEND, lambda prefix: _precompute(parts)),
        ("events", "/<any_prefix:prefix>v0/i", _SEND, lambda prefix: _take_events(parts)),
    )
    for endpoint, rule, methods, view in rows:
        # OPTIONS is answered by ourselves: Flask's own answer carries no permission for other origins.
        sdk.add_url_rule(rule, endpoint, view, methods=methods, provide_automatic_options=False)
    return sdk


def _read(parts: Parts) -> Response:
    snapshot, asked = parts.workspace.current, as_request(request)
    chosen = select(asked, snapshot, parts.sandboxes, strict_keys=parts.settings.strict_keys)
    if isinstance(chosen, Delivery):
        _say(parts, parts.notices.line_about(chosen.selection, snapshot))
        remember(parts, asked, chosen, snapshot)
        chosen = deliver(asked, chosen)
    return as_response(chosen or not_found(asked.method, asked.path))


def _precompute(parts: Parts) -> Response:
    asked = as_request(request)
    if asked.method == "OPTIONS":
        return as_response(preflight(asked.headers))
    body, coding = _raw_body()
    spellings, sdk_name, sdk_version = read_query(asked.query)
    asker = asker_of(parts, spellings)
    try:
        answer = assignments_answer(asker, body, coding, parts.settings, parts.salt())
    except AssignmentsRefusedError as error:
        parts.notices.say_once(str(error))
        return as_response(error.answer)
    except BodyTooLargeError as error:
        return as_response(too_large(error))
    _say(parts, parts.notices.line_about(asker.selection, asker.snapshot))
    if asker.sandbox is not None and asked.peer is not None:
        asker.sandbox.visited(Visit(asked.peer, sdk_name, sdk_version, "assignments"), asker.revision)
    return as_response(answer)


def _take_events(parts: Parts) -> Response:
    if request.method == "OPTIONS":
        return as_response(preflight(as_request(request).headers))
    body, coding = _raw_body()
    token, settings = request.headers.get("x-eppo-token", ""), parts.settings
    asker = asker_of(parts, (token,) if token else read_query(as_request(request).query)[0])
    refusal = refused_sender(asker, strict_keys=settings.strict_keys)
    if refusal is not None:
        return as_response(refusal)
    try:
        batch = read_batch(body, coding, settings.body_limit_bytes)
        failed = failing(asker.sandbox, batch)
        taken = [event for event in batch if message_id(event) not in failed]
        keep(parts, list(map(read_event, taken)), asker, source="dispatcher", ids=list(map(message_id, taken)))
    except (BatchMalformedError, BodyUnreadableError, BodyTooLargeError) as error:
        return as_response(refused(error))
    except InboxError as error:
        return as_response(unavailable(error))
    return as_response(accepted(failed))


def _raw_body() -> tuple[bytes, str]:
    """Return the body and its coding; what the content type claims would make Flask parse, and swallow, some."""
    return request.get_data(cache=False), request.headers.get("Content-Encoding", "")


def _say(parts: Parts, line: str) -> None:
    if line:
        parts.notices.say(line)
