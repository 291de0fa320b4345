from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from emulator.definitions.parsing.document import Mapping, Node, parse
from emulator.definitions.reading import json_values, values
from emulator.definitions.report import Report


def node(literal: str) -> Node:
    document = parse(f"a: {literal}\n", "a.yaml", Report("a.yaml"))
    assert isinstance(document.root, Mapping)
    return document.root.members["a"]


def read(reader: Any, literal: str) -> tuple[Any, list[str]]:
    report = Report("a.yaml")
    value = reader(node(literal), report)
    return value, [problem.code for problem in report.problems]


@pytest.mark.parametrize(
    ("reader", "literal", "value"),
    [
        (values.boolean, "true", True),
        (values.boolean, '"false"', False),
        (values.text, "NO", "NO"),
        (values.text, "1.10", "1.10"),
        (values.text, "2024-01-01", "2024-01-01"),
        (values.text, '""', ""),
        (values.text, '"null"', "null"),
        (values.integer, "-42", -42),
        (values.integer, "0", 0),
        (values.number, "0.70", 0.7),
        (values.number, "1e3", 1000.0),
        (values.number, "5", 5.0),
        (values.percentage, "20%", Fraction(1, 5)),
        (values.percentage, "33.33%", Fraction(3333, 10_000)),
        (values.percentage, "0%", Fraction(0)),
        (values.percentage, "100.00%", Fraction(1)),
        (values.time, "2025-03-28", datetime(2025, 3, 28, tzinfo=UTC)),
        (values.time, "2025-03-28T00:00Z", datetime(2025, 3, 28, tzinfo=UTC)),
        (values.time, "2025-03-26T14:32:00-05:00", datetime(2025, 3, 26, 19, 32, tzinfo=UTC)),
        (values.time, "2025-03-28T00:00:00.1239Z", datetime(2025, 3, 28, 0, 0, 0, 123_000, tzinfo=UTC)),
        (values.end_time, "never", values.NEVER),
        (values.duration, "90m", timedelta(minutes=90)),
        (values.duration, "7d", timedelta(days=7)),
    ],
)
def test_scalar_is_typed_by_its_position(reader: Any, literal: str, value: Any) -> None:
    assert read(reader, literal) == (value, [])


@pytest.mark.parametrize(
    ("reader", "literal", "code"),
    [
        *((values.boolean, literal, "E110") for literal in ("NO", "yes", "on", "True", "1")),
        *((values.integer, literal, "E111") for literal in ("1_000", "0x1F", "010", "0o10", "+5", "12:30", "1.0", "x")),
        *((values.number, literal, "E112") for literal in (".5", "5.", ".inf", ".nan", "1e999", "+1", "0x1", "1_0")),
        *((values.percentage, literal, "E301") for literal in ("20", "0.2", "-5%", "120%", ".5%", "5 %", "5%%")),
        (values.time, "2025-03-26T14:32:00", "E501"),
        (values.time, "2025-02-30", "E501"),
        (values.time, "yesterday", "E501"),
        (values.time, "0001-01-01T00:00:00+10:00", "E501"),
        (values.time, "2025-03-26T25:00Z", "E501"),
        (values.duration, "60", "E502"),
        (values.duration, "0m", "E502"),
        (values.positive, "0", "E307"),
        (values.positive, "2147483648", "E307"),
        *((values.text, literal, "E106") for literal in ("", "~", "null")),
        (values.text, "[a]", "E107"),
        (values.boolean, "{a: b}", "E107"),
    ],
)
def test_value_that_does_not_fit_is_refused(reader: Any, literal: str, code: str) -> None:
    assert read(reader, literal) == (None, [code])


def test_null_in_another_case_is_a_text() -> None:
    assert read(values.text, "Null") == ("Null", [])


@pytest.mark.parametrize(
    ("literal", "hint"),
    [("1_000", "write 1000"), ("+5", "write 5")],
)
def test_integer_hint_shows_the_plain_spelling(literal: str, hint: str) -> None:
    report = Report("a.yaml")

    values.integer(node(literal), report)

    assert report.problems[0].hint == hint


@pytest.mark.parametrize(("literal", "hint"), [("0.2", "write 20%"), ("20", "write 20%"), ("half", "percent sign")])
def test_percentage_hint_shows_the_likely_share(literal: str, hint: str) -> None:
    report = Report("a.yaml")

    values.percentage(node(literal), report)

    assert hint in report.problems[0].hint


@pytest.mark.parametrize(
    ("literal", "value", "found"),
    [
        ("true", True, []),
        ("~", None, []),
        ("null", None, []),
        ("12", 12, []),
        ("0.5", 0.5, []),
        ("1e3", 1000.0, []),
        ("1.0", 1.0, []),
        ('"1.10"', "1.10", []),
        ("word", "word", []),
        ("2024-01-01", "2024-01-01", []),
        ("20%", "20%", []),
        ("1.10", 1.1, ["W113"]),
        *((literal, literal, ["W113"]) for literal in ("NO", "yes", "on", "off", "y", "Null", "True")),
        *((literal, literal, ["W113"]) for literal in ("1_000", "0x1F", "010", "0o10", "+5", "12:30", ".5", "5.")),
        ("1e999", "1e999", ["E112"]),
    ],
)
def test_untyped_position_knows_json_and_takes_the_rest_as_text(literal: str, value: Any, found: list[str]) -> None:
    assert read(json_values.json_value, literal) == (value, found)


def test_inline_json_keeps_numbers_as_typed() -> None:
    source, _ = read(json_values.json_source, "{a: 0.70, b: 1e3, c: [true, ~, 'x'], d: {}}")

    assert source == '{"a":0.70,"b":1e3,"c":[true,null,"x"],"d":{}}'
