"""
The real Go SDK against a running emulator.

It reads any body that is a JSON object as a configuration, whatever the status below 500 says (but 401): an error
answered with one would make it forget every flag. So the emulator's errors are text, and these tests show both.

They need the SDK's module from the Go module proxy (``make go-sdk``), and fail without it. Where the proxy has it not,
``test_go_requests.py`` is what stands for it.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from emulator import Emulator
from emulator.runtime import ServerThread
from emulator.server.answers import Answer, text_answer
from emulator.server.parts import Parts
from emulator.server.serving import listening_socket
from emulator.snapshot import Snapshot
from tests.sdk.flag_files import BANDITS, BROKEN, FlagFolder
from tests.sdk.programs import LineProgram, go_program
from tests.sdk.relay import Relay, Reply, fetch
from tests.sdk.waiting import eventually

pytestmark = pytest.mark.go

POLL_MS = 200
ACTIONS: dict[str, dict[str, Any]] = {"nike": {}, "adidas": {}, "puma": {}}


class Sdk:
    def __init__(self, program: LineProgram) -> None:
        self._program = program

    def start(self, base_url: str, key: str = "local-test") -> None:
        """Start polling; return when a first configuration is there."""
        assert self._program.ask(do="start", baseUrl=base_url, key=key, pollMs=POLL_MS)

    def assign(self, kind: str, flag: str, attributes: dict[str, Any], default: Any) -> Any:
        question = {"type": kind, "flag": flag, "subject": "user-1", "attributes": attributes, "default": default}
        return self._program.ask(do="assign", **question)

    @property
    def headline(self) -> Any:
        return self.assign("string", "headline", {}, "the caller's default")["value"]

    def shows(self, headline: str) -> bool:
        return eventually(lambda: bool(self.headline == headline))

    def bandit_action(self) -> Any:
        question = {"flag": "shoes", "subject": "user-1", "actions": ACTIONS, "default": "none"}
        return self._program.ask(do="bandit", **question)["action"]


@pytest.fixture(scope="module")
def program() -> LineProgram:
    return go_program()


@pytest.fixture
def sdk(program: LineProgram) -> Iterator[Sdk]:
    with program as running:
        yield Sdk(running)


@pytest.mark.parametrize(
    ("kind", "flag", "attributes", "default", "expected"),
    [
        ("string", "headline", {}, "", "short"),
        ("integer", "limit", {"plan": "pro"}, 0, 50),
        ("numeric", "price", {}, 0.0, 5.0),
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


def test_an_edit_is_answered_after_the_next_poll(emulator: Emulator, folder: FlagFolder, sdk: Sdk) -> None:
    sdk.start(emulator.base_url)

    folder.serve_headline("long")

    assert sdk.shows("long")


def test_a_broken_edit_leaves_the_old_answers(emulator: Emulator, relay: Relay, folder: FlagFolder, sdk: Sdk) -> None:
    sdk.start(relay.base_url)

    folder.write(BROKEN)

    assert eventually(lambda: emulator.workspace.stale)
    assert relay.sees(2, "config")
    assert sdk.headline == "short"


def test_bandits_are_asked_for_only_where_there_are_any(relay: Relay, folder: FlagFolder, sdk: Sdk) -> None:
    sdk.start(relay.base_url)
    assert relay.sees(2, "config")
    before = relay.targets("bandits")

    folder.add("bandits.yaml", BANDITS)

    assert eventually(lambda: bool(sdk.bandit_action() == "nike"))
    assert (before, len(relay.targets("bandits")) > 0) == ([], True)


class BrokenSource:
    """A source of snapshots that fails, as a bug would."""

    problems = ()
    stale = False

    @property
    def current(self) -> Snapshot:
        raise ZeroDivisionError("a bug")


def nowhere(emulator: Emulator) -> Reply:
    return fetch(emulator.port, "/api/no/such/path")


def broken(_: Emulator) -> Reply:
    """Ask a server whose inside fails."""
    with listening_socket("127.0.0.1", 0) as listener:
        server = ServerThread(Parts(BrokenSource()), listener)
        server.start()
        reply = fetch(listener.getsockname()[1], "/api/flag-config/v1/config?apiKey=local-test")
        server.close()
    return reply


def forbidden(_: Emulator) -> Reply:
    """Say so as every error on a route of SDKs is said; none of them says 403 by itself today."""
    return as_reply(text_answer(403, "403 Forbidden: this key is not allowed here"))


def as_reply(answer: Answer) -> Reply:
    headers = {name.decode().lower(): value.decode() for name, value in answer.headers}
    return Reply(answer.status, headers, answer.body)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        pytest.param(404, nowhere, id="404 text"),
        pytest.param(403, forbidden, id="403 text"),
        pytest.param(500, broken, id="500 text"),
    ],
)
def test_an_error_leaves_the_flags_intact(
    emulator: Emulator, relay: Relay, sdk: Sdk, status: int, error: Callable[[Emulator], Reply]
) -> None:
    reply = error(emulator)
    sdk.start(relay.base_url)

    relay.answer_with(lambda target, headers: reply)

    assert relay.sees(3, "config")
    assert (relay.exchanges[-1].reply.status, sdk.headline) == (status, "short")


def test_an_unknown_key_under_strict_keys_leaves_the_flags_intact(
    strict_emulator: Emulator, relay: Relay, sdk: Sdk
) -> None:
    refused = fetch(strict_emulator.port, "/api/flag-config/v1/config?apiKey=nobody")
    sdk.start(relay.base_url)

    relay.answer_with(lambda target, headers: refused)

    assert relay.sees(3, "config")
    assert (refused.status, sdk.headline) == (401, "short")


def test_an_error_that_is_a_json_object_would_empty_the_flags(relay: Relay, sdk: Sdk) -> None:
    """The danger is real: otherwise the tests above would hold nothing."""
    body = b'{"error":"not found"}'
    sdk.start(relay.base_url)

    relay.answer_with(lambda target, headers: Reply(404, {"content-length": str(len(body))}, body))

    assert sdk.shows("the caller's default")


def test_after_errors_the_next_good_answer_counts(
    emulator: Emulator, relay: Relay, folder: FlagFolder, sdk: Sdk
) -> None:
    missing = nowhere(emulator)
    sdk.start(relay.base_url)
    relay.answer_with(lambda target, headers: missing)
    folder.serve_headline("long")
    assert relay.sees(2, "config")

    relay.pass_on()

    assert sdk.shows("long")
