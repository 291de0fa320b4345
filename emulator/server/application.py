"""The Flask application: every route, those that the front answers by itself included."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge
from werkzeug.routing import BaseConverter

from emulator.server import ofrep_answers
from emulator.server.answers import Answer, method_not_allowed, text_answer
from emulator.server.bodies import BodyTooLargeError
from emulator.server.control import control_blueprint
from emulator.server.events_in import OPEN_METHODS, OPEN_PATH
from emulator.server.guard import objection, token_objection
from emulator.server.inbox_views import inbox_blueprint
from emulator.server.mishaps import internal_error, is_control, too_large
from emulator.server.missing import is_from_an_sdk, not_found, not_found_line
from emulator.server.negotiation import preflight
from emulator.server.ofrep_views import ofrep_blueprint
from emulator.server.pages import is_page, pages_blueprint
from emulator.server.pages.signing_in import SIGN_IN, given_pass, way_to_sign_in
from emulator.server.parts import Parts
from emulator.server.problem_details import problem_answer
from emulator.server.responses import as_request, as_response
from emulator.server.sdk import collapsed
from emulator.server.sdk_views import sdk_blueprint
from emulator.server.vendor_views import vendor_blueprint

_log = logging.getLogger("emulator")


class _AnyPrefix(BaseConverter):
    """What stands before an SDK's path: nothing, or any segments up to a slash (W1), but no door of our own."""

    regex = "(?!emulator/|ofrep/)(?:.*/)?"
    part_isolating = False


class _FlagKey(BaseConverter):
    """A flag's key, which may hold slashes anywhere, and whatever else can be percent-encoded."""

    regex = "(?s:.+)"
    part_isolating = False


def build_application(parts: Parts) -> Flask:
    """Return the application over *parts*."""
    app = Flask("emulator", static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = parts.settings.body_limit_bytes
    # A redirect is not followed by every SDK, and drops the body of a POST.
    app.url_map.merge_slashes = False
    app.url_map.converters |= {"any_prefix": _AnyPrefix, "flag_key": _FlagKey}
    app.wsgi_app = _collapse_slashes(app.wsgi_app)  # type: ignore[method-assign]  # as Flask's documentation does it
    app.before_request(lambda: _refused(parts))
    app.register_blueprint(sdk_blueprint(parts))
    app.register_blueprint(ofrep_blueprint(parts))
    app.register_blueprint(vendor_blueprint(parts))
    app.register_blueprint(inbox_blueprint(parts))
    app.register_blueprint(control_blueprint(parts))
    app.register_blueprint(pages_blueprint(parts))
    app.register_error_handler(HTTPException, lambda error: _http_error(parts, error))
    app.register_error_handler(Exception, _internal_error)
    return app


def _collapse_slashes(wsgi_app: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    def collapsing(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return wsgi_app({**environ, "PATH_INFO": collapsed(environ.get("PATH_INFO", ""))}, start_response)

    return collapsing


def _refused(parts: Parts) -> Response | None:
    path = request.path
    is_open = path == OPEN_PATH and request.method in OPEN_METHODS
    if is_open or not (is_control(path) or is_page(path)):
        return None
    headers = request.headers
    refusal = objection(headers.get("Host", ""), headers.get("Origin"), parts.settings)
    if refusal is None and path != SIGN_IN:
        refusal = token_objection(headers.get("Authorization", ""), given_pass(request), parts.settings)
        if refusal is not None and is_page(path):
            refusal = way_to_sign_in(request.full_path if request.query_string else path)
    return as_response(refusal) if refusal else None


def _http_error(parts: Parts, error: HTTPException) -> Response:
    path = request.path
    if isinstance(error, RequestEntityTooLarge):
        return as_response(too_large(path, BodyTooLargeError(request.max_content_length or 0)))
    if is_control(path):
        return as_response(_control_error(error))
    if request.method == "OPTIONS":
        return as_response(preflight(as_request(request).headers))
    return as_response(_ofrep_error(parts, error) if ofrep_answers.is_ofrep(path) else _sdk_error(parts, error))


def _sdk_error(parts: Parts, error: HTTPException) -> Answer:
    if isinstance(error, MethodNotAllowed):
        return method_not_allowed(request.method, _allowed(error))
    if error.code == 404:
        if is_from_an_sdk(request.path):
            parts.notices.say_once_about_path(request.path, not_found_line(request.method, request.path))
        return not_found(request.method, request.path)
    return text_answer(error.code or 500, f"{error.code} {error.name}: {error.description}")


def _ofrep_error(parts: Parts, error: HTTPException) -> Answer:
    if isinstance(error, MethodNotAllowed):
        return ofrep_answers.method_not_allowed(request.method, request.path, _allowed(error))
    prefix = ofrep_answers.prefix_of(request.path)
    if prefix:
        parts.notices.say_once_about_path(prefix, ofrep_answers.misplaced_line(prefix))
    return ofrep_answers.not_found(request.method, request.path)


def _control_error(error: HTTPException) -> Answer:
    if isinstance(error, MethodNotAllowed):
        allowed = _allowed(error)
        detail = f"{request.path} answers {allowed}"
        return problem_answer("method-not-allowed", detail, (b"Allow", allowed.encode("ascii")))
    if error.code == 404:
        return problem_answer("not-found", f"there is no {request.path}; /emulator/v1/openapi.json lists what there is")
    return problem_answer("bad-parameters", error.description or error.name)


def _allowed(error: MethodNotAllowed) -> str:
    order = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")
    return ", ".join(sorted(error.valid_methods or (), key=order.index))


def _internal_error(error: Exception) -> Response:
    _log.exception("%s %s failed", request.method, request.path, exc_info=error)
    return as_response(internal_error(request.path, error))
