"""
What SDKs of seven languages were seen to answer: the file ``observed_matrix.json``, which is not part of this project.

``EPPO_EMULATOR_OBSERVATIONS`` names its folder. Answers are letters, one per SDK: T and F for a condition that is true
or false, E for an exception; the Rust core is first, JavaScript third.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

VARIABLE = "EPPO_EMULATOR_OBSERVATIONS"
_RUST, _JAVASCRIPT = 0, 2


@dataclass(frozen=True, slots=True)
class Cell:
    """One condition asked of one attribute value."""

    operator: str
    wanted: Any
    actual: Any
    rust: str
    javascript: str


def load() -> dict[str, Any]:
    """Return the whole file, or an empty one where the variable names none; the tests then fail."""
    path = Path(os.environ.get(VARIABLE, "no such folder")) / "observed_matrix.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def parameters(rows: list[Any], identity: Any) -> list[Any]:
    """Return one pytest parameter per row, or one that says why there is none."""
    missing = pytest.param(f"set {VARIABLE} to the folder of observed_matrix.json", id="no-observations")
    return [pytest.param(row, id=f"{place}-{identity(row)}") for place, row in enumerate(rows)] or [missing]


def value_of(tagged: Mapping[str, Any] | None) -> Any:
    """Return an attribute's value from its tagged form."""
    if tagged is None or tagged["t"] == "n":
        return None
    readers = {"i": int, "f": float}
    return readers.get(tagged["t"], lambda value: value)(tagged["v"])


def cells(row: Mapping[str, Any], values: Mapping[str, Any], wanted: str) -> Iterator[Cell]:
    """Yield the cells of one row of a matrix; *values* are named, *wanted* is the member that holds the condition's."""
    for name, value in values.items():
        everywhere = "T" if name in row["matchedEverywhere"] else "F"
        letters = row["differ"].get(name, everywhere * 8)
        yield Cell(row["operator"], row[wanted], value, letters[_RUST], letters[_JAVASCRIPT])
