"""Bad questions: each has a defined answer, through a real server and through Flask alone."""

import gzip
import json
from typing import Any

import pytest

from emulator.queries import QueryError, Scope, Served, served
from emulator.server.parts import Parts, Settings
from emulator.server.problem_details import STATUS_OF
from emulator.server.questions import bulk_answer
from tests.server.asking import BANNER, EVERY_PATH, NOW, SNAPSHOT, ask, post, problem, told
from tests.server.calling import Call
from tests.server.conftest import Carrier
from tests.server.documents import Shelf


@pytest.fixture
def parts() -> Parts:
    return Parts(Shelf(SNAPSHOT), clock=lambda: NOW)


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain", "application/xml", ""]
)
def test_a_body_is_json_whatever_its_content_type_says(call: Call, content_type: str) -> None:
    reply = post(call, "/evaluate", json.dumps(BANNER).encode(), Content_Type=content_type)

    assert told(reply)["variation"] == "plain"


def test_a_compressed_body_is_read(call: Call) -> None:
    reply = post(call, "/evaluate", gzip.compress(json.dumps(BANNER).encode()), Content_Encoding="gzip")

    assert told(reply)["variation"] == "plain"


@EVERY_PATH
@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "the body is empty"),
        (b" \n", "the body is empty"),
        (b'{"flag":\n  nope}', 'not JSON at line 2, column 3: found "nope}"; Expecting value'),
        (b'{"flag": "banner"', "found the end"),
        (b"flag=banner&subject=ann", 'found "flag=banner&subject=…"'),
        (b'{"flag": "NaN", "default": NaN}', 'column 28: found "NaN}"; JSON has no such number'),
        (b'{"default": -Infinity}', 'found "-Infinity}"'),
        (b'{"flag": "\xff"}', "not UTF-8: found byte 0xff at offset 10"),
        ('{"flag": "banner"}'.encode("utf-16"), "not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"[]", "expected an object, found a list"),
        (b'"banner"', 'expected an object, found the text "banner"'),
        (b"null", "expected an object, found null"),
    ],
    ids=[
        "nothing", "space", "no value", "cut off", "form", "NaN", "-Infinity", "Latin-1", "UTF-16", "deep lists",
        "deep objects", "list", "text", "null",
    ],
)  # fmt: skip
def test_a_body_that_is_no_question_says_what_is_wrong_and_where(
    call: Call, path: str, body: bytes, words: str
) -> None:
    status, type_, detail = problem(post(call, path, body))

    assert (status, type_) == (400, "bad-parameters")
    assert words in detail


@EVERY_PATH
@pytest.mark.parametrize(
    ("body", "coding", "words"),
    [(b"{}", "gzip", "not what its Content-Encoding says"), (b"{}", "br", 'Content-Encoding "br" is not understood')],
    ids=["not compressed", "unknown"],
)
def test_a_body_in_another_coding_than_it_says_is_refused(
    call: Call, path: str, body: bytes, coding: str, words: str
) -> None:
    status, type_, detail = problem(post(call, path, body, Content_Encoding=coding))

    assert (status, type_) == (400, "bad-parameters")
    assert words in detail


@EVERY_PATH
@pytest.mark.parametrize("coding", ["", "gzip"])
def test_a_body_beyond_the_cap_is_refused(carry: Carrier, path: str, coding: str) -> None:
    call = carry(Parts(Shelf(SNAPSHOT), Settings(body_limit_bytes=1000)))
    body = gzip.compress(b" " * 1001) if coding else b" " * 1001

    status, type_, _ = problem(post(call, path, body, **({"Content_Encoding": coding} if coding else {})))

    assert (status, type_) == (413, "body-too-large")


