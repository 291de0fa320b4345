"""The published JSON Schema, as an editor uses it: for completion, for hover and for red underlines."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from emulator.definitions.reading import allocation, bandit, expect, file, flag, layer
from tests.docs.editor_yaml import load
from tests.docs.snippets import Snippet, snippets
from tests.problems.corpus import CODES
from tests.problems.corpus import read as read_problem

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "emulator/definitions/schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
NESTED = ("properties", "patternProperties", "definitions")

# What the readers know, by the name of the schema's definition.
READERS: dict[str, Any] = {
    "flag": flag.KEYS["flag"],
    "expect": expect.KEYS["expect"],
    "allocation": allocation.KEYS["allocation"],
    "bandit": bandit.KEYS["bandit"],
    "layer": layer.KEYS["layer"],
    "experiment": layer.KEYS["layer_experiment"],
    "optOut": layer.KEYS["layer_opt_out"],
    "environment": file.ENVIRONMENT,
    "holdout": file.HOLDOUT,
}

WRONG = {
    "an unknown section": "flgas: {}",
    "an unknown key of a flag": "flags: {a: {type: boolean, allocation: []}}",
    "a flag without type": "flags: {a: {serve: true}}",
    "an unknown type": "flags: {a: {type: bool}}",
    "a percentage without sign": "flags: {a: {type: boolean, allocations: [{key: b, traffic: 0.2, serve: true}]}}",
    "an allocation that serves nothing": "flags: {a: {type: boolean, allocations: [{key: b}]}}",
    "an allocation without key": "flags: {a: {type: boolean, allocations: [{serve: true}]}}",
    "a time without zone": "flags: {a: {type: boolean, allocations: [{key: b, start: 2025-01-01T00:00, serve: true}]}}",
    "a condition without attribute": "audiences: {a: {one_of: [b]}}",
    "a list of audiences in lower layers": "holdouts: {h: {traffic: 10}}",
    "a version that does not exist": "version: 2",
    "an expected action of none on offer": "flags: {a: {type: string, expect: [{subject: b, action: c}]}}",
    "a bandit coefficient without numbers": "bandits: {b: {actions: {c: {subject: {age: {missing: 1}}}}}}",
}

RIGHT = {
    "a kill switch": "flags: {a: {type: boolean, serve: false}}",
    "names that look like other types": "flags: {'1': {type: string, variations: [on, 2, true], serve: 2}}",
    "a section of one's own": "x-notes: {anything: [goes]}\nflags: {}",
    "a raw flag": "flags: {a: {raw: {key: a, enabled: true, whatever: [1]}}}",
    "a raw allocation": "flags: {a: {type: boolean, allocations: [{raw: {key: b, splits: []}}]}}",
    "a condition in a list": "audiences: {a: [x = 1, {attribute: y, is_null: true}]}",
    "coefficients in a list": "bandits: {b: {actions: {c: {subject: [{attr: age, coef: 1}]}}}}",
}


def _nodes(schema: Any, path: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every sub-schema that describes a key, a value or an item, with its path."""
    for keyword in NESTED:
        for name, child in schema.get(keyword, {}).items():
            yield from _node(child, f"{path}/{keyword}/{name}")
    for keyword in ("items", "additionalProperties"):
        yield from _node(schema.get(keyword), f"{path}/{keyword}")
    for child in schema.get("anyOf", []):
        yield from _nodes(child, f"{path}/anyOf")


def _node(child: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(child, dict):
        yield path, child
        yield from _nodes(child, path)


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """The sub-schema with its reference followed; what stands beside the reference wins, as in editors."""
    if "$ref" not in schema:
        return schema
    target = SCHEMA
    for step in schema["$ref"].removeprefix("#/").split("/"):
        target = target[step]
    return {**_resolved(target), **schema}


def _complaints(text: str) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(load(text))]


NODES = dict(_nodes(SCHEMA))


def test_schema_is_valid_itself() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", READERS)
def test_schema_and_reader_know_the_same_keys(name: str) -> None:
    assert set(SCHEMA["definitions"][name]["properties"]) == set(READERS[name])


@pytest.mark.parametrize("path", NODES)
def test_every_key_has_a_description_to_hover_on(path: str) -> None:
    assert _resolved(NODES[path]).get("description", "").endswith((".", "`", ":", ")"))


@pytest.mark.parametrize("path", [path for path, node in NODES.items() if "enum" in node])
def test_every_enumerated_word_is_explained(path: str) -> None:
    assert len(NODES[path]["enumDescriptions"]) == len(NODES[path]["enum"])


@pytest.mark.parametrize("path", [path for path, node in NODES.items() if "defaultSnippets" in node])
def test_every_snippet_has_a_label_and_a_body(path: str) -> None:
    assert all({"label", "description", "body"} == set(snippet) for snippet in NODES[path]["defaultSnippets"])


@pytest.mark.parametrize("path", [path for path, node in NODES.items() if "defaultSnippets" in node])
def test_every_snippet_is_right_as_it_stands(path: str) -> None:
    here = jsonschema.Draft7Validator({**NODES[path], "definitions": SCHEMA["definitions"]})
    bodies = [
        load(re.sub(r"\$\{\d+:([^}]*)\}", r"\1", json.dumps(one["body"]))) for one in NODES[path]["defaultSnippets"]
    ]

    assert [error.message for body in bodies for error in here.iter_errors(body)] == []


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_editor_underlines(text: str) -> None:
    assert _complaints(text)


@pytest.mark.parametrize("text", RIGHT.values(), ids=RIGHT)
def test_editor_accepts(text: str) -> None:
    assert _complaints(text) == []


@pytest.mark.parametrize(
    "path", sorted([*ROOT.glob("flags/*.yaml"), *ROOT.glob("emulator/templates/**/*.yaml")]), ids=lambda p: p.name
)
def test_sample_files_satisfy_the_schema(path: Path) -> None:
    assert _complaints(path.read_text("utf-8")) == []


@pytest.mark.parametrize("snippet", snippets("yaml"), ids=str)
def test_snippets_satisfy_the_schema(snippet: Snippet) -> None:
    assert _complaints(snippet.text) == []


@pytest.mark.parametrize("code", CODES)
def test_files_without_problems_satisfy_the_schema(code: str) -> None:
    assert _complaints(read_problem(code, "pass")) == []
