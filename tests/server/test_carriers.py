"""The front and Flask give the same bytes and the same headers, over real HTTP and without."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from emulator.sdk_keys import mint_key
from emulator.server import create_app
from emulator.server.parts import Parts, Settings
from tests.server.calling import Call, in_flask, over_http
from tests.server.documents import Shelf, two_environments
from tests.server.targets import BANDITS, CONFIG


@dataclass(frozen=True)
class Asked:
    method: str
    target: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.target} {self.headers}"


ETAG = next(iter(two_environments().environments)).plain.etag
TARGETS = [
    CONFIG,
    BANDITS,
    CONFIG.replace("python", "ios"),
    CONFIG.replace("local-test", "test-token"),
    CONFIG.replace("local-test", "nobody"),
    BANDITS.replace("local-test", mint_key("http://127.0.0.1:8378", "production")),
    "//api//flag-config/v1/config",
    "/flag-config/v1/bandits?apiKey=%FF&sdkName=%00",
    "/health",
    "//health",
    "/api/health",
    "/emulator/flag-config/v1/config",
    "/ofrep/flag-config/v1/config",
    "/flag-config/v1/config%0A",
    "/x%0A/flag-config/v1/config",
    "/caf%C3%A9/flag-config/v1/config",
    "/%FF/flag-config/v1/config",
    "/flag-config%2Fv1/config",
]
HEADERS: list[dict[str, str]] = [
    {},
    {"Accept-Encoding": "gzip, deflate"},
    {"If-None-Match": ETAG},
    {"If-None-Match": f"W/{ETAG}", "Accept-Encoding": "gzip;q=0"},
    {"Origin": "http://app.example", "Access-Control-Request-Headers": "content-type"},
]
REQUESTS = [
    *(Asked(method, target, headers) for method in ("GET", "HEAD") for target in TARGETS for headers in HEADERS),
    *(Asked("OPTIONS", target, headers) for target in TARGETS for headers in HEADERS),
    *(
        Asked(method, target, {}, b"{}")
        for method in ("POST", "PUT", "DELETE", "PATCH")
        for target in (CONFIG, "/health")
    ),
    Asked("PROPFIND", CONFIG),
]


@pytest.fixture
def both(request: pytest.FixtureRequest, serve: Callable[[Parts], int]) -> tuple[Call, Call]:
    parts = Parts(Shelf(two_environments()), Settings(strict_keys=request.param))
    return over_http(serve(parts)), in_flask(create_app(parts))


@pytest.mark.parametrize("both", [False, True], ids=["lenient", "strict"], indirect=True)
@pytest.mark.parametrize("asked", REQUESTS, ids=str)
def test_the_front_answers_what_flask_answers(both: tuple[Call, Call], asked: Asked) -> None:
    by_front, by_flask = (call(asked.method, asked.target, asked.headers, asked.body) for call in both)

    assert by_front == by_flask