@pytest.mark.parametrize(
    ("path", "question", "status", "type_", "words"),
    [
        ("/evaluate", {"flag": "banner"}, 400, "bad-parameters", '"subject" is missing'),
        ("/evaluate", {**BANNER, "subject": 3}, 400, "bad-parameters", '"subject": expected a text, found number 3'),
        ("/evaluate", {**BANNER, "atributes": {}}, 400, "bad-parameters", 'did you mean "attributes"'),
        ("/evaluate", {**BANNER, "attributes": []}, 400, "bad-parameters", "expected an object of attributes"),
        ("/evaluate", {**BANNER, "type": "text"}, 400, "bad-parameters", 'found "text"'),
        ("/evaluate", {**BANNER, "at": "tomorrow"}, 400, "bad-parameters", '"at"'),
        ("/evaluate", {**BANNER, "environment": "prodction"}, 404, "unknown-environment", 'did you mean "production"'),
        ("/evaluate", {**BANNER, "environment": "test", "sdkKey": "a"}, 400, "bad-parameters", "alternatives"),
        ("/evaluate/bulk", {}, 400, "bad-parameters", '"requests" is missing'),
        ("/evaluate/bulk", {"requests": {}}, 400, "bad-parameters", "expected a list of evaluations"),
        ("/evaluate/bulk", {"requests": [0] * 100_001}, 400, "bad-parameters", "at most 100,000, found 100,001"),
        ("/evaluate/bulk", {"request": []}, 400, "bad-parameters", 'did you mean "requests"'),
        ("/subjects", {"flag": "half", "count": 0}, 400, "bad-parameters", "whole number from 1 to 10,000"),
        ("/subjects", {"flag": "half", "gets": {}}, 400, "bad-parameters", "expected the key of a variation"),
        ("/simulate", {"flag": "half", "subjects": 10**7 + 1}, 400, "bad-parameters", "from 1 to 10,000,000"),
        ("/simulate", {"flag": "half", "subjects": 1.5}, 400, "bad-parameters", "found number 1.5"),
    ],
)
def test_a_question_that_makes_no_sense_says_what_is_wrong(
    call: Call, path: str, question: dict[str, Any], status: int, type_: str, words: str
) -> None:
    found = problem(post(call, path, json.dumps(question).encode()))

    assert found[:2] == (status, type_)
    assert words in found[2]


@pytest.mark.parametrize(
    ("more", "code", "variation"),
    [
        ({"flag": "baner", "default": "mine"}, "FLAG_UNRECOGNIZED_OR_DISABLED", "mine"),
        ({"flag": ""}, "ASSIGNMENT_ERROR", None),
        ({"type": "boolean", "default": True}, "TYPE_MISMATCH", True),
        ({"flag": "shoes", "environment": "production"}, "FLAG_UNRECOGNIZED_OR_DISABLED", None),
    ],
    ids=["unknown flag", "no name", "wrong type", "disabled"],
)
def test_who_gets_nothing_is_told_his_default_and_why(
    call: Call, more: dict[str, Any], code: str, variation: Any
) -> None:
    answer = ask(call, **{**BANNER, **more})

    assert (answer["variation"], answer["evaluationDetails"]["flagEvaluationCode"]) == (variation, code)
    assert answer["events"]["assignment"] is None


@pytest.mark.parametrize(
    ("flag_key", "attribute", "variation"),
    [
        ("limit", "1e400", 50),
        ("limit", "-1e400", 3),
        ("limit", "9" * 10_000, 50),
        ("limit", "-" + "9" * 10_000, 3),
        ("limit", "9" * 300, 50),
        ("limit", '{"nested": [10]}', 3),
        ("limit", "[" * 500 + "]" * 500, 3),
        ("limit", '"\\ud800"', 3),
        ("limit", "null", 3),
    ],
    ids=[
        "infinite", "minus infinite", "10,000 digits", "minus as many", "300 digits", "nested", "deep", "half a pair",
        "null",
    ],
)  # fmt: skip
def test_an_odd_attribute_has_a_defined_answer(call: Call, flag_key: str, attribute: str, variation: Any) -> None:
    body = f'{{"flag": "{flag_key}", "subject": "ann", "attributes": {{"visits": {attribute}}}}}'

    reply = post(call, "/evaluate", body.encode())

    assert (reply.status, told(reply)["variation"]) == (200, variation)


def test_what_json_cannot_write_comes_back_as_a_text(call: Call) -> None:
    body = b'{"flag": "nobody", "subject": "ann", "attributes": {"visits": -1e400}, "default": [1e400, {"a": 5}]}'

    assert told(post(call, "/evaluate", body))["variation"] == ["inf", {"a": 5}]


def test_half_a_surrogate_pair_comes_back_as_it_came(call: Call) -> None:
    assert told(post(call, "/evaluate", b'{"flag": "banner", "subject": "\\ud800"}'))["trace"]["subject"] == "\ud800"


def test_a_megabyte_of_a_subject_key_is_answered(call: Call) -> None:
    subject = "s" * 1_000_000

    answer = ask(call, flag="half", subject=subject)

    assert answer["events"]["assignment"]["subject"] == subject


def test_no_pattern_takes_long(call: Call) -> None:
    """Patterns run on RE2, in time that grows with the text; a backtracking engine would need 2^100,000 steps."""
    answer = ask(call, flag="greedy", subject="ann", attributes={"name": "a" * 100_000 + "!"})

    assert answer["variation"] is False


def test_an_answer_that_would_fill_the_memory_is_refused() -> None:
    def resolve(scope: Scope) -> Served:
        return served(SNAPSHOT, scope, NOW)

    with pytest.raises(
        QueryError, match=r'longer than 5,000 bytes after \d+ of 100 requests; .* "trace": false'
    ) as caught:
        bulk_answer({"requests": [BANNER] * 100}, resolve, lambda: None, longest_bytes=5_000)

    assert STATUS_OF[caught.value.word] == 413
