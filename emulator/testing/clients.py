"""
Real clients of Eppo's Python SDK that are in step with a sandbox, without network and without waiting.

A client cannot be asked whether it is about to evaluate, so its class gets an ear: before each reading method of a
client that follows a sandbox, the client is given what the sandbox serves now. As long as nobody follows, the class is
as it was.
"""

import functools
import sys
from collections.abc import Callable
from threading import RLock
from typing import Any, Protocol

import eppo_client

from emulator.snapshot import EnvironmentSnapshot
from emulator.testing.calls import Call, call_of

_EVALUATIONS = tuple(
    f"get_{kind}{details}"
    for kind in (
        *(f"{type_}_assignment" for type_ in ("string", "integer", "numeric", "boolean", "json")),
        "bandit_action",
    )
    for details in ("", "_details")
)
_READINGS = ("get_configuration", "get_flag_keys", "get_bandit_keys", "is_initialized")
# A client that never polls refuses to wait; one that follows has nothing to wait for.
_WAITING = "wait_for_initialization"
_EMPTY = (
    b'{"createdAt":"1970-01-01T00:00:00.000Z","format":"SERVER","environment":{"name":"None"},'
    b'"flags":{},"banditReferences":{}}'
)
# Sandboxes share what they did not change; so few are changed at a time that more would only fill memory.
_CONFIGURATIONS = 8
# Our list, the loop over it and the call that counts: whoever else holds a client is one more.
_OWN_REFERENCES = 3


class Leader(Protocol):
    """The sandbox that clients follow."""

    @property
    def sdk_key(self) -> str: ...

    def served(self) -> EnvironmentSnapshot | None:
        """What clients are to hold: the same object until it changes, None for no flags at all."""
        ...

    def evaluated(self, call: Call) -> None: ...

    def log(self, event: dict[str, Any]) -> None: ...


class Forwarding(eppo_client.AssignmentLogger):
    """A logger of the SDK's that hands every event to *target*; an SDK takes its logger once and for all."""

    def __init__(self, target: Callable[[dict[str, Any]], None]) -> None:
        super().__init__()
        self._target = target

    def log_assignment(self, event: dict[str, Any]) -> None:
        self._target(event)

    def log_bandit_action(self, event: dict[str, Any]) -> None:
        self._target(event)


class Follower:
    """A *client*, and the *leader* whose flags it is given."""

    def __init__(
        self, client: Any, leader: Leader, configuration_of: Callable[[EnvironmentSnapshot | None], Any]
    ) -> None:
        self.client = client
        self.leader = leader
        self._configuration_of = configuration_of
        self._held: object = self
        self._lock = RLock()

    def catch_up(self) -> None:
        with self._lock:
            served = self.leader.served()
            if served is not self._held:
                self.client.set_configuration(self._configuration_of(served))
                self._held = served


