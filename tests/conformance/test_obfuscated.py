"""
E5: an obfuscated configuration gives the answers of the plain one.

Our own cases, and the public ones where EPPO_SDK_TEST_DATA points at a checkout. Its obfuscated file is read where the
checkout has it; else, and for our own, the plain file is obfuscated as it is served to clients.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from emulator.evaluation import Evaluation, Prepared, assignment_event, details, evaluate, prepare
from emulator.ufc.obfuscate import obfuscate
from tests.conformance.cases import OWN, PUBLIC_VARIABLE, Case, found, parameters, public_folder
from tests.conformance.deobfuscation import deobfuscated

NOW = datetime.now(UTC)
# Comparands are texts once they were obfuscated, so the rule is spelled otherwise.
SPELLED_OTHERWISE = {"matchedRule"}

Pair = tuple[Prepared, Prepared]


@cache
def pair(plain_file: Path, obfuscated_file: Path | None = None) -> Pair:
    """Return the plain configuration, and what is understood of the obfuscated one."""
    plain = json.loads(plain_file.read_text(encoding="utf-8"))
    hidden = obfuscate(plain)
    if obfuscated_file is not None and obfuscated_file.is_file():
        hidden = json.loads(obfuscated_file.read_text(encoding="utf-8"))
    return prepare(plain), prepare(deobfuscated(hidden, plain))


def public() -> Pair:
    folder = public_folder()
    assert folder is not None, f"{PUBLIC_VARIABLE} names no checkout of the public test data"
    return pair(folder / "ufc" / "flags-v1.json", folder / "ufc" / "flags-v1-obfuscated.json")


def own() -> Pair:
    return pair(OWN / "ufc" / "flags.json")


def answer(prepared: Prepared, case: Case) -> Evaluation:
    return evaluate(
        prepared, case.flag, case.subject, case.attributes, now=NOW, expected_type=case.kind, default=case.default
    )


SETS: list[Any] = [
    *(pytest.param(own, *one.values, id=f"own-{one.id}") for one in parameters(OWN)),
    *(
        pytest.param(public, *one.values, id=f"public-{one.id}", marks=pytest.mark.ci)
        for one in parameters(public_folder())
    ),
]


@pytest.mark.parametrize(("both", "case"), SETS)
def test_e5_the_obfuscated_configuration_gives_the_value_of_the_case(
    both: Callable[[], Pair], case: Case | str
) -> None:
    wanted = found(case)
    _, hidden = both()

    assert answer(hidden, wanted).value == wanted.expected["assignment"]


@pytest.mark.parametrize(("both", "case"), SETS)
def test_e5_plain_and_obfuscated_agree_in_details_and_event(both: Callable[[], Pair], case: Case | str) -> None:
    wanted = found(case)

    one, other = (answer(prepared, wanted) for prepared in both())

    told = [
        {name: value for name, value in details(of).items() if name not in SPELLED_OTHERWISE} for of in (one, other)
    ]
    assert told[0] == told[1]
    assert assignment_event(one) == assignment_event(other)
