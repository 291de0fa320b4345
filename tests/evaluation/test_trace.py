"""What a trace tells, in data and in words."""

import json
import math
from typing import Any

import pytest

from emulator.evaluation import explain, trace
from emulator.evaluation.sharding import shard_of
from tests.evaluation.configurations import allocation, asked, condition, flag, rule, shard, split


def note_of(operator: str, value: Any, **attributes: Any) -> str:
    """Return what is said of one condition on the attribute ``age``."""
    one = flag(allocation("one", rules=[rule(condition(operator, value, "age"))]))
    (told,) = trace(asked(one, attributes=attributes))["allocations"]
    note: str = told["rules"][0]["conditions"][0]["note"]
    return note


@pytest.mark.parametrize(
    ("operator", "value", "actual", "note"),
    [
        ("GTE", 18, "teen", '`age` is text "teen"; GTE compares numbers'),
        ("GTE", 18, True, "`age` is boolean true; GTE compares numbers"),
        ("GTE", 18, "17", '`age` is text "17"; GTE wants at least 18'),
        ("GT", 18, 18, "`age` is number 18; GT wants more than 18"),
        ("LT", 18, 18.0, '`age` is number 18.0 ("18"); LT wants less than 18'),
        ("LTE", "1.2.3", "1.3.0", '`age` is text "1.3.0"; LTE wants at most 1.2.3'),
        ("GTE", "1.2.3", "1.3", '`age` is text "1.3"; GTE compares versions, texts like 2.10.0'),
        ("GTE", "1.2.3", 1.3, "`age` is number 1.3; GTE compares versions, texts like 2.10.0"),
        (
            "ONE_OF",
            ["NO", "SE"],
            "no",
            '`age` is text "no"; ONE_OF wants "NO" or "SE"; "NO" differs in case or blanks only',
        ),
        ("ONE_OF", ["11"], 10.0, '`age` is number 10.0 ("10"); ONE_OF wants "11"'),
        ("ONE_OF", [], "x", '`age` is text "x"; the list is empty'),
        ("ONE_OF", ["x"], ["x"], "`age` is a list; ONE_OF takes texts, numbers and booleans"),
        ("NOT_ONE_OF", ["x"], "x", '`age` is text "x"; NOT_ONE_OF lists it'),
        ("MATCHES", "^b", "abc", '`age` is text "abc"; ^b is not found in it'),
        ("NOT_MATCHES", "b", "abc", '`age` is text "abc"; b is found in it'),
        ("MATCHES", "[bad", "b", "MATCHES is false for everybody: the pattern cannot be compiled: missing ]: [bad"),
        ("IS_NULL", True, "x", '`age` is text "x"; IS_NULL true wants it missing or null'),
        ("IS_NULL", False, None, "`age` is null; IS_NULL false wants a value"),
        ("GTE", 18, None, "`age` is null; GTE is false without a value"),
        ("NOT_ONE_OF", ["x"], None, "`age` is null; NOT_ONE_OF is false without a value"),
        ("GTE", 18, 20, "`age` is number 20; GTE 18 holds"),
        ("MATCHES", "b", "x" * 100, f'`age` is text "{"x" * 80}…"; b is not found in it'),
        ("GTE", 1, math.nan, '`age` is number nan ("NaN"); GTE wants at least 1'),
    ],
)
def test_e56_a_condition_names_the_value_seen_its_type_and_what_it_wants(
    operator: str, value: Any, actual: Any, note: str
) -> None:
    assert note_of(operator, value, age=actual) == note


@pytest.mark.parametrize(
    ("attributes", "note"),
    [
        ({}, "`age` is missing; GTE is false without a value"),
        ({"Age": 20}, '`age` is missing; GTE is false without a value; did you mean "Age"?'),
    ],
)
def test_e56_a_missing_attribute_names_the_nearest_one_there_is(attributes: dict[str, Any], note: str) -> None:
    assert note_of("GTE", 18, **attributes) == note


ALICE = shard_of("salt", "alice", 10_000)


def test_e56_a_shard_names_its_number_and_the_ranges() -> None:
    one = flag(allocation("one", split("on", shard("salt", (0, 10), (ALICE + 1, 10_000)))))

    (told,) = trace(asked(one))["allocations"]

    assert told["splits"][0]["shards"][0] == {
        "salt": "salt",
        "shard": ALICE,
        "totalShards": 10_000,
        "ranges": [
            {"start": 0, "end": 10, "matched": False},
            {"start": ALICE + 1, "end": 10_000, "matched": False},
        ],
        "matched": False,
        "note": f"shard {ALICE} is outside [{ALICE + 1}, 10000) and [0, 10)",
    }


def test_e56_a_condition_carries_value_text_and_type() -> None:
    one = flag(allocation("one", rules=[rule(condition("ONE_OF", ["10"]))]))

    (told,) = trace(asked(one, attributes={"a": 10.0}))["allocations"]

    assert told["rules"][0] == {
        "matched": True,
        "conditions": [
            {
                "attribute": "a",
                "operator": "ONE_OF",
                "value": ["10"],
                "actual": 10.0,
                "actualType": "number",
                "actualText": "10",
                "matched": True,
                "note": '`a` is number 10.0 ("10"); ONE_OF ["10"] holds',
            }
        ],
    }


