"""OpenFeature's remote evaluation protocol as Flask sees it. What is answered is decided in ``ofrep``."""

from collections.abc import Callable, Iterator

from flask import Blueprint, Response, request

from emulator.queries import Served
from emulator.server.answers import Answer
from emulator.server.bodies import BodyTooLargeError, BodyUnreadableError, decoded_body
from emulator.server.json_bodies import BodyMalformedError, read_json
from emulator.server.negotiation import preflight
from emulator.server.ofrep import ContextError, bulk_answer, configuration_answer, flag_answer, read_context
from emulator.server.ofrep_answers import ROUTES, failure, key_in, too_large, unauthorized
from emulator.server.parts import Parts
from emulator.server.responses import as_request, as_response
from emulator.server.scopes import Asker, asker_of
from emulator.snapshot.keys import refusal

# Takes who asks, and the key of a flag where the route names one.
Call = Callable[..., Answer]
_NO_KEY = "no SDK key, and keys are strict; send one as Authorization: Bearer <SDK key>, or as X-API-Key"


def ofrep_blueprint(parts: Parts) -> Blueprint:
    ofrep = Blueprint("ofrep", __name__, url_prefix=ROUTES)
    rows: tuple[tuple[str, str, str, Call], ...] = (
        ("flag", "POST", "/evaluate/flags/<flag_key:key>", lambda asker, key: _evaluate(parts, asker, key)),
        ("bulk", "POST", "/evaluate/flags", lambda asker: _evaluate(parts, asker)),
        ("configuration", "GET", "/configuration", lambda asker: configuration_answer(_held_tag())),
    )
    for endpoint, method, rule, call in rows:
        # OPTIONS is answered by ourselves: Flask's own answer carries no permission for other origins.
        view, methods = _view(parts, call), (method, "OPTIONS")
        ofrep.add_url_rule(rule, endpoint, view, methods=methods, provide_automatic_options=False)
    return ofrep


def _view(parts: Parts, call: Call) -> Callable[..., Response]:
    def view(**arguments: str) -> Response:
        if request.method == "OPTIONS":
            return as_response(preflight(as_request(request).headers))
        asker = asker_of(parts, tuple(_sdk_keys()))
        unknown = not asker.has_key or asker.selection.unknown_key
        if asker.selection.is_of_a_sandbox or (parts.settings.strict_keys and unknown):
            details = refusal(asker.selection, asker.snapshot) if asker.has_key else _NO_KEY
            return as_response(unauthorized(details, key_in(request.path)))
        line = parts.notices.line_about(asker.selection, asker.snapshot)
        if line:
            parts.notices.say(line)
        return as_response(call(asker, **arguments))

    return view


def _sdk_keys() -> Iterator[str]:
    """Yield what may be the SDK key: the listed one counts, for an application may send a token of its own, too."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        yield token.strip()
    if request.headers.get("X-API-Key"):
        yield request.headers["X-API-Key"]


def _evaluate(parts: Parts, asker: Asker, key: str | None = None) -> Answer:
    where = _served(asker)
    # The body is read raw: what the content type claims would make Flask parse, and swallow, some of them.
    body, coding = request.get_data(cache=False), request.headers.get("Content-Encoding", "")
    try:
        context = read_context(read_json(decoded_body(body, coding, parts.settings.body_limit_bytes)))
        return bulk_answer(context, where, _held_tag()) if key is None else flag_answer(key, context, where)
    except BodyTooLargeError as error:
        return too_large(request.path, error)
    except (BodyUnreadableError, BodyMalformedError) as error:
        return failure("PARSE_ERROR", str(error), key)
    except ContextError as error:
        return failure(error.code, str(error), key)


def _served(asker: Asker) -> Served:
    environment = asker.selection.environment
    if asker.sandbox is None:
        return Served(environment, asker.snapshot.revision, asker.now, asker.snapshot.place_of)
    asker.sandbox.used()
    return Served(environment, asker.revision, asker.now, asker.snapshot.place_of)


def _held_tag() -> str | None:
    return request.headers.get("If-None-Match")
