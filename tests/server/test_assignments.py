"""W33 and W35: where precomputed clients find their assignments, with which keys, and what is refused."""

import gzip
import json
import zlib
from typing import Any

import pytest

from emulator.sdk_keys import mint_key
from emulator.server.notices import Notices
from emulator.server.parts import Parts, Settings
from tests.server.calling import Call, Reply
from tests.server.conftest import Carrier
from tests.server.documents import Shelf, config, environment, flag, snapshot
from tests.server.precomputed import precomputed, value

JSON = {"Content-Type": "application/json"}
ANN = b'{"subject_key": "ann"}'
BAD_BODY = "Invalid request body format"


def is_refused(reply: Reply, status: int, text: str) -> bool:
    plain = reply.headers["content-type"] == "text/plain; charset=utf-8"
    return (reply.status, reply.text, plain, reply.headers["access-control-allow-origin"]) == (status, text, True, "*")


@pytest.mark.parametrize("prefix", ["", "/api", "/", "/api/api", "/any//thing/"])
def test_w33_assignments_are_answered_under_any_prefix(call: Call, prefix: str) -> None:
    assert call("POST", f"{prefix}/assignments?apiKey=local-test", JSON, ANN).status == 200


@pytest.mark.parametrize("path", ["/emulator/assignments", "/ofrep/assignments", "/assignments/", "/my-assignments"])
def test_w33_no_other_path_is_one_of_theirs(call: Call, path: str) -> None:
    assert call("POST", f"{path}?apiKey=local-test", JSON, ANN).status == 404


def test_w33_a_flag_called_assignments_is_a_flag_all_the_same(carry: Carrier) -> None:
    call = carry(Parts(Shelf(snapshot(environment("test", config(flag("assignments")))))))

    assert json.loads(call("GET", "/emulator/v1/flags/assignments").body)["key"] == "assignments"


@pytest.mark.parametrize(
    ("query", "body", "status", "text"),
    [
        pytest.param("", ANN, 400, "Missing required query parameter: apiKey", id="no key"),
        pytest.param("?apiKey=", ANN, 400, "Missing required query parameter: apiKey", id="empty key"),
        pytest.param("?apiKey=", b"{}", 400, "Missing required query parameter: apiKey", id="empty key, bad body"),
        pytest.param("?apiKey=nobody", ANN, 401, "Invalid SDK key.", id="unknown key"),
        pytest.param("?apiKey=nobody", b"[]", 400, BAD_BODY, id="unknown key, bad body"),
    ],
)
def test_w35_strict_keys_refuse_an_unknown_or_missing_key(
    strict: Call, query: str, body: bytes, status: int, text: str
) -> None:
    assert is_refused(strict("POST", f"/assignments{query}", JSON, body), status, text)


@pytest.mark.parametrize("body", [b"{}", b'{"subject_attributes": {}}', b'{"subjectKey": "ann"}'])
def test_w35_a_body_without_a_subject_key_is_told_so(call: Call, body: bytes) -> None:
    reply = call("POST", "/assignments?apiKey=local-test", JSON, body)

    assert is_refused(reply, 400, "subject_key is required in the request body")


def test_w35_an_empty_subject_key_is_told_so(call: Call) -> None:
    reply = call("POST", "/assignments?apiKey=local-test", JSON, b'{"subject_key": ""}')

    assert is_refused(reply, 400, "subject_key is required and cannot be empty")


BAD_BODIES: tuple[tuple[bytes, str], ...] = (
    (b"", "the body is empty"),
    (b"nonsense", "line 1, column 1"),
    (b"\xff\xfe\x00", "not UTF-8"),
    (b'{"subject_key": "ann"', "found the end"),
    (b'{"subject_key": "ann"} {}', "column 24"),
    (b"[]", "expected an object, found list"),
    (b'"ann"', "expected an object, found text"),
    (b"null", "expected an object, found null"),
    (b"[" * 100_000, "nested too deeply"),
    (b'{"subject_key": "ann", "subject_attributes": ' + b'{"a":' * 100_000, "nested too deeply"),
    (b'{"subject_key": null}', "subject_key: expected a text, found null"),
    (b'{"subject_key": 7}', "subject_key: expected a text, found number 7"),
    (b'{"subject_key": ["ann"]}', "subject_key: expected a text, found a list"),
    (b'{"subject_key": "ann", "subject_attributes": {"a": NaN}}', "NaN"),
    (b'{"subject_key": "ann", "subject_attributes": {"a": -Infinity}}', "Infinity"),
    (b'{"subject_key": "ann", "subject_attributes": []}', "subject_attributes: expected an object of attributes"),
    (b'{"subject_key": "ann", "subject_attributes": "a"}', "subject_attributes: expected an object of attributes"),
    (
        b'{"subject_key": "ann", "subject_attributes": {"numericAttributes": [], "categoricalAttributes": {}}}',
        "subject_attributes: expected an object as numericAttributes, found list",
    ),
    (b'{"subject_key": "ann", "bandit_actions": ["f"]}', "bandit_actions: expected an object of flags, found list"),
    (b'{"subject_key": "ann", "bandit_actions": {"f": "a"}}', 'expected an object of actions for "f", found text'),
    (b'{"subject_key": "ann", "bandit_actions": {"f": {"a": 1}}}', "expected an object of attributes, found number"),
)


