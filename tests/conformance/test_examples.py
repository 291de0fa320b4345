"""
The reference examples of the language: each YAML file compiles to the documents beside it.

``EPPO_EMULATOR_EXAMPLES`` names their folder: ``NAME.yaml`` with ``NAME.ENVIRONMENT.ufc.json`` and
``NAME.ENVIRONMENT.bandits.json``. Compared as trees, without time stamps and without the hashes in model versions. What
their ``expect:`` entries say holds, at any time for which they name none.
"""

import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from emulator.expectations import entries_of, run_entry
from emulator.snapshot import Snapshot, build_snapshot, read_sources

pytestmark = pytest.mark.ci

NOW = datetime.now(UTC)
_HASH = re.compile(r"-[0-9a-f]{12}\Z")


def folder() -> Path:
    return Path(os.environ.get("EPPO_EMULATOR_EXAMPLES", "no such folder"))


def documents() -> list[Path]:
    return sorted(folder().glob("*.*.*.json"))


def compiled(path: Path) -> Snapshot:
    sources = read_sources({str(path): path.read_text()})
    files = {name: Path(name).read_text() for name in sources.referenced}
    return build_snapshot(sources, "2025-01-01T00:00:00.000Z", files=files)


def bare(tree: Any) -> Any:
    """Return *tree* without what depends on time, and model versions without their hash."""
    if isinstance(tree, list):
        return [bare(item) for item in tree]
    if not isinstance(tree, dict):
        return tree
    kept = {key: bare(value) for key, value in tree.items() if key not in ("createdAt", "updatedAt")}
    if "modelVersion" in kept:
        kept["modelVersion"] = _HASH.sub("", kept["modelVersion"])
    return kept


def test_the_examples_are_there() -> None:
    assert documents(), "set EPPO_EMULATOR_EXAMPLES to the folder of the reference examples"


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_example_compiles_to_the_document_beside_it(path: Path) -> None:
    name, environment, form, _ = path.name.split(".")
    served = compiled(path.with_name(f"{name}.yaml")).by_key[environment]

    expected = json.loads(path.read_text())
    if form == "ufc":
        expected.setdefault("banditReferences", {})

    assert bare(json.loads((served.plain if form == "ufc" else served.bandits).body)) == bare(expected)


@pytest.mark.parametrize("path", sorted(folder().glob("*.yaml")), ids=lambda path: path.name)
def test_expectations_of_the_example_hold(path: Path) -> None:
    snapshot = compiled(path)

    results = [
        run_entry(snapshot, entry, environment, now=NOW)
        for entry in entries_of(snapshot)
        for environment in entry.environments
    ]

    assert [result.message for result in results if not result.passed] == []
    assert len(results) == path.read_text().count("{ subject")
