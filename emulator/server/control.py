"""
The control API, ``/emulator/v1``: what tests, command lines and pages call.

Every call parses, makes one call and encodes; what it answers is computed in ``reports`` and ``questions``.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from flask import Blueprint, Response, request

from emulator.queries import QueryError, Resolver, encoded
from emulator.sandboxes.refusals import ChangeError
from emulator.sandboxes.sandbox import Sandbox
from emulator.server import sandbox_calls
from emulator.server.answers import Answer
from emulator.server.bodies import BodyTooLargeError, BodyUnreadableError, decoded_body
from emulator.server.json_bodies import BodyMalformedError, read_json
from emulator.server.openapi import openapi_document
from emulator.server.pacing import pace_of
from emulator.server.pages.pulse import pulse_answer
from emulator.server.parts import Parts
from emulator.server.problem_details import control_answer, problem_answer
from emulator.server.questions import bulk_answer, evaluation_report, simulation_report, subjects_report
from emulator.server.reports import flag_list, flag_report, status_report
from emulator.server.responses import as_response
from emulator.server.scopes import resolver_of

PREFIX = "/emulator/v1"

# Takes what the rule names; returns what becomes JSON, or an answer that is complete. A QueryError becomes a problem.
Call = Callable[..., object]
Route = tuple[str, str, Call]


def control_blueprint(parts: Parts) -> Blueprint:
    control = Blueprint("control", __name__, url_prefix=PREFIX)
    for number, (method, rule, call) in enumerate(_routes(parts)):
        control.add_url_rule(rule, f"call_{number}", _view(call), methods=[method])
    return control


def _routes(parts: Parts) -> tuple[Route, ...]:
    def asking(question: Callable[[Any, Resolver], object]) -> Call:
        return lambda: question(_document(parts), resolver_of(parts))

    pace = pace_of(parts)
    return (
        ("GET", "/status", lambda: status_report(parts)),
        ("GET", "/flags", lambda: flag_list(parts, request.args)),
        ("GET", "/flags/<flag_key:key>", lambda key: flag_report(parts, key, request.args)),
        ("POST", "/evaluate", asking(evaluation_report)),
        ("POST", "/evaluate/bulk", asking(partial(bulk_answer, pace=pace))),
        ("POST", "/subjects", asking(partial(subjects_report, pace=pace))),
        ("POST", "/simulate", asking(partial(simulation_report, pace=pace))),
        *_sandbox_routes(parts),
        ("GET", "/pulse", lambda: pulse_answer(parts)),
        ("GET", "/openapi.json", openapi_document),
    )


def _sandbox_routes(parts: Parts) -> Iterator[Route]:
    """Yield the routes about sandboxes; whatever changes one answers with the sandbox as it then is."""
    one = "/sandboxes/<string:sdkKey>"

    # The names of a call's arguments are those in its rule.
    def changing(change: Callable[..., None], *, with_body: bool) -> Call:
        def call(**names: str) -> object:
            sandbox = sandbox_calls.sandbox_of(parts, names.pop("sdkKey"))
            change(sandbox, *names.values(), *((_document(parts),) if with_body else ()))
            return sandbox_calls.report(sandbox, _url())

        return call

    def asking(question: Callable[..., object], *, with_body: bool = False) -> Call:
        return lambda **names: question(
            sandbox_calls.sandbox_of(parts, names["sdkKey"]), *((_optional_document(parts),) if with_body else ())
        )

    yield "POST", "/sandboxes", lambda: sandbox_calls.create(parts, _url(), _optional_document(parts))
    yield "GET", "/sandboxes", lambda: sandbox_calls.listing(parts, _url())
    yield "GET", one, asking(lambda sandbox: sandbox_calls.report(sandbox, _url()))
    yield "DELETE", one, lambda **names: sandbox_calls.end(parts, names["sdkKey"])
    yield "POST", f"{one}/reset", changing(Sandbox.reset, with_body=False)
    yield "GET", f"{one}/clients", asking(sandbox_calls.clients)
    yield "POST", f"{one}/await", asking(partial(sandbox_calls.wait, parts), with_body=True)
    for name, put in sandbox_calls.PUTS.items():
        yield "PUT", f"{one}/{name}", changing(put, with_body=True)
    for name, delete in sandbox_calls.DELETES.items():
        yield "DELETE", f"{one}/{name}", changing(delete, with_body=False)
    for name, put_named in sandbox_calls.NAMED_PUTS.items():
        yield "PUT", f"{one}/{name}/<flag_key:key>", changing(put_named, with_body=True)
    for name, delete_named in sandbox_calls.NAMED_DELETES.items():
        yield "DELETE", f"{one}/{name}/<flag_key:key>", changing(delete_named, with_body=False)


def _url() -> str:
    """Return the address by which the caller reached this server, without a slash at the end."""
    return request.host_url.rstrip("/")


def _optional_document(parts: Parts) -> Any:
    """Return the JSON of the body; None where there is none."""
    return _document(parts) if request.get_data(cache=True) else None


def _document(parts: Parts) -> Any:
    """Return the JSON of the request's body; every exception of its makes is a problem of the caller's."""
    # The body is read raw: what the content type claims would make Flask parse, and swallow, some of them.
    body, coding = request.get_data(), request.headers.get("Content-Encoding", "")
    return read_json(decoded_body(body, coding, parts.settings.body_limit_bytes))


def _view(call: Call) -> Callable[..., Response]:
    def view(**arguments: str) -> Response:
        return as_response(_answer(call, arguments))

    return view


def _answer(call: Call, arguments: dict[str, str]) -> Answer:
    try:
        result = call(**arguments)
    except QueryError as error:
        return problem_answer(error.word, str(error))
    except ChangeError as error:
        problems = [problem.as_json() for problem in error.problems]
        return problem_answer(error.word, str(error), status=422, more={"problems": problems} if problems else None)
    except BodyTooLargeError as error:
        return problem_answer("body-too-large", str(error))
    except (BodyUnreadableError, BodyMalformedError) as error:
        return problem_answer("bad-parameters", str(error))
    return result if isinstance(result, Answer) else control_answer(encoded(result))
