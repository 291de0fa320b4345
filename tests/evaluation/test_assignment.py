"""Which allocation, which split, which value; and what is answered where there is none."""

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from emulator.evaluation import assignment_event, details, evaluate, prepare
from emulator.evaluation.sharding import shard_of
from tests.evaluation.configurations import (
    NOW,
    allocation,
    asked,
    condition,
    configuration,
    flag,
    flag_of,
    rule,
    shard,
    split,
)

START = "2026-01-15T12:00:00.000Z"
MILLISECOND = timedelta(milliseconds=1)
NO_MATCH = 'No allocations matched. Falling back to "Default Allocation", serving NULL'


def test_e7_missing_and_disabled_flags_read_the_same() -> None:
    prepared = prepare(configuration(f=flag(allocation("all"), enabled=False)))

    disabled, missing = (evaluate(prepared, key, "alice", {}, now=NOW, default="-") for key in ("f", "g"))

    assert (disabled.code, disabled.value) == (missing.code, missing.value) == ("FLAG_UNRECOGNIZED_OR_DISABLED", "-")
    assert disabled.description == "Unrecognized or disabled flag: f"
    assert missing.description == "Unrecognized or disabled flag: g"


@pytest.mark.parametrize(
    ("kind", "asked_for"),
    [("INTEGER", "NUMERIC"), ("NUMERIC", "INTEGER"), ("STRING", "JSON"), ("JSON", "STRING"), ("BOOLEAN", "STRING")],
)
def test_e8_another_type_is_a_mismatch(kind: str, asked_for: str) -> None:
    found = asked(flag_of(kind, 5), kind=asked_for)

    assert (found.code, found.value) == ("TYPE_MISMATCH", "default")
    assert found.description == (
        f"Variation value does not have the correct type. Found {kind}, but expected {asked_for} for flag f"
    )


def test_e8_a_disabled_flag_is_disabled_whatever_type_is_asked_for() -> None:
    assert asked(flag(enabled=False), kind="JSON").code == "FLAG_UNRECOGNIZED_OR_DISABLED"


@pytest.mark.parametrize(
    ("bounds", "now", "code"),
    [
        ({"startAt": START}, NOW, "MATCH"),
        ({"endAt": START}, NOW, "MATCH"),
        ({"startAt": START}, NOW - MILLISECOND, "BEFORE_START_TIME"),
        ({"endAt": START}, NOW + MILLISECOND, "AFTER_END_TIME"),
        ({"startAt": START, "endAt": START}, NOW, "MATCH"),
        ({"startAt": None, "endAt": None}, NOW, "MATCH"),
    ],
)
def test_e9_both_ends_of_a_window_are_inside(bounds: dict[str, Any], now: datetime, code: str) -> None:
    found = asked(flag(allocation("one", **bounds)), now=now)

    assert (list(found.unmatched) or ["MATCH"]) == [code]


@pytest.mark.parametrize(
    ("hours", "code"), [(-1, "BEFORE_START_TIME"), (1, "BEFORE_START_TIME"), (3, "AFTER_END_TIME")]
)
def test_e10_a_window_that_ends_before_it_starts_is_never_open(hours: int, code: str) -> None:
    window = {"startAt": "2026-01-15T14:00:00Z", "endAt": "2026-01-15T12:00:00Z"}

    assert asked(flag(allocation("one", **window)), now=NOW + timedelta(hours=hours)).unmatched == [code]


@pytest.mark.parametrize(
    "text",
    ["2026-01-15T12:00:00Z", "2026-01-15T14:00:00+02:00", "2026-01-15T06:30:00.000000-05:30", "2026-01-15t12:00:00.0z",
     "2026-01-15 12:00:00.000000999Z", "2026-01-15T11:59:60Z"],
)  # fmt: skip
def test_e9_every_form_of_rfc_3339_is_that_instant(text: str) -> None:
    one = flag(allocation("one", startAt=text))

    assert asked(one, now=NOW).is_match
    assert not asked(one, now=NOW - timedelta(microseconds=1)).is_match


