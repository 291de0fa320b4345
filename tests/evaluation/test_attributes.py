"""What conditions see of an attribute."""

import math
from enum import IntEnum, StrEnum
from typing import Any

import pytest

from emulator.evaluation.attributes import kind_of, number_of, text_of, utf8


class Colour(StrEnum):
    RED = "red"


class Size(IntEnum):
    BIG = 3


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (10, "10"),
        (10.0, "10"),
        (-0.0, "0"),
        (-3, "-3"),
        (True, "true"),
        (False, "false"),
        (3.1, "3.1"),
        (1e7, "10000000"),
        (0.001, "0.001"),
        (1e-7, "0.0000001"),
        (2_147_483_647, "2147483647"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e21, "1000000000000000000000"),
        (1e23, "100000000000000000000000"),
        (2**53 + 1, "9007199254740992"),
        (10**400, "inf"),
        (-math.inf, "-inf"),
        (math.nan, "NaN"),
        ("", ""),
        (" A ", " A "),
        (Colour.RED, "red"),
        (Size.BIG, "3"),
    ],
    ids=repr,
)
def test_e23_text_of_a_value(value: Any, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize("value", [None, [], ["a"], {"a": 1}, b"a", 1j], ids=repr)
def test_e23_null_and_structures_have_no_text(value: Any) -> None:
    assert text_of(value) is None


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("10", 10.0),
        ("-10.5", -10.5),
        ("+10", 10.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e1", 10.0),
        ("9" * 5000, math.inf),
        (7, 7.0),
        (10**400, math.inf),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_e26_number_of_a_value(value: Any, number: float) -> None:
    assert number_of(value) == number


@pytest.mark.parametrize(
    "value",
    ["", " 10 ", "10 ", "0x0A", "inf", "Infinity", "nan", "1_0", "ten", ".", "1e", "\u0663", True, None, [1], {}],
    ids=repr,
)
def test_e26_what_is_no_number(value: Any) -> None:
    assert number_of(value) is None


@pytest.mark.parametrize(
    ("value", "kind"),
    [("", "text"), (True, "boolean"), (1, "number"), (1.5, "number"), (None, "null"), ([], "list"), ({}, "map"),
     (b"", "bytes")],
)  # fmt: skip
def test_kind_of_a_value(value: Any, kind: str) -> None:
    assert kind_of(value) == kind


def test_half_a_surrogate_pair_is_hashed_as_javascript_encodes_it() -> None:
    assert utf8("a\ud800b") == "a\ufffdb".encode()
