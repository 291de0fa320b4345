"""OpenFeature's remote evaluation protocol, route by route; with the real providers it is tested in ``tests/sdk``."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.server.notices import Notices
from emulator.server.parts import Parts, Settings
from emulator.snapshot import Snapshot, build_snapshot
from tests.server.calling import Call, Reply
from tests.server.conftest import Carrier
from tests.server.documents import CREATED_AT, Shelf, anybody, flag

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
ONE = "/ofrep/v1/evaluate/flags/"
ALL = "/ofrep/v1/evaluate/flags"
CONFIGURATION = "/ofrep/v1/configuration"
FLAGS = """
environments:
  test:       { sdk_keys: [local-test] }
  production: { sdk_keys: [local-production] }
flags:
  headline:
    type: string
    variations: [short, long]
    serve: short
    environments: { production: { serve: long } }
  limit:
    type: integer
    variations: { low: 3, high: 50 }
    allocations: [{ key: paying, if: 'plan in [pro, team]', serve: high, log: false }]
    serve: low
  price: { type: numeric, variations: { full: 5, reduced: 2.5 }, serve: full }
  checkout:
    type: boolean
    allocations: [{ key: norway, if: country = NO, serve: true }]
  layout: { type: json, variations: { wide: { columns: 3, gap: 1.0 } }, serve: wide }
  colours: { type: json, variations: { warm: [red, orange] }, serve: warm }
  coin:
    type: boolean
    allocations: [{ key: half, split: [true, false] }]
  later:
    type: boolean
    allocations: [{ key: july, start: 2026-07-01T00:00Z, serve: true }]
  shoes: { type: string, variations: { shoe-bandit: { bandit: shoe-bandit } }, serve: shoe-bandit }
  disabled: { type: boolean, serve: true, enabled: false, emit: disabled }
  team/checkout//new: { type: boolean, serve: true }
  "größe 50%?#\\n": { type: boolean, serve: true }
bandits:
  shoe-bandit: { pin: nike }
