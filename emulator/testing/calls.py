"""What somebody asked an SDK client, and what the emulator would answer to the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_TYPES = {"string": "STRING", "integer": "INTEGER", "numeric": "NUMERIC", "boolean": "BOOLEAN", "json": "JSON"}
_ASSIGNMENT = ("flag_key", "subject_key", "subject_attributes", "default")
_BANDIT = ("flag_key", "subject_key", "subject_context", "actions", "default")


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a client; *actions* are None where no bandit was asked."""

    flag: str
    subject: Any
    attributes: Any
    type: str | None = None
    actions: Any = None


def call_of(method: str, arguments: tuple[Any, ...], named: Mapping[str, Any]) -> Call | None:
    """Return the call of a method such as ``get_string_assignment_details``; None where arguments are missing."""
    kind = method.split("_")[1]
    names = _BANDIT if kind == "bandit" else _ASSIGNMENT
    given = {**dict(zip(names, arguments, strict=False)), **named}
    flag = given.get("flag_key")
    if not isinstance(flag, str):
        return None
    attributes = _plain(given.get(names[2]))
    if kind != "bandit":
        return Call(flag, given.get("subject_key"), attributes, _TYPES[kind])
    actions = given.get("actions") or {}
    return Call(flag, given.get("subject_key"), attributes, None, {name: _plain(one) for name, one in actions.items()})


def _plain(attributes: Any) -> Any:
    """Return attributes as questions take them; the SDK's own object holds them split."""
    numeric = getattr(attributes, "numeric_attributes", None)
    if numeric is None:
        return attributes
    return {"numericAttributes": dict(numeric), "categoricalAttributes": dict(attributes.categorical_attributes)}