@pytest.mark.parametrize(("body", "reason"), BAD_BODIES, ids=lambda one: str(one)[:60])
def test_w35_any_other_bad_body_is_refused_and_the_terminal_says_why(
    shelf: Shelf, carry: Carrier, body: bytes, reason: str
) -> None:
    lines: list[str] = []
    call = carry(Parts(shelf, notices=Notices(lines.append)))

    replies = [call("POST", "/assignments?apiKey=local-test", JSON, body) for _ in range(2)]

    assert [is_refused(reply, 400, BAD_BODY) for reply in replies] == [True, True]
    assert (len(lines), lines[0].startswith("POST /assignments is refused with 400: ")) == (1, True)
    assert reason in lines[0]


def test_w35_the_terminal_says_which_key_is_refused(shelf: Shelf, carry: Carrier) -> None:
    lines: list[str] = []
    call = carry(Parts(shelf, Settings(strict_keys=True), Notices(lines.append)))

    for _ in range(2):
        call("POST", "/assignments?apiKey=lokal-test", JSON, ANN)

    assert len(lines) == 1
    assert 'refused with 401: unknown SDK key "lokal-test"; listed keys: ' in lines[0]


@pytest.mark.parametrize(
    "content_type",
    ["application/json; charset=utf-8", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""],
)
def test_w35_the_content_type_does_not_matter(call: Call, content_type: str) -> None:
    headers = {"Content-Type": content_type} if content_type else {}

    assert call("POST", "/assignments?apiKey=local-test", headers, ANN).status == 200


@pytest.mark.parametrize(("coding", "compress"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_a_compressed_body_is_read(call: Call, coding: str, compress: Any) -> None:
    reply = call("POST", "/assignments?apiKey=local-test", {"Content-Encoding": coding}, compress(ANN))

    assert reply.status == 200


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_a_body_that_is_not_compressed_as_it_says_is_a_400(call: Call, coding: str) -> None:
    reply = call("POST", "/assignments?apiKey=local-test", {"Content-Encoding": coding}, ANN)

    assert is_refused(reply, 400, BAD_BODY)


@pytest.mark.parametrize("compress", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_body_beyond_the_cap_is_a_413_in_text(shelf: Shelf, carry: Carrier, compress: Any) -> None:
    call = carry(Parts(shelf, Settings(body_limit_bytes=1_000)))
    coding = {"Content-Encoding": "gzip"} if compress is gzip.compress else {}

    reply = call("POST", "/assignments?apiKey=local-test", coding, compress(b" " * 1_001))

    assert (reply.status, reply.headers["content-type"]) == (413, "text/plain; charset=utf-8")


def test_w06_w11_the_answer_is_json_that_is_asked_for_again(call: Call) -> None:
    reply = call("POST", "/assignments?apiKey=local-test", JSON, ANN)

    assert reply.headers == {
        "content-type": "application/json; charset=utf-8",
        "content-length": str(len(reply.body)),
        "access-control-allow-origin": "*",
        "cache-control": "no-cache",
    }


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("apiKey=local-test", "Test"),
        ("apiKey=test-token", "Test"),
        ("apiKey=local-production", "Production"),
        ("sdkName=ios&sdkVersion=1&apiKey=local-production", "Production"),
        ("apiKey=no.dots?here%26", "Production"),
        ("apiKey=no.dots%3Fhere%26", "Production"),
        (f"apiKey={mint_key('http://127.0.0.1:8378', 'production', is_client_token=True)}", "Production"),
        ("apiKey=nobody", "Test"),
        ("apiKey=", "Test"),
        ("", "Test"),
    ],
)
def test_the_key_selects_the_environment(call: Call, query: str, name: str) -> None:
    document = precomputed(call, query, subject_key="ann", subject_attributes={"country": "US"})

    expected = {"Test": "on", "Production": "off"}[name]
    assert (document["environment"], value(document, "banner", "STRING", "")) == ({"name": name}, expected)


@pytest.mark.parametrize("key", ["local-test", "test-token", mint_key("http://127.0.0.1:8378", "production")])
def test_strict_keys_accept_listed_and_minted_keys(strict: Call, key: str) -> None:
    assert strict("POST", f"/assignments?apiKey={key}", JSON, ANN).status == 200


def test_an_unknown_key_is_named_once(shelf: Shelf, carry: Carrier) -> None:
    lines: list[str] = []
    call = carry(Parts(shelf, notices=Notices(lines.append)))

    for key in ("nobody", "local-test", "nobody"):
        precomputed(call, f"apiKey={key}", subject_key="ann")

    assert [line[:21] for line in lines] == ['SDK key "nobody" is u']
