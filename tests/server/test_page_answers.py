"""The pages over HTTP: what protects them, their files, and signing in."""

from urllib.parse import urlencode

import pytest

from emulator.pages.assets import asset_url
from emulator.server.guard import pass_of
from emulator.server.parts import Parts, Settings
from tests.server.calling import Call, Reply
from tests.server.conftest import Carrier
from tests.server.documents import Shelf

PAGES = ["/", "/inbox", "/sandboxes"]
TOKEN = "open sesame"


@pytest.fixture
def guarded(shelf: Shelf, carry: Carrier) -> Call:
    return carry(Parts(shelf, Settings(token=TOKEN)))


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_and_loads_nothing_foreign(call: Call, path: str) -> None:
    policy = call("GET", path).headers["content-security-policy"]

    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", PAGES)
def test_a_foreign_host_sees_no_page(call: Call, path: str) -> None:
    assert call("GET", path, {"Host": "evil.example"}).status == 403


def test_a_file_is_kept_for_ever_under_its_digest(call: Call) -> None:
    reply = call("GET", asset_url("base.css"))

    assert reply.status == 200
    assert "immutable" in reply.headers["cache-control"]


def test_a_file_of_another_version_is_not_kept(call: Call) -> None:
    assert call("GET", "/assets/0123/base.css").headers["cache-control"] == "no-cache"


def test_there_is_no_other_file(call: Call) -> None:
    assert call("GET", "/assets/0123/..%2f..%2fpyproject.toml").status == 404


@pytest.mark.parametrize("path", PAGES)
def test_with_a_token_pages_lead_to_signing_in(guarded: Call, path: str) -> None:
    reply = guarded("GET", f"{path}?a=b")

    assert reply.status == 303
    assert reply.headers["location"].startswith("/sign-in?next=%2F")


def test_the_right_token_gets_a_cookie_that_no_script_reads(guarded: Call) -> None:
    reply = _sign_in(guarded, TOKEN, "/inbox?q=a")

    assert (reply.status, reply.headers["location"]) == (303, "/inbox?q=a")
    assert pass_of(TOKEN) in reply.headers["set-cookie"]
    assert TOKEN not in reply.headers["set-cookie"]
    assert "HttpOnly; SameSite=Strict" in reply.headers["set-cookie"]


def test_the_wrong_token_is_told(guarded: Call) -> None:
    reply = _sign_in(guarded, "sesame", "/")

    assert reply.status == 401
    assert "not the token" in reply.text


def test_the_cookie_opens_pages_and_control_routes(guarded: Call) -> None:
    cookie = _sign_in(guarded, TOKEN, "/").headers["set-cookie"].partition(";")[0]

    assert guarded("GET", "/", {"Cookie": cookie}).status == 200
    assert guarded("GET", "/emulator/v1/status", {"Cookie": cookie}).status == 200


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_signing_in_leads_to_no_other_server(guarded: Call, target: str) -> None:
    assert _sign_in(guarded, TOKEN, target).headers["location"] == "/"


def _sign_in(call: Call, token: str, target: str) -> Reply:
    body = urlencode({"token": token, "next": target}).encode()
    return call("POST", "/sign-in", {"Content-Type": "application/x-www-form-urlencoded"}, body)


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/inbox/?q=a%20b", "/inbox?q=a%20b"),
        ("/inbox/1/", "/inbox/1"),
        ("/sandboxes/?sdkKey=x", "/sandboxes?sdkKey=x"),
    ],
)
def test_a_slash_too_much_leads_on(call: Call, path: str, target: str) -> None:
    reply = call("GET", path)

    assert (reply.status, reply.headers["location"]) == (303, target)


def test_what_is_no_page_is_said_on_one(call: Call) -> None:
    reply = call("GET", "/inbox/a<b")

    assert reply.status == 404
    assert "the inbox has no page &#34;a&lt;b&#34;" in reply.text
    assert 'href="/inbox"' in reply.text
