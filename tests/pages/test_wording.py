"""Values as texts for people."""

import pytest

from emulator.pages.wording import as_key, path_of, percent, plural, pretty_json, query_of, showable


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0%"), (1, "100%"), (0.5, "50%"), (1 / 3, "33.3333%"), (0.0001, "0.01%"), (1e-9, "0%")]
)
def test_shares_are_percentages(share: float, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(("number", "text"), [(0, "0 flags"), (1, "1 flag"), (10_000, "10,000 flags")])
def test_numbers_have_their_noun(number: int, text: str) -> None:
    assert plural(number, "flag") == text


def test_half_a_surrogate_pair_is_shown_as_its_escape() -> None:
    assert showable("a\ud800b\0") == "a\\ud800b\\x00"
    assert pretty_json("\ud800") == '"\\ud800"'


@pytest.mark.parametrize(("key", "text"), [("a b", "a b"), (" lead", '" lead"'), ("\n", '"\\n"'), ("", '""')])
def test_a_key_that_would_look_like_another_stands_in_quotes(key: str, text: str) -> None:
    assert as_key(key) == text


def test_addresses_hold_any_key() -> None:
    assert path_of("a/b c?\ud800") == "a/b%20c%3F%ED%A0%80"
    assert query_of({"q": "a&b", "none": None, "empty": ""}) == "?q=a%26b"
    assert query_of({}) == ""
