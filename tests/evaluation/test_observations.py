"""
The vectors of the observation file that belong to the canonical rules.

Where the Rust core and JavaScript were seen to agree, the evaluator says the same, but for the decisions named here.
Run with EPPO_EMULATOR_OBSERVATIONS; without it these tests fail.
"""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.evaluation import assignment_event, evaluate, prepare
from emulator.evaluation.operators import prepare_condition
from emulator.evaluation.patterns import UnsupportedPatternError, compile_pattern
from emulator.evaluation.sharding import shard_of
from tests.evaluation.configurations import allocation, asked, flag, rule, split
from tests.evaluation.observations import Cell, cells, load, parameters, value_of

pytestmark = pytest.mark.ci

OBSERVED = load()
VALUES = {name: value_of(tagged) for name, tagged in OBSERVED.get("attributeValues", {}).items()}
# The long subject stands in the file with its first characters only.
WRITTEN_SHORT = {"x" * 40: "x" * 300}
SEEN_AT = datetime(2026, 11, 21, tzinfo=UTC)


def is_decided_otherwise(cell: Cell) -> bool:
    """
    Tell whether a decision of evaluation.md 8.4 goes against both SDKs.

    8.4.4: ``Infinity`` as a text is no number (D-CMP-8). 8.4.6: a pattern beyond RE2 is false, also when negated; what
    both SDKs know beyond RE2 is repetition above 1000 (D-RGX-14).
    """
    spelled = "Infinity" in (cell.wanted, cell.actual)
    if cell.operator in ("MATCHES", "NOT_MATCHES"):
        return is_beyond_re2(cell.wanted)
    return spelled and cell.operator in ("GTE", "GT", "LTE", "LT")


def is_beyond_re2(pattern: Any) -> bool:
    try:
        compile_pattern(str(pattern))
    except UnsupportedPatternError:
        return True
    return False


def disagreements(row: Any, values: dict[str, Any], wanted: str) -> list[Cell]:
    condition = prepare_condition({"attribute": "a", "operator": row["operator"], "value": row[wanted]})
    return [
        cell
        for cell in cells(row, values, wanted)
        if cell.rust == cell.javascript in "TF"
        and not is_decided_otherwise(cell)
        and condition.check(cell.actual) is not (cell.rust == "T")
    ]


@pytest.mark.parametrize("row", parameters(OBSERVED.get("operatorMatrix", []), lambda row: row["operator"]))
def test_a_condition_says_what_rust_and_javascript_say(row: Any) -> None:
    assert isinstance(row, dict), row

    assert disagreements(row, VALUES, "conditionValue") == []


@pytest.mark.parametrize("row", parameters(OBSERVED.get("regexMatrix", []), lambda row: row["pattern"]))
def test_e25_a_pattern_matches_what_rust_and_javascript_match(row: Any) -> None:
    assert isinstance(row, dict), row

    assert disagreements(row, OBSERVED["regexValues"], "pattern") == []


@pytest.mark.parametrize("vector", parameters(OBSERVED.get("hashing", []), lambda row: row["salt"]))
def test_e17_shard_of_every_vector(vector: Any) -> None:
    assert isinstance(vector, dict), vector

    subject = WRITTEN_SHORT.get(vector["subject"], vector["subject"])

    assert shard_of(vector["salt"], subject, 10_000) == vector["expectedShard_utf8"]


FAILURES = OBSERVED.get("conditionFailureMatrix", {}).get("rows", [])


@pytest.mark.parametrize("row", parameters(FAILURES, lambda row: row["condition"]))
def test_e28_what_the_rust_core_says_of_a_condition_that_fails_elsewhere(row: Any) -> None:
    assert isinstance(row, dict), row
    attributes = {name: value_of(tagged) for name, tagged in row["attrs"].items()}
    first = allocation("first", rules=[rule(row["cond"])])

    found = asked(flag(first, allocation("fallback", split("off"))), attributes=attributes)

    # E: the Rust core's Python binding refuses lists and maps; here they suit no operator (D-TXT-6).
    assert found.value == {"T": "ON", "F": "OFF", "E": "OFF"}[row["answers"]["py4"]]


def calls() -> list[Any]:
    """Return the calls of all scenarios on which Rust and JavaScript agree in match and number of events."""
    return [
        (scenario, call)
        for scenario in OBSERVED.get("scenarios", [])
        if scenario["config"].startswith("{")
        for call in scenario["calls"]
        if seen(call, "py4") == seen(call, "node") != (None, None)
    ]


def seen(call: Any, sdk: str) -> tuple[Any, Any]:
    for answer in call["answers"]:
        if sdk in answer["sdks"]:
            return answer.get("flagEvaluationCode") == "MATCH", answer.get("assignmentEvents")
    return None, None


@pytest.mark.parametrize("seen_call", parameters(calls(), lambda row: row[0]["id"]))
def test_e30_a_scenario_ends_as_with_rust_and_javascript(seen_call: Any) -> None:
    assert isinstance(seen_call, tuple), seen_call
    scenario, call = seen_call
    attributes = {name: value_of(tagged) for name, tagged in call["attributes"].items()}
    prepared = prepare(json.loads(scenario["config"]))

    found = evaluate(
        prepared, call["flag"], call["subject"], attributes, now=SEEN_AT, expected_type=call["type"], default="default"
    )

    assert (found.is_match, int(assignment_event(found) is not None)) == seen(call, "py4")
