"""The questions of the control API, through a real server and through Flask alone."""

import gzip
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, NoReturn

import pytest

from emulator.errors import Problem
from emulator.sdk_keys import mint_key
from emulator.server.parts import Parts, Settings
from emulator.snapshot import Snapshot, build_snapshot
from tests.server.calling import Call, Reply, over_http
from tests.server.conftest import Carrier
from tests.server.documents import CREATED_AT, Shelf, anybody, flag

NOW = datetime(2025, 3, 28, 12, 0, tzinfo=UTC)
FLAGS = r"""
environments:
  test: { sdk_keys: [local-test] }
  production: { sdk_keys: [local-production] }
flags:
  banner:
    type: string
    variations: [plain, loud]
    allocations:
      - { key: norway, if: country = NO, serve: loud }
      - { key: later, start: 2025-04-01, serve: loud }
    serve: plain
  limit:
    type: integer
    variations: { low: 3, high: 50 }
    allocations:
      - { key: many, if: visits >= 10, serve: high }
    serve: low
  half:
    type: boolean
    allocations:
      - { key: split, split: [true, false] }
  greedy:
    type: boolean
    allocations:
      - { key: pattern, if: 'name matches "(a+)+$"', serve: true }
    serve: false
  layout:
    type: json
    variations: { wide: { columns: 3, of: { some: { depth: [1, 2.5, null] } } } }
    serve: wide
  shoes:
    type: string
    variations: { shoe-bandit: { bandit: shoe-bandit } }
    serve: shoe-bandit
    environments:
      production: { enabled: false }
bandits:
  shoe-bandit: { pin: red }
"""
SNAPSHOT = build_snapshot({"flags.yaml": FLAGS}, CREATED_AT)
PATHS = ("/evaluate", "/evaluate/bulk", "/subjects", "/simulate")
EVERY_PATH = pytest.mark.parametrize("path", PATHS)
BANNER = {"flag": "banner", "subject": "ann"}


@pytest.fixture
def parts() -> Parts:
    return Parts(Shelf(SNAPSHOT), clock=lambda: NOW)


def post(call: Call, path: str, body: bytes, **headers: str) -> Reply:
    return call("POST", f"/emulator/v1{path}", {name.replace("_", "-"): one for name, one in headers.items()}, body)


def told(reply: Reply) -> Any:
    """Return what the answer says; it has to be JSON as every language reads it."""

    def refuse(literal: str) -> NoReturn:
        raise AssertionError(f"{literal} is no JSON")

    return json.loads(reply.body.decode("utf-8"), parse_constant=refuse)


def ask(call: Call, path: str = "/evaluate", **question: Any) -> Any:
    reply = post(call, path, json.dumps(question).encode())

    assert (reply.status, reply.headers["content-type"]) == (200, "application/json; charset=utf-8")
    return told(reply)


def problem(reply: Reply) -> tuple[int, str, str]:
    """Return status, type and detail of a problem that is one in every respect."""
    document = told(reply)
    assert reply.headers["content-type"] == "application/problem+json"
    assert (document["status"], list(document)) == (reply.status, ["type", "title", "status", "detail"])
    return reply.status, document["type"], document["detail"]


def test_an_evaluation_tells_the_value_the_reason_and_the_event(call: Call) -> None:
    answer = ask(call, **BANNER, attributes={"country": "NO"})

    assert list(answer) == ["variation", "action", "evaluationDetails", "trace", "events", "revision", "environment"]
    assert (answer["variation"], answer["revision"], answer["environment"]) == ("loud", 1, "test")
    assert answer["evaluationDetails"]["matchedAllocation"]["key"] == "norway"
    assert answer["trace"]["allocations"][0]["note"] == 'serves "loud"'
    assert answer["events"]["assignment"] == {
        "featureFlag": "banner",
        "allocation": "norway",
        "experiment": "banner-norway",
        "variation": "loud",
        "subject": "ann",
        "subjectAttributes": {"country": "NO"},
        "timestamp": "2025-03-28T12:00:00.000Z",
        "metaData": answer["events"]["assignment"]["metaData"],
    }


