"""OpenFeature's remote evaluation protocol: keys of flags, contexts, SDK keys, other origins, and what goes wrong."""

import json
from typing import Any

import pytest

from emulator.server.notices import Notices
from emulator.server.parts import Parts, Settings
from tests.server.calling import Call
from tests.server.conftest import Carrier
from tests.server.documents import BrokenShelf, Shelf
from tests.server.remote import ALL, CONFIGURATION, CONTEXT, NOW, ONE, SNAPSHOT, ask, items, told


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(SNAPSHOT)


@pytest.fixture
def parts(shelf: Shelf) -> Parts:
    return Parts(shelf, clock=lambda: NOW)


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("team/checkout//new", "team/checkout//new"),
        ("team%2Fcheckout%2F%2Fnew", "team/checkout//new"),
        ("gr%C3%B6%C3%9Fe%2050%25%3F%23%0A", "größe 50%?#\n"),
        ("headline?whatever=1", "headline"),
        ("no-such-flag/", "no-such-flag/"),
        ("/no-such-flag", "/no-such-flag"),
        ("x/../y", "x/../y"),
        ("x/flag-config/v1/config", "x/flag-config/v1/config"),
        ("x/assignments", "x/assignments"),
        ("x/v0/i", "x/v0/i"),
        ("health", "health"),
        ("ofrep/v1/evaluate/flags/x", "ofrep/v1/evaluate/flags/x"),
        ("%FF", "\N{REPLACEMENT CHARACTER}"),
        ("%00", "\0"),
    ],
)
def test_a_key_may_hold_anything(call: Call, path: str, key: str) -> None:
    assert told(ask(call, ONE + path))["key"] == key


