"""
Whatever a caller sends, every answer is defined: a value, a code, details, a trace, events, subjects, shares.

One row per kind of bad input, one test per door. Nothing raises, nothing takes long, and all of it can be encoded.
"""

import json
import math
import time
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.evaluation import (
    Found,
    NotFound,
    Wanted,
    assignment_event,
    bandit_call_events,
    bandit_details,
    bandit_trace,
    details,
    evaluate,
    evaluate_bandit,
    explain,
    explain_bandit,
    find_subjects,
    jsonable,
    precompute,
    prepare,
    simulate,
    trace,
)
from emulator.ufc.encode import canonical
from tests.evaluation.bandit_cases import coefficients, wire_model
from tests.evaluation.configurations import NOW, allocation, condition, configuration, flag, rule, shard, split

MEGABYTE = 1_000_000
CATASTROPHIC = "^(a+)+b$"


class Odd:
    """An object of the caller's own."""

    def __str__(self) -> str:
        return "odd"


def nested(levels: int, inner: Any = 1) -> Any:
    """Return lists and maps in each other, *levels* deep."""
    for level in range(levels):
        inner = [inner] if level % 2 else {"in": inner}
    return inner


ATTRIBUTES: dict[str, Any] = {
    "nan": math.nan,
    "infinity": math.inf,
    "minus infinity": -math.inf,
    "400 digits": 10**400,
    "5,000 digits": -(10**5000),
    "list": ["US", 1, None],
    "map": {"country": "US", 5: "five", None: 0},
    "map by a huge number": {10**5000: 1},
    "100 levels": nested(100),
    "5,000 levels": nested(5_000),
    "bytes": b"US",
    "set": {"US"},
    "object": Odd(),
    "half a surrogate pair": "\ud83d",
    "control characters": "\x00\x1b[2J\n",
    "megabyte of text": "a" * MEGABYTE,
    "megabyte of digits": "1" * MEGABYTE,
    "megabyte of blanks": " " * MEGABYTE,
    "what a pattern chokes on": "a" * 50_000 + "!",
}
SUBJECTS = {
    "megabyte": "x" * MEGABYTE,
    "half a surrogate pair": "\udc00",
    "control characters": "\x00\x1b[2J\n",
    "nobody": "",
}

OPERATORS = {
    "ONE_OF": ["US"],
    "NOT_ONE_OF": ["US"],
    "MATCHES": CATASTROPHIC,
    "NOT_MATCHES": CATASTROPHIC,
    "GTE": 5,
    "LT": "1.2.3",
    "IS_NULL": True,
}
TIE = {"key": "choosy", "flagKey": "f", "variationKey": "on", "variationValue": "ON"}
MODEL = wire_model(
    {
        "nike": coefficients(
            1.0,
            subject_numeric={"a": (2.0, -1.0)},
            subject_categorical={"a": ({"US": 3.0}, -2.0)},
            action_numeric={"a": (4.0, -3.0)},
        )
    }
)
CONFIG = {
    **configuration(
        f=flag(
            *(
                allocation(name, split("off"), rules=[rule(condition(name, value))])
                for name, value in OPERATORS.items()
            ),
            allocation("drawn", split("other", shard("salt", (0, 100)))),
            allocation("rest"),
        )
    ),
    "bandits": {"choosy": [TIE]},
}
PREPARED = prepare(CONFIG, {"bandits": {"choosy": MODEL}})
# Without rules, so that everybody comes to the bandit.
OPEN = prepare({**CONFIG, "flags": {"f": flag(allocation("rest"))}}, {"bandits": {"choosy": MODEL}})

by_attribute = pytest.mark.parametrize("actual", list(ATTRIBUTES.values()), ids=list(ATTRIBUTES))
by_subject = pytest.mark.parametrize("subject", list(SUBJECTS.values()), ids=list(SUBJECTS))


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    """Hold every case to seconds: thousands of times what the slowest takes, and nothing to what backtracking would."""
    started = time.perf_counter()
    yield
    assert time.perf_counter() - started < 5.0