def test_split_attributes_say_the_same(call: Call) -> None:
    split = {"categoricalAttributes": {"country": "NO"}, "numericAttributes": {}}

    assert ask(call, **BANNER, attributes=split)["variation"] == "loud"


@pytest.mark.parametrize("actions", [["red", "blue"], {"red": {}, "blue": {"price": 3}}], ids=["list", "map"])
def test_actions_make_it_a_bandit_call(call: Call, actions: Any) -> None:
    answer = ask(call, flag="shoes", subject="ann", actions=actions)

    assert (answer["variation"], answer["action"], answer["events"]["bandit"]["action"]) == (
        "shoe-bandit",
        "red",
        "red",
    )


def test_a_json_variation_is_told_as_it_is(call: Call) -> None:
    wide = {"columns": 3, "of": {"some": {"depth": [1, 2.5, None]}}}

    assert ask(call, flag="layout", subject="ann")["variation"] == wide


def test_who_wants_no_trace_is_told_none(call: Call) -> None:
    assert ask(call, **BANNER, trace=False)["trace"] is None


@pytest.mark.parametrize("selected", [{"sdkKey": "local-production"}, {"environment": "production"}], ids=str)
def test_an_environment_is_named_by_itself_or_by_a_key(call: Call, selected: dict[str, str]) -> None:
    assert ask(call, **BANNER, **selected)["environment"] == "production"


def test_a_minted_key_names_its_environment(call: Call) -> None:
    key = mint_key("http://127.0.0.1:1", "production")

    assert ask(call, **BANNER, sdkKey=key)["environment"] == "production"


def test_the_time_may_be_another(call: Call) -> None:
    assert ask(call, **BANNER)["variation"] == "plain"
    assert ask(call, **BANNER, at="2025-04-01T02:00:00+02:00")["variation"] == "loud"


def test_the_answer_follows_the_revision(parts: Parts, carry: Carrier) -> None:
    shelf = Shelf(anybody(flag("banner", "on")))
    call = carry(Parts(shelf))
    before = ask(call, **BANNER, attributes={"country": "US"})["variation"]

    shelf.current = anybody(flag("banner", "off"))

    assert (before, ask(call, **BANNER, attributes={"country": "US"})["variation"]) == ("on", "off")


def test_many_are_answered_in_their_order(call: Call) -> None:
    requests = [{"flag": "half", "subject": f"user-{number}"} for number in range(50)]

    results = ask(call, "/evaluate/bulk", requests=requests)["results"]

    assert results == [ask(call, **one) for one in requests]


def test_no_requests_have_no_results(call: Call) -> None:
    assert ask(call, "/evaluate/bulk", requests=[]) == {"results": []}


def test_a_bad_request_among_many_spoils_no_other(call: Call) -> None:
    strange = [BANNER, 3, {"flag": "banner"}, {**BANNER, "environment": "prod"}, {**BANNER, "default": 1e400}, BANNER]

    results = told(
        post(call, "/evaluate/bulk", json.dumps({"requests": strange}).replace("Infinity", "1e400").encode())
    )

    errors = [one.get("error", {}).get("type") for one in results["results"]]
    assert errors == [None, "bad-parameters", "bad-parameters", "unknown-environment", None, None]
    assert results["results"][1]["error"] == {
        "type": "bad-parameters",
        "title": "Bad Request",
        "status": 400,
        "detail": "expected an object, found number 3",
    }
    assert results["results"][0] == results["results"][5] == ask(call, **BANNER)


@dataclass
class Turning:
    """A source whose revision is another each time that somebody looks."""

    problems: tuple[Problem, ...] = ()
    stale: bool = False
    _revisions: "count[int]" = field(default_factory=count)

    @property
    def current(self) -> Snapshot:
        served = anybody(flag("banner"))
        return Snapshot(next(self._revisions), served.published_at, served.environments)


def test_many_are_answered_from_one_revision_at_one_time(carry: Carrier) -> None:
    ticks = count()
    call = carry(Parts(Turning(), clock=lambda: NOW + timedelta(seconds=next(ticks))))

    results = ask(call, "/evaluate/bulk", requests=[BANNER] * 5)["results"]

    assert len({one["revision"] for one in results}) == 1
    assert len({one["trace"]["at"] for one in results}) == 1


