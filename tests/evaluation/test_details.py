"""The eleven fields."""

from typing import Any

import pytest

from emulator.evaluation import details
from tests.evaluation.configurations import allocation, asked, condition, flag, rule, shard, split

FIELDS = (
    "environmentName", "flagEvaluationCode", "flagEvaluationDescription", "banditKey", "banditAction", "variationKey",
    "variationValue", "matchedRule", "matchedAllocation", "unmatchedAllocations", "unevaluatedAllocations",
)  # fmt: skip
THREE = [allocation(value, rules=[rule(condition("ONE_OF", [value]))]) for value in ("x", "y", "z")]


def places(listed: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    return [(one["key"], one["allocationEvaluationCode"], one["orderPosition"]) for one in listed]


@pytest.mark.parametrize(
    ("value", "unmatched", "matched", "unevaluated"),
    [
        ("x", [], [("x", "MATCH", 1)], [("y", "UNEVALUATED", 2), ("z", "UNEVALUATED", 3)]),
        ("y", [("x", "FAILING_RULE", 1)], [("y", "MATCH", 2)], [("z", "UNEVALUATED", 3)]),
        ("z", [("x", "FAILING_RULE", 1), ("y", "FAILING_RULE", 2)], [("z", "MATCH", 3)], []),
        ("-", [("x", "FAILING_RULE", 1), ("y", "FAILING_RULE", 2), ("z", "FAILING_RULE", 3)], [], []),
    ],
    ids=["first", "middle", "last", "none"],
)
def test_e16_allocations_before_at_and_after_the_match(
    value: str, unmatched: list[Any], matched: list[Any], unevaluated: list[Any]
) -> None:
    told = details(asked(flag(*THREE), attributes={"a": value}))

    assert places(told["unmatchedAllocations"]) == unmatched
    assert places([told["matchedAllocation"]] if told["matchedAllocation"] else []) == matched
    assert places(told["unevaluatedAllocations"]) == unevaluated


@pytest.mark.parametrize("raw", [flag(*THREE), flag(*THREE, enabled=False), {}, None], ids=["on", "off", "bad", "null"])
def test_there_are_always_the_same_fields_in_the_same_order(raw: Any) -> None:
    assert tuple(details(asked(raw))) == FIELDS


@pytest.mark.parametrize(("more", "kind"), [({"enabled": False}, None), ({}, "JSON")], ids=["disabled", "mismatch"])
def test_a_flag_that_is_not_evaluated_lists_all_its_allocations(more: dict[str, Any], kind: str | None) -> None:
    told = details(asked(flag(*THREE, **more), kind=kind))

    assert len(told["unevaluatedAllocations"]) == 3
    assert (told["unmatchedAllocations"], told["matchedAllocation"], told["variationKey"]) == ([], None, None)


RULES = [rule()]
FULL = shard("s", (0, 10_000))


@pytest.mark.parametrize(
    ("one", "sentence"),
    [
        (allocation("A"), 'S belongs to the range of traffic assigned to "on" defined in allocation "A".'),
        (
            allocation("A", split("on"), split("off"), rules=RULES),
            'Supplied attributes match rules defined in allocation "A" and S belongs to the range of traffic assigned '
            'to "on".',
        ),
        (
            allocation("A", split("on", FULL, FULL), rules=RULES),
            'Supplied attributes match rules defined in allocation "A" and S belongs to the range of traffic assigned '
            'to "on".',
        ),
        (allocation("A", split("on", FULL), rules=RULES), 'Supplied attributes match rules defined in allocation "A".'),
    ],
    ids=["no rules", "rules and splits", "rules and shards", "rules"],
)
def test_the_sentences_of_a_match(one: Any, sentence: str) -> None:
    assert details(asked(flag(one), "S"))["flagEvaluationDescription"] == sentence


def test_keys_are_not_escaped_in_sentences() -> None:
    found = asked(flag(allocation('a"\\b')), 'q"')

    assert found.description == 'q" belongs to the range of traffic assigned to "on" defined in allocation "a"\\b".'


def test_allocations_of_one_key_keep_their_places() -> None:
    """D-ORD-3: the Rust core merges them; here, as in JavaScript, each is told."""
    told = details(asked(flag(allocation("a", rules=[rule(condition("IS_NULL", False))]), allocation("a"))))

    assert places(told["unmatchedAllocations"]) == [("a", "FAILING_RULE", 1)]
    assert places([told["matchedAllocation"]]) == [("a", "MATCH", 2)]
