"""W41: minted keys under the readers of protocol.md §2, and keys of everybody else."""

import json
from base64 import b64decode, b64encode, urlsafe_b64decode
from collections.abc import Callable
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.sdk_keys import DevelopmentKey, mint_key, read_key

HOSTS = st.sampled_from(["127.0.0.1", "[::1]", "a~b.test"])
PATHS = st.sampled_from(["", "/", "/base~path"])
URLS = st.builds("http://{}:{}{}".format, HOSTS, st.integers(1, 65535), PATHS)
ENVIRONMENTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


def payload_of(key: str) -> str:
    return key.split(".")[1]


def foreign_key(payload: str) -> str:
    return f"zCsQuoHJxVPp895.{b64encode(payload.encode()).decode()}"


@given(URLS, ENVIRONMENTS, st.booleans())
def test_w41_a_minted_key_is_read_back_without_any_state(url: str, environment: str, is_client_token: bool) -> None:
    key = mint_key(url, environment, is_client_token=is_client_token)

    assert read_key(key) == DevelopmentKey(url.rstrip("/"), environment, is_client_token)


@given(URLS, ENVIRONMENTS)
def test_the_key_of_a_sandbox_says_so(url: str, environment: str) -> None:
    key = mint_key(url, environment, sandbox="a1b2")

    assert read_key(key) == DevelopmentKey(url.rstrip("/"), environment, is_client_token=False, sandbox="a1b2")
    assert (len(b64decode(payload_of(key))) % 3, payload_of(key).isalnum(), key.count(".")) == (0, True, 1)


@given(URLS, ENVIRONMENTS, st.booleans())
def test_w41_a_payload_has_neither_padding_nor_a_character_that_alphabets_disagree_on(
    url: str, environment: str, is_client_token: bool
) -> None:
    """Padding is demanded by iOS and Dart and forbidden by Rust; ``+ / - _`` differ between the alphabets."""
    key = mint_key(url, environment, is_client_token=is_client_token)

    assert (len(b64decode(payload_of(key))) % 3, payload_of(key).isalnum(), key.count(".")) == (0, True, 1)


@pytest.mark.parametrize("decode", [b64decode, urlsafe_b64decode], ids=["standard", "url-safe"])
def test_w41_every_reader_finds_the_event_host(decode: Callable[[str], bytes]) -> None:
    key = mint_key("http://127.0.0.1:8378", "test")

    assert parse_qs(decode(payload_of(key)).decode())["eh"] == ["http://127.0.0.1:8378"]


def test_w41_a_key_says_at_a_glance_that_it_is_no_real_one() -> None:
    assert mint_key("http://127.0.0.1:8378", "test", is_client_token=True).startswith("emulator-client.")


def test_equal_arguments_give_equal_keys() -> None:
    assert mint_key("http://127.0.0.1:8378", "test") == mint_key("http://127.0.0.1:8378/", "test")


@pytest.mark.parametrize("url", ["", "127.0.0.1:8378", "ftp://host", "http://", "http://host/?x=1"], ids=json.dumps)
def test_minting_refuses_what_is_no_server_url(url: str) -> None:
    with pytest.raises(ValueError, match="expected something like"):
        mint_key(url, "test")


def test_minting_needs_an_environment() -> None:
    with pytest.raises(ValueError, match="key of an environment"):
        mint_key("http://127.0.0.1:8378", "")


@pytest.mark.parametrize(
    "key",
    [
        "",
        "local-test",
        ".",
        "a.",
        ".ZWg9aA==",
        "a.b.c",
        "a.é",
        "a.====",
        "zCsQuoHJxVPp895.ZWg9MTIzNDU2LmUudGVzdGluZy5lcHBvLmNsb3Vk",
        foreign_key("eh=5qhpgd.e.eppo.cloud&cs=5qhpgd"),
        foreign_key("eh=h&ee=test"),
        foreign_key("eh=h&ee=test&ek=admin"),
        foreign_key("ee=test&ek=server"),
    ],
)
def test_w42_a_foreign_key_says_nothing(key: str) -> None:
    assert read_key(key) is None


@given(st.text(max_size=80))
def test_reading_never_raises(text: str) -> None:
    read_key(text)
    read_key(f"a.{text}")