def test_subjects_are_found_who_get_what_is_wanted(call: Call) -> None:
    found = ask(call, "/subjects", flag="half", gets=True, via="split", count=4)["subjects"]

    assert (len(set(found)), {ask(call, flag="half", subject=one)["variation"] for one in found}) == (4, {True})


def test_another_seed_finds_others(call: Call) -> None:
    one, other = (ask(call, "/subjects", flag="half", gets="true", seed=seed)["subjects"] for seed in (1, 2))

    assert one != other


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ({"flag": "banner", "gets": "lout"}, 'flag "banner" never serves "lout"; did you mean "loud"?'),
        ({"flag": "banner", "gets": "loud"}, 'the rules of allocation "norway" do not hold for these attributes'),
        ({"flag": "baner"}, 'there is no flag "baner"; did you mean "banner"?'),
        ({"flag": "shoes", "action": "blue", "actions": ["red", "blue"]}, 'gives action "blue" no weight'),
    ],
    ids=["unknown variation", "closed", "unknown flag", "no weight"],
)
def test_where_nobody_can_land_the_reason_is_told(call: Call, question: dict[str, Any], reason: str) -> None:
    status, type_, detail = problem(post(call, "/subjects", json.dumps(question).encode()))

    assert (status, type_) == (409, "no-subject")
    assert reason in detail


def test_shares_stand_beside_the_configured_ones(call: Call) -> None:
    answer = ask(call, "/simulate", flag="half", subjects=4000)

    assert answer["shares"]["true"] == pytest.approx(0.5, abs=0.05)
    assert answer == {
        "subjects": 4000,
        "shares": answer["shares"],
        "allocations": {"split": 1.0},
        "default": 0.0,
        "configured": {"true": 0.5, "false": 0.5},
        "configuredAllocations": {"split": 1.0},
        "configuredDefault": 0.0,
    }


def test_an_unknown_flag_cannot_be_simulated(call: Call) -> None:
    status, type_, detail = problem(post(call, "/simulate", b'{"flag": "hal"}'))

    assert (status, type_, detail) == (404, "unknown-flag", 'no flag "hal"; did you mean "half"?')


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


@EVERY_PATH
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_questions_are_posted(call: Call, path: str, method: str) -> None:
    reply = call(method, f"/emulator/v1{path}")

    assert problem(reply)[:2] == (405, "method-not-allowed")
    assert reply.headers["allow"] == "POST, OPTIONS"


@EVERY_PATH
@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Origin": "null"}], ids=str
)
def test_a_foreign_page_may_not_ask(call: Call, path: str, headers: dict[str, str]) -> None:
    reply = call("POST", f"/emulator/v1{path}", headers, json.dumps(BANNER).encode())

    assert problem(reply)[0] == 403
    assert not [name for name in reply.headers if name.startswith("access-control")]


@EVERY_PATH
def test_questions_need_the_token(carry: Carrier, path: str) -> None:
    call = carry(Parts(Shelf(SNAPSHOT), Settings(token="secret")))

    without, with_it = (post(call, path, b"{}", **headers) for headers in ({}, {"Authorization": "Bearer secret"}))

    assert (without.status, with_it.status) == (401, 400)


def test_strict_keys_know_their_own_only(carry: Carrier) -> None:
    call = carry(Parts(Shelf(SNAPSHOT), Settings(strict_keys=True)))

    found = problem(post(call, "/evaluate", json.dumps({**BANNER, "sdkKey": "stranger"}).encode()))

    assert found[:2] == (404, "unknown-sdk-key")
    assert ask(call, **BANNER, sdkKey="local-production")["environment"] == "production"


def test_configurations_are_served_while_a_long_question_is_worked_on(serve: Callable[[Parts], int]) -> None:
    call = over_http(serve(Parts(Shelf(SNAPSHOT))))
    ask(call, "/simulate", flag="half", subjects=1)

    with ThreadPoolExecutor(1) as asker:
        asked = asker.submit(post, call, "/simulate", b'{"flag": "half", "subjects": 1000000}')
        statuses = [call("GET", "/flag-config/v1/config").status for _ in range(20)]
        answered_first = asked.done()

    assert (statuses, answered_first, asked.result().status) == ([200] * 20, False, 200)
