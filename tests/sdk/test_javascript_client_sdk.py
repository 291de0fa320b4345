"""The core of Eppo's browser SDK, which reads obfuscated configurations, against a running emulator."""

from collections.abc import Iterator
from typing import Any

import pytest

from emulator import Emulator
from tests.sdk.flag_files import FlagFolder
from tests.sdk.programs import LineProgram, node_program
from tests.sdk.relay import Relay
from tests.sdk.waiting import eventually

pytestmark = pytest.mark.ci


@pytest.fixture
def client() -> Iterator[LineProgram]:
    with node_program("browser.mjs") as program:
        yield program


def assign(client: LineProgram, kind: str, flag: str, attributes: dict[str, Any], default: Any) -> Any:
    question = {"type": kind, "flag": flag, "subject": "user-1", "attributes": attributes, "default": default}
    return client.ask(do="assign", **question)


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
def test_an_obfuscated_configuration_serves_every_type(
    emulator: Emulator,
    client: LineProgram,
    kind: str,
    flag: str,
    attributes: dict[str, Any],
    default: Any,
    expected: Any,
) -> None:
    client.ask(do="fetch", baseUrl=emulator.base_url, key="local-test-web")

    assert assign(client, kind, flag, attributes, default)["value"] == expected


def test_an_obfuscated_assignment_is_logged_in_plain_words(emulator: Emulator, client: LineProgram) -> None:
    client.ask(do="fetch", baseUrl=emulator.base_url, key="local-test-web")

    (event,) = assign(client, "integer", "limit", {"plan": "team"}, 0)["logged"]

    assert (event["experiment"], event["variation"], event["squad"]) == ("limit-paying", "high", "growth")


@pytest.mark.parametrize(
    ("key", "sdk_name", "form"),
    [
        pytest.param("local-test", "js-client-sdk", "CLIENT", id="a client SDK with a server key"),
        pytest.param("local-test-web", "js-client-sdk", "CLIENT", id="a client SDK with a client token"),
        pytest.param("local-test-web", "node-server-sdk", "CLIENT", id="a server SDK with a client token"),
        pytest.param("local-test", "node-server-sdk", "SERVER", id="a server SDK with a server key"),
    ],
)
def test_who_gets_the_obfuscated_form(
    emulator: Emulator, client: LineProgram, key: str, sdk_name: str, form: str
) -> None:
    fetched = client.ask(do="fetch", baseUrl=emulator.base_url, key=key, sdkName=sdk_name)

    assert fetched["format"] == form
    assert ("headline" in fetched["keys"]) == (form == "SERVER")


def test_either_form_gives_the_same_answer(emulator: Emulator, client: LineProgram) -> None:
    answers = []
    for name in ("js-client-sdk", "node-server-sdk"):
        client.ask(do="fetch", baseUrl=emulator.base_url, key="local-test", sdkName=name)
        answers.append(assign(client, "integer", "limit", {"plan": "pro"}, 0))

    obfuscated, plain = ({**answer, "logged": [strip(one) for one in answer["logged"]]} for answer in answers)

    assert obfuscated == plain


def strip(event: dict[str, Any]) -> dict[str, Any]:
    """Leave out the one field that says which form was read."""
    return {name: value for name, value in event.items() if name != "format"}


def test_an_edit_is_answered_after_the_next_fetch(emulator: Emulator, folder: FlagFolder, client: LineProgram) -> None:
    def headline() -> Any:
        client.ask(do="fetch", baseUrl=emulator.base_url, key="local-test-web")
        return assign(client, "string", "headline", {}, "")["value"]

    before = headline()

    folder.serve_headline("long")

    assert before == "short"
    assert eventually(lambda: bool(headline() == "long"))


def test_a_client_never_asks_for_bandits(relay: Relay, client: LineProgram) -> None:
    client.ask(do="fetch", baseUrl=relay.base_url, key="local-test-web")

    assert relay.targets("bandits") == []