"""
CONTEXT: dict[str, Any] = {"targetingKey": "ann", "country": "NO", "plan": "pro", "nested": {"a": [1, None]}}


def served() -> Snapshot:
    return build_snapshot({"flags.yaml": FLAGS}, CREATED_AT)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(served())


@pytest.fixture
def parts(shelf: Shelf) -> Parts:
    return Parts(shelf, clock=lambda: NOW)


def ask(call: Call, target: str, context: Any = CONTEXT, headers: Mapping[str, str] | None = None) -> Reply:
    return call("POST", target, headers, json.dumps({"context": context}).encode())


def told(reply: Reply) -> Any:
    return json.loads(reply.body)


def items(reply: Reply) -> dict[str, Any]:
    return {item["key"]: item for item in told(reply)["flags"]}


@pytest.mark.parametrize(
    ("key", "value", "variant", "reason", "allocation", "log"),
    [
        ("headline", '"short"', "short", "STATIC", "default", True),
        ("limit", "50", "high", "TARGETING_MATCH", "paying", False),
        ("price", "5.0", "full", "STATIC", "default", True),
        ("checkout", "true", "true", "TARGETING_MATCH", "norway", True),
        ("layout", '{"columns":3,"gap":1.0}', "wide", "STATIC", "default", True),
        ("colours", '["red","orange"]', "warm", "STATIC", "default", True),
        ("coin", "false", "false", "SPLIT", "half", True),
        ("shoes", '"shoe-bandit"', "shoe-bandit", "STATIC", "default", True),
    ],
)
def test_a_flag_is_answered_with_value_variant_reason_and_metadata(
    call: Call, key: str, value: str, variant: str, reason: str, allocation: str, log: bool
) -> None:
    reply = ask(call, ONE + key)

    metadata = {"allocation": allocation, "doLog": log, "environment": "test", "revision": 1}
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json; charset=utf-8")
    assert told(reply) == {
        "key": key, "value": json.loads(value), "reason": reason, "variant": variant, "metadata": metadata,
    }  # fmt: skip
    # As it is written: 5 and 5.0 are one number to Python, and two types to its provider.
    assert f'"value":{value},' in reply.text


SHARD = {"salt": "s", "ranges": [{"start": 0, "end": 5_000}]}
EVERYBODY = {"salt": "e", "ranges": [{"start": 0, "end": 10_000}]}
NOBODY = {"salt": "n", "ranges": [{"start": 0, "end": 0}]}
ANY_RULE = [{"conditions": []}]


@pytest.mark.parametrize(
    ("rules", "splits", "reason"),
    [
        ([], [[]], "STATIC"),
        ([], [[EVERYBODY]], "STATIC"),
        ([], [[EVERYBODY, EVERYBODY], [SHARD]], "STATIC"),
        (ANY_RULE, [[]], "TARGETING_MATCH"),
        (ANY_RULE, [[EVERYBODY]], "TARGETING_MATCH"),
        ([], [[SHARD], []], "SPLIT"),
        ([], [[NOBODY], []], "SPLIT"),
        ([], [[EVERYBODY, SHARD], [EVERYBODY]], "SPLIT"),
        (ANY_RULE, [[SHARD], []], "SPLIT"),
    ],
)
def test_the_reason_says_what_decided(carry: Carrier, rules: list[Any], splits: list[Any], reason: str) -> None:
    one = flag("banner")
    one["allocations"][0] |= {
        "rules": rules,
        "splits": [{"variationKey": "on", "shards": shards} for shards in splits],
    }

    reply = ask(carry(Parts(Shelf(anybody(one)))), ONE + "banner")

    assert told(reply)["reason"] == reason


@pytest.mark.parametrize(
    ("key", "context", "details"),
    [
        ("hedline", {}, 'Unrecognized or disabled flag: hedline; did you mean "headline"?'),
        ("zzz", {}, "Unrecognized or disabled flag: zzz; there is checkout, coin, "),
        ("disabled", {}, 'Unrecognized or disabled flag: disabled; flag "disabled" is disabled in environment "test"'),
        ("checkout", {"country": "SE"}, 'allocation "norway": `country` is text "SE"; ONE_OF wants "NO"'),
        ("checkout", {"contry": "NO"}, 'did you mean "contry"?'),
        ("later", {}, 'nearest: allocation "july": begins at 2026-07-01T00:00:00.000Z; now it is 2026-06-01T12:00'),
        ("a\nb", {}, "Unrecognized or disabled flag: a\\x0ab; "),
    ],
)
def test_a_flag_that_serves_nothing_is_not_found_and_says_why(
    call: Call, key: str, context: dict[str, Any], details: str
) -> None:
    reply = ask(call, ONE + key.replace("\n", "%0A"), {"targetingKey": "ann", **context})

    failure = told(reply)
    assert (reply.status, failure["key"], failure["errorCode"]) == (404, key, "FLAG_NOT_FOUND")
    assert details in failure["errorDetails"]
    assert list(failure) == ["key", "errorCode", "errorDetails"]


BROKEN = {**flag("broken"), "totalShards": "many"}
UNSUITABLE = {**flag("unsuitable"), "variationType": "INTEGER"}
UNSUITABLE["allocations"] = [{**UNSUITABLE["allocations"][0], "rules": []}]


@pytest.mark.parametrize(
    ("one", "details"),
    [(BROKEN, "flag broken is broken: totalShards"), (UNSUITABLE, "set to incompatible value (on)")],
    ids=["flag", "value"],
)
def test_a_broken_flag_is_a_500_that_says_what_is_broken(carry: Carrier, one: dict[str, Any], details: str) -> None:
    reply = ask(carry(Parts(Shelf(anybody(one)))), ONE + one["key"])

    failure = told(reply)
    assert (reply.status, failure["key"], failure["errorCode"]) == (500, one["key"], "GENERAL")
    assert details in failure["errorDetails"]


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


def test_all_flags_are_answered_in_the_order_of_the_configuration(call: Call, shelf: Shelf) -> None:
    reply = ask(call, ALL)

    assert reply.status == 200
    assert list(items(reply)) == list(shelf.current.environments[0].config["flags"])
    assert told(reply)["metadata"] == {"environment": "test", "revision": 1}


@pytest.mark.parametrize("key", ["headline", "limit", "price", "checkout", "layout", "coin", "shoes"])
def test_a_flag_says_the_same_alone_and_among_all_but_for_the_revision(call: Call, key: str) -> None:
    alone = told(ask(call, ONE + key))

    assert alone["metadata"].pop("revision") == told(ask(call, ALL))["metadata"]["revision"]
    assert items(ask(call, ALL))[key] == alone


def test_a_flag_that_serves_nothing_is_a_failure_among_all(call: Call) -> None:
    found = items(ask(call, ALL, {"targetingKey": "ann"}))

    assert found["disabled"]["errorCode"] == "FLAG_NOT_FOUND"
    assert found["checkout"] == {
        "key": "checkout",
        "errorCode": "FLAG_NOT_FOUND",
        "errorDetails": 'No allocations matched. Falling back to "Default Allocation", serving NULL; '
        'nearest: allocation "norway": `country` is missing; ONE_OF is false without a value',
    }


def test_a_broken_flag_spoils_no_other(carry: Carrier) -> None:
    call = carry(Parts(Shelf(anybody(BROKEN, UNSUITABLE, flag("banner")))))

    found = items(ask(call, ALL, {"targetingKey": "ann", "country": "US"}))

    assert [found[key].get("errorCode") for key in ("broken", "unsuitable")] == ["GENERAL", "GENERAL"]
    assert found["banner"]["value"] == "on"


def test_no_flags_are_an_empty_list(carry: Carrier) -> None:
    assert told(ask(carry(Parts(Shelf(anybody()))), ALL))["flags"] == []


SAME_CONTEXT = {"nested": {"a": [1, None]}, "plan": "pro", "country": "NO", "targetingKey": "ann"}
OTHER_CONTEXTS = [
    {**CONTEXT, "targetingKey": "ben"},
    {**CONTEXT, "nobody-asks": 1},
    {**CONTEXT, "nested": {"a": [1, 0]}},
    {"targetingKey": "ann", "country": "NO", "plan": "pro"},
]


def test_the_tag_is_the_same_for_the_same_context_in_another_order(call: Call) -> None:
    assert ask(call, ALL).headers["etag"] == ask(call, ALL, SAME_CONTEXT).headers["etag"]


@pytest.mark.parametrize("context", OTHER_CONTEXTS, ids=str)
def test_the_tag_is_another_for_another_context(call: Call, context: dict[str, Any]) -> None:
    """A provider keeps one tag while its context changes, and answers of another context are none."""
    first = ask(call, ALL).headers["etag"]

    reply = ask(call, ALL, context, {"If-None-Match": first})

    assert (reply.status, reply.headers["etag"] != first) == (200, True)


def test_the_tag_is_another_for_another_environment(call: Call) -> None:
    contexts = [ask(call, ALL, CONTEXT, {"X-API-Key": key}) for key in ("local-test", "local-production")]

    assert len({reply.headers["etag"] for reply in contexts}) == 2


@pytest.mark.parametrize("held", ["{}", "W/{}", "*", '"other", {}'])
def test_who_holds_all_flags_gets_304_without_a_body(call: Call, held: str) -> None:
    tag = ask(call, ALL).headers["etag"]

    reply = ask(call, ALL, CONTEXT, {"If-None-Match": held.format(tag)})

    assert (reply.status, reply.body, reply.headers["etag"]) == (304, b"", tag)


def test_the_tag_is_another_for_another_revision(call: Call, shelf: Shelf) -> None:
    tag = ask(call, ALL).headers["etag"]
    shelf.current = replace(shelf.current, revision=2)

    reply = ask(call, ALL, CONTEXT, {"If-None-Match": tag})

    assert (reply.status, told(reply)["metadata"]["revision"]) == (200, 2)


def test_the_tag_changes_when_a_schedule_begins_and_not_before(carry: Carrier, shelf: Shelf) -> None:
    times = iter([NOW, NOW.replace(day=30), NOW.replace(month=7)])
    call = carry(Parts(shelf, clock=lambda: next(times)))
    tag = ask(call, ALL).headers["etag"]

    replies = [ask(call, ALL, CONTEXT, {"If-None-Match": tag}) for _ in range(2)]

    assert [reply.status for reply in replies] == [304, 200]
    assert items(replies[1])["later"]["value"] is True


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


class BrokenShelf:
    """A source of snapshots that fails, as a bug would."""

    problems = ()
    stale = False

    @property
    def current(self) -> Snapshot:
        raise ZeroDivisionError("a bug")


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


def test_an_edit_is_seen_by_the_next_question(call: Call, shelf: Shelf) -> None:
    before = told(ask(call, ONE + "headline"))["value"]

    shelf.current = build_snapshot({"flags.yaml": FLAGS.replace("serve: short", "serve: long")}, CREATED_AT)

    assert (before, told(ask(call, ONE + "headline"))["value"]) == ("short", "long")
