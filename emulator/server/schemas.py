"""Bricks of JSON Schema and of routes, for the parts of the OpenAPI document. Pure."""

from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]

ANYTHING: Schema = {}
TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
BOOLEAN: Schema = {"type": "boolean"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
ANY_OBJECT: Schema = {"type": "object"}


def members(**required: Schema) -> Schema:
    """Return the object that has all these members; more may come with a later version."""
    return with_optional(required, {})


def with_optional(required: Mapping[str, Schema], optional: Mapping[str, Schema]) -> Schema:
    return {"type": "object", "required": list(required), "properties": {**required, **optional}}


def question(required: Mapping[str, Schema], optional: Mapping[str, Schema]) -> Schema:
    """Return the object that a caller sends: nothing else is understood, and null counts as absent."""
    absent = {name: nullable(schema) for name, schema in optional.items()}
    return {**with_optional(required, absent), "additionalProperties": False}


def list_of(items: Schema, **bounds: int) -> Schema:
    return {"type": "array", "items": items, **bounds}


def map_of(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


def one_of(*values: str) -> Schema:
    return {"enum": list(values)}


def either(*schemas: Schema) -> Schema:
    return {"anyOf": list(schemas)}


def nullable(schema: Schema) -> Schema:
    return either(schema, {"type": "null"})


def named(schema: str) -> Schema:
    return {"$ref": f"#/components/schemas/{schema}"}


def described(description: str, schema: Schema) -> Schema:
    return {**schema, "description": description}


def json_content(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


def parameter(name: str, where: str, description: str, **more: Any) -> Schema:
    """Return a parameter of a route, a text; *where* is ``path``, ``query`` or ``header``."""
    return {"name": name, "in": where, "required": where == "path", "description": description, "schema": TEXT} | more
