"""The pages of the sandboxes over HTTP: hostile names stay text, malformed flags are told, and what has ended is."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from emulator.sandboxes.changes import put_bandit, put_clock, put_flag
from emulator.sandboxes.sandbox import Sandbox
from emulator.server.parts import Parts
from emulator.snapshot import Snapshot, snapshot_of_ufc
from tests.server.calling import Call
from tests.server.documents import CREATED_AT, Shelf, bandit_snapshot, config, flag

HOSTILE = "<script>alert('1')</script> \"q\" /?#&% 🚲"
URL = "http://127.0.0.1:8378"


def made(parts: Parts, **settings: Any) -> Sandbox:
    environment = parts.workspace.current.environments[0].key
    return parts.sandboxes.create(parts.world, URL, environment, **settings)


def published(*flags: dict[str, Any]) -> Snapshot:
    return snapshot_of_ufc(json.dumps(config(*flags)), None, CREATED_AT)


def test_without_sandboxes_the_page_tells_how_one_is_made(call: Call) -> None:
    reply = call("GET", "/sandboxes")

    assert reply.status == 200
    assert "None is alive" in reply.text


def test_the_list_leads_to_each_of_them(call: Call, parts: Parts) -> None:
    sandbox = made(parts, name="tests/test_a.py::test_b")

    text = call("GET", "/sandboxes").text

    assert f'href="/sandboxes/{quote(sandbox.sdk_key)}"' in text
    assert "tests/test_a.py::test_b" in text


def test_one_is_found_by_a_word(call: Call, parts: Parts) -> None:
    for name in ("checkout", "headline"):
        made(parts, name=name)

    text = call("GET", "/sandboxes?q=HEAD").text

    assert "headline" in text
    assert "checkout</a>" not in text


@pytest.mark.parametrize("page", ["-1", "0", "x", "²", "9" * 4_000, "2"])
def test_any_page_can_be_asked_for(call: Call, parts: Parts, page: str) -> None:
    made(parts, name="the only one")

    assert "the only one" in call("GET", f"/sandboxes?page={quote(page)}").text


@pytest.mark.parametrize("scope", ["environment=gone", "sdkKey=gone", "environment=test&sdkKey=local-test"])
def test_a_scope_that_is_not_there_is_nothing_to_fail_for(call: Call, scope: str) -> None:
    assert call("GET", f"/sandboxes?{scope}").status == 200


def test_links_keep_the_environment(call: Call) -> None:
    assert 'href="/inbox?environment=production"' in call("GET", "/sandboxes?environment=production").text


@pytest.mark.parametrize("query", ["", f"?flag={quote(HOSTILE)}&difference={quote(HOSTILE)}&find={quote('<script')}"])
def test_hostile_names_stay_text(call: Call, parts: Parts, shelf: Shelf, query: str) -> None:
    shelf.current = published(flag(HOSTILE, HOSTILE))
    sandbox = made(parts, name=HOSTILE)
    put_flag(sandbox, HOSTILE, {"serve": HOSTILE, "subjects": [HOSTILE]})

    texts = [call("GET", target).text for target in ("/sandboxes", f"/sandboxes/{sandbox.sdk_key}{query}")]

    assert not any("<script>alert" in text for text in texts)
    assert all("&lt;script&gt;alert" in text for text in texts)


def test_the_call_of_a_hostile_flag_names_it(call: Call, parts: Parts, shelf: Shelf) -> None:
    shelf.current = published(flag(HOSTILE))
    sandbox = made(parts)
    put_flag(sandbox, HOSTILE, {"off": True})

    assert f'/flags/{quote(HOSTILE)}"' in call("GET", f"/sandboxes/{sandbox.sdk_key}").text


MALFORMED: dict[str, Any] = {
    "null": None,
    "list": [],
    "empty": {},
    "variations": {**flag("f"), "variations": ["on"]},
    "variation": {**flag("f"), "variations": {"on": None}},
    "allocations": {**flag("f"), "allocations": {"a": 1}},
    "allocation": {**flag("f"), "allocations": [None, {"key": 1}, {"key": "k", "splits": 7}]},
    "shards": {**flag("f"), "totalShards": 0},
    "window": {**flag("f"), "allocations": [{"key": "k", "startAt": "soon", "splits": [], "doLog": 1}]},
}


@pytest.mark.parametrize("wire", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_flag_can_be_looked_at_and_taken_away(call: Call, parts: Parts, shelf: Shelf, wire: Any) -> None:
    document = {**config(), "flags": {"f": wire}}
    shelf.current = snapshot_of_ufc(json.dumps(document), None, CREATED_AT)
    sandbox = made(parts)
    put_clock(sandbox, {"at": "2025-01-01T00:00Z"})
    one = f"/sandboxes/{sandbox.sdk_key}"
    assert call("GET", f"{one}?flag=f").status == 200

    put_flag(sandbox, "f", {"off": True})

    assert call("GET", f"{one}?flag=f&difference=f").status == 200


def test_lone_surrogates_and_nul_are_shown_as_escapes(call: Call, parts: Parts, shelf: Shelf) -> None:
    shelf.current = published(flag("a\0b\ud800", "v\ud800"))
    sandbox = made(parts, name="n\0")
    put_flag(sandbox, "a\0b\ud800", {"serve": "v\ud800"})

    reply = call("GET", f"/sandboxes/{sandbox.sdk_key}")

    assert reply.status == 200
    assert "a\\x00b\\ud800" in reply.text


def test_a_form_is_there_for_the_flag_or_bandit_that_is_asked_for(call: Call, parts: Parts, shelf: Shelf) -> None:
    shelf.current = bandit_snapshot(1)
    sandbox = made(parts)
    put_bandit(sandbox, "hats", {"pin": "red"})
    one = f"/sandboxes/{sandbox.sdk_key}"

    assert 'data-change="flag"' in call("GET", f"{one}?flag=hat").text
    assert 'data-change="bandit"' in call("GET", f"{one}?bandit=hats").text
    assert "have no flag" in call("GET", f"{one}?flag=gone").text
    assert "have no bandit" in call("GET", f"{one}?bandit=gone").text


def test_one_that_has_ended_is_told_kindly(call: Call, parts: Parts) -> None:
    sandbox = made(parts)
    parts.sandboxes.delete(sandbox.sdk_key)

    reply = call("GET", f"/sandboxes/{sandbox.sdk_key}")

    assert reply.status == 404
    assert "This sandbox has ended" in reply.text
    assert f"/inbox?q=sandbox%3A{quote(sandbox.sdk_key)}" in reply.text


@pytest.mark.parametrize("key", ["local-test", "a/b/../c", "%00", "%ED%A0%80", "x" * 2_000, quote(HOSTILE)])
def test_any_other_key_is_told_to_be_none(call: Call, key: str) -> None:
    reply = call("GET", f"/sandboxes/{key}")

    assert reply.status == 404
    assert "No such sandbox" in reply.text


def test_to_look_at_one_is_not_to_use_it(call: Call, parts: Parts) -> None:
    sandbox = made(parts)
    before = sandbox.ends_at

    call("GET", f"/sandboxes?sdkKey={sandbox.sdk_key}")
    call("GET", f"/sandboxes/{sandbox.sdk_key}")

    assert sandbox.ends_at == before


def test_an_environment_that_has_gone_is_still_named(call: Call, parts: Parts, shelf: Shelf) -> None:
    sandbox = made(parts)
    first, *others = shelf.current.environments

    shelf.current = replace(shelf.current, environments=tuple(others))

    assert first.key in call("GET", f"/sandboxes/{sandbox.sdk_key}").text


@pytest.mark.parametrize("path", ["/", "/flags/banner", "/inbox"])
def test_every_page_about_a_sandbox_that_has_ended_says_so(call: Call, parts: Parts, path: str) -> None:
    sandbox = made(parts)
    parts.sandboxes.delete(sandbox.sdk_key)

    reply = call("GET", f"{path}?sdkKey={quote(sandbox.sdk_key)}")

    assert reply.status == 404
    assert "This sandbox has ended" in reply.text
