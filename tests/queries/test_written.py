"""Attributes and actions as people write them: read, and written so that they read as the same."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.queries import written

_SCALARS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
_VALUES = st.recursive(_SCALARS | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@pytest.mark.parametrize(
    ("name", "value", "sides"),
    [
        ("country", "NO", ("country", "NO")),
        ("age", 18, ("age", "18")),
        ("ratio", 2.5, ("ratio", "2.5")),
        ("vip", True, ("vip", "true")),
        ("plan", None, ("plan", "null")),
        ("zip", "01234", ("zip", "01234")),
        ("digit", "5", ("digit:", '"5"')),
        ("word", "true", ("word:", '"true"')),
        ("tags", ["a"], ("tags:", '["a"]')),
        ("a:", "b", ("a::", '"b"')),
        ("none", "", ("none", "")),
    ],
)
def test_an_attribute_is_written_as_plainly_as_it_reads(name: str, value: Any, sides: tuple[str, str]) -> None:
    assert written.written(name, value) == sides


@given(st.text(min_size=1).filter(lambda name: "=" not in name), _VALUES)
def test_what_is_written_reads_as_the_same(name: str, value: Any) -> None:
    read = written.attribute("=".join(written.written(name, value)))

    assert (read[0], json.dumps(read[1])) == (name, json.dumps(value))


@pytest.mark.parametrize("word", ["", "country", "=NO", ":=1", "a:={", "a:=NaN"])
def test_what_is_no_attribute_is_told(word: str) -> None:
    with pytest.raises(ValueError, match=r"write|written"):
        written.attribute(word)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("red, blue", ["red", "blue"]),
        ('["red"]', ["red"]),
        ('{"red": {"price": 5}}', {"red": {"price": 5}}),
        ("@file", ["@file"]),
        ("", []),
    ],
)
def test_actions_are_json_or_names(text: str, read: Any) -> None:
    assert written.actions(text) == read


def test_actions_that_are_no_json_are_told() -> None:
    with pytest.raises(ValueError, match="write red,blue"):
        written.actions("{red")
