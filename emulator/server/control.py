"""
The control API, ``/emulator/v1``: what tests, command lines and pages call.

Every view parses, makes one call and encodes; what the calls answer is computed in ``reports``.
"""

from collections.abc import Callable

from flask import Blueprint, Response, request

from emulator.server.answers import Answer
from emulator.server.openapi import openapi_document
from emulator.server.parts import Parts
from emulator.server.problem_details import document_answer
from emulator.server.reports import flag_list, flag_report, status_report
from emulator.server.responses import as_response

PREFIX = "/emulator/v1"


def control_blueprint(parts: Parts) -> Blueprint:
    control = Blueprint("control", __name__, url_prefix=PREFIX)
    views: dict[str, Callable[..., object]] = {
        "/status": lambda: status_report(parts),
        "/flags": lambda: flag_list(parts, request.args),
        "/flags/<flag_key:key>": lambda key: flag_report(parts, key, request.args),
        "/openapi.json": openapi_document,
    }
    for number, (rule, call) in enumerate(views.items()):
        control.add_url_rule(rule, f"read_{number}", _view(call), methods=["GET"])
    return control


def _view(call: Callable[..., object]) -> Callable[..., Response]:
    def view(**arguments: str) -> Response:
        result = call(**arguments)
        return as_response(result if isinstance(result, Answer) else document_answer(result))

    return view
