"""A sandbox of an emulator that runs elsewhere, steered through the control API."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from emulator.events import read_event
from emulator.queries import QueryError, Resolver, Scope, Served
from emulator.snapshot import EnvironmentSnapshot
from emulator.snapshot.published import snapshot_of_ufc
from emulator.testing.control import Arrived, What
from emulator.ufc.timestamps import parse_time
from emulator.wording import printable

if TYPE_CHECKING:
    from emulator.testing.remote import RemoteEmulator

_AT_ONCE = 1_000
# A call that waits is given up so much later than the wait itself.
_LATENCY_S = 30.0


class RemoteControl:
    """A new sandbox of *emulator*; *document* is the body of ``POST /emulator/v1/sandboxes``."""

    has_server = True

    def __init__(self, emulator: "RemoteEmulator", document: Mapping[str, Any]) -> None:
        self._emulator = emulator
        told = emulator.call("POST", "/sandboxes", dict(document))
        self.sdk_key: str = told["sdkKey"]
        self.environment_key: str = told["environment"]
        self.name: str = told["name"]
        self._path = f"/sandboxes/{self.sdk_key}"
        self._held: EnvironmentSnapshot | None = None
        self._has_clock = told["clock"] is not None
        self._has_faults = False
        self._arrived: list[Arrived] = []
        self._seen = 0
        self._lock = Lock()
        self._ended = False

    @property
    def base_url(self) -> str:
        return self._emulator.base_url

    @property
    def environment(self) -> EnvironmentSnapshot:
        """What is served since the last change made here; an edit of the files shows with the next one."""
        with self._lock:
            if self._held is None:
                self._held = self._fetched()
            return self._held

    def put(self, what: What, name: str, document: Any) -> None:
        self._change("PUT", _target(what, name), document)
        self._has_clock |= what == "clock"
        self._has_faults |= what == "faults"

    def delete(self, what: What, name: str) -> None:
        self._change("DELETE", _target(what, name))
        self._has_clock &= what != "clock"
        self._has_faults &= what != "faults"

    def reset(self) -> None:
        self._change("POST", "/reset")
        self._has_clock = self._told()["clock"] is not None
        self._has_faults = False

    def faults_left(self) -> Sequence[int | None]:
        return [fault.get("timesLeft") for fault in self._told()["faults"]]

    def resolver(self) -> Resolver:
        def resolve(scope: Scope) -> Served:
            if scope.at is not None and self._has_clock:
                raise QueryError(
                    "evaluating at another time than that of the sandbox's clock needs the emulator in this process"
                )
            return Served(self.environment, 0, scope.at or datetime.now(UTC))

        return resolve

    def flag_keys(self) -> Sequence[str]:
        environments = [one["key"] for one in self._emulator.call("GET", "/status")["environments"]]
        listed = [self._emulator.call("GET", f"/flags?environment={quote(key)}") for key in environments]
        return sorted({flag["key"] for one in listed for flag in one["flags"]})

    def variations(self, flag: str) -> Sequence[str]:
        told = self._emulator.call("GET", _target("flags", flag))
        served = sorted(told["environments"], key=lambda one: one["key"] != self.environment_key)
        wire = next((one["flag"] for one in served if one["flag"] is not None), None)
        if wire is None:
            raise QueryError(f'flag "{printable(flag)}" is off in every environment', "unknown-flag")
        return tuple(wire["variations"])

    def defines(self, flag: str) -> bool:
        try:
            self._emulator.call("GET", _target("flags", flag))
        except QueryError:
            return False
        return True

    def clients(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._emulator.call("GET", f"{self._path}/clients")["clients"]
        return found

    def wait_until_in_step(self, clients: int, timeout_s: float) -> None:
        document = {"clients": clients, "timeoutMs": round(timeout_s * 1000)}
        self._emulator.call("POST", f"{self._path}/await", document, timeout_s=timeout_s + _LATENCY_S)

    def arrived(self) -> Sequence[Arrived]:
        with self._lock:
            following: int | None = self._seen
            while following is not None and not self._ended:
                following = self._read_on(following)
            return tuple(self._arrived)

    def on_arrival(self, listener: Callable[[], None]) -> bool:
        return False

    def end(self) -> None:
        if self._ended:
            return
        # What came is still to be looked at, and told, after the sandbox is gone.
        self.arrived()
        self._ended = True
        try:
            self._emulator.call("DELETE", self._path)
        except QueryError as error:
            if error.word != "unknown-sandbox":
                raise

    def _change(self, method: str, path: str, document: Any = None) -> None:
        try:
            self._emulator.call(method, f"{self._path}{path}", document)
        finally:
            with self._lock:
                self._held = None

    def _told(self) -> Any:
        return self._emulator.call("GET", self._path)

    def _fetched(self) -> EnvironmentSnapshot:
        if not self._has_faults:
            return self._served()
        # We are no client: a fault is not for us, and we must not use it up.
        faults = [_with_times_left(fault) for fault in self._told()["faults"]]
        self._emulator.call("DELETE", f"{self._path}/faults")
        try:
            return self._served()
        finally:
            happening = [fault for fault in faults if fault.get("times") != 0]
            self._emulator.call("PUT", f"{self._path}/faults", happening)

    def _served(self) -> EnvironmentSnapshot:
        config, models = (self._emulator.document(path, self.sdk_key) for path in ("config", "bandits"))
        environment = snapshot_of_ufc(config, models, "1970-01-01T00:00:00.000Z").environments[0]
        return replace(environment, key=self.environment_key, sdk_keys=(self.sdk_key,), accepts_any_key=False)

    def _read_on(self, after: int) -> int | None:
        query = f"?sandbox={quote(self.sdk_key)}&after={after}&limit={_AT_ONCE}"
        page = self._emulator.call("GET", f"/events{query}")
        for record in page["events"]:
            self._seen = record["seq"]
            if record["duplicateOf"] is None:
                self._arrived.append(Arrived(parse_time(record["receivedAt"]), read_event(record["event"])))
        following: int | None = page["next"]
        return following


def _with_times_left(fault: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: value for name, value in fault.items() if name != "timesLeft"}
    return {**known, "times": fault["timesLeft"]} if "timesLeft" in fault else known


def _target(what: What, name: str) -> str:
    return f"/{what}/{quote(name, safe='')}" if name else f"/{what}"
