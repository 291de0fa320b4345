"""A sandbox of an emulator in this process. It takes the documents that the control API takes, from the same tables."""

import json
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Any, Protocol

from emulator.inbox import Inbox, Term
from emulator.queries import QueryError, Resolver, Scope, Served
from emulator.server import sandbox_calls
from emulator.server.answers import Answer
from emulator.server.parts import Parts
from emulator.server.scopes import resolver_of
from emulator.snapshot import EnvironmentSnapshot
from emulator.snapshot.edits import Elsewhere
from emulator.suggest import nearest
from emulator.testing.control import Arrived, NotInStepError, What
from emulator.wording import printable

# A sandbox in this process ends with whoever holds it, not because nobody used it.
_A_YEAR_S = 366 * 24 * 3600
_AT_ONCE = 1_000


class Host(Protocol):
    """The emulator that a sandbox lives in."""

    @property
    def parts(self) -> Parts: ...

    @property
    def url(self) -> str: ...

    @property
    def base_url(self) -> str: ...

    @property
    def has_started(self) -> bool: ...

    def ensure_started(self) -> object: ...


class LocalControl:
    """
    A new sandbox of *host*, whose socket is bound; *document* is the body of ``POST /emulator/v1/sandboxes``.

    Raises:
        QueryError: *document* cannot be read, or names an environment that there is not.
    """

    def __init__(self, host: Host, document: Mapping[str, Any]) -> None:
        self._host = host
        self._parts = host.parts
        made = sandbox_calls.create(self._parts, host.url, {"ttlSeconds": _A_YEAR_S, **document})
        self._core = sandbox_calls.sandbox_of(self._parts, json.loads(made.body)["sdkKey"])
        self._mail = Mail(self._parts.inbox, self._core.sdk_key)

    @property
    def sdk_key(self) -> str:
        return self._core.sdk_key

    @property
    def environment_key(self) -> str:
        return self._core.identity.environment

    @property
    def name(self) -> str:
        return self._core.identity.name

    @property
    def base_url(self) -> str:
        self._host.ensure_started()
        return self._host.base_url

    @property
    def has_server(self) -> bool:
        return self._host.has_started

    @property
    def environment(self) -> EnvironmentSnapshot:
        return self._core.current.environment

    def put(self, what: What, name: str, document: Any) -> None:
        if name:
            sandbox_calls.NAMED_PUTS[what](self._core, name, document)
        else:
            sandbox_calls.PUTS[what](self._core, document)

    def delete(self, what: What, name: str) -> None:
        if name:
            sandbox_calls.NAMED_DELETES[what](self._core, name)
        else:
            sandbox_calls.DELETES[what](self._core)

    def reset(self) -> None:
        self._core.reset()

    def faults_left(self) -> Sequence[int | None]:
        return [left for _, left in self._core.faults()]

    def resolver(self) -> Resolver:
        resolve = resolver_of(self._parts)

        def resolve_here(scope: Scope) -> Served:
            if self._parts.sandboxes.find((self.sdk_key,)) is None:
                raise QueryError("this sandbox has ended; a test's own ends with the test", "unknown-sandbox")
            return resolve(Scope(sdk_key=self.sdk_key, at=scope.at))

        return resolve_here

    def flag_keys(self) -> Sequence[str]:
        base = self._core.current.base
        return sorted({*base.config["flags"], *Elsewhere(self._core.snapshot, base)})

    def variations(self, flag: str) -> Sequence[str]:
        base = self._core.current.base
        wire = base.config["flags"].get(flag) or Elsewhere(self._core.snapshot, base).get(flag)
        if wire is None:
            hint = nearest(flag, self.flag_keys()) or "there are no flags"
            raise QueryError(f'no flag "{printable(flag)}"; {hint}', "unknown-flag")
        return tuple(wire["variations"])

    def defines(self, flag: str) -> bool:
        return flag in self.flag_keys()

    def clients(self) -> list[dict[str, Any]]:
        return self._core.clients()

    def wait_until_in_step(self, clients: int, timeout_s: float) -> None:
        answer = sandbox_calls.wait(self._parts, self._core, {"clients": clients, "timeoutMs": round(timeout_s * 1000)})
        if isinstance(answer, Answer):
            raise NotInStepError(json.loads(answer.body)["detail"])

    def arrived(self) -> Sequence[Arrived]:
        return self._mail.arrived()

    def on_arrival(self, listener: Callable[[], None]) -> bool:
        self._mail.listeners.append(listener)
        return True

    def end(self) -> None:
        self._mail.close()
        self._parts.sandboxes.delete(self.sdk_key)


class Mail:
    """
    What the inbox holds for one SDK key.

    An inbox into which nothing was put since is not opened: that takes longer than many a test.
    """

    def __init__(self, inbox: Inbox, sdk_key: str) -> None:
        self._inbox = inbox
        self._terms = (Term("sandbox", sdk_key),)
        self._arrived: list[Arrived] = []
        self._reading = Lock()
        self._seen = 0
        self._newest = 0
        self.listeners: list[Callable[[], None]] = []
        self.close = inbox.subscribe(self._told)

    def arrived(self) -> Sequence[Arrived]:
        with self._reading:
            while self._newest > self._seen:
                self._read_on(self._newest)
            return tuple(self._arrived)

    def _read_on(self, newest: int) -> None:
        records = self._inbox.since(self._seen, self._terms, _AT_ONCE)
        self._arrived += [Arrived(one.received_at, one.event) for one in records if one.duplicate_of is None]
        self._seen = records[-1].seq if len(records) == _AT_ONCE else newest

    def _told(self, seq: int) -> None:
        self._newest = seq
        for listener in self.listeners:
            listener()