NEVER = condition("ONE_OF", ["x"], "absent")
NO_SHARD = shard("salt", (0, 1))
NEAR = shard("salt", (ALICE + 1, ALICE + 2))
FAR = shard("salt", (0, 1))


@pytest.mark.parametrize(
    ("one", "note"),
    [
        (allocation("one", startAt="2027-01-01T00:00:00Z"),
         "begins at 2027-01-01T00:00:00.000Z; now it is 2026-01-15T12:00:00.000Z"),
        (allocation("one", endAt="2025-01-01T00:00:00Z"),
         "ended at 2025-01-01T00:00:00.000Z; now it is 2026-01-15T12:00:00.000Z"),
        (allocation("one", rules=[rule(NEVER)]), "`absent` is missing; ONE_OF is false without a value"),
        (allocation("one", rules=[rule(NEVER, NEVER), rule(condition("IS_NULL", False, "b"))]),
         "rule 2: `b` is missing; IS_NULL false wants a value"),
        (allocation("one", rules=[rule(NEVER, NEVER)]),
         "`absent` is missing; ONE_OF is false without a value, and 1 more"),
        (allocation("one", split("off", FAR), split("on", NEAR)),
         f'"on": shard {ALICE} is outside [{ALICE + 1}, {ALICE + 2})'),
        (allocation("one", split("off", FAR, FAR), split("on", FAR)), f'"on": shard {ALICE} is outside [0, 1)'),
        (allocation("one", split("on", shard("salt"))), f'"on": shard {ALICE} is in no range, for there is none'),
        ({**allocation("one"), "splits": []}, "has no splits, so it serves nobody"),
    ],
    ids=["before", "after", "condition", "nearest rule", "two conditions", "nearest shard", "fewest shards", "no range",
         "no split"],
)  # fmt: skip
def test_a_miss_tells_the_nearest_thing_that_would_have_matched(one: Any, note: str) -> None:
    found = trace(asked(flag(one)))

    assert found["nearest"] == f'allocation "one": {note}'


def test_the_nearest_allocation_is_the_one_where_only_traffic_was_missing() -> None:
    found = trace(asked(flag(allocation("rules", rules=[rule(NEVER)]), allocation("traffic", split("on", FAR)))))

    assert found["nearest"].startswith('allocation "traffic": ')


def test_allocations_after_the_match_are_told_as_unevaluated() -> None:
    found = trace(asked(flag(allocation("one"), allocation("two", rules=[rule(NEVER)]))))

    codes = [one["allocationEvaluationCode"] for one in found["allocations"]]

    assert (codes, found["nearest"]) == (["MATCH", "UNEVALUATED"], None)
    assert found["allocations"][1]["rules"][0]["matched"] is False


def test_an_unknown_flag_has_a_trace_without_allocations() -> None:
    found = trace(asked(None))

    assert (found["code"], found["allocations"]) == ("ASSIGNMENT_ERROR", [])


class Odd:
    def __str__(self) -> str:
        return "odd"


@pytest.mark.parametrize(
    "actual",
    [math.nan, math.inf, 10**5000, [[[[[[[[[[[1]]]]]]]]]]], {"a": {1: b"x"}}, Odd(), "\ud800", {1}],
    ids=["nan", "infinity", "huge", "deep", "map", "object", "surrogate", "set"],
)
def test_a_trace_of_any_attribute_is_json(actual: Any) -> None:
    one = flag(allocation("one", rules=[rule(condition("GTE", 5))]))

    told = trace(asked(one, attributes={"a": actual}))

    assert json.loads(json.dumps(told, allow_nan=False)) == told


def test_explain_says_the_same_in_lines() -> None:
    waits = allocation("early", startAt="2027-01-01T00:00:00Z")
    grown = allocation("grown", split("on", shard("salt", (0, 1))), rules=[rule(condition("GTE", 18, "age"))])

    lines = explain(trace(asked(flag(waits, grown), attributes={"age": "20"}))).splitlines()

    assert lines == [
        "f for alice at 2026-01-15T12:00:00.000Z: DEFAULT_ALLOCATION_NULL",
        '  No allocations matched. Falling back to "Default Allocation", serving NULL',
        f'  nearest: allocation "grown": "on": shard {ALICE} is outside [0, 1)',
        "  1. early: BEFORE_START_TIME, begins at 2027-01-01T00:00:00.000Z; now it is 2026-01-15T12:00:00.000Z",
        "     ✗ window 2027-01-01T00:00:00.000Z to …",
        '     ✓ split "on"',
        f'  2. grown: TRAFFIC_EXPOSURE_MISS, "on": shard {ALICE} is outside [0, 1)',
        "     ✓ rule 1",
        '         ✓ `age` is text "20"; GTE 18 holds',
        '     ✗ split "on"',
        f"         ✗ shard {ALICE} is outside [0, 1) of salt salt",
    ]


def test_no_attribute_breaks_its_line_or_moves_a_cursor() -> None:
    grown = allocation("grown", rules=[rule(condition("GTE", 18, "age"))])

    told = explain(trace(asked(flag(grown), attributes={"age": "\x1b[2J\n  1. grown: MATCH"})))

    assert '`age` is text "\\x1b[2J\\x0a  1. grown: MATCH"; GTE compares numbers' in told
    assert "\x1b" not in told
    assert not any(line.startswith("  1. grown: MATCH") for line in told.splitlines())