@pytest.mark.parametrize(
    "text",
    ["", "tomorrow", "2026-01-15", "2026-01-15T12:00:00", "2026-13-01T00:00:00Z", "2026-01-32T00:00:00Z",
     "2026-01-15T24:00:00Z", "2026-01-15T12:00:61Z", "2026-01-15T12:00:00Z trailing", "0000-01-01T00:00:00Z",
     1_768_478_400_000, "٢026-01-15T12:00:00Z", "9999-12-31T23:59:59-01:00"],
    ids=repr,
)  # fmt: skip
@pytest.mark.parametrize("bound", ["startAt", "endAt"])
def test_e9_another_text_is_an_error_of_this_flag_only(bound: str, text: Any) -> None:
    prepared = prepare(configuration(f=flag(allocation("one", **{bound: text})), g=flag(allocation("all"))))

    bad, good = (evaluate(prepared, key, "alice", {}, now=NOW) for key in ("f", "g"))

    assert (bad.code, good.code) == ("ASSIGNMENT_ERROR", "MATCH")
    assert f"allocations[0].{bound}" in bad.description


@pytest.mark.parametrize("rules", [{}, {"rules": []}, {"rules": [rule()]}], ids=["absent", "empty", "no conditions"])
def test_e11_no_conditions_are_fulfilled(rules: dict[str, Any]) -> None:
    assert asked(flag(allocation("one", **rules))).is_match


def test_e12_details_name_the_second_rule_when_it_matches() -> None:
    rules = [rule(condition("ONE_OF", ["x"])), rule(condition("ONE_OF", ["y"]), condition("IS_NULL", False))]

    found = details(asked(flag(allocation("one", rules=rules)), attributes={"a": "y"}))

    assert found["matchedRule"] == rules[1]


def test_e13_without_a_split_the_next_allocation_is_tried() -> None:
    first = allocation("first", split("on", shard("s", (0, 0))), rules=[rule()])

    found = asked(flag(first, allocation("second", split("off"))))

    assert (found.value, found.unmatched) == ("OFF", ["TRAFFIC_EXPOSURE_MISS"])


ALICE = shard_of("salt", "alice", 10_000)
HERE = (ALICE, ALICE + 1)
ELSEWHERE = (0, ALICE)


@pytest.mark.parametrize(
    ("splits", "value"),
    [
        ([split("on", shard("salt", HERE)), split("off", shard("salt", HERE))], "ON"),
        ([split("on", shard("salt", HERE), shard("salt", ELSEWHERE)), split("off")], "OFF"),
        ([split("on", shard("salt", HERE), shard("salt", HERE))], "ON"),
        ([split("on", shard("salt", ELSEWHERE, HERE))], "ON"),
        ([split("on", shard("salt"))], "default"),
        ([split("on")], "ON"),
        ([split("on", shard("salt", (0, 10_000)))], "ON"),
        ([split("on", shard("salt", (0, 20_000)), shard("salt", ELSEWHERE))], "default"),
        ([split("on", shard("salt", HERE), shard("other", (0, 10_000)))], "ON"),
    ],
    ids=["first wins", "all shards", "twice", "any range", "no range", "no shard", "full", "full and not", "with full"],
)
def test_e14_splits_shards_and_ranges(splits: list[Any], value: str) -> None:
    assert asked(flag(allocation("one", *splits))).value == value


@pytest.mark.parametrize(("interval", "inside"), [((ALICE, ALICE + 1), True), ((ALICE - 1, ALICE), False)])
def test_e15_ranges_are_half_open(interval: tuple[int, int], inside: bool) -> None:
    assert asked(flag(allocation("one", split("on", shard("salt", interval))))).is_match is inside


def test_e14_an_allocation_without_splits_serves_nobody() -> None:
    empty = {**allocation("empty"), "splits": []}

    assert asked(flag(empty)).unmatched == ["TRAFFIC_EXPOSURE_MISS"]


def test_e20_the_subject_key_is_the_attribute_id() -> None:
    assert asked(flag(allocation("one", rules=[rule(condition("ONE_OF", ["alice"], "id"))]))).is_match


