"""What the tests of this room share: a text compiled in one call, and its problems."""

from collections.abc import Mapping
from typing import Any

from emulator.errors import FlagFileError, Problem
from emulator.snapshot import Snapshot, build_snapshot

NOW = "2025-01-01T00:00:00.000Z"


def snapshot(text: str, files: Mapping[str, str] | None = None, previous: Snapshot | None = None) -> Snapshot:
    return build_snapshot({"flags/a.yaml": text}, NOW, files=files, previous=previous)


def config(text: str, environment: str | None = None, files: Mapping[str, str] | None = None) -> Any:
    """Return the UFC document of *environment*, by default of the first."""
    compiled = snapshot(text, files)
    return (compiled.by_key[environment] if environment else compiled.environments[0]).config


def flag(text: str, environment: str | None = None, files: Mapping[str, str] | None = None) -> Any:
    """Return the only flag that the text defines, as it is served."""
    (served,) = config(text, environment, files)["flags"].values()
    return served


def allocations(text: str, environment: str | None = None) -> Any:
    return flag(text, environment)["allocations"]


def problems(text: str, files: Mapping[str, str] | None = None) -> tuple[Problem, ...]:
    try:
        return snapshot(text, files).warnings
    except FlagFileError as error:
        return error.problems


def codes(text: str, files: Mapping[str, str] | None = None) -> list[str]:
    return [problem.code for problem in problems(text, files)]


def gate(condition: str) -> str:
    """Return a flag file whose only allocation holds *condition*, written as YAML after ``if: ``."""
    return (
        "flags:\n  gate:\n    type: boolean\n    allocations:\n"
        f"      - key: some\n        if: {condition}\n        serve: true\n"
    )


def conditions(condition: str) -> list[list[tuple[str, str, Any]]]:
    """Return the rules of *condition* as lists of (attribute, operator, value)."""
    (allocation,) = allocations(gate(condition))
    return [
        [(one["attribute"], one["operator"], one["value"]) for one in rule["conditions"]]
        for rule in allocation["rules"]
    ]
