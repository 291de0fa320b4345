"""The control API's answers, through a real server and through Flask alone."""

import json
import os
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

import emulator
from emulator.errors import Problem
from emulator.sdk_keys import mint_key
from emulator.server.parts import Parts, Settings
from emulator.snapshot import build_snapshot
from tests.server.calling import Call, over_http
from tests.server.conftest import Carrier
from tests.server.documents import (
    CREATED_AT,
    Shelf,
    anybody,
    bandit_snapshot,
    config,
    environment,
    flag,
    snapshot,
    two_environments,
)

PROBLEM = Problem("flags/a.yaml", 3, 5, "E120", "error", "no type", "add one", "banner")
FLAGS = """
environments:
  test: { sdk_keys: [local-test] }
  production: { sdk_keys: [local-production] }
flags:
  banner:
    type: boolean
    serve: "true"
  resting:
    type: boolean
    enabled: false
    serve: "true"
"""


def read(call: Call, path: str) -> Any:
    return json.loads(call("GET", f"/emulator/v1{path}").body)


def test_status_says_what_is_served(shelf: Shelf, carry: Carrier) -> None:
    shelf.problems, shelf.stale = (PROBLEM,), True

    status = read(carry(Parts(shelf, watcher_mode=lambda: "polling")), "/status")

    assert status == {
        "version": emulator.__version__,
        "revision": 1,
        "publishedAt": CREATED_AT,
        "environments": [
            {"key": "test", "name": "Test", "flags": 2, "bandits": 0},
            {"key": "production", "name": "Production", "flags": 1, "bandits": 0},
        ],
        "problems": [PROBLEM.as_json()],
        "stale": True,
        "watcher": "polling",
        "sandboxes": 0,
        "events": 0,
        "pid": os.getpid(),
    }


def test_status_counts_bandits(carry: Carrier) -> None:
    assert read(carry(Parts(Shelf(bandit_snapshot(4)))), "/status")["environments"][0]["bandits"] == 1


def test_status_counts_events(call: Call) -> None:
    call("POST", "/v0/i", None, b'{"eppo_events": [{}, {}, {}]}')

    assert read(call, "/status")["events"] == 3


def test_status_follows_the_revision(shelf: Shelf, call: Call) -> None:
    shelf.current = two_environments(revision=5)

    assert read(call, "/status")["revision"] == 5


@pytest.mark.parametrize(
    ("query", "environment", "keys"),
    [
        ("", "test", ["banner", "team/nested"]),
        ("?environment=test", "test", ["banner", "team/nested"]),
        ("?environment=production", "production", ["banner"]),
        ("?sdkKey=local-production", "production", ["banner"]),
        (f"?sdkKey={mint_key('http://127.0.0.1:1', 'production')}", "production", ["banner"]),
        ("?sdkKey=nobody", "test", ["banner", "team/nested"]),
    ],
)
def test_flags_are_listed_by_environment(call: Call, query: str, environment: str, keys: list[str]) -> None:
    listed = read(call, f"/flags{query}")

    assert (listed["environment"], [flag["key"] for flag in listed["flags"]]) == (environment, keys)


def test_a_listed_flag_is_described_in_short(call: Call) -> None:
    assert read(call, "/flags")["flags"][0] == {
        "key": "banner",
        "enabled": True,
        "variationType": "STRING",
        "variations": ["on"],
        "allocations": ["allocation-1"],
        "source": None,
    }


def test_one_flag_is_shown_as_each_environment_serves_it(call: Call) -> None:
    shown = read(call, "/flags/banner")

    assert [(one["key"], one["name"], list(one["flag"]["variations"])) for one in shown["environments"]] == [
        ("test", "Test", ["on"]),
        ("production", "Production", ["off"]),
    ]


def test_one_flag_is_told_in_words(call: Call) -> None:
    shown = read(call, "/flags/banner?environment=test")["environments"][0]

    assert shown["human"] == [
        "1. allocation-1: if country is US → on. Logged as banner-allocation-1.",
        "Everybody else: the caller's default.",
    ]


def test_one_flag_is_shown_in_the_environment_asked_for(call: Call) -> None:
    assert [one["key"] for one in read(call, "/flags/banner?environment=production")["environments"]] == ["production"]


def test_an_environment_that_lacks_a_flag_shows_none(call: Call) -> None:
    assert [one["flag"] is None for one in read(call, "/flags/team%2Fnested")["environments"]] == [False, True]


