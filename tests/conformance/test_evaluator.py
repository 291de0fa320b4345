"""
E1 to E3: the embedded evaluator answers the public cases and our own recorded ones, details field by field.

The public data is not part of this project; EPPO_SDK_TEST_DATA points at a checkout of it.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from emulator.evaluation import Evaluation, Prepared, details, evaluate, prepare
from tests.conformance.cases import OWN, PUBLIC_VARIABLE, Case, found, parameters, public_folder

# Where the Rust core, which our own cases are recorded from, has its own details: flag, row of evaluation.md, fields.
RUST_DETAILS = {
    # Lists nothing of a disabled flag; the public cases list every allocation as unevaluated.
    "switched-off": ("D-DET-7", {"unevaluatedAllocations"}),
    # Merges allocations of one key; the public cases keep each in its place.
    "scheduled": ("D-ORD-3", {"matchedAllocation", "unmatchedAllocations", "unevaluatedAllocations"}),
}
# Some cases run at the time of the run: their windows ended long ago or begin in the far future.
NOW = datetime.now(UTC)


@cache
def _prepared(path: Path) -> Prepared:
    return prepare(json.loads(path.read_text(encoding="utf-8")))


def _public() -> Prepared:
    folder = public_folder()
    assert folder is not None, f"{PUBLIC_VARIABLE} names no checkout of the public test data"
    return _prepared(folder / "ufc" / "flags-v1.json")


def _own() -> Prepared:
    return _prepared(OWN / "ufc" / "flags.json")


def _answer(prepared: Prepared, case: Case) -> Evaluation:
    return evaluate(
        prepared,
        case.flag,
        case.subject,
        case.attributes,
        now=NOW,
        expected_type=case.kind,
        default=case.default,
    )


SETS: list[Any] = [
    *(pytest.param(_own, *one.values, id=f"own-{one.id}") for one in parameters(OWN)),
    *(
        pytest.param(_public, *one.values, id=f"public-{one.id}", marks=pytest.mark.ci)
        for one in parameters(public_folder())
    ),
]


@pytest.mark.parametrize(("prepared", "case"), SETS)
def test_e1_the_value_is_the_one_of_the_case(prepared: Callable[[], Prepared], case: Case | str) -> None:
    wanted = found(case)

    answer = _answer(prepared(), wanted)

    assert answer.value == wanted.expected["assignment"]


@pytest.mark.parametrize(("prepared", "case"), SETS)
def test_e2_details_equal_the_case_in_every_field(prepared: Callable[[], Prepared], case: Case | str) -> None:
    wanted = found(case)

    told = details(_answer(prepared(), wanted))

    expected = wanted.expected.get("evaluationDetails", told)
    _, apart = RUST_DETAILS.get(wanted.flag, ("", set()))
    assert {name: told[name] for name in told if name not in apart} == {
        name: value for name, value in expected.items() if name not in apart
    }


@pytest.mark.parametrize(("prepared", "case"), SETS)
def test_e3_a_match_serves_the_variation_and_anything_else_the_default(
    prepared: Callable[[], Prepared], case: Case | str
) -> None:
    wanted = found(case)

    answer = _answer(prepared(), wanted)

    served = details(answer)["variationValue"] if answer.is_match else wanted.default
    assert answer.value == served
