"""The real OpenFeature SDK for Python, with its OFREP provider, against a running emulator."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator import Emulator
from tests.sdk.flag_files import BROKEN, FLAGS, FlagFolder
from tests.sdk.openfeature import DEFAULTS, Flags, connected
from tests.sdk.waiting import eventually
from tests.server.documents import config, flag

MORE = """
flags:
  team/checkout/new: { type: boolean, serve: true }
  team//new?#: { type: boolean, serve: true }
  größe 50%: { type: boolean, serve: true }
  coin: { type: boolean, allocations: [{ key: half, split: [true, false] }] }
  shoes: { type: string, variations: { shoe-bandit: { bandit: shoe-bandit } }, serve: shoe-bandit }
bandits:
  shoe-bandit: { pin: nike }
"""


@pytest.fixture
def folder(tmp_path: Path) -> FlagFolder:
    folder = FlagFolder(tmp_path / "flags")
    folder.add("more.yaml", MORE)
    return folder


@pytest.fixture
def flags(emulator: Emulator) -> Iterator[Flags]:
    with connected(emulator.url) as connection:
        yield connection


@pytest.mark.parametrize(
    ("kind", "key", "attributes", "value", "variant", "reason", "allocation"),
    [
        ("STRING", "headline", {}, "short", "short", "STATIC", "default"),
        ("INTEGER", "limit", {"plan": "pro"}, 50, "high", "TARGETING_MATCH", "paying"),
        ("NUMERIC", "price", {}, 5.0, "full", "STATIC", "default"),
        ("BOOLEAN", "new-checkout", {"country": "NO"}, True, "true", "TARGETING_MATCH", "norway"),
        ("JSON", "banner", {}, {"text": "Grüße", "size": 3}, "spring", "STATIC", "default"),
        ("BOOLEAN", "coin", {}, False, "false", "SPLIT", "half"),
        ("BOOLEAN", "team/checkout/new", {}, True, "true", "STATIC", "default"),
        ("BOOLEAN", "größe 50%", {}, True, "true", "STATIC", "default"),
        ("STRING", "shoes", {}, "shoe-bandit", "shoe-bandit", "STATIC", "default"),
    ],
)
def test_the_application_sees_value_variant_reason_and_metadata(
    flags: Flags,
    kind: str,
    key: str,
    attributes: dict[str, Any],
    value: Any,
    variant: str,
    reason: str,
    allocation: str,
) -> None:
    found = flags.ask(kind, key, "user-1", attributes)

    assert (found.error_code, found.error_message) == (None, None)
    assert (type(found.value), found.value) == (type(value), value)
    assert (found.variant, found.reason, found.flag_metadata["allocation"]) == (variant, reason, allocation)


def test_what_the_provider_does_not_escape_may_be_escaped_by_the_application(flags: Flags) -> None:
    """It makes two slashes one, and ends the path at a question mark or a hash."""
    assert flags.ask("BOOLEAN", "team%2F%2Fnew%3F%23").value is True


def test_the_metadata_has_what_a_logger_needs(flags: Flags) -> None:
    found = flags.ask("BOOLEAN", "new-checkout", "user-1", {"country": "NO"})

    assert found.flag_metadata == {"allocation": "norway", "doLog": False, "environment": "test", "revision": 1}


@pytest.mark.parametrize(
    ("kind", "key", "subject", "attributes", "code", "words"),
    [
        ("STRING", "hedline", "user-1", {}, "FLAG_NOT_FOUND", 'did you mean "headline"?'),
        ("BOOLEAN", "new-checkout", "user-1", {"country": "SE"}, "FLAG_NOT_FOUND", '`country` is text "SE"'),
        ("BOOLEAN", "new-checkout", "user-1", {"country": ["NO"]}, "FLAG_NOT_FOUND", "`country` is a list"),
        ("BOOLEAN", "headline", "user-1", {}, "TYPE_MISMATCH", "but got <class 'str'>"),
        ("INTEGER", "price", "user-1", {}, "TYPE_MISMATCH", "but got <class 'float'>"),
        ("NUMERIC", "limit", "user-1", {}, "TYPE_MISMATCH", "but got <class 'int'>"),
        ("JSON", "headline", "user-1", {}, "TYPE_MISMATCH", "but got <class 'str'>"),
        ("STRING", "headline", None, {}, "TARGETING_KEY_MISSING", "context.targetingKey is missing or empty"),
        ("STRING", "headline", "", {}, "TARGETING_KEY_MISSING", "context.targetingKey is missing or empty"),
        ("STRING", "headline", None, {"targetingKey": 3}, "INVALID_CONTEXT", "expected a text, found number"),
    ],
)
def test_the_application_sees_its_default_and_why(
    flags: Flags, kind: str, key: str, subject: str | None, attributes: dict[str, Any], code: str, words: str
) -> None:
    found = flags.ask(kind, key, subject, attributes)

    assert (found.value, found.reason, found.error_code) == (DEFAULTS[kind], "ERROR", code)
    assert words in str(found.error_message)


def test_a_broken_flag_is_a_general_error(tmp_path: Path) -> None:
    (tmp_path / "ufc.json").write_text(json.dumps(config({**flag("banner"), "totalShards": "many"})))

    with Emulator(ufc=tmp_path / "ufc.json") as emulator, connected(emulator.url) as flags:
        found = flags.ask("STRING", "banner")

    assert (found.value, found.error_code) == (DEFAULTS["STRING"], "GENERAL")
    assert "flag banner is broken: totalShards" in str(found.error_message)


@pytest.mark.parametrize(
    ("headers", "headline"),
    [
        ({}, "short"),
        ({"Authorization": "Bearer local-test"}, "short"),
        ({"Authorization": "Bearer local-prod"}, "playful"),
        ({"X_API_Key": "local-prod"}, "playful"),
        ({"X_API_Key": "nobody-knows-me"}, "short"),
    ],
    ids=str,
)
def test_the_key_in_a_header_chooses_the_environment(
    emulator: Emulator, headers: dict[str, str], headline: str
) -> None:
    with connected(emulator.url, **headers) as flags:
        assert flags.headline == headline


@pytest.mark.parametrize(
    ("headers", "code"),
    [({"Authorization": "Bearer local-test"}, None), ({"X_API_Key": "nobody-knows-me"}, "GENERAL"), ({}, "GENERAL")],
    ids=str,
)
def test_strict_keys_refuse_an_unknown_key(
    strict_emulator: Emulator, headers: dict[str, str], code: str | None
) -> None:
    with connected(strict_emulator.url, **headers) as flags:
        assert flags.ask("STRING", "headline").error_code == code


def test_the_same_flag_is_answered_for_each_context(flags: Flags) -> None:
    plans = ["pro", "free", "team"]

    assert [flags.ask("INTEGER", "limit", "user-1", {"plan": plan}).value for plan in plans] == [50, 3, 50]


def test_an_edit_is_answered_at_the_next_question(flags: Flags, folder: FlagFolder) -> None:
    before = flags.headline

    folder.serve_headline("long")

    assert eventually(lambda: bool(flags.headline == "long"))
    assert before == "short"


def test_a_broken_edit_leaves_the_old_answers(emulator: Emulator, flags: Flags, folder: FlagFolder) -> None:
    folder.write(BROKEN)

    assert eventually(lambda: emulator.workspace.stale)
    assert flags.headline == "short"


def test_a_slash_after_the_base_url_does_not_matter(emulator: Emulator) -> None:
    with connected(f"{emulator.url}/") as flags:
        assert flags.headline == "short"


def test_the_base_url_of_an_sdk_is_answered_with_the_cure(emulator: Emulator) -> None:
    with connected(emulator.base_url) as flags:
        found = flags.ask("STRING", "headline")

    assert (found.value, found.error_code) == (DEFAULTS["STRING"], "FLAG_NOT_FOUND")
    assert "give the provider a base URL without /api" in str(found.error_message)


def test_a_deleted_flag_is_not_found_any_more(flags: Flags, folder: FlagFolder) -> None:
    folder.write(FLAGS.replace("  headline:", "  title:"))

    assert eventually(lambda: flags.ask("STRING", "headline").error_code == "FLAG_NOT_FOUND")
