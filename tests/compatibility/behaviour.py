"""
What an SDK does while things change or go wrong: each scenario has a sandbox and a process of its own.

Most of a scenario is waiting for polls, so all of an SDK's run at once.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

import requests

from emulator import Emulator
from tests.compatibility.sdks import Sdk
from tests.sdk.flag_files import BANDITS, FlagFolder
from tests.sdk.programs import Program
from tests.sdk.relay import Relay
from tests.sdk.waiting import DEADLINE_S, eventually

DEFAULT = "the caller's default"
FAULTS: Mapping[str, Mapping[str, Any]] = {
    "401": {"status": 401},
    "404": {"status": 404},
    "500": {"status": 500},
    "garbage": {"body": "garbage"},
    "truncated": {"body": "truncated"},
    "dropped": {"drop": True},
    "slow": {"delayMs": 300},
}
_LONG_MS = 10_000
# More often than any SDK asks meanwhile.
_EVER = 1000
_HEADLINE = {"type": "STRING", "flag": "headline", "subject": "ann", "attributes": {}, "default": DEFAULT}
_SHOES = {**_HEADLINE, "flag": "shoes", "actions": {"nike": {}, "adidas": {}}}


@dataclass(slots=True)
class Client:
    """One running SDK."""

    sdk: Sdk
    program: Program
    sent: set[str] = field(default_factory=set)

    @property
    def headline(self) -> str:
        """What is served; *failed* where the SDK raises."""
        (answer,) = self.program.ask(do="ask", questions=[_HEADLINE])
        return str(answer.get("value", "failed"))

    @property
    def shoe(self) -> Any:
        (answer,) = self.program.ask(do="ask", questions=[_SHOES])
        return answer.get("action")

    def shows(self, headline: str) -> bool:
        return self.comes(lambda: self.headline == headline)

    def comes(self, condition: Callable[[], bool]) -> bool:
        """Return whether *condition* comes true within some polls; failing ones are further and further apart."""
        return eventually(condition, within_s=DEADLINE_S + 4 * self.sdk.poll_ms / 1000)

    def ignores(self, headline: str) -> bool:
        """Return whether the SDK shows *headline* still after more than a poll."""
        Event().wait(2 + 1.2 * self.sdk.poll_ms / 1000)
        return self.headline == headline


class Sandbox:
    """A sandbox of *emulator*, driven over HTTP."""

    def __init__(self, emulator: Emulator) -> None:
        made = requests.post(f"{emulator.url}/emulator/v1/sandboxes", timeout=DEADLINE_S).json()
        self.key = made["sdkKey"]
        self._url = f"{emulator.url}/emulator/v1/sandboxes/{self.key}"

    def put(self, path: str, document: Any) -> None:
        reply = requests.put(f"{self._url}/{path}", json=document, timeout=DEADLINE_S)
        assert reply.ok, reply.text

    def fail(self, name: str, times: int) -> None:
        self.put("faults", [{"on": "config", "times": times, **FAULTS[name]}])

    @property
    def times_left(self) -> int:
        return int(requests.get(self._url, timeout=DEADLINE_S).json()["faults"][0]["timesLeft"])


@contextmanager
def client_of(sdk: Sdk, base_url: str, key: str = "local-test", *, awaits: bool = True) -> Iterator[Client]:
    """Start an SDK; where it leaves that to the application, *awaits* says whether its first fetch is waited for."""
    with sdk.program() as program:
        program.ask(do="start", key=key, baseUrl=base_url, pollMs=sdk.poll_ms, awaits=awaits)
        yield Client(sdk, program)


def edit(sdk: Sdk, emulator: Emulator) -> str:
    """An edit is seen at the next poll; nothing is answered by 304 unless it was asked for."""
    sandbox = Sandbox(emulator)
    with Relay(emulator.port) as relay, client_of(sdk, relay.base_url, sandbox.key) as client:
        if client.headline != "short":
            return f"started with {client.headline}"
        if sdk.revalidates and not eventually(lambda: 304 in statuses(relay)):
            return "the cache was not told that it is fresh"
        sandbox.put("flags/headline", {"serve": "long"})
        if not client.shows("long"):
            return "an edit was not seen"
        conditional = any("if-none-match" in exchange.headers for exchange in relay.exchanges)
        wanted = ({200, 304}, True) if sdk.revalidates else ({200}, False)
        found = statuses(relay), conditional
        return "ok" if found == wanted else f"conditional: {conditional}, {found[0]}"


def statuses(relay: Relay) -> set[int]:
    return {exchange.reply.status for exchange in relay.exchanges}


def model(sdk: Sdk, emulator: Emulator) -> str:
    """A bandit's new model is seen at the next poll."""
    sandbox = Sandbox(emulator)
    with client_of(sdk, emulator.base_url, sandbox.key) as client:
        # Some SDKs take flags before they have models.
        if not client.comes(lambda: bool(client.shoe == "nike")):
            return f"started with {client.shoe}"
        sandbox.put("bandits/shoe-bandit", {"pin": "adidas"})
        return "ok" if client.comes(lambda: bool(client.shoe == "adidas")) else "a new model was not seen"


