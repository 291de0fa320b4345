"""
The routes of the inbox: events in, and events found again.

``POST /emulator/v1/events`` is open to every origin, as SDK routes are; all others are the control API's.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request

from emulator.inbox import InboxError, MatchError
from emulator.queries import QueryError, encoded
from emulator.server import inbox_calls
from emulator.server.answers import ANY_ORIGIN, Answer
from emulator.server.bodies import BodyTooLargeError, BodyUnreadableError, decoded_body
from emulator.server.events_in import OPEN_PATH, keep, read_events, receipt
from emulator.server.exporting import IN_PIECES, export_answer
from emulator.server.inbox_coverage import coverage
from emulator.server.inbox_summary import summary
from emulator.server.json_bodies import BodyMalformedError, read_json
from emulator.server.negotiation import preflight
from emulator.server.parts import Parts
from emulator.server.problem_details import control_answer, problem_answer
from emulator.server.responses import as_request, as_response
from emulator.server.scopes import asker_of
from emulator.server.streaming import first_answer
from emulator.snapshot.keys import refusal


def inbox_blueprint(parts: Parts) -> Blueprint:
    views = Blueprint("inbox", __name__, url_prefix=OPEN_PATH)
    inbox = parts.inbox
    rows: tuple[tuple[str, str, Callable[..., object]], ...] = (
        ("GET", "", lambda: inbox_calls.event_list(inbox, _parameters())),
        ("DELETE", "", lambda: inbox_calls.delete(inbox, _parameters())),
        ("POST", "/wait", lambda: inbox_calls.wait(inbox, _document(parts))),
        ("GET", "/histogram", lambda: inbox_calls.histogram(inbox, _parameters())),
        ("GET", "/coverage", lambda: coverage(parts, _parameters())),
        ("GET", "/summary", lambda: summary(parts, _parameters())),
        (
            "GET",
            "/export",
            lambda: export_answer(inbox, _parameters(), in_pieces=IN_PIECES in request.environ),
        ),
        ("GET", "/stream", lambda: first_answer(inbox, _parameters(), request.headers.get("Last-Event-ID"))),
        ("GET", "/<int:seq>", lambda seq: inbox_calls.event_report(parts, seq)),
    )
    # OPTIONS is answered by ourselves: Flask's own answer carries no permission for other origins.
    views.add_url_rule("", "take", lambda: _take(parts), methods=["POST", "OPTIONS"], provide_automatic_options=False)
    for number, (method, rule, call) in enumerate(rows):
        views.add_url_rule(rule, f"call_{number}", _view(call), methods=[method], provide_automatic_options=False)
    return views


def _take(parts: Parts) -> Response:
    if request.method == "OPTIONS":
        return as_response(preflight(as_request(request).headers))
    key = request.args.get("sdkKey")
    asker = asker_of(parts, (key,) if key else ())
    if asker.selection.unknown_key and parts.settings.strict_keys:
        return as_response(problem_answer("unknown-sdk-key", refusal(asker.selection, asker.snapshot), ANY_ORIGIN))
    # The body is read raw: what the content type claims would make Flask parse, and swallow, some of them.
    body, coding = request.get_data(cache=False), request.headers.get("Content-Encoding", "")
    try:
        events = read_events(body, coding, parts.settings.body_limit_bytes)
        keep(parts, events, asker, source="native", ids=_ids(body, len(events)))
    except BodyTooLargeError as error:
        return as_response(problem_answer("body-too-large", str(error), ANY_ORIGIN))
    except InboxError as error:
        return as_response(problem_answer("inbox-unavailable", str(error), ANY_ORIGIN))
    return as_response(receipt(events))


def _ids(body: bytes, count: int) -> list[str | None]:
    """
    Return what tells the events of a request from those of others.

    Who sends a body again, because he did not hear that it was taken, sends the same key with it. Another body under
    a key that was used is no repetition.
    Source: draft-ietf-httpapi-idempotency-key-header.
    """
    key = request.headers.get("Idempotency-Key")
    if not key:
        return [None] * count
    digest = hashlib.blake2b(body, digest_size=8).hexdigest()
    return [f"{key}:{digest}:{index}" for index in range(count)]


def _parameters() -> list[tuple[str, str]]:
    return list(request.args.items(multi=True))


def _document(parts: Parts) -> Any:
    body, coding = request.get_data(cache=False), request.headers.get("Content-Encoding", "")
    return read_json(decoded_body(body, coding, parts.settings.body_limit_bytes))


def _view(call: Callable[..., object]) -> Callable[..., Response]:
    def view(**arguments: Any) -> Response:
        return as_response(_answer(call, arguments))

    return view


def _answer(call: Callable[..., object], arguments: dict[str, Any]) -> Answer:
    try:
        result = call(**arguments)
    except QueryError as error:
        return problem_answer(error.word, str(error))
    except MatchError as error:
        return problem_answer("bad-parameters", str(error))
    except InboxError as error:
        return problem_answer("inbox-unavailable", str(error))
    except BodyTooLargeError as error:
        return problem_answer("body-too-large", str(error))
    except (BodyUnreadableError, BodyMalformedError) as error:
        return problem_answer("bad-parameters", str(error))
    return result if isinstance(result, Answer) else control_answer(encoded(result))
