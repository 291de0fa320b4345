"""OpenFeature's remote evaluation protocol: what is answered. With the real providers it is tested in ``tests/sdk``."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from emulator.server.parts import Parts
from emulator.snapshot import build_snapshot
from tests.server.calling import Call, over_http
from tests.server.conftest import Carrier
from tests.server.documents import CREATED_AT, Shelf, anybody, flag
from tests.server.remote import ALL, BROKEN, CONTEXT, FLAGS, NOW, ONE, SNAPSHOT, UNSUITABLE, ask, items, told


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(SNAPSHOT)


@pytest.fixture
def parts(shelf: Shelf) -> Parts:
    return Parts(shelf, clock=lambda: NOW)


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


def test_the_tag_is_another_for_other_flags_of_the_same_revision(call: Call, shelf: Shelf) -> None:
    """A browser keeps the tag, and the emulator begins with the first revision whenever it starts."""
    tag = ask(call, ALL).headers["etag"]
    shelf.current = build_snapshot({"flags.yaml": FLAGS.replace("serve: short", "serve: long")}, CREATED_AT)

    reply = ask(call, ALL, CONTEXT, {"If-None-Match": tag})

    assert (reply.status, told(reply)["metadata"]["revision"]) == (200, 1)


def test_the_tag_changes_when_a_schedule_begins_and_not_before(carry: Carrier, shelf: Shelf) -> None:
    times = [NOW]
    call = carry(Parts(shelf, clock=lambda: times[-1]))
    tag = ask(call, ALL).headers["etag"]

    replies = []
    for moment in (NOW.replace(day=30), NOW.replace(month=7)):
        times.append(moment)
        replies.append(ask(call, ALL, CONTEXT, {"If-None-Match": tag}))

    assert [reply.status for reply in replies] == [304, 200]
    assert items(replies[1])["later"]["value"] is True


def test_an_edit_is_seen_by_the_next_question(call: Call, shelf: Shelf) -> None:
    before = told(ask(call, ONE + "headline"))["value"]

    shelf.current = build_snapshot({"flags.yaml": FLAGS.replace("serve: short", "serve: long")}, CREATED_AT)

    assert (before, told(ask(call, ONE + "headline"))["value"]) == ("short", "long")


def test_a_sandbox_is_answered_for_its_own_key_alone(serve: Callable[[Parts], int], parts: Parts) -> None:
    call = over_http(serve(parts))
    sandbox = told(call("POST", "/emulator/v1/sandboxes", None, b"{}"))
    key, path = {"X-API-Key": sandbox["sdkKey"]}, f"/emulator/v1/sandboxes/{sandbox['sdkKey']}"
    tag = ask(call, ALL, CONTEXT, key).headers["etag"]

    call("PUT", f"{path}/flags/headline", None, b'{"serve": "long"}')
    call("PUT", f"{path}/clock", None, b'{"at": "2026-07-02T00:00Z"}')

    mine, others = (items(ask(call, ALL, CONTEXT, headers)) for headers in ({**key, "If-None-Match": tag}, {}))
    assert (mine["headline"]["value"], others["headline"]["value"]) == ("long", "short")
    assert (mine["later"].get("value"), others["later"].get("value")) == (True, None)
    assert told(ask(call, ONE + "headline", CONTEXT, key))["metadata"]["revision"] > 1
