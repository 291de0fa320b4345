"""The public bandit cases: a folder ``ufc/bandit-tests`` with one JSON file per flag, one case per subject."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.cases import PUBLIC_VARIABLE, public_folder

SPLIT = ("numericAttributes", "categoricalAttributes")


@dataclass(frozen=True, slots=True)
class BanditCase:
    flag: str
    default: str
    subject: str
    attributes: Mapping[str, Any]
    actions: Mapping[str, Mapping[str, Any]]
    expected: Mapping[str, Any]


def parameters() -> list[Any]:
    """Return one parameter per subject; where there is none, one that fails and says so."""
    folder = public_folder()
    found = [] if folder is None else list(named_cases(folder / "ufc" / "bandit-tests"))
    return found or [pytest.param(f"{PUBLIC_VARIABLE} names no checkout with bandit cases", id="no-test-data")]


def named_cases(folder: Path) -> Iterator[Any]:
    for path in sorted(folder.glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        for place, subject in enumerate(document["subjects"]):
            case = BanditCase(
                flag=document["flag"],
                default=document["defaultValue"],
                subject=subject["subjectKey"],
                attributes=subject["subjectAttributes"],
                actions={one["actionKey"]: {name: one[name] for name in SPLIT} for one in subject["actions"]},
                expected=subject["assignment"],
            )
            yield pytest.param(case, id=f"{path.stem}-{place}-{subject['subjectKey']}")
