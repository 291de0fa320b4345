"""JSON Schema for JSON variations. A module of its own: the library costs a tenth of a second to import."""

from collections.abc import Iterator
from typing import Any

from jsonschema import SchemaError
from jsonschema.validators import validator_for
from referencing import Registry
from referencing.exceptions import Unresolvable

# Nothing is fetched: a schema stands alone or refers to itself.
_NO_REMOTE: Registry[Any] = Registry()


def schema_problem(schema: Any) -> str:
    """Return why *schema* is no JSON Schema, or an empty text."""
    if not isinstance(schema, dict):
        return "expected an object"
    try:
        validator_for(schema).check_schema(schema)
    except SchemaError as error:
        return error.message
    return ""


def value_problems(schema: Any, value: Any) -> Iterator[str]:
    """Yield what is wrong with *value*, outermost first, with its path."""
    validator = validator_for(schema)(schema, registry=_NO_REMOTE)
    try:
        errors = sorted(validator.iter_errors(value), key=lambda error: [str(part) for part in error.path])
    except Unresolvable as unresolvable:
        yield f"the schema refers to {unresolvable.ref!r}, which it does not hold"
        return
    for error in errors:
        yield f"{error.json_path}: {error.message}" if error.path else error.message
