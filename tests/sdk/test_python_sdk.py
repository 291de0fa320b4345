"""The real eppo-server-sdk 4 for Python against a running emulator."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import eppo_client
import pytest
from eppo_client import AssignmentLogger, ClientConfig

from emulator import Emulator
from tests.sdk.flag_files import BANDITS, BROKEN, FlagFolder
from tests.sdk.relay import Relay
from tests.sdk.waiting import eventually

POLL_S = 1


class Recorder(AssignmentLogger):
    def __init__(self) -> None:
        self.assignments: list[dict[str, Any]] = []
        self.bandit_actions: list[dict[str, Any]] = []

    def log_assignment(self, event: dict[str, Any]) -> None:
        self.assignments.append(event)

    def log_bandit_action(self, event: dict[str, Any]) -> None:
        self.bandit_actions.append(event)


class Sdk:
    """One client that polls every second, and what it logs."""

    def __init__(self, base_url: str, key: str) -> None:
        self.logged = Recorder()
        self.client = eppo_client.init(
            ClientConfig(
                api_key=key,
                base_url=base_url,
                assignment_logger=self.logged,
                poll_interval_seconds=POLL_S,
                poll_jitter_seconds=0,
            )
        )

    @property
    def headline(self) -> str:
        return self.client.get_string_assignment("headline", "user-1", {}, "the caller's default")

    def shows(self, headline: str) -> bool:
        return eventually(lambda: self.headline == headline)

    def bandit_action(self) -> str | None:
        actions: dict[str, dict[str, Any]] = {"nike": {}, "adidas": {}, "puma": {}}
        return self.client.get_bandit_action("shoes", "user-1", {}, actions, "the caller's default").action


Connect = Callable[..., Sdk]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Start clients that are shut down when the test ends."""
    with ExitStack() as clients:

        def start(base_url: str, key: str = "local-test", *, ready: bool = True) -> Sdk:
            sdk = Sdk(base_url, key)
            clients.callback(sdk.client.shutdown)
            if ready:
                sdk.client.wait_for_initialization()
            return sdk

        yield start


@pytest.mark.parametrize(
    ("kind", "flag", "attributes", "default", "expected"),
    [
        ("string", "headline", {}, "", "short"),
        ("integer", "limit", {"plan": "pro"}, 0, 50),
        ("numeric", "price", {}, 0.0, 5.0),
        ("boolean", "new-checkout", {"country": "NO"}, False, True),
        ("json", "banner", {}, None, {"text": "Grüße", "size": 3}),
        ("string", "no-such-flag", {}, "default", "default"),
    ],
)
def test_the_first_fetch_serves_every_type(
    emulator: Emulator, connect: Connect, kind: str, flag: str, attributes: dict[str, Any], default: Any, expected: Any
) -> None:
    client = connect(emulator.base_url).client

    assert getattr(client, f"get_{kind}_assignment")(flag, "user-1", attributes, default) == expected


def test_an_assignment_is_logged_with_its_experiment_and_extra_fields(emulator: Emulator, connect: Connect) -> None:
    sdk = connect(emulator.base_url)

    sdk.client.get_integer_assignment("limit", "user-1", {"plan": "team"}, 0)

    (event,) = sdk.logged.assignments
    assert (event["experiment"], event["variation"], event["squad"]) == ("limit-paying", "high", "growth")


def test_an_allocation_that_does_not_log_logs_nothing(emulator: Emulator, connect: Connect) -> None:
    sdk = connect(emulator.base_url)

    sdk.client.get_boolean_assignment("new-checkout", "user-1", {"country": "NO"}, False)

    assert sdk.logged.assignments == []


@pytest.mark.parametrize(("key", "headline"), [("local-test", "short"), ("local-prod", "playful")])
def test_the_key_chooses_the_environment(emulator: Emulator, connect: Connect, key: str, headline: str) -> None:
    assert connect(emulator.base_url, key).headline == headline


def test_an_edit_is_answered_after_the_next_poll(emulator: Emulator, folder: FlagFolder, connect: Connect) -> None:
    sdk = connect(emulator.base_url)

    folder.serve_headline("long")

    assert sdk.shows("long")