@pytest.mark.parametrize(
    ("body", "code", "details"),
    [
        (b"", "PARSE_ERROR", "the body is empty"),
        (b"{", "PARSE_ERROR", "the body is not JSON at line 1, column 2"),
        (b'{"context": {"targetingKey": "a", "b": NaN}}', "PARSE_ERROR", "JSON has no such number"),
        (b"\xff", "PARSE_ERROR", "not UTF-8"),
        (b"[" * 100_000, "PARSE_ERROR", "nested too deeply"),
        (b"[]", "PARSE_ERROR", 'expected an object with "context", found list'),
        (b'"text"', "PARSE_ERROR", "found text"),
        (b'{"context": "ann"}', "INVALID_CONTEXT", '"context": expected an object, found text'),
        (b'{"context": null}', "INVALID_CONTEXT", "found null"),
        (b'{"context": {"targetingKey": 3}}', "INVALID_CONTEXT", "expected a text, found number; put it in quotes"),
        (b"{}", "TARGETING_KEY_MISSING", "context.targetingKey is missing or empty"),
        (b'{"context": {}}', "TARGETING_KEY_MISSING", "it is the subject"),
        (b'{"context": {"targetingKey": ""}}', "TARGETING_KEY_MISSING", "or empty"),
        (b'{"context": {"targetingKey": null}}', "TARGETING_KEY_MISSING", "is missing"),
        (b'{"context": {"targeting_key": "a"}}', "TARGETING_KEY_MISSING", 'did you mean it by "targeting_key"?'),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_context_that_cannot_be_evaluated_is_a_400(call: Call, body: bytes, code: str, details: str) -> None:
    one, every = (call("POST", target, None, body) for target in (ONE + "headline", ALL))

    assert (one.status, every.status) == (400, 400)
    assert (told(one)["key"], told(one)["errorCode"]) == ("headline", code)
    assert details in told(one)["errorDetails"]
    assert told(every) == {name: value for name, value in told(one).items() if name != "key"}


@pytest.mark.parametrize("depth", [100, 500, 900, 940, 960, 980])
def test_a_deep_context_is_evaluated_or_refused(call: Call, depth: int) -> None:
    deep = b"[" * depth + b"]" * depth
    body = b'{"context": {"targetingKey": "ann", "country": ' + deep + b"}}"

    replies = [call("POST", target, None, body) for target in (ONE + "headline", ONE + "checkout", ALL)]

    assert {reply.status for reply in replies} <= {200, 400, 404}


@pytest.mark.parametrize("value", [1e400, -1, 10**400, "\ud800", "x" * 1_000_000, [], {}, None, True], ids=repr)
def test_attributes_may_be_anything(call: Call, value: Any) -> None:
    body = json.dumps({"context": {"targetingKey": "ann", "country": value}}).replace("Infinity", "1e400").encode()

    replies = [call("POST", target, None, body) for target in (ONE + "headline", ONE + "checkout", ALL)]

    assert [reply.status for reply in replies] == [200, 404, 200]


@pytest.mark.parametrize(
    ("headers", "value"),
    [
        ({}, "short"),
        ({"Authorization": "Bearer local-production"}, "long"),
        ({"authorization": "bearer  local-production "}, "long"),
        ({"X-API-Key": "local-production"}, "long"),
        ({"Authorization": "Bearer my-own-token", "X-API-Key": "local-production"}, "long"),
        ({"Authorization": "Basic bG9jYWwtcHJvZHVjdGlvbg=="}, "short"),
        ({"Authorization": "Bearer nobody"}, "short"),
        ({"X-API-Key": ""}, "short"),
    ],
    ids=str,
)
def test_the_key_selects_the_environment(call: Call, headers: dict[str, str], value: str) -> None:
    assert told(ask(call, ONE + "headline", CONTEXT, headers))["value"] == value
    assert items(ask(call, ALL, CONTEXT, headers))["headline"]["value"] == value


def test_an_unknown_key_is_told_once(shelf: Shelf, carry: Carrier) -> None:
    said: list[str] = []
    call = carry(Parts(shelf, notices=Notices(said.append)))

    for _ in range(3):
        ask(call, ALL, CONTEXT, {"X-API-Key": "nobody"})

    (line,) = said
    assert 'SDK key "nobody" is unknown: serving environment "test"' in line


@pytest.mark.parametrize(
    ("headers", "details"),
    [
        ({}, "send one as Authorization: Bearer <SDK key>, or as X-API-Key"),
        ({"Authorization": "Bearer nobody"}, 'unknown SDK key "nobody"; listed keys: local-test, local-production'),
        ({"X-API-Key": "nobody"}, 'unknown SDK key "nobody"'),
    ],
    ids=str,
)
@pytest.mark.parametrize(
    ("method", "target", "key"),
    [("POST", ONE + "headline", {"key": "headline"}), ("POST", ALL, {}), ("GET", CONFIGURATION, {})],
)
def test_strict_keys_refuse_whom_they_do_not_know(
    strict: Call, headers: dict[str, str], details: str, method: str, target: str, key: dict[str, str]
) -> None:
    reply = strict(method, target, headers, b"{}" if method == "POST" else None)

    failure = told(reply)
    assert details in failure.pop("errorDetails")
    assert (reply.status, failure) == (401, {**key, "errorCode": "GENERAL"})
    assert reply.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("headers", [{"Authorization": "Bearer local-test"}, {"X-API-Key": "local-test"}], ids=str)
def test_strict_keys_answer_whom_they_know(strict: Call, headers: dict[str, str]) -> None:
    assert ask(strict, ONE + "headline", CONTEXT, headers).status == 200


def test_the_configuration_tells_providers_what_they_may_ask(call: Call) -> None:
    reply = call("GET", CONFIGURATION)

    assert told(reply) == {
        "name": "eppo-emulator",
        "capabilities": {
            "cacheInvalidation": {"polling": {"enabled": True, "minPollingIntervalMs": 0}},
            "flagEvaluation": {"supportedTypes": ["int", "float", "string", "boolean", "object"]},
            "caching": {"enabled": False},
        },
    }


def test_who_holds_the_configuration_gets_304_without_a_body(call: Call) -> None:
    tag = call("GET", CONFIGURATION).headers["etag"]

    reply = call("GET", CONFIGURATION, {"If-None-Match": tag})

    assert (reply.status, reply.body, reply.headers["etag"]) == (304, b"", tag)


@pytest.mark.parametrize(
    ("method", "target", "status", "key", "details"),
    [
        ("GET", ONE + "headline", 405, "headline", "GET is not answered here; allowed: POST, OPTIONS"),
        ("PUT", ONE + "x/flag-config/v1/config", 405, "x/flag-config/v1/config", "PUT is not answered here"),
        ("GET", ALL, 405, None, "allowed: POST, OPTIONS"),
        ("POST", CONFIGURATION, 405, None, "allowed: GET, HEAD, OPTIONS"),
        ("POST", ONE, 404, "", "the path names no flag"),
        ("POST", "/ofrep/v1/evaluate", 404, None, "there are /ofrep/v1/evaluate/flags/<key>"),
        ("GET", "/ofrep/v2/configuration", 404, None, "and /ofrep/v1/configuration"),
        ("POST", "/api/ofrep/v1/evaluate/flags/a/b", 404, "a/b", "give the provider a base URL without /api:"),
        ("POST", "/any/ofrep/v1/evaluate/flags", 404, None, "give the provider a base URL without /any:"),
    ],
)
def test_every_error_of_a_route_is_json_that_providers_read(
    call: Call, method: str, target: str, status: int, key: str | None, details: str
) -> None:
    reply = call(method, target, None, b"{}" if method != "GET" else None)

    failure = told(reply)
    assert (reply.status, reply.headers["content-type"]) == (status, "application/json; charset=utf-8")
    assert (failure.get("key"), failure["errorCode"]) == (key, "GENERAL")
    assert details in failure["errorDetails"]


def test_a_provider_in_the_wrong_place_is_told_about_once(shelf: Shelf, carry: Carrier) -> None:
    said: list[str] = []
    call = carry(Parts(shelf, notices=Notices(said.append)))

    for key in ("headline", "limit"):
        ask(call, "/api" + ONE + key)

    (line,) = said
    assert line.startswith("an OpenFeature provider asks under /api, where nothing is served; give the provider")


@pytest.mark.parametrize("target", [ONE + "headline", ALL])
def test_a_body_beyond_the_cap_is_a_413_that_providers_read(shelf: Shelf, carry: Carrier, target: str) -> None:
    call = carry(Parts(shelf, Settings(body_limit_bytes=1_000)))

    reply = call("POST", target, None, b" " * 1_001)

    assert (reply.status, told(reply)["errorCode"]) == (413, "GENERAL")
    assert "larger than 1000 bytes" in told(reply)["errorDetails"]


@pytest.mark.parametrize("target", [ONE + "headline", ALL])
def test_a_bug_is_a_500_that_providers_read(carry: Carrier, target: str) -> None:
    reply = ask(carry(Parts(BrokenShelf())), target)

    assert (reply.status, reply.headers["content-type"]) == (500, "application/json; charset=utf-8")
    assert (told(reply)["errorCode"], told(reply)["errorDetails"]) == (
        "GENERAL",
        "500 Internal Server Error: ZeroDivisionError: a bug",
    )


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("POST", ONE + "headline", b'{"context": {"targetingKey": "ann"}}'),
        ("POST", ONE + "nothing", b'{"context": {"targetingKey": "ann"}}'),
        ("POST", ALL, b'{"context": {"targetingKey": "ann"}}'),
        ("POST", ALL, b"nonsense"),
        ("GET", ALL, None),
        ("GET", CONFIGURATION, None),
        ("GET", "/ofrep/v1/nothing", None),
    ],
)
def test_a_page_of_any_origin_may_read_every_answer_and_its_tag(
    call: Call, method: str, target: str, body: bytes | None
) -> None:
    reply = call(method, target, {"Origin": "http://app.example:3000"}, body)

    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["access-control-expose-headers"] == "ETag"
    assert "access-control-allow-credentials" not in reply.headers


@pytest.mark.parametrize("target", [ONE + "a/b", ALL, CONFIGURATION, "/api" + ALL])
def test_a_preflight_needs_no_key_and_allows_what_providers_send(strict: Call, target: str) -> None:
    asked = {"Origin": "http://app.example", "Access-Control-Request-Method": "POST"}

    reply = strict("OPTIONS", target, asked)

    allowed = reply.headers["access-control-allow-headers"].split(", ")
    assert (reply.status, reply.headers["access-control-allow-origin"]) == (204, "*")
    assert {"content-type", "authorization", "x-api-key", "if-none-match"} <= set(allowed)


def test_answers_of_one_request_are_kept_by_nobody(call: Call) -> None:
    assert ask(call, ONE + "headline").headers["cache-control"] == "no-store"
    assert ask(call, ALL).headers["cache-control"] == "no-cache"
