"""Finding flags by what people type."""

import pytest

from emulator.pages.flags.search import found_keys, near_keys, words_of

KEYS = ["new-checkout", "checkout", "checkout-button", "card-payments", "basket"]
TEXTS = {"basket": "Leads to the Checkout", "card-payments": "owned by payments"}


def found(text: str) -> list[str]:
    return found_keys(KEYS, words_of(text), lambda key: TEXTS.get(key, ""))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a B", ("a", "b")),
        ('"one Two" x', ("one two", "x")),
        ('"open', ("open",)),
        ('""', ()),
        ("  ", ()),
    ],
)
def test_words_and_texts_in_quotes(text: str, words: tuple[str, ...]) -> None:
    assert words_of(text) == words


def test_the_key_itself_comes_first_and_descriptions_last() -> None:
    assert found("checkout") == ["checkout", "checkout-button", "new-checkout", "basket"]


def test_all_words_have_to_be_there() -> None:
    assert found("leads basket") == ["basket"]
    assert found("leads payments") == []


def test_a_text_in_quotes_is_found_as_it_is() -> None:
    assert found('"to the"') == ["basket"]
    assert found('"the to"') == []


def test_letters_in_order_are_near() -> None:
    assert near_keys(KEYS, ("ckbtn",)) == ["checkout-button"]


def test_a_slip_is_near() -> None:
    assert near_keys(KEYS, ("baskte",)) == ["basket"]


def test_of_nothing_like_it_nothing_is_near() -> None:
    assert near_keys(KEYS, ("zzzz",)) == []
