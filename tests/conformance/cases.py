"""
Test cases on disk: a folder ``ufc`` with configurations and a folder ``ufc/tests`` with one JSON file per flag.

One case per (file, subject), so that one failure hides no other. A folder without cases is a mistake, never a pass.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

OWN = Path(__file__).parents[2] / "sdk_testdata"
# Where a checkout of the public test data lies.
PUBLIC_VARIABLE = "EPPO_SDK_TEST_DATA"


@dataclass(frozen=True, slots=True)
class Case:
    """What a caller asks (*kind* is the ``variationType``), and what the file says that he gets."""

    flag: str
    kind: str
    default: Any
    subject: str
    attributes: Mapping[str, Any]
    expected: Mapping[str, Any]


def public_folder() -> Path | None:
    named = os.environ.get(PUBLIC_VARIABLE)
    return Path(named) if named else None


def parameters(folder: Path | None) -> list[Any]:
    """
    Return one pytest parameter per case under *folder*.

    Where there is none, return one that says so: the test that gets it fails.
    """
    if folder is None:
        return [pytest.param(f"{PUBLIC_VARIABLE} names no checkout of the public test data", id="no-test-data")]
    found = list(_named_cases(folder))
    return [pytest.param(case, id=name) for name, case in found] or [
        pytest.param(f"no test cases in {folder / 'ufc' / 'tests'}", id="no-test-data")
    ]


def found(case: Case | str) -> Case:
    """Return *case*, or fail with the reason why there is none."""
    assert isinstance(case, Case), case
    return case


def _named_cases(folder: Path) -> Iterator[tuple[str, Case]]:
    for path in sorted((folder / "ufc" / "tests").glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        for place, subject in enumerate(document["subjects"]):
            case = Case(
                flag=document["flag"],
                kind=document["variationType"],
                default=document["defaultValue"],
                subject=subject["subjectKey"],
                attributes=subject["subjectAttributes"],
                expected={name: subject[name] for name in ("assignment", "evaluationDetails") if name in subject},
            )
            yield f"{path.stem}-{place}-{subject['subjectKey']}", case
