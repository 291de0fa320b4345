"""
Requests exactly as the Go SDK 6.3.0 sends them, replayed raw, and its reading of what comes back.

Stands for the real SDK where the module proxy does not hand it out. Source: golang-sdk ``eppoclient/httpclient.go``,
``configurationrequestor.go``: parameters in alphabetical order, a Content-Type on a GET, gzip by Go's own transport;
any status but 401 and 500 or above is parsed as a configuration.
"""

import gzip
import json
import socket
from contextlib import closing
from typing import Any

import pytest

from emulator import Emulator
from tests.sdk.flag_files import BANDITS, FlagFolder


def replay(emulator: Emulator, path: str, key: str = "local-test") -> tuple[int, bytes]:
    """Send one GET as Go does and return status and body, decompressed as Go's transport does."""
    request = (
        f"GET {path}?apiKey={key}&sdkName=go&sdkVersion=6.3.0 HTTP/1.1\r\n"
        f"Host: 127.0.0.1:{emulator.port}\r\nUser-Agent: Go-http-client/1.1\r\n"
        "Content-Type: application/json; charset=UTF-8\r\nAccept-Encoding: gzip\r\n\r\n"
    )
    with closing(socket.create_connection(("127.0.0.1", emulator.port), timeout=10)) as connection:
        connection.sendall(request.encode())
        reader = connection.makefile("rb")
        status = int(reader.readline().split()[1])
        headers = {}
        while (line := reader.readline().strip()) != b"":
            name, _, value = line.decode().partition(":")
            headers[name.lower()] = value.strip()
        body = reader.read(int(headers["content-length"]))
    return status, gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body


def as_configuration(status: int, body: bytes) -> Any:
    """Return what the SDK would replace its flags by, or None where it keeps them."""
    if status == 401 or status >= 500:
        return None
    try:
        found = json.loads(body)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


@pytest.mark.parametrize("prefix", ["/api", "/api/", ""])
def test_the_configuration_is_read(emulator: Emulator, prefix: str) -> None:
    found = as_configuration(*replay(emulator, f"{prefix}/flag-config/v1/config"))

    assert found["flags"]["headline"]["key"] == "headline"


@pytest.mark.parametrize(
    ("path", "key", "status"),
    [("/api/flag-config/v2/config", "local-test", 404), ("/api/flag-config/v1/config", "wrong", 401)],
)
def test_an_error_leaves_the_flags_as_they_were(strict_emulator: Emulator, path: str, key: str, status: int) -> None:
    answer = replay(strict_emulator, path, key)

    assert answer[0] == status
    assert as_configuration(200, answer[1]) is None


def test_without_bandits_the_models_are_not_asked_for(emulator: Emulator, folder: FlagFolder) -> None:
    """The SDK asks for models whenever the key ``bandits`` is there at all."""
    assert "bandits" not in as_configuration(*replay(emulator, "/api/flag-config/v1/config"))

    folder.add("bandits.yaml", BANDITS)
    emulator.workspace.reload()

    assert "bandits" in as_configuration(*replay(emulator, "/api/flag-config/v1/config"))
    assert "bandits" in as_configuration(*replay(emulator, "/api/flag-config/v1/bandits"))