def restart(sdk: Sdk, folder: FlagFolder) -> str:
    """A server that goes away leaves the flags as they were; the next one, at the same place, is found."""
    with Emulator(folder.path) as first:
        port, base_url = first.port, first.base_url
        running = client_of(sdk, base_url)
        client = running.__enter__()
    try:
        if client.headline != "short":
            return "without a server the flags went"
        folder.serve_headline("long")
        with Emulator(folder.path, port=port):
            return "ok" if client.shows("long") else "the server was not found again"
    finally:
        running.__exit__(None, None, None)


def fault(sdk: Sdk, emulator: Emulator, name: str) -> str:
    """What is wrong leaves the flags as they were; tell what else comes of it."""
    sandbox = Sandbox(emulator)
    # The SDK is asked while the fault goes on: once more than it has surely been met.
    times = _met(sdk, name) + 1 if sdk.poll_ms < _LONG_MS else 1
    with client_of(sdk, emulator.base_url, sandbox.key) as client:
        if client.headline != "short":
            return f"started with {client.headline}"
        sandbox.fail(name, times)
        if not client.comes(lambda: sandbox.times_left <= times - _met(sdk, name)):
            return "did not ask again"
        meanwhile = client.headline
        sandbox.put("flags/headline", {"serve": "playful"})
        if name == "401" and sdk.stops_at_401:
            return "stops asking" if client.ignores("short") else "went on"
        after = "ok" if client.shows("playful") else "did not recover"
        return after if meanwhile == "short" else f"{meanwhile} meanwhile, then {after}"


def _met(sdk: Sdk, name: str) -> int:
    """Return how often the SDK has to ask before it has surely read one answer: twice, where it asks again in time."""
    return 1 if sdk.poll_ms >= _LONG_MS or (name == "401" and sdk.stops_at_401) else 2


def first_fetch(sdk: Sdk, emulator: Emulator, name: str) -> str:
    """Until a first fetch succeeds the caller's default is served, then the flags; a slow one may be waited for."""
    sandbox = Sandbox(emulator)
    sandbox.fail(name, _EVER)
    with client_of(sdk, emulator.base_url, sandbox.key, awaits=False) as client:
        if not client.comes(lambda: sandbox.times_left <= _EVER - _met(sdk, name)):
            return "did not ask"
        meanwhile = client.headline
        sandbox.put("faults", [])
        if name == "401" and sdk.stops_at_401:
            return "stops asking" if client.ignores(DEFAULT) else "went on"
        return _recovery(client, meanwhile, (DEFAULT, "short") if name == "slow" else (DEFAULT,))


def first_server(sdk: Sdk, folder: FlagFolder) -> str:
    """An SDK that starts before the server is there finds it when it comes."""
    with Emulator(folder.path) as gone:
        port, base_url = gone.port, gone.base_url
    with client_of(sdk, base_url, awaits=False) as client:
        meanwhile = client.headline
        with Emulator(folder.path, port=port):
            return _recovery(client, meanwhile, (DEFAULT,))


def _recovery(client: Client, meanwhile: str, expected: tuple[str, ...]) -> str:
    after = "ok" if client.shows("short") else "did not recover"
    return after if meanwhile in expected else f"{meanwhile} meanwhile, then {after}"


def outcomes(sdk: Sdk, folder: Path) -> dict[str, str]:
    """Return what came of each scenario; ``ok`` is that flags are kept and changes are seen."""
    flags = FlagFolder(folder / "flags")
    flags.add("bandits.yaml", BANDITS)
    with Emulator(flags.path) as emulator, ThreadPoolExecutor(sdk.at_once) as threads:
        running = {"edit": threads.submit(edit, sdk, emulator)}
        if sdk.has_bandits:
            running["model"] = threads.submit(model, sdk, emulator)
        running["restart"] = threads.submit(restart, sdk, FlagFolder(folder / "restarted"))
        running["first server"] = threads.submit(first_server, sdk, FlagFolder(folder / "late"))
        for name in FAULTS:
            running[name] = threads.submit(fault, sdk, emulator, name)
            running[f"first {name}"] = threads.submit(first_fetch, sdk, emulator, name)
        return {name: one.result() for name, one in running.items()}
