"""A sandbox of an emulator that runs elsewhere: the same control over HTTP."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from threading import Lock, local
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from emulator.errors import EmulatorError
from emulator.events import read_event
from emulator.queries import QueryError, Resolver, Scope, Served
from emulator.sandboxes.changes import ChangeError
from emulator.snapshot import EnvironmentSnapshot
from emulator.snapshot.published import snapshot_of_ufc
from emulator.testing.control import Arrived, NotInStepError, What
from emulator.ufc.timestamps import parse_time
from emulator.wording import printable

if TYPE_CHECKING:
    import requests

    from emulator.testing.sandbox import Sandbox

_TIMEOUT_S = 30.0
_AT_ONCE = 1_000
_REFUSED_CHANGE = 422


class RemoteEmulator:
    """
    An emulator at *url*, such as ``http://127.0.0.1:8378``; *token* is what its control routes demand, if anything.

    It makes sandboxes as an Emulator in this process does. Thread-safe; ``close`` ends its connections.
    """

    def __init__(self, url: str, *, token: str | None = None) -> None:
        self.url = url.rstrip("/").removesuffix("/api")
        self._token = token
        self._own = local()
        self._sessions: list[requests.Session] = []
        self._adding = Lock()

    @property
    def base_url(self) -> str:
        """What an SDK takes as its base URL."""
        return f"{self.url}/api"

    def sandbox(
        self,
        environment: str | None = None,
        *,
        at: datetime | str | None = None,
        name: str = "",
        ttl_seconds: int | None = None,
    ) -> "Sandbox":
        """Return a new sandbox; without *ttl_seconds* it ends after an hour without use, or when it is closed."""
        from emulator.testing.sandbox import Sandbox, creation

        document = creation(environment, at, name, ttl_seconds)
        return Sandbox(RemoteControl(self, document), at=document.get("at"))

    def call(self, method: str, path: str, document: Any = None, *, timeout_s: float = _TIMEOUT_S) -> Any:
        """
        Call the control API below ``/emulator/v1`` and return what it answers as JSON.

        Raises:
            QueryError, ChangeError, NotInStepError: what the emulator says of the call.
            EmulatorError: there is none, or none that understands.
        """
        body = None if document is None else json.dumps(document)
        response = self._request(method, f"/emulator/v1{path}", body, timeout_s)
        if response.ok:
            return response.json() if response.content else None
        raise _error_of(response)

    def document(self, path: str, sdk_key: str) -> str:
        """Return what an SDK with that key is served at *path*."""
        query = f"?apiKey={quote(sdk_key)}"
        response = self._request("GET", f"/api/flag-config/v1/{path}{query}", None, _TIMEOUT_S)
        if not response.ok:
            raise _error_of(response)
        return response.content.decode("utf-8")

    def close(self) -> None:
        with self._adding:
            sessions, self._sessions = self._sessions, []
        for session in sessions:
            session.close()

    def _request(self, method: str, path: str, body: str | None, timeout_s: float) -> "requests.Response":
        import requests

        try:
            return self._session().request(method, f"{self.url}{path}", data=body, timeout=timeout_s)
        except requests.RequestException as error:
            reason = printable(str(error))
            raise EmulatorError(f"no emulator answers at {printable(self.url)}; does one run? ({reason})") from None

    def _session(self) -> "requests.Session":
        """Return this thread's session: they are not to be shared."""
        import requests

        found: requests.Session | None = getattr(self._own, "session", None)
        if found is None:
            found = self._own.session = requests.Session()
            # An emulator is near; no proxy of the environment is to be asked.
            found.trust_env = False
            found.headers["Content-Type"] = "application/json"
            if self._token:
                found.headers["Authorization"] = f"Bearer {self._token}"
            with self._adding:
                self._sessions.append(found)
        return found


class RemoteControl:
    """A new sandbox of *emulator*; *document* is the body of ``POST /emulator/v1/sandboxes``."""

    has_server = True

    def __init__(self, emulator: RemoteEmulator, document: Mapping[str, Any]) -> None:
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
        self._emulator.call("POST", f"{self._path}/await", document, timeout_s=timeout_s + _TIMEOUT_S)

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


def _error_of(response: "requests.Response") -> Exception:
    try:
        problem = response.json()
        word, detail = str(problem["type"]), str(problem["detail"])
    except (ValueError, KeyError, TypeError):
        return EmulatorError(f"{response.url} answered {response.status_code}: {printable(response.text)}")
    if word == "not-in-step":
        return NotInStepError(detail)
    return ChangeError(detail, word) if response.status_code == _REFUSED_CHANGE else QueryError(detail, word)
