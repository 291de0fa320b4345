"""The document and the application name the same routes."""

import json
import re
from collections.abc import Iterator
from typing import Any

from werkzeug.routing import Rule

from emulator.server import create_app
from emulator.server.openapi import openapi_document
from emulator.server.parts import Parts
from emulator.server.problem_details import STATUS_OF
from tests.server.calling import in_flask

DOCUMENT = openapi_document()


def routes_of(rule: Rule) -> Iterator[tuple[str, str]]:
    path = re.sub(r"<\w+:(\w+)>", r"{\1}", rule.rule)
    return ((path, method) for method in (rule.methods or ()) if method not in ("HEAD", "OPTIONS"))


def operations() -> Iterator[tuple[str, str, Any]]:
    return ((path, method, one) for path, item in DOCUMENT["paths"].items() for method, one in item.items())


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from ([value["$ref"]] if "$ref" in value else [])
        value = list(value.values())
    for member in value if isinstance(value, list) else []:
        yield from references(member)


def test_the_document_names_exactly_the_routes_of_the_application(parts: Parts) -> None:
    """But for the pages, which are for people."""
    rules = [rule for rule in create_app(parts).url_map.iter_rules() if not rule.endpoint.startswith("pages.")]
    application = {route for rule in rules for route in routes_of(rule)}

    assert {(path, method.upper()) for path, method, _ in operations()} == application


def test_the_document_is_served(parts: Parts) -> None:
    reply = in_flask(create_app(parts))("GET", "/emulator/v1/openapi.json")

    assert json.loads(reply.body) == DOCUMENT


def test_every_reference_leads_somewhere() -> None:
    schemas = {f"#/components/schemas/{name}" for name in DOCUMENT["components"]["schemas"]}

    assert set(references(DOCUMENT)) <= schemas


def test_every_placeholder_of_a_path_is_described() -> None:
    named = {path: set(re.findall(r"{(\w+)}", path)) for path, _, _ in operations()}
    described = {
        path: {parameter["name"] for parameter in one.get("parameters", []) if parameter["in"] == "path"}
        for path, _, one in operations()
    }

    assert described == named


def test_every_problem_type_is_listed() -> None:
    assert DOCUMENT["components"]["schemas"]["ProblemDetails"]["properties"]["type"] == {"enum": list(STATUS_OF)}
