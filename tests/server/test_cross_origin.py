"""W14, header by header; with a browser it is tested elsewhere."""

import pytest

from tests.server.calling import Call
from tests.server.targets import BANDITS, CONFIG


@pytest.mark.parametrize(
    ("method", "target", "headers"),
    [
        ("GET", CONFIG, {}),
        ("GET", BANDITS, {}),
        ("HEAD", CONFIG, {}),
        ("GET", CONFIG, {"If-None-Match": "*"}),
        ("GET", "/health", {}),
        ("POST", "/api/v0/i", {}),
        ("POST", CONFIG, {}),
        ("GET", "/api/v0/i", {}),
        ("GET", "/nowhere", {}),
        ("POST", "/assignments", {}),
    ],
)
def test_w14_a_page_of_any_origin_may_read_every_answer(
    call: Call, method: str, target: str, headers: dict[str, str]
) -> None:
    reply = call(method, target, {"Origin": "http://app.example:3000", **headers})

    assert reply.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in reply.headers


@pytest.mark.parametrize(
    "path", ["/flag-config/v1/config", "/api/flag-config/v1/bandits", "/v0/i", "/health", "/assignments"]
)
def test_w14_a_preflight_needs_no_key(strict: Call, path: str) -> None:
    asked = {"Origin": "http://app.example", "Access-Control-Request-Method": "POST"}

    reply = strict("OPTIONS", path, asked)

    assert (reply.status, reply.body) == (204, b"")
    assert reply.headers == {
        "access-control-allow-origin": "*",
        "access-control-allow-methods": "GET, HEAD, POST, OPTIONS",
        "access-control-allow-headers": "content-type, x-eppo-token, if-none-match, authorization, x-api-key",
        "access-control-max-age": "86400",
    }


def test_w14_a_public_site_may_call_a_private_address_when_chrome_asks(call: Call) -> None:
    reply = call("OPTIONS", CONFIG, {"Access-Control-Request-Private-Network": "true"})

    assert reply.headers["access-control-allow-private-network"] == "true"