def written(answer: Any) -> Any:
    """Return what a reader gets of *answer*."""
    return json.loads(canonical(jsonable(answer)))


def asked(subject: str, actual: Any, flag_key: str = "f") -> Any:
    return evaluate(PREPARED, flag_key, subject, {"a": actual}, now=NOW, default="default")


@by_attribute
def test_any_attribute_gives_a_value_and_a_code(actual: Any) -> None:
    found = asked("alice", actual)

    assert (found.value, found.code) in (("ON", "MATCH"), ("OFF", "MATCH"), ("OTHER", "MATCH"))


@by_attribute
def test_details_of_any_attribute_can_be_written(actual: Any) -> None:
    told = written(details(asked("alice", actual)))

    assert (told["flagEvaluationCode"], len(told)) == ("MATCH", 11)


@by_attribute
def test_a_trace_of_any_attribute_can_be_written_and_explained(actual: Any) -> None:
    told = trace(asked("alice", actual))

    assert canonical(told) == canonical(written(told))
    assert len(explain(told)) < 10_000


@by_attribute
def test_an_event_carries_any_attribute_as_it_was_given_and_can_be_written(actual: Any) -> None:
    event = assignment_event(asked("alice", actual))

    assert event
    assert event["subjectAttributes"]["a"] is actual
    assert written(event)["subject"] == "alice"


@pytest.mark.parametrize("form", ["plain", "split"])
@by_attribute
def test_a_bandit_chooses_whatever_the_attributes_are(actual: Any, form: str) -> None:
    given: Any = {"a": actual}
    if form == "split":
        given = {"numericAttributes": given, "categoricalAttributes": given}

    found = evaluate_bandit(OPEN, "f", "alice", given, {"nike": given, "\ud800": None}, now=NOW)

    told = bandit_trace(found)
    assert found.action in ("nike", "\ud800")
    assert written(bandit_details(found))["banditAction"] == found.action
    assert canonical(told) == canonical(written(told))
    assert written(bandit_call_events(found))["bandit"]["actionProbability"] == found.choice.probability
    assert len(explain_bandit(told)) < 10_000


@by_attribute
def test_subjects_are_found_whatever_the_attributes_are(actual: Any) -> None:
    found = find_subjects(PREPARED, Wanted("f"), {"a": actual}, now=NOW, count=2, tries=1_000)

    assert found == Found(("subject-0-0", "subject-0-1"))


@by_attribute
def test_shares_are_simulated_whatever_the_attributes_are(actual: Any) -> None:
    found = simulate(PREPARED, "f", 100, {"a": actual}, now=NOW)

    assert sum(found.simulated.variations.values()) == pytest.approx(1.0)


@by_attribute
def test_assignments_are_precomputed_whatever_the_attributes_are(actual: Any) -> None:
    document = precompute(OPEN, "alice", {"a": actual}, {"f": {"nike": {"a": actual}}}, now=NOW, salt="salt")

    assert json.loads(canonical(document)) == document
    assert (len(document["flags"]), len(document["bandits"])) == (1, 1)


@pytest.mark.parametrize(
    "name", [5, None, ("a",), "", "\ud800", "a" * MEGABYTE, "numericAttributes"], ids=lambda name: repr(name)[:10]
)
def test_any_name_of_an_attribute_is_taken_at_every_door(name: Any) -> None:
    given = {name: "US"}

    found = evaluate(PREPARED, "f", "alice", given, now=NOW)
    chosen = evaluate_bandit(OPEN, "f", "alice", given, {"nike": given}, now=NOW)
    document = precompute(OPEN, "alice", given, {"f": {"nike": given}}, now=NOW, salt="salt")

    assert (found.value, chosen.action, len(document["bandits"])) == ("OFF", "nike", 1)
    assert written(trace(found))["code"] == written(bandit_trace(chosen))["code"] == "MATCH"
    assert written(assignment_event(found))
    assert written(bandit_call_events(chosen))
    assert isinstance(find_subjects(PREPARED, Wanted("f"), given, now=NOW), Found)
    assert simulate(PREPARED, "f", 10, given, now=NOW).simulated.default == 0.0