@pytest.mark.parametrize("own", ["bob", None, ""])
def test_e20_an_own_id_wins_even_when_it_is_null(own: str | None) -> None:
    found = asked(flag(allocation("one", rules=[rule(condition("ONE_OF", ["alice"], "id"))])), attributes={"id": own})

    assert not found.is_match


def test_e20_the_injected_id_is_not_in_the_event() -> None:
    found = asked(flag(allocation("one", rules=[rule(condition("IS_NULL", False, "id"))])), attributes={"a": 1})

    event = assignment_event(found)

    assert event
    assert event["subjectAttributes"] == {"a": 1}


@pytest.mark.parametrize(("key", "subject", "blank"), [("f", "", "subjectKey"), ("", "alice", "flagKey")])
def test_blank_keys_are_refused_as_javascript_does(key: str, subject: str, blank: str) -> None:
    prepared = prepare(configuration(**{"f": flag(allocation("all")), "": flag(allocation("all"))}))

    found = evaluate(prepared, key, subject, {}, now=NOW, default="-")

    assert (found.code, found.value) == ("ASSIGNMENT_ERROR", "-")
    assert found.description == f"Assignment Error: Invalid argument: {blank} cannot be blank"


def test_nothing_matched_gives_the_default() -> None:
    found = asked(flag())

    assert (found.code, found.description, found.value) == ("DEFAULT_ALLOCATION_NULL", NO_MATCH, "default")


def test_a_variation_is_looked_up_by_the_key_of_the_map() -> None:
    odd = {"on": {"key": "other", "value": "by map key"}}

    assert asked(flag(allocation("one"), variations=odd)).value == "by map key"


def test_a_missing_variation_is_an_error_for_those_who_reach_it() -> None:
    first = allocation("first", split("gone"), rules=[rule(condition("ONE_OF", ["x"]))])
    one = flag(first, allocation("second", split("off")))

    reached, passed = (asked(one, attributes={"a": value}) for value in ("x", "y"))

    assert (reached.code, reached.value, reached.variation_key) == ("ASSIGNMENT_ERROR", "default", None)
    assert '"gone"' in reached.description
    assert [entry["key"] for entry in details(reached)["unevaluatedAllocations"]] == ["first", "second"]
    assert passed.value == "OFF"


@pytest.mark.parametrize("now", [NOW, NOW.astimezone(), datetime(2026, 1, 15, 12, tzinfo=UTC)])
def test_now_may_be_of_any_zone(now: datetime) -> None:
    assert asked(flag(allocation("one", startAt=START, endAt=START)), now=now).is_match


@pytest.mark.parametrize(
    "attributes",
    [{"a": {"b": [1]}}, {"a": [1, [2]]}, {"a": float("nan")}, {"a": float("inf")}, {"a": b"x"}, {"a": object()},
     {"a": "\ud800"}, {"a": 10**5000}, {"a": "x" * 1_000_000}],
    ids=["map", "list", "nan", "inf", "bytes", "object", "surrogate", "huge", "long"],
)  # fmt: skip
def test_odd_attributes_give_an_answer(attributes: dict[str, Any]) -> None:
    never = (("ONE_OF", ["q"]), ("GT", math.inf), ("MATCHES", "q.q"))
    rules = [rule(condition(operator, value)) for operator, value in never]

    found = asked(flag(allocation("one", split("off"), rules=rules), allocation("rest")), attributes=attributes)

    assert found.code == "MATCH"


def test_a_megabyte_of_subject_key_gives_an_answer() -> None:
    found = asked(flag(allocation("one", split("on", shard("s", (0, 5000))), split("off"))), "x" * 1_000_000)

    assert found.value in ("ON", "OFF")


def test_half_a_surrogate_pair_in_a_subject_key_gives_an_answer() -> None:
    found = asked(flag(allocation("one", split("on", shard("s", (0, 5000))), split("off"))), "a\ud800")

    assert found.value in ("ON", "OFF")
