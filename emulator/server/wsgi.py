"""
A WSGI application called with a whole request, giving a whole answer. For a thread; knows no event loop.

A thread that talks to an event loop while it answers can wait for ever for one that was just closed. This one never
does: the body is complete before it starts, and what it returns is sent by the loop. Streams do not come this way.
"""

import sys
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

from emulator.server.answers import Answer

Environ = dict[str, Any]
WsgiApplication = Callable[[Environ, Any], Iterable[bytes]]

_WITHOUT_PREFIX = {"CONTENT_TYPE", "CONTENT_LENGTH"}


def environ_of(scope: dict[str, Any], body: bytes) -> Environ:
    """
    Return the WSGI environment of an ASGI *scope* whose whole *body* was received.

    Source: PEP 3333; texts hold bytes as Latin-1.
    """
    server, client = scope.get("server") or ("127.0.0.1", 80), scope.get("client") or ("", 0)
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "REMOTE_PORT": str(client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": BytesIO(body),
        # A chunked request announces no length; this says that the input ends where the body does.
        "wsgi.input_terminated": True,
        # Never stdout, which belongs to a command's machine-readable output.
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        _add_header(environ, name.decode("latin-1"), value.decode("latin-1"))
    return environ


def call(application: WsgiApplication, environ: Environ) -> Answer:
    """Return what *application* answers, complete."""
    started: list[tuple[str, list[tuple[str, str]]]] = []
    body = bytearray()

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
        started.append((status, headers))
        return body.extend

    chunks = application(environ, start_response)
    try:
        for chunk in chunks:
            body.extend(chunk)
    finally:
        getattr(chunks, "close", lambda: None)()
    # A second call replaces the first: nothing was sent in between.
    status, headers = started[-1]
    encoded = tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in headers)
    return Answer(int(status.split(" ", 1)[0]), encoded, bytes(body))


def _add_header(environ: Environ, name: str, value: str) -> None:
    key = name.upper().replace("-", "_")
    if key not in _WITHOUT_PREFIX:
        key = f"HTTP_{key}"
    environ[key] = f"{environ[key]},{value}" if key in environ else value