@pytest.mark.parametrize(
    "key", ["a/b", "a//b", "/a", "a/", "a%2Fb", "a b", "caf%C3%A9", "a.b", "flag-config/v1/config"]
)
def test_a_flag_key_may_hold_anything(carry: Carrier, key: str) -> None:
    from urllib.parse import unquote

    call = carry(Parts(Shelf(anybody(flag(unquote(key))))))

    assert read(call, f"/flags/{quote(unquote(key))}")["key"] == unquote(key)


def test_a_flag_of_the_files_has_its_place(carry: Carrier) -> None:
    compiled = build_snapshot({"flags/a.yaml": FLAGS}, CREATED_AT)

    source = read(carry(Parts(Shelf(compiled))), "/flags/banner")["source"]

    assert compiled.build is not None
    assert source == {"file": "flags/a.yaml", "line": 6, "column": 3}


def test_a_flag_that_is_off_everywhere_is_known_all_the_same(carry: Carrier) -> None:
    compiled = build_snapshot({"flags/a.yaml": FLAGS}, CREATED_AT)

    shown = read(carry(Parts(Shelf(compiled))), "/flags/resting")

    assert [(one["key"], one["flag"]) for one in shown["environments"]] == [("test", None), ("production", None)]


def test_a_published_flag_that_is_not_whole_is_listed_all_the_same(carry: Carrier) -> None:
    odd = environment("test", {**config(), "flags": {"a": None, "b": {"allocations": [3, {}], "variations": []}}})

    listed = read(carry(Parts(Shelf(snapshot(odd)))), "/flags")["flags"]

    assert [(flag["key"], flag["allocations"]) for flag in listed] == [("a", []), ("b", [None])]


@pytest.mark.parametrize(
    ("path", "status", "type_", "words"),
    [
        ("/flags/baner", 404, "unknown-flag", 'did you mean "banner"'),
        ("/flags?environment=Prodution", 404, "unknown-environment", 'did you mean "production"'),
        ("/flags/banner?environment=", 404, "unknown-environment", "there is test, production"),
        ("/flags?environment=test&sdkKey=local-test", 400, "bad-parameters", "alternatives"),
        ("/nowhere", 404, "not-found", "/emulator/v1/nowhere"),
        ("", 404, "not-found", "openapi.json"),
    ],
)
def test_an_error_is_a_problem_with_a_stable_type(call: Call, path: str, status: int, type_: str, words: str) -> None:
    reply = call("GET", f"/emulator/v1{path}")

    problem = json.loads(reply.body)
    assert (reply.status, problem["status"], problem["type"]) == (status, status, type_)
    assert (words in problem["detail"], reply.headers["content-type"]) == (True, "application/problem+json")


def test_strict_keys_hold_for_the_control_api_too(shelf: Shelf, carry: Carrier) -> None:
    call = carry(Parts(shelf, Settings(strict_keys=True)))

    assert read(call, "/flags?sdkKey=nobody")["type"] == "unknown-sdk-key"


def test_a_wrong_method_is_a_problem_that_names_the_right_ones(call: Call) -> None:
    reply = call("POST", "/emulator/v1/status", None, b"{}")

    assert (reply.status, json.loads(reply.body)["type"]) == (405, "method-not-allowed")
    assert reply.headers["allow"] == "GET, HEAD, OPTIONS"


def test_a_body_beyond_the_cap_is_a_problem(shelf: Shelf, serve: Callable[[Parts], int]) -> None:
    call = over_http(serve(Parts(shelf, Settings(body_limit_bytes=10))))

    reply = call("POST", "/emulator/v1/status", None, b"x" * 11)

    assert (reply.status, json.loads(reply.body)["type"]) == (413, "body-too-large")


def test_a_bug_is_a_problem(shelf: Shelf, carry: Carrier, caplog: pytest.LogCaptureFixture) -> None:
    call = carry(Parts(shelf, watcher_mode=lambda: [][0]))

    problem = read(call, "/status")

    assert (problem["type"], problem["status"], len(caplog.records)) == ("internal-error", 500, 1)


def test_the_page_names_the_base_url_under_which_it_was_reached(call: Call) -> None:
    reply = call("GET", "/", {"Host": "localhost:9999"})

    assert (reply.status, ">http://localhost:9999/api<" in reply.text) == (200, True)
