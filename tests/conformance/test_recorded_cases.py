"""
Our own cases: the SDK of today answers what was recorded, from the bytes that the flag files compile to today.

``python -m sdk_testdata.record`` records them anew.
"""

import json
from typing import Any

import pytest

from sdk_testdata.python_sdk import SDK_NAME, PythonSdk
from sdk_testdata.questions import QUESTIONS
from sdk_testdata.record import compiled
from tests.conformance.cases import OWN, Case, found, parameters

TESTS = OWN / "ufc" / "tests"


@pytest.fixture(scope="module")
def sdk() -> PythonSdk:
    return PythonSdk((OWN / "ufc" / "flags.json").read_bytes())


@pytest.mark.parametrize("case", parameters(OWN))
def test_the_sdk_answers_as_recorded(sdk: PythonSdk, case: Case | str) -> None:
    wanted = found(case)

    answered = sdk.answer(wanted.flag, wanted.kind, wanted.subject, wanted.attributes, wanted.default)

    assert {name: answered[name] for name in wanted.expected} == wanted.expected


def test_the_recorded_configuration_is_what_the_flag_file_compiles_to() -> None:
    recorded = json.loads((OWN / "ufc" / "flags.json").read_text(encoding="utf-8"))

    assert recorded == json.loads(compiled())


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_is_recorded_from_a_named_sdk(name: str) -> None:
    document: dict[str, Any] = json.loads((TESTS / f"{name}.json").read_text(encoding="utf-8"))

    asked = [(subject, dict(attributes)) for subject, attributes in QUESTIONS[name].subjects]
    assert [(one["subjectKey"], one["subjectAttributes"]) for one in document["subjects"]] == asked
    assert document["recordedFrom"]["sdk"] == SDK_NAME
    assert document["recordedFrom"]["version"].startswith("4.")


def test_nothing_is_recorded_that_nobody_asks() -> None:
    assert {path.stem for path in TESTS.glob("*.json")} == set(QUESTIONS)