def test_a_new_file_is_answered_after_the_next_poll(emulator: Emulator, folder: FlagFolder, connect: Connect) -> None:
    sdk = connect(emulator.base_url)

    folder.add("more.yaml", "flags: { later: { type: boolean, serve: true } }\n")

    assert eventually(lambda: sdk.client.get_boolean_assignment("later", "user-1", {}, False))


def test_a_broken_edit_leaves_the_old_answers_until_it_is_mended(
    emulator: Emulator, relay: Relay, folder: FlagFolder, connect: Connect
) -> None:
    sdk = connect(relay.base_url)

    folder.write(BROKEN)

    assert eventually(lambda: emulator.workspace.stale)
    assert relay.sees(2, "config")
    assert sdk.headline == "short"
    folder.serve_headline("long")
    assert sdk.shows("long")


def test_a_bandit_picks_the_pinned_action_and_logs_it(emulator: Emulator, folder: FlagFolder, connect: Connect) -> None:
    folder.add("bandits.yaml", BANDITS)
    assert eventually(lambda: "shoe-bandit" in emulator.workspace.current.environments[0].models["bandits"])
    sdk = connect(emulator.base_url)

    action = sdk.bandit_action()

    (event,) = sdk.logged.bandit_actions
    model = emulator.workspace.current.environments[0].models["bandits"]["shoe-bandit"]
    assert (action, event["actionProbability"], event["modelVersion"]) == ("nike", 1.0, model["modelVersion"])


def test_an_edited_bandit_picks_anew_after_the_next_poll(
    emulator: Emulator, folder: FlagFolder, connect: Connect
) -> None:
    folder.add("bandits.yaml", BANDITS)
    sdk = connect(emulator.base_url)
    assert eventually(lambda: sdk.bandit_action() == "nike")

    folder.add("bandits.yaml", BANDITS.replace("pin: nike", "pin: adidas"))

    assert eventually(lambda: sdk.bandit_action() == "adidas")


def test_bandits_are_asked_for_only_where_there_are_any(relay: Relay, folder: FlagFolder, connect: Connect) -> None:
    sdk = connect(relay.base_url)
    before = relay.targets("bandits")

    folder.add("bandits.yaml", BANDITS)

    assert eventually(lambda: sdk.bandit_action() == "nike")
    assert (before, len(relay.targets("bandits")) > 0) == ([], True)


def test_an_unknown_key_gets_the_first_environment(emulator: Emulator, connect: Connect) -> None:
    assert connect(emulator.base_url, "nobody-knows-me").headline == "short"


def test_an_unknown_key_is_refused_under_strict_keys_and_the_sdk_stops_asking(
    strict_relay: Relay, folder: FlagFolder, connect: Connect
) -> None:
    sdk = connect(strict_relay.base_url, "nobody-knows-me", ready=False)

    assert eventually(lambda: bool(strict_relay.exchanges))
    assert [exchange.reply.status for exchange in strict_relay.exchanges] == [401]
    assert not strict_relay.sees(1, within_s=2.5 * POLL_S)
    assert (sdk.client.is_initialized(), sdk.headline) == (False, "the caller's default")


def test_a_listed_key_is_served_under_strict_keys(strict_emulator: Emulator, connect: Connect) -> None:
    assert connect(strict_emulator.base_url, "local-prod").headline == "playful"


def test_a_restarted_server_on_the_same_port_is_found_again(folder: FlagFolder, connect: Connect) -> None:
    with Emulator(folder.path) as first:
        port = first.port
        sdk = connect(first.base_url)
    folder.serve_headline("long")
    offline = sdk.headline

    with Emulator(folder.path, port=port):
        assert sdk.shows("long")

    assert offline == "short"


@pytest.mark.parametrize("suffix", ["/", "//", "/api"])
def test_a_base_url_with_more_than_it_needs_is_served(emulator: Emulator, connect: Connect, suffix: str) -> None:
    assert connect(emulator.base_url + suffix).headline == "short"


def test_a_client_without_etags_and_gzip_gets_plain_bodies_at_every_poll(relay: Relay, connect: Connect) -> None:
    connect(relay.base_url)

    assert relay.sees(2, "config")
    asked = {name for exchange in relay.exchanges for name in exchange.headers}
    answers = {(one.reply.status, one.reply.headers.get("content-encoding")) for one in relay.exchanges}
    assert asked.isdisjoint({"if-none-match", "accept-encoding"})
    assert answers == {(200, None)}
