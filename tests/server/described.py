"""What the OpenAPI document says of questions and answers, held against real ones."""

from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator

from emulator.server.openapi import openapi_document

DOCUMENT = openapi_document()


def closed(schema: Any) -> Any:
    """Return *schema* without room for members that it does not describe."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    inner = {name: closed(one) for name, one in schema.items()}
    return {"additionalProperties": False, **inner} if "properties" in schema and "type" in schema else inner


def validator(schema: Mapping[str, Any]) -> Draft202012Validator:
    return Draft202012Validator(closed({**schema, "components": DOCUMENT["components"]}))
