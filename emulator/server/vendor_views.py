"""The routes that vendors' client libraries call, as Flask sees them. What is read and answered ``vendors`` decides."""

from flask import Blueprint, Response, request

from emulator.inbox import Arrival, InboxError
from emulator.server.answers import Answer
from emulator.server.bodies import BodyTooLargeError
from emulator.server.events_in import arrivals_of
from emulator.server.negotiation import preflight
from emulator.server.parts import Parts
from emulator.server.responses import as_request, as_response
from emulator.server.scopes import Asker, asker_of
from emulator.server.vendor_events import Received, acknowledgement, receive
from emulator.server.vendors import VENDOR_OF, failure, header_keys, method_of


def vendor_blueprint(parts: Parts) -> Blueprint:
    """Return the routes of all vendors."""
    views = Blueprint("vendors", __name__)

    def view() -> Response:
        return as_response(_take(parts))

    for number, path in enumerate(VENDOR_OF):
        methods = [method_of(path), "OPTIONS"]
        # OPTIONS is answered by ourselves: Flask's own answer carries no permission for other origins.
        views.add_url_rule(path, f"take_{number}", view, methods=methods, provide_automatic_options=False)
    return views


def _take(parts: Parts) -> Answer:
    asked = as_request(request)
    if asked.method == "OPTIONS":
        return preflight(asked.headers)
    # The body is read raw: RudderStack's Node library labels its gzip as a form, which Flask would swallow.
    body = request.get_data(cache=False)
    try:
        received = receive(asked, body, parts.settings.body_limit_bytes)
        parts.inbox.append(_arrivals(parts, received, header_keys(asked)))
    except BodyTooLargeError as error:
        return failure(413, str(error))
    except InboxError as error:
        return failure(503, str(error))
    return failure(400, received.refusal) if received.refusal else acknowledgement(received, asked.path, parts.clock())


def _arrivals(parts: Parts, received: Received, keys: tuple[str, ...]) -> list[Arrival]:
    askers: dict[str | None, Asker] = {}
    arrivals: list[Arrival] = []
    for sent in received.sent:
        if sent.key not in askers:
            askers[sent.key] = _asker(parts, (*keys, sent.key) if sent.key else keys)
        arrivals += arrivals_of([sent.event], askers[sent.key], source=received.vendor, ids=[sent.message_id])
    return arrivals


def _asker(parts: Parts, keys: tuple[str, ...]) -> Asker:
    """Return whom *keys* stand for: a sandbox or an environment, or nobody where they are the vendor's own."""
    asker = asker_of(parts, keys)
    return asker_of(parts, ()) if asker.selection.unknown_key else asker
