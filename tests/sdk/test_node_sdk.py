"""The real @eppo/node-server-sdk against a running emulator."""

from collections.abc import Iterator
from typing import Any

import pytest

from emulator import Emulator
from tests.sdk.flag_files import BANDITS, BROKEN, FlagFolder
from tests.sdk.programs import LineProgram, node_program
from tests.sdk.relay import Relay
from tests.sdk.waiting import eventually

pytestmark = pytest.mark.ci

POLL_MS = 300
ACTIONS: dict[str, dict[str, Any]] = {"nike": {}, "adidas": {}, "puma": {}}


class Sdk:
    def __init__(self, program: LineProgram) -> None:
        self._program = program

    def start(self, base_url: str, key: str = "local-test", *, throw: bool = True) -> None:
        self._program.ask(do="start", baseUrl=base_url, key=key, pollMs=POLL_MS, throwOnFailure=throw)

    def assign(self, kind: str, flag: str, attributes: dict[str, Any], default: Any) -> Any:
        question = {"type": kind, "flag": flag, "subject": "user-1", "attributes": attributes, "default": default}
        return self._program.ask(do="assign", **question)

    @property
    def headline(self) -> Any:
        return self.assign("string", "headline", {}, "the caller's default")["value"]

    def shows(self, headline: str) -> bool:
        return eventually(lambda: bool(self.headline == headline))

    def bandit_action(self) -> Any:
        question = {"flag": "shoes", "subject": "user-1", "attributes": {}, "actions": ACTIONS, "default": "none"}
        return self._program.ask(do="bandit", **question)


@pytest.fixture
def sdk() -> Iterator[Sdk]:
    with node_program("server.mjs") as program:
        yield Sdk(program)


@pytest.mark.parametrize(
    ("kind", "flag", "attributes", "default", "expected"),
    [
        ("string", "headline", {}, "", "short"),
        ("integer", "limit", {"plan": "pro"}, 0, 50),
        ("numeric", "price", {}, 0.0, 5),
        ("boolean", "new-checkout", {"country": "NO"}, False, True),
        ("json", "banner", {}, {}, {"text": "Grüße", "size": 3}),
        ("string", "no-such-flag", {}, "default", "default"),
    ],
)
def test_the_first_fetch_serves_every_type(
    emulator: Emulator, sdk: Sdk, kind: str, flag: str, attributes: dict[str, Any], default: Any, expected: Any
) -> None:
    sdk.start(emulator.base_url)

    assert sdk.assign(kind, flag, attributes, default)["value"] == expected


def test_an_assignment_is_logged_with_its_experiment_and_extra_fields(emulator: Emulator, sdk: Sdk) -> None:
    sdk.start(emulator.base_url)

    (event,) = sdk.assign("integer", "limit", {"plan": "team"}, 0)["logged"]

    assert (event["experiment"], event["variation"], event["squad"]) == ("limit-paying", "high", "growth")


@pytest.mark.parametrize(("key", "headline"), [("local-test", "short"), ("local-prod", "playful")])
def test_the_key_chooses_the_environment(emulator: Emulator, sdk: Sdk, key: str, headline: str) -> None:
    sdk.start(emulator.base_url, key)

    assert sdk.headline == headline


def test_an_edit_is_answered_after_the_next_poll(emulator: Emulator, folder: FlagFolder, sdk: Sdk) -> None:
    sdk.start(emulator.base_url)

    folder.serve_headline("long")

    assert sdk.shows("long")


def test_a_broken_edit_leaves_the_old_answers_until_it_is_mended(
    emulator: Emulator, relay: Relay, folder: FlagFolder, sdk: Sdk
) -> None:
    sdk.start(relay.base_url)

    folder.write(BROKEN)

    assert eventually(lambda: emulator.workspace.stale)
    assert relay.sees(2, "config")
    assert sdk.headline == "short"
    folder.serve_headline("long")
    assert sdk.shows("long")


def test_bandits_are_fetched_once_per_model_and_again_after_an_edit(
    relay: Relay, emulator: Emulator, folder: FlagFolder, sdk: Sdk
) -> None:
    folder.add("bandits.yaml", BANDITS)
    assert eventually(lambda: "shoe-bandit" in emulator.workspace.current.environments[0].models["bandits"])
    sdk.start(relay.base_url)
    first = sdk.bandit_action()
    assert relay.sees(2, "config")
    fetched_once = len(relay.targets("bandits"))

    folder.add("bandits.yaml", BANDITS.replace("pin: nike", "pin: adidas"))

    assert eventually(lambda: bool(sdk.bandit_action()["action"] == "adidas"))
    assert (first["action"], first["logged"][0]["actionProbability"]) == ("nike", 1)
    assert (fetched_once, len(relay.targets("bandits"))) == (1, 2)


def test_without_bandits_none_are_asked_for(relay: Relay, sdk: Sdk) -> None:
    sdk.start(relay.base_url)

    assert relay.sees(2, "config")
    assert relay.targets("bandits") == []


def test_an_unknown_key_gets_the_first_environment(emulator: Emulator, sdk: Sdk) -> None:
    sdk.start(emulator.base_url, "nobody-knows-me")

    assert sdk.headline == "short"


def test_an_unknown_key_is_refused_under_strict_keys(strict_relay: Relay, sdk: Sdk) -> None:
    sdk.start(strict_relay.base_url, "nobody-knows-me", throw=False)

    assert {exchange.reply.status for exchange in strict_relay.exchanges} == {401}
    assert sdk.headline == "the caller's default"


def test_a_restarted_server_on_the_same_port_is_found_again(folder: FlagFolder, sdk: Sdk) -> None:
    with Emulator(folder.path) as first:
        port = first.port
        sdk.start(first.base_url)
    folder.serve_headline("long")
    offline = sdk.headline

    with Emulator(folder.path, port=port):
        assert sdk.shows("long")

    assert offline == "short"


@pytest.mark.parametrize("suffix", ["/", "//", "/api"])
def test_a_base_url_with_more_than_it_needs_is_served(emulator: Emulator, sdk: Sdk, suffix: str) -> None:
    sdk.start(emulator.base_url + suffix)

    assert sdk.headline == "short"


def test_a_client_that_takes_gzip_but_keeps_no_etag_gets_gzip_at_every_poll(relay: Relay, sdk: Sdk) -> None:
    sdk.start(relay.base_url)

    assert relay.sees(2, "config")
    answers = {(one.reply.status, one.reply.headers.get("content-encoding")) for one in relay.exchanges}
    assert not any("if-none-match" in exchange.headers for exchange in relay.exchanges)
    assert answers == {(200, "gzip")}
