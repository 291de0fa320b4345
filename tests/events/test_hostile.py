"""Nothing that can be sent makes reading or keeping an event fail."""

import json
import math
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.events import attribute_text, raw_json, read_event
from emulator.events.spelling import MEANINGS
from tests.events.families import ASSIGNMENTS, BANDITS

FIELDS = sorted(MEANINGS)


def nested(levels: int) -> Any:
    value: Any = "deep"
    for _ in range(levels):
        value = {"properties": value}
    return value


HOSTILE: dict[str, Any] = {
    "100 levels": nested(100),
    "100,000 levels": nested(100_000),
    "a huge key": {"k" * 1_000_000: 1},
    "lone surrogate": "\ud800",
    "NUL": "a\0b",
    "not a number": math.nan,
    "infinite": -math.inf,
    "a huge integer": 10**5000,
    "markup": "<script>alert(1)</script>",
    "an object of Python's": object(),
    "keys of other types": {1: 2, None: 3, (1, 2): 4, "\udfff": "\udfff"},
    "a set": {1},
    "bytes": b"\xff",
}


@pytest.mark.parametrize("field", ["", *FIELDS])
@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_in_any_field_is_read_and_kept(field: str, value: str) -> None:
    raw = {**ASSIGNMENTS["rust core"], **BANDITS["javascript"], field: HOSTILE[value]}

    event = read_event(raw)

    assert event.raw is raw
    assert json.loads(raw_json(raw))
    assert all(str(fault).isprintable() for fault in event.faults)


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_event_is_read_and_kept(value: str) -> None:
    event = read_event(HOSTILE[value])

    assert event.kind in ("tracked", "invalid")
    assert raw_json(HOSTILE[value]).isascii()


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(FIELDS), ANYTHING, max_size=6))
def test_any_values_in_any_fields_are_read_and_kept(raw: dict[str, Any]) -> None:
    read_event(raw)

    assert isinstance(json.loads(raw_json(raw)), dict)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (math.nan, b'"NaN"'),
        (-math.inf, b'"-Infinity"'),
        ({"a": [1.5, math.nan]}, b'{"a":[1.5,"NaN"]}'),
        (datetime(2026, 3, 1, tzinfo=UTC), b'"2026-03-01 00:00:00+00:00"'),
        ("\ud800\0é", b'"\\ud800\\u0000\\u00e9"'),
        ({1: (True, None)}, b'{"1":[true,null]}'),
    ],
    ids=str,
)
def test_what_json_has_no_word_for_is_kept_as_text(value: Any, text: bytes) -> None:
    assert raw_json(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [("NO", "NO"), (5, "5"), (5.0, "5"), (0.5, "0.5"), (True, "true"), (None, "null"), ([1, "a"], '[1,"a"]')],
    ids=str,
)
def test_attributes_are_compared_as_text(value: Any, text: str) -> None:
    assert attribute_text(value) == text
