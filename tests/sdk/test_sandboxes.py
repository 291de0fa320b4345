"""
Sandboxes under real SDKs: changes that their next poll brings, and what each SDK makes of each fault.

docs/sandboxes.md tells what is seen here.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from threading import Event
from typing import Any

import eppo_client
import pytest
import requests
from eppo_client import AssignmentLogger, ClientConfig

from emulator import Emulator
from tests.sdk.programs import node_program
from tests.sdk.waiting import DEADLINE_S, eventually

POLL_S = 1
NODE_POLL_MS = 300
# Longer than three polls, of the slowest.
A_WHILE_S = 3.5
Ask = Callable[[], Any]


class Api:
    """One sandbox, driven over HTTP."""

    def __init__(self, emulator: Emulator) -> None:
        self._sandboxes = f"{emulator.url}/emulator/v1/sandboxes"
        made = requests.post(self._sandboxes, timeout=DEADLINE_S).json()
        self.sdk_key, self.base_url = made["sdkKey"], made["baseUrl"]

    def call(self, method: str, path: str = "", document: Any = None) -> Any:
        reply = requests.request(
            method, f"{self._sandboxes}/{self.sdk_key}{path}", json=document, timeout=2 * DEADLINE_S
        )
        assert reply.ok, reply.text
        return reply.json()

    def serve(self, variation: str) -> None:
        self.call("PUT", "/flags/headline", {"serve": variation})

    def in_step(self) -> None:
        self.call("POST", "/await", {"timeoutMs": 1000 * DEADLINE_S})

    @property
    def times_left(self) -> int:
        (fault,) = self.call("GET")["faults"]
        return int(fault["timesLeft"])


@pytest.fixture
def sandbox(emulator: Emulator) -> Api:
    return Api(emulator)


def python(sandbox: Api, ends: ExitStack) -> Ask:
    client = eppo_client.init(
        ClientConfig(
            api_key=sandbox.sdk_key,
            base_url=sandbox.base_url,
            assignment_logger=AssignmentLogger(),
            poll_interval_seconds=POLL_S,
            poll_jitter_seconds=0,
        )
    )
    ends.callback(client.shutdown)
    return lambda: client.get_string_assignment("headline", "ann", {}, "the caller's default")


def node(sandbox: Api, ends: ExitStack) -> Ask:
    program = ends.enter_context(node_program("server.mjs"))
    program.ask(do="start", baseUrl=sandbox.base_url, key=sandbox.sdk_key, pollMs=NODE_POLL_MS, throwOnFailure=False)
    question = {"type": "string", "flag": "headline", "subject": "ann", "attributes": {}, "default": "the default"}
    return lambda: program.ask(do="assign", **question)["value"]


SDKS = [pytest.param(python, id="python"), pytest.param(node, id="node", marks=pytest.mark.ci)]
FAULTS = [
    pytest.param({"status": 500}, id="500"),
    pytest.param({"status": 404}, id="404"),
    pytest.param({"body": "garbage"}, id="garbage"),
    pytest.param({"body": "empty"}, id="empty"),
    pytest.param({"body": "truncated"}, id="truncated"),
    pytest.param({"drop": True}, id="drop"),
    pytest.param({"delayMs": 200}, id="slow"),
]


@pytest.fixture
def ends() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.mark.parametrize("start", SDKS)
def test_a_change_is_there_when_its_clients_are_in_step(
    sandbox: Api, ends: ExitStack, start: Callable[[Api, ExitStack], Ask]
) -> None:
    headline = start(sandbox, ends)
    for variation in ("long", "playful"):
        sandbox.serve(variation)
        sandbox.in_step()

        assert headline() == variation


@pytest.mark.ci
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("start", SDKS)
def test_an_sdk_keeps_its_flags_under_a_fault_and_goes_on_after_it(
    sandbox: Api, ends: ExitStack, start: Callable[[Api, ExitStack], Ask], fault: dict[str, Any]
) -> None:
    headline = start(sandbox, ends)
    assert eventually(lambda: headline() == "short")
    sandbox.call("PUT", "/faults", [{"on": "config", "times": 2, **fault}])
    if "delayMs" not in fault:
        sandbox.serve("playful")

    assert eventually(lambda: sandbox.times_left == 1)
    assert headline() == "short"
    sandbox.serve("playful")
    assert eventually(lambda: headline() == "playful")


@pytest.mark.ci
@pytest.mark.parametrize("fault", FAULTS)
def test_pythons_first_fetch_under_a_fault_leaves_the_callers_default_until_it_is_over(
    sandbox: Api, ends: ExitStack, fault: dict[str, Any]
) -> None:
    sandbox.call("PUT", "/faults", [{"on": "config", "times": 2, **fault}])
    headline = python(sandbox, ends)

    assert headline() == "the caller's default"
    assert eventually(lambda: headline() == "short")


@pytest.mark.ci
def test_python_does_not_ask_again_after_a_401(sandbox: Api, ends: ExitStack) -> None:
    headline = python(sandbox, ends)
    assert eventually(lambda: headline() == "short")
    sandbox.call("PUT", "/faults", [{"on": "config", "times": 5, "status": 401}])
    assert eventually(lambda: sandbox.times_left == 4)

    Event().wait(A_WHILE_S)

    assert sandbox.times_left == 4
    assert headline() == "short"


@pytest.mark.ci
def test_node_goes_on_after_a_401(sandbox: Api, ends: ExitStack) -> None:
    headline = node(sandbox, ends)
    assert eventually(lambda: headline() == "short")
    sandbox.call("PUT", "/faults", [{"on": "config", "times": 2, "status": 401}])
    sandbox.serve("playful")

    assert eventually(lambda: headline() == "playful")
