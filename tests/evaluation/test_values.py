"""What each type accepts and serves."""

import json
from typing import Any

import pytest

from emulator.evaluation import assignment_event, details
from tests.evaluation.configurations import asked, flag_of

INCOMPATIBLE = "Variation (on) is configured for type {}, but is set to incompatible value ({})"


@pytest.mark.parametrize(
    ("kind", "value", "served"),
    [
        ("STRING", "", ""),
        ("STRING", '{"a": 1}', '{"a": 1}'),
        ("BOOLEAN", False, False),
        ("INTEGER", 3, 3),
        ("INTEGER", 0, 0),
        ("INTEGER", 3.0, 3),
        ("INTEGER", 1e3, 1000),
        ("INTEGER", 3_000_000_000, 3_000_000_000),
        ("INTEGER", 2**53 + 1, 2**53),
        ("INTEGER", 2**63 - 1, 2**63 - 1),
        ("NUMERIC", 5, 5.0),
        ("NUMERIC", 0.0, 0.0),
        ("NUMERIC", 2**53 + 1, float(2**53)),
        ("JSON", '{"a": 1}', {"a": 1}),
        ("JSON", "{}", {}),
        ("JSON", "[1, 2]", [1, 2]),
        ("JSON", '"text"', "text"),
        ("JSON", "5", 5),
        ("JSON", "true", True),
        ("JSON", "null", None),
        ("JSON", ' {"a": 1}\n', {"a": 1}),
        ("JSON", '{"a": 1, "a": 2}', {"a": 2}),
        ("JSON", '{"big": 12345678901234567890}', {"big": 12345678901234567890}),
    ],
    ids=repr,
)
def test_e30_e31_a_suitable_value_is_served_and_logged(kind: str, value: Any, served: Any) -> None:
    found = asked(flag_of(kind, value), kind=kind)

    assert (found.code, found.value, type(found.value)) == ("MATCH", served, type(served))
    assert assignment_event(found) is not None


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("INTEGER", 3.1, "3.1"),
        ("INTEGER", "3", "3"),
        ("INTEGER", True, "true"),
        ("INTEGER", None, "null"),
        ("INTEGER", 10**19, "10000000000000000000"),
        ("NUMERIC", "5", "5"),
        ("NUMERIC", True, "true"),
        ("NUMERIC", float("inf"), "Infinity"),
        ("BOOLEAN", "true", "true"),
        ("BOOLEAN", 1, "1"),
        ("STRING", 5, "5"),
        ("STRING", 5.0, "5"),
        ("STRING", None, "null"),
        ("STRING", {"a": 1}, '{"a": 1}'),
        ("JSON", "{bad", "{bad"),
        ("JSON", "", ""),
        ("JSON", '{"n": NaN}', '{"n": NaN}'),
        ("JSON", "1e400", "1e400"),
        ("JSON", '{"a": 1} x', '{"a": 1} x'),
        ("JSON", {"a": 1}, '{"a": 1}'),
        ("JSON", "[" * 100_000, "[" * 100_000),
        ("JSON", 5, "5"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_e30_e32_an_unsuitable_value_is_named_in_the_details_and_not_logged(kind: str, value: Any, shown: str) -> None:
    found = asked(flag_of(kind, value), kind=kind)

    told = details(found)

    assert (found.code, found.value, assignment_event(found)) == ("ASSIGNMENT_ERROR", "default", None)
    assert found.description == INCOMPATIBLE.format(kind, shown)
    assert (told["variationKey"], told["variationValue"]) == ("on", value)
    assert told["matchedAllocation"] == {"key": "all", "allocationEvaluationCode": "MATCH", "orderPosition": 1}


def test_e33_details_carry_the_parsed_document() -> None:
    assert details(asked(flag_of("JSON", '{"a": [1]}')))["variationValue"] == {"a": [1]}


def test_a_served_document_belongs_to_the_caller() -> None:
    raw = flag_of("JSON", '{"a": [1]}')
    text = json.dumps(raw)
    first, second = asked(raw), asked(raw)

    first.value["a"].append(2)

    assert second.value == {"a": [1]}
    assert json.dumps(raw) == text
