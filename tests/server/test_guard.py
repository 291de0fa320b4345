"""Who may use the control API and the pages."""

import pytest

from emulator.server.guard import objection, token_objection
from emulator.server.parts import Parts, Settings
from tests.server.calling import Call
from tests.server.conftest import Carrier
from tests.server.documents import Shelf

STATUS = "/emulator/v1/status"
ALLOWED = Settings(allow_hosts=("emulator.test:8378", "HOST.docker.internal", "10.0.0.7"))


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:8378",
        "LOCALHOST",
        "localhost.",
        "app.localhost:3000",
        "127.0.0.1:8378",
        "127.0.0.53",
        "[::1]:8378",
        "[::1]",
        "emulator.test",
        "emulator.test:9000",
        "host.docker.internal:8378",
        "10.0.0.7:8378",
    ],
)
def test_loopback_names_and_allowed_hosts_are_welcome(host: str) -> None:
    assert objection(host, None, ALLOWED) is None


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "evil.example:8378",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "notlocalhost",
        "10.0.0.8",
        "0.0.0.0",
        "[::]",
        "user@localhost",
        "localhost/evil",
        "[::1",
        ":8378",
        "127.0.0.1:8378, evil.example",
    ],
)
def test_a_foreign_name_is_refused(host: str) -> None:
    """DNS rebinding: a page of evil.example, whose name was made to point to 127.0.0.1, sends its own name."""
    refusal = objection(host, None, ALLOWED)

    assert refusal is not None
    assert (refusal.status, b'"foreign-host"' in refusal.body) == (403, True)


@pytest.mark.parametrize("origin", ["http://localhost:8378", "http://LOCALHOST:8378", "https://localhost:8378"])
def test_the_server_is_no_foreigner_to_itself(origin: str) -> None:
    assert objection("localhost:8378", origin, Settings()) is None


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "http://evil.example",
        "http://localhost:3000",
        "http://localhost",
        "http://127.0.0.1:8378",
        "file://localhost:8378",
        "http://[",
    ],
)
def test_a_foreign_origin_is_refused(origin: str) -> None:
    refusal = objection("localhost:8378", origin, Settings())

    assert refusal is not None
    assert (refusal.status, b'"foreign-origin"' in refusal.body) == (403, True)


@pytest.mark.parametrize("authorization", ["Bearer s3crét", "bearer s3crét", "Bearer  s3crét "])
def test_the_token_opens(authorization: str) -> None:
    assert token_objection(authorization, "", Settings(token="s3crét")) is None


@pytest.mark.parametrize("authorization", ["", "s3crét", "Basic s3crét", "Bearer", "Bearer wrong", "Bearer s3cré"])
def test_without_the_token_it_stays_shut(authorization: str) -> None:
    refusal = token_objection(authorization, "", Settings(token="s3crét"))

    assert refusal is not None
    assert (refusal.status, (b"WWW-Authenticate", b"Bearer") in refusal.headers) == (401, True)


def test_without_token_nobody_needs_one() -> None:
    assert token_objection("", "", Settings()) is None


@pytest.mark.parametrize("path", [STATUS, "/emulator/v1/flags/banner", "/emulator/v1/nowhere", "/"])
@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Origin": "null"}], ids=str
)
def test_every_control_route_and_page_is_guarded(call: Call, path: str, headers: dict[str, str]) -> None:
    reply = call("GET", path, headers)

    assert (reply.status, reply.headers["content-type"]) == (403, "application/problem+json")


@pytest.mark.parametrize("path", [STATUS, "/emulator/v1/flags", "/emulator/v1/openapi.json", "/"])
def test_control_routes_give_no_other_origin_leave_to_read(call: Call, path: str) -> None:
    assert not [name for name in call("GET", path).headers if name.startswith("access-control")]


def test_control_routes_answer_no_preflight_of_another_origin(call: Call) -> None:
    reply = call("OPTIONS", STATUS, {"Origin": "http://evil.example", "Access-Control-Request-Method": "GET"})

    assert (reply.status, "access-control-allow-origin" in reply.headers) == (403, False)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (STATUS, 401),
        ("/emulator/v1/nowhere", 401),
        ("/health", 200),
        ("/flag-config/v1/config", 200),
        ("/", 303),
    ],
)
def test_the_token_is_demanded_of_people_and_tools_only(shelf: Shelf, carry: Carrier, path: str, status: int) -> None:
    call = carry(Parts(shelf, Settings(token="secret")))

    assert call("GET", path).status == status


def test_the_token_opens_control_routes(shelf: Shelf, carry: Carrier) -> None:
    call = carry(Parts(shelf, Settings(token="secret")))

    assert call("GET", STATUS, {"Authorization": "Bearer secret"}).status == 200


@pytest.mark.parametrize("path", ["/flag-config/v1/config", "/health", "/nowhere"])
def test_sdk_routes_answer_under_any_name(call: Call, path: str) -> None:
    """From an Android emulator the host is 10.0.2.2, from a container host.docker.internal."""
    assert call("GET", path, {"Host": "evil.example", "Origin": "http://evil.example"}).status != 403