@by_subject
def test_any_subject_has_an_answer_that_can_be_written(subject: str) -> None:
    found = asked(subject, "x")

    assert (found.value, found.code) == (("OFF", "MATCH") if subject else ("default", "ASSIGNMENT_ERROR"))
    assert written(details(found)) == details(found)
    assert written(trace(found))["subject"] == subject
    assert (assignment_event(found) or {"subject": ""})["subject"] == subject


@by_subject
def test_any_subject_has_an_action_where_a_bandit_chooses(subject: str) -> None:
    found = evaluate_bandit(OPEN, "f", subject, {}, ["nike", "puma"], now=NOW, default="ON")

    assert found.action in ("nike", "puma")
    assert written(bandit_call_events(found))["bandit"]["subject"] == subject
    assert written(bandit_trace(found))["bandit"]["action"] == found.action


@by_subject
def test_assignments_are_precomputed_for_any_subject(subject: str) -> None:
    document = precompute(OPEN, subject, {}, now=NOW, salt="salt")

    assert len(document["flags"]) == (1 if subject else 0)


@pytest.mark.parametrize(
    "key", ["gone", "", "\ud800", "f\n", "x" * MEGABYTE], ids=["gone", "blank", "half", "line", "long"]
)
def test_an_unknown_flag_has_the_default_and_a_reason_at_every_door(key: str) -> None:
    found = asked("alice", 1, key)
    chosen = evaluate_bandit(PREPARED, key, "alice", {}, ["nike"], now=NOW, default="default")

    code = "FLAG_UNRECOGNIZED_OR_DISABLED" if key else "ASSIGNMENT_ERROR"
    assert (found.value, found.code, assignment_event(found)) == ("default", code, None)
    assert (chosen.variation, chosen.action, chosen.code) == ("default", None, "NON_BANDIT_VARIATION")
    assert written(details(found))["flagEvaluationDescription"] == found.description
    assert written(trace(found))["allocations"] == []
    assert isinstance(find_subjects(PREPARED, Wanted(key), now=NOW), NotFound)
    assert simulate(PREPARED, key, 10, now=NOW).simulated.default == 1.0


@pytest.mark.parametrize("kind", ["BOOLEAN", "INTEGER", "NUMERIC", "JSON", "string", ""])
def test_another_type_than_the_flags_gives_the_default_and_a_reason(kind: str) -> None:
    found = evaluate(PREPARED, "f", "alice", {}, now=NOW, expected_type=kind, default=0)

    assert (found.value, found.code, assignment_event(found)) == (0, "TYPE_MISMATCH", None)
    assert written(details(found))["flagEvaluationCode"] == written(trace(found))["code"] == "TYPE_MISMATCH"


@pytest.mark.parametrize("pattern", [CATASTROPHIC, "(a*)*$", "(a|aa)+$", "(.*)(.*)(.*)(.*)[^a]$", "((a{0,50}){0,50})$"])
def test_no_pattern_takes_longer_than_the_text_is_long(pattern: str) -> None:
    """Patterns of exponential, or of high polynomial, effort to a backtracking engine."""
    choking = prepare(configuration(f=flag(allocation("one", rules=[rule(condition("MATCHES", pattern))]))))

    found = evaluate(choking, "f", "alice", {"a": "a" * 100_000 + "!"}, now=NOW)

    assert found.code in ("MATCH", "DEFAULT_ALLOCATION_NULL")


def test_a_megabyte_of_subject_is_cut_in_an_explanation_and_nowhere_else() -> None:
    subject = "x" * MEGABYTE
    told = bandit_trace(evaluate_bandit(OPEN, "f", subject, {}, ["nike"], now=NOW))

    lines = explain_bandit(told).splitlines()

    assert lines[0] == f"f for {'x' * 80}… at 2026-01-15T12:00:00.000Z: MATCH"
    assert lines[1] == f'  {"x" * 80}… belongs to the range of traffic assigned to "on" defined in allocation "rest".'
    assert (told["subject"], told["description"].count("x")) == (subject, MEGABYTE)
