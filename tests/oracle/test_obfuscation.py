"""
What a client SDK reads out of an obfuscated configuration is what it reads out of the plain one.

The core of Eppo's browser SDK reads both forms, so each generated file is asked about twice. Differences between SDKs
play no part.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.snapshot import EnvironmentSnapshot
from tests.oracle.checking import Case, compiled, draw_case
from tests.oracle.interpret import all_flags
from tests.oracle.python_sdk import CALLERS_DEFAULTS
from tests.sdk.programs import LineProgram, node_program

pytestmark = pytest.mark.ci

FILES = 60


@pytest.fixture(scope="module")
def client() -> Iterator[LineProgram]:
    with node_program("browser.mjs") as program:
        yield program


def questions(case: Case) -> list[dict[str, Any]]:
    return [
        {
            "flag": flag.key,
            "type": flag.type,
            "subject": subject.key,
            "attributes": dict(subject.attributes),
            "default": CALLERS_DEFAULTS[flag.type],
        }
        for flag in all_flags(case.description)
        for subject in case.subjects
    ]


def answers(client: LineProgram, body: bytes, asked: list[dict[str, Any]]) -> list[Any]:
    client.ask(do="load", config=json.loads(body))
    answered: list[Any] = client.ask(do="assignAll", questions=asked)
    for answer in answered:
        for event in answer["logged"]:
            # The one field that says which form was read.
            del event["format"]
    return answered


def differences(client: LineProgram, environment: EnvironmentSnapshot, case: Case) -> Iterator[str]:
    asked = questions(case)
    plain = answers(client, environment.plain.body, asked)
    obfuscated = answers(client, environment.obfuscated.body, asked)
    for question, one, other in zip(asked, plain, obfuscated, strict=True):
        if one != other:
            yield f"{environment.key}: {question}\n  plain      {one}\n  obfuscated {other}\n{case.files}"


@pytest.mark.parametrize("part", range(8))
def test_obfuscated_and_plain_are_answered_alike(part: int, client: LineProgram, run_seed: str) -> None:
    cases = [draw_case(f"{run_seed}/obfuscation-{part}/{number}", 10) for number in range(FILES)]

    found = [
        difference
        for case in cases
        for environment in compiled(case.files).environments
        for difference in differences(client, environment, case)
    ]

    assert not found, f"repeat with EPPO_EMULATOR_SEED={run_seed}; {len(found)} differences, the first:\n{found[0]}"