class Clients:
    """
    Who follows whom in this process, and the SDK's singleton, which is lent to one sandbox at a time. Thread-safe.

    There is one, as there is one class of clients and one singleton.
    """

    def __init__(self) -> None:
        self._lock = RLock()
        self._followers: dict[int, Follower] = {}
        self._ears: dict[str, tuple[Any, Any]] = {}
        self._configurations: list[tuple[EnvironmentSnapshot, Any]] = []
        self._singletons: list[Any] = []
        self._borrower: Leader | None = None
        self._logger = Forwarding(self._log)
        self._empty = eppo_client.Configuration(flags_configuration=_EMPTY)

    def follow(self, client: Any, leader: Leader) -> None:
        """Keep *client* in step with *leader* until :meth:`leave`."""
        with self._lock:
            if not self._followers:
                self._listen()
            self._followers[id(client)] = Follower(client, leader, self._configuration_of)

    def leave(self, client: Any, left_with: Any = None) -> None:
        """Let *client* go, with the configuration *left_with*, by default one without flags."""
        with self._lock:
            if self._followers.pop(id(client), None) is not None:
                client.set_configuration(left_with or self._empty)
            if not self._followers:
                self._stop_listening()

    def new(self, leader: Leader) -> Any:
        """
        Return a client that follows *leader*.

        The SDK makes clients by replacing its singleton. Where that is ours, it is replaced by another of ours.
        """
        with self._lock:
            if leader is self._borrower:
                return self._singletons[-1]
            singleton_is_ours = self._is_ours(_current())
            client = _made(leader.sdk_key, Forwarding(leader.log))
            if singleton_is_ours:
                self._make_singleton()
            self.follow(client, leader)
            return client

    def lend(self, leader: Leader) -> None:
        """Let the SDK's singleton, and all of ours that were it before, follow *leader*; one of others is replaced."""
        with self._lock:
            self._borrower = leader
            self._forget_unused_singletons()
            for client in self._singletons:
                self.follow(client, leader)
            if not self._is_ours(_current()):
                self._make_singleton()

    def take_back(self, leader: Leader) -> None:
        """End :meth:`lend`. What the application made the singleton meanwhile is shut down and replaced."""
        with self._lock:
            if self._borrower is not leader:
                return
            self._borrower = None
            for client in self._singletons:
                self.leave(client)
            current = _current()
            if current is not None and not self._is_ours(current):
                current.shutdown()
                self._make_singleton()

    def _make_singleton(self) -> None:
        client = _made("emulator-tests", self._logger)
        self._singletons.append(client)
        if self._borrower is None:
            client.set_configuration(self._empty)
        else:
            self.follow(client, self._borrower)

    def _is_ours(self, client: Any) -> bool:
        return any(one is client for one in self._singletons)

    def _forget_unused_singletons(self) -> None:
        """Keep those that an application may still hold: tests that call ``init`` would leave one behind each."""
        current = _current()
        self._singletons = [
            client for client in self._singletons if client is current or sys.getrefcount(client) > _OWN_REFERENCES
        ]

    def _log(self, event: dict[str, Any]) -> None:
        borrower = self._borrower
        if borrower is not None:
            borrower.log(event)

    def _configuration_of(self, environment: EnvironmentSnapshot | None) -> Any:
        if environment is None:
            return self._empty
        with self._lock:
            for known, configuration in self._configurations:
                if known is environment:
                    return configuration
            made = _configuration(environment)
            self._configurations = [(environment, made), *self._configurations[: _CONFIGURATIONS - 1]]
            return made

    def _listen(self) -> None:
        for name in (*_EVALUATIONS, *_READINGS, _WAITING):
            present = getattr(eppo_client.EppoClient, name)
            original, ear = self._ears.get(name, (None, None))
            # A test's own patch may be there, or have put an ear of ours back when it was undone.
            if present is not ear and present is not original:
                ear = self._with_ear(name, present)
                self._ears[name] = present, ear
            setattr(eppo_client.EppoClient, name, ear)

    def _stop_listening(self) -> None:
        for name, (original, ear) in self._ears.items():
            if getattr(eppo_client.EppoClient, name) is ear:
                setattr(eppo_client.EppoClient, name, original)

    def _with_ear(self, name: str, original: Any) -> Any:
        followers, is_evaluation = self._followers, name in _EVALUATIONS

        @functools.wraps(original)
        def method(client: Any, *arguments: Any, **named: Any) -> Any:
            follower = followers.get(id(client))
            if follower is not None:
                follower.catch_up()
                call = call_of(name, arguments, named) if is_evaluation else None
                if call is not None:
                    follower.leader.evaluated(call)
                if name == _WAITING:
                    return None
            return original(client, *arguments, **named)

        return method


def _current() -> Any:
    """Return the SDK's singleton; None before the first ``init``."""
    try:
        return eppo_client.get_instance()
    except Exception:  # what the SDK raises has no class of its own
        return None


def _made(sdk_key: str, logger: eppo_client.AssignmentLogger) -> Any:
    return eppo_client.init(
        eppo_client.ClientConfig(api_key=sdk_key, assignment_logger=logger, poll_interval_seconds=None)
    )


def _configuration(environment: EnvironmentSnapshot) -> Any:
    bandits = environment.bandits.body if environment.models["bandits"] else None
    return eppo_client.Configuration(flags_configuration=environment.plain.body, bandits_configuration=bandits)


# The SDK's class and its singleton are the process's own.
CLIENTS = Clients()
