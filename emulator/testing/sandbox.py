"""The Sandbox that tests hold."""

from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, Self

from emulator.errors import EmulatorError
from emulator.events import Event
from emulator.snapshot import EnvironmentSnapshot
from emulator.suggest import known_names
from emulator.testing.answering import Answering
from emulator.testing.calls import Call
from emulator.testing.changing import Changing
from emulator.testing.control import Control
from emulator.testing.layers import Layer, Layers, Undo
from emulator.testing.logged import Logged
from emulator.testing.matching import ASSIGNMENT, BANDIT_ACTION
from emulator.testing.recorder import Recorder
from emulator.wording import printable

if TYPE_CHECKING:
    from emulator.testing.clients import Clients


class Sandbox(Changing, Answering):
    """
    One SDK key with its own flags, over flag files that all sandboxes of an emulator share. Thread-safe.

    Every change returns an :class:`Undo`, to be used in a ``with`` statement, or not at all: changes lie in layers, and
    undoing one brings back what lies beneath, whichever was made later. A name that does not exist raises at the call,
    with the nearest one that does.

    A context manager; :meth:`close` ends it. *strict* says whether evaluating a flag that no file defines is to fail
    the test (:meth:`undefined`).
    """

    def __init__(self, control: Control, *, at: str | None = None, strict: bool = False) -> None:
        self._control = control
        Changing.__init__(self, Layers(control, {} if at is None else {("clock", ""): (Layer([{"at": at}]),)}))
        Answering.__init__(self, control)
        self._recorder = Recorder(control)
        self._followers: list[Any] = []
        self._evaluated: dict[str, int] = {}
        self._counting = Lock()
        self._closed = False
        self.strict = strict
        told = (lambda: self._recorder.version, self._recorder.wait)
        self.assignments = Logged(ASSIGNMENT, lambda: self._recorder.events("assignment"), *told, self._others)
        self.bandit_actions = Logged(BANDIT_ACTION, lambda: self._recorder.events("bandit"), *told, self._others)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        name = f" {self._control.name!r}" if self._control.name else ""
        return f"<Sandbox{name} of environment {self.environment!r}: {self.sdk_key}>"

    def close(self) -> None:
        """End it: clients of this process that followed have no flags, and nobody else is served under its key."""
        if self._closed:
            return
        self._closed = True
        for client in self._followers:
            self._clients.leave(client)
        self._recorder.close()
        self._layers.close()
        self._control.end()

    # ── for SDKs ────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def sdk_key(self) -> str:
        """The key that makes an SDK see this sandbox."""
        return self._control.sdk_key

    @property
    def base_url(self) -> str:
        """What an SDK in another process takes as its base URL; reading it starts the server."""
        return self._control.base_url

    @property
    def environment(self) -> str:
        """The key of the environment whose flags it has."""
        return self._control.environment_key

    def client(self) -> Any:
        """
        Return a client of Eppo's Python SDK that is always in step, without network.

        Of the fixture's sandbox that is the SDK's singleton. Elsewhere a new one is made, and the SDK does that by
        replacing its singleton: whoever polls by that stops.
        """
        client = self._clients.new(self)
        self._followers.append(client)
        return client

    def attach(self, client: Any) -> Undo:
        """
        Keep an application's own client in step; undone, it has the configuration of before.

        It must not poll, for it would overwrite what it is given. Its events come here if its logger is :attr:`logger`.
        """
        before = client.get_configuration()
        self._clients.follow(client, self)
        self._followers.append(client)
        return Undo(lambda: self._clients.leave(client, before))

    @cached_property
    def logger(self) -> Any:
        """An ``eppo_client.AssignmentLogger`` that logs here, for an application's own client."""
        self._need_sdk()
        from emulator.testing.clients import Forwarding

        return Forwarding(self._recorder.log)

    def lend_singleton(self) -> Undo:
        """Let ``eppo_client.get_instance()`` be a client of this sandbox until that is undone."""
        self._clients.lend(self)
        return Undo(lambda: self._clients.take_back(self))

    def clients(self) -> list[dict[str, Any]]:
        """Return who asked over HTTP: SDK, version, address, and which revision each was sent."""
        return self._control.clients()

    def wait_until_in_step(self, clients: int = 1, timeout_s: float = 10) -> None:
        """
        Return when every SDK that polls, and at least *clients* of them, evaluates from what is served now.

        Raises:
            NotInStepError: (an AssertionError) they do not after *timeout_s*; it says who is behind.
        """
        self._control.wait_until_in_step(clients, timeout_s)

    # ── what happened ───────────────────────────────────────────────────────────────────────────────────────────

    @property
    def events(self) -> list[Event]:
        """Everything that was logged here, of any kind, the oldest first."""
        return self._recorder.events()

    def flag_keys(self) -> list[str]:
        """Return every flag that files define, also those that are off here, by key."""
        return list(self._control.flag_keys())

    def variations(self, flag: str) -> list[str]:
        """Return the keys of the flag's variations, also where it is off here."""
        return list(self._control.variations(flag))

    def untouched(self) -> list[str]:
        """Return the flags that files define and that nobody evaluated here, by key."""
        touched = self._touched()
        return [key for key in self._control.flag_keys() if key not in touched]

    def undefined(self) -> list[str]:
        """Return the flags that were evaluated here although no file defines them."""
        return [key for key in self._touched() if not self._control.defines(key)]

    # ── for clients that follow ─────────────────────────────────────────────────────────────────────────────────

    def served(self) -> EnvironmentSnapshot | None:
        """Return what clients in this process are to hold: None for no flags."""
        return None if self._closed or self._layers.is_outage else self._control.environment

    def evaluated(self, call: Call) -> None:
        """Take note of what a client is asked."""
        with self._counting:
            self._evaluated[call.flag] = self._evaluated.get(call.flag, 0) + 1
        if self.on_evaluation is not None and isinstance(call.subject, str):
            self._tell(
                self._questions.evaluate(call.flag, call.subject, call.attributes, type=call.type, actions=call.actions)
            )

    def log(self, event: dict[str, Any]) -> None:
        """Take what a client logs."""
        self._recorder.log(event)

    def _touched(self) -> list[str]:
        with self._counting:
            evaluated = tuple(self._evaluated)
        logged = (event.flag for kind in ("assignment", "bandit") for event in self._recorder.events(kind))
        return list(dict.fromkeys((*evaluated, *(flag for flag in logged if flag is not None))))

    def _others(self) -> str:
        """Say what was evaluated, for whoever misses an event."""
        touched = self._touched()
        if not touched:
            return "; nothing was evaluated here"
        return f"; evaluated: {printable(known_names(touched))} (off, or an allocation that does not log?)"

    @property
    def _clients(self) -> "Clients":
        self._need_sdk()
        from emulator.testing.clients import CLIENTS

        return CLIENTS

    def _need_sdk(self) -> None:
        if not has_sdk():
            raise EmulatorError("Eppo's Python SDK is not installed; pip install eppo-server-sdk, version 4 or later")


def has_sdk() -> bool:
    """Return whether Eppo's Python SDK, from version 4 on, is installed."""
    try:
        import eppo_client
    except ImportError:
        return False
    return hasattr(eppo_client, "Configuration")
