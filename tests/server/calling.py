"""One way to call both carriers of the application: a real server over HTTP, and Flask without any."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import unquote_to_bytes

from flask import Flask

# What a server adds by itself to every answer.
_CARRIERS_OWN = ("connection", "date")


@dataclass(frozen=True)
class Reply:
    """*headers* with names in lower case, without those that the carrier adds."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


Call = Callable[..., Reply]


def over_http(port: int) -> Call:
    def call(method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes | None = None) -> Reply:
        with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
            return ask(connection, method, target, headers, body)

    return call


def ask(
    connection: HTTPConnection,
    method: str,
    target: str,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Reply:
    """Send exactly the *headers* given, beside ``Host`` and the length of a body."""
    given = {"Host": f"127.0.0.1:{connection.port}", **(headers or {})}
    if body is not None:
        given["Content-Length"] = str(len(body))
    connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
    for name, value in given.items():
        connection.putheader(name, value)
    connection.endheaders(body)
    response = connection.getresponse()
    return _reply(response.status, response.getheaders(), response.read())


def in_flask(app: Flask) -> Call:
    def call(method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes | None = None) -> Reply:
        path, _, query = target.partition("?")
        given = {"Host": "127.0.0.1", **(headers or {})}
        # The test client would read "//api" as a host name.
        environ: dict[str, Any] = {
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "HTTP_HOST": given["Host"],
        }
        response = app.test_client(use_cookies=False).open(
            "/", method=method, headers=given, data=body, environ_overrides=environ
        )
        return _reply(response.status_code, list(response.headers.items()), response.get_data())

    return call


def _reply(status: int, headers: list[tuple[str, str]], body: bytes) -> Reply:
    lowered = {name.lower(): value for name, value in headers}
    return Reply(status, {name: value for name, value in lowered.items() if name not in _CARRIERS_OWN}, body)
