"""Between Flask and the pure functions: its request becomes ours, our answer becomes its response."""

from flask import Request as FlaskRequest
from flask import Response

from emulator.server.answers import Answer
from emulator.server.sdk import RELEVANT_HEADERS, Request


def as_request(request: FlaskRequest) -> Request:
    """Return what the pure functions read of a Flask request."""
    given = {name: request.headers.get(name) for name in RELEVANT_HEADERS}
    headers = {name: value for name, value in given.items() if value is not None}
    query = request.query_string.decode("latin-1")
    environ = request.environ
    peer = (environ.get("REMOTE_ADDR", ""), int(environ.get("REMOTE_PORT") or 0))
    return Request(request.method, request.path, query, headers, peer)


def as_response(answer: Answer) -> Response:
    """Return *answer* as it is: no header of Flask's own is added."""
    response = Response(answer.body, status=answer.status)
    response.headers.clear()
    response.headers.extend((name.decode("ascii"), value.decode("latin-1")) for name, value in answer.headers)
    return response
