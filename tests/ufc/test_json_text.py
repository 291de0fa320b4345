"""JSON is read as RFC 8259 has it; what is none is told with its place."""

import math
from typing import Any

import pytest

from emulator.ufc.json_text import JsonTextError, parse_json


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (' {"a": [1, 2.5, null, true, "x"]} ', {"a": [1, 2.5, None, True, "x"]}),
        ("1e400", math.inf),
        ("-" + "9" * 5000, -math.inf),
        ("9" * 300, int("9" * 300)),
        ('"\\ud800"', "\ud800"),
    ],
    ids=["all kinds", "beyond doubles", "thousands of digits", "hundreds of digits", "half a pair"],
)
def test_json_is_read(text: str, value: Any) -> None:
    assert parse_json(text) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not JSON at line 1, column 1: found the end; Expecting value"),
        ("{'a': 1}", """not JSON at line 1, column 2: found "'a': 1}"; Expecting property name"""),
        ('{\n "a": 01}', 'not JSON at line 2, column 8: found "1}"; Expecting'),
        ('["NaN", NaN]', 'not JSON at line 1, column 9: found "NaN]"; JSON has no such number'),
        ('{"a": -Infinity}', 'column 7: found "-Infinity}"'),
        ("[" * 100_000, "nested too deeply"),
        ("x\x1b[2J" + "y" * 50, 'found "x\\x1b[2Jyyyyyyyyyyyyyyy…"'),
    ],
    ids=["nothing", "quotes", "leading zero", "NaN", "infinity", "deep", "control characters"],
)
def test_what_is_no_json_is_told_with_its_place(text: str, message: str) -> None:
    with pytest.raises(JsonTextError) as caught:
        parse_json(text)

    assert message in str(caught.value)
