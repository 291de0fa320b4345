"""Which environment a key selects, and what is said about it."""

import pytest

from emulator.sdk_keys import mint_key
from emulator.snapshot.keys import Selection, refusal, select_environment, shown_key, unknown_key_line
from tests.server.documents import anybody, flag, two_environments

URL = "http://127.0.0.1:8378"


def selected(*spellings: str) -> Selection:
    return select_environment(two_environments(), spellings)


@pytest.mark.parametrize(
    ("key", "environment"),
    [
        ("local-test", "test"),
        ("test-token", "test"),
        ("local-production", "production"),
        ("no.dots?here&", "production"),
        ("foreign.Y3M9YWJj", "production"),
        (mint_key(URL, "production"), "production"),
        (mint_key("http://elsewhere:1", "test"), "test"),
    ],
)
def test_w42_a_listed_or_minted_key_selects_its_environment(key: str, environment: str) -> None:
    chosen = selected(key)

    assert (chosen.environment.key, chosen.unknown_key) == (environment, "")


@pytest.mark.parametrize("key", ["nobody", mint_key(URL, "staging")])
def test_an_unknown_key_selects_the_first_environment(key: str) -> None:
    chosen = selected(key)

    assert (chosen.environment.key, chosen.unknown_key) == ("test", key)


def test_a_missing_key_is_not_an_unknown_one() -> None:
    chosen = selected()

    assert (chosen.environment.key, chosen.unknown_key) == ("test", "")


@pytest.mark.parametrize(
    ("key", "is_client_token"),
    [
        ("local-test", False),
        ("test-token", True),
        (mint_key(URL, "test"), False),
        (mint_key(URL, "test", is_client_token=True), True),
    ],
)
def test_a_key_is_a_client_token_when_it_is_listed_or_minted_as_one(key: str, is_client_token: bool) -> None:
    assert selected(key).is_client_token is is_client_token


@pytest.mark.parametrize("key", ["anything", mint_key(URL, "staging")])
def test_no_key_is_unknown_where_no_file_lists_any(key: str) -> None:
    assert select_environment(anybody(flag("a")), [key]).unknown_key == ""


def test_every_spelling_of_a_key_is_looked_up() -> None:
    assert selected("local production", "local-production").environment.key == "production"


def test_the_line_about_an_unknown_key_names_the_listed_ones() -> None:
    line = unknown_key_line(selected("local-tset"), two_environments())

    assert line.startswith('SDK key "local-tset" is unknown: serving environment "test" (listed keys: local-test, ')


def test_the_line_about_a_minted_key_names_the_environment_that_is_missing() -> None:
    line = unknown_key_line(selected(mint_key(URL, "staging")), two_environments())

    assert 'is for environment "staging", which no file declares' in line


def test_no_message_holds_a_whole_long_key() -> None:
    """It may be a real one, sent here by mistake."""
    key = "zCsQuoHJxVPp895" * 3

    assert key not in refusal(selected(key), two_environments()) + unknown_key_line(selected(key), two_environments())


def test_minted_keys_are_told_apart() -> None:
    """They all begin alike."""
    keys = [mint_key(URL, "test", sandbox=name) for name in ("0c80b1fa41e1", "0c80b1fa41e2")]
    keys += [mint_key(URL, environment) for environment in ("test", "prod")]

    assert len(set(map(shown_key, keys))) == len(keys)
    assert max(map(len, map(shown_key, keys))) < 30


def test_a_key_cannot_break_the_line() -> None:
    assert "\n" not in unknown_key_line(selected("a\nb"), two_environments())
