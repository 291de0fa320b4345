"""Real questions and answers keep to what the OpenAPI document says of them."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from emulator.server import create_app
from emulator.server.parts import Parts
from emulator.server.problem_details import STATUS_OF
from tests.server.asking import BANNER, NOW, SNAPSHOT, post, told
from tests.server.calling import Call, in_flask
from tests.server.described import DOCUMENT, validator
from tests.server.documents import Shelf

SHOES = {"flag": "shoes", "subject": "ann", "actions": {"red": {"price": 3}, "blue": None}}
STRANGE = {"flag": "limit", "subject": "ann", "attributes": {"visits": [1]}, "default": {"a": [None]}, "type": "STRING"}
QUESTIONS = [
    ("/evaluate", {**BANNER, "attributes": {"country": "NO"}}),
    ("/evaluate", {**BANNER, "at": "2025-04-02", "sdkKey": "local-production", "actions": None}),
    ("/evaluate", {**BANNER, "flag": "baner", "environment": "test", "trace": False}),
    ("/evaluate", {"flag": "limit", "subject": "ann", "attributes": {"visits": "12"}}),
    ("/evaluate", STRANGE),
    ("/evaluate", {"flag": "half", "subject": "ann"}),
    ("/evaluate", {"flag": "layout", "subject": "ann"}),
    ("/evaluate", SHOES),
    ("/evaluate", {**SHOES, "attributes": {"numericAttributes": {"age": 3}, "categoricalAttributes": {}}}),
    ("/evaluate", {**SHOES, "actions": ["red"]}),
    ("/evaluate", {**SHOES, "actions": []}),
    ("/evaluate", {**BANNER, "actions": ["red"]}),
    ("/evaluate/bulk", {"requests": []}),
    ("/evaluate/bulk", {"requests": [BANNER, SHOES, {**BANNER, "environment": "nowhere"}]}),
    ("/subjects", {"flag": "half", "gets": True, "via": "split", "count": 3, "seed": 7}),
    ("/subjects", {"flag": "shoes", "action": "red", "actions": ["red", "blue"]}),
    ("/simulate", {"flag": "half", "subjects": 10, "attributes": {}, "seed": -1}),
    ("/simulate", {"flag": "shoes", "environment": "test", "at": "2025-04-02"}),
]
EVERY_QUESTION = pytest.mark.parametrize(("path", "question"), QUESTIONS)


def operation(path: str, method: str = "post") -> Any:
    return DOCUMENT["paths"][f"/emulator/v1{path}"][method]


def of_answers(path: str, method: str = "post") -> Draft202012Validator:
    return validator(operation(path, method)["responses"]["200"]["content"]["application/json"]["schema"])


@pytest.fixture
def call() -> Call:
    return in_flask(create_app(Parts(Shelf(SNAPSHOT), clock=lambda: NOW)))


@EVERY_QUESTION
def test_a_question_is_as_described(path: str, question: Any) -> None:
    described = operation(path)["requestBody"]["content"]["application/json"]["schema"]

    assert [error.message for error in validator(described).iter_errors(question)] == []


@EVERY_QUESTION
def test_an_answer_is_as_described(call: Call, path: str, question: Any) -> None:
    answer = told(post(call, path, json.dumps(question).encode()))

    assert [f"{error.json_path}: {error.message}" for error in of_answers(path).iter_errors(answer)] == []


@pytest.mark.parametrize(
    ("path", "described"),
    [("/status", "/status"), ("/flags", "/flags"), ("/flags/banner", "/flags/{key}")],
)
def test_a_report_is_as_described(call: Call, path: str, described: str) -> None:
    answer = told(call("GET", f"/emulator/v1{path}"))

    assert [f"{error.json_path}: {error.message}" for error in of_answers(described, "get").iter_errors(answer)] == []


@pytest.mark.parametrize(
    ("path", "question", "type_"),
    [
        ("/evaluate", {"flag": "banner"}, "bad-parameters"),
        ("/subjects", {"flag": "banner", "gets": "nothing"}, "no-subject"),
        ("/simulate", {"flag": "nothing"}, "unknown-flag"),
    ],
)
def test_a_problem_is_as_described(call: Call, path: str, question: Any, type_: str) -> None:
    answer = told(post(call, path, json.dumps(question).encode()))

    described = operation(path)["responses"]["default"]["content"]["application/problem+json"]["schema"]

    assert [error.message for error in validator(described).iter_errors(answer)] == []
    assert (answer["type"], answer["status"]) == (type_, STATUS_OF[type_])


@pytest.mark.parametrize("schema", DOCUMENT["components"]["schemas"])
def test_every_schema_is_one(schema: str) -> None:
    Draft202012Validator.check_schema(DOCUMENT["components"]["schemas"][schema])


def test_a_schema_sees_a_member_that_it_does_not_describe(call: Call) -> None:
    """A guard that cannot fail guards nothing."""
    answer = told(post(call, "/evaluate", json.dumps(BANNER).encode()))
    answer["trace"]["allocations"][0]["rules"][0]["surprise"] = True

    assert not of_answers("/evaluate").is_valid(answer)
