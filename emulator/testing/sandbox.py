"""The Sandbox that tests hold."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cached_property
from textwrap import dedent
from threading import Lock
from typing import TYPE_CHECKING, Any, Self

from emulator.asking import Asking
from emulator.errors import EmulatorError
from emulator.evaluation import Simulation
from emulator.queries import Resolver, Result
from emulator.snapshot import EnvironmentSnapshot
from emulator.suggest import known_names
from emulator.testing.calls import Call
from emulator.testing.control import Control
from emulator.testing.layers import Layer, Layers, Undo
from emulator.testing.logged import Logged
from emulator.testing.matching import ASSIGNMENT, BANDIT_ACTION
from emulator.testing.recorder import Recorder
from emulator.wording import printable

if TYPE_CHECKING:
    from emulator.testing.clients import Clients

Subjects = str | Iterable[str]
Time = datetime | str

_OUTAGE_STATUS = 503
_REQUESTS = ("config", "bandits", "assignments", "events")


class Questions(Asking):
    """Questions that a sandbox answers, whatever is asked for."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def _resolver(self) -> Resolver:
        return self._control.resolver()


class Sandbox:
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
        self._layers = Layers(control, {} if at is None else {("clock", ""): (Layer([{"at": at}]),)})
        self._recorder = Recorder(control)
        self._questions = Questions(control)
        self._followers: list[Any] = []
        self._evaluated: dict[str, int] = {}
        self._counting = Lock()
        self._closed = False
        self.strict = strict
        self.on_evaluation: Callable[[Result], object] | None = None
        """Called with what each evaluation of a client that follows, and each :meth:`evaluate`, came to."""
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

    # ── changes ─────────────────────────────────────────────────────────────────────────────────────────────────

    def serve(
        self, flag: str, variation: str | bool | float, *, subjects: Subjects | None = None, via: str | None = None
    ) -> Undo:
        """
        Serve *variation* (its key) to everybody, or just to *subjects*: a key or several.

        The event names the allocation ``override-<variation>``; with *via*, it is that allocation's own, extra fields
        and all, or none where it does not log.
        """
        document: dict[str, Any] = {"serve": variation}
        if subjects is not None:
            document["subjects"] = [subjects] if isinstance(subjects, str) else list(subjects)
        if via is not None:
            document["via"] = via
        return self._lay("flags", flag, document)

    def off(self, flag: str) -> Undo:
        """Serve no such flag: everybody gets the caller's default."""
        return self._lay("flags", flag, {"off": True})

    def edit(self, flag: str, definition: str | Mapping[str, Any]) -> Undo:
        """Serve another flag in its place: what a flag file has under its key, as YAML or as plain data."""
        text = dedent(definition) if isinstance(definition, str) else _as_yaml(definition)
        return self._lay("flags", flag, {"yaml": text})

    def pin(self, bandit: str, action: str) -> Undo:
        """Let the bandit choose *action* whenever it is offered."""
        return self._lay("bandits", bandit, {"pin": action})

    def uniform(self, bandit: str) -> Undo:
        """Let the bandit weigh all actions alike."""
        return self._lay("bandits", bandit, {"mode": "uniform"})

    def cold_start(self, bandit: str) -> Undo:
        """Let the bandit have learned nothing yet."""
        return self._lay("bandits", bandit, {"mode": "cold-start"})

    def at(self, time: Time) -> Undo:
        """Stop the clock at *time*, aware or as text: schedules are served as they are then."""
        return self._layers.lay("clock", "", {"at": moment_text(time)})

    def shift(self, seconds: float) -> Undo:
        """Let the clock go *seconds* ahead, or behind."""
        return self._layers.lay("clock", "", {"offsetSeconds": seconds})

    def fault(
        self,
        on: str = "config",
        *,
        status: int | None = None,
        delay_ms: int = 0,
        body: str | None = None,
        drop: bool = False,
        times: int | None = None,
    ) -> Undo:
        """
        Let requests for *on* go wrong: ``config``, ``bandits``, ``assignments`` or ``events``; *times* or for ever.

        They are answered with *status*, or with a damaged *body* (``garbage``, ``truncated``, ``empty``), or not at all
        (*drop*); *delay_ms* comes before. The newest fault counts. Clients in this process send no requests.
        """
        given = {"status": status, "delayMs": delay_ms or None, "body": body, "drop": drop or None, "times": times}
        known = {name: value for name, value in given.items() if value is not None}
        return self._layers.lay("faults", "", {"on": on, **known})

    def unavailable(self) -> Undo:
        """
        Let Eppo be away: every request is answered with 503.

        Clients in this process have no flags meanwhile, as those of an application that starts now; clients that poll
        keep what they have, as SDKs do.
        """
        faults = ({"on": one, "status": _OUTAGE_STATUS} for one in _REQUESTS)
        return self._layers.lay("faults", "", *faults, is_outage=True)

    def reset(self) -> Undo:
        """Take away every change, its clock's and faults too; undone, they are back. What was logged stays."""
        return self._layers.reset()

    def keep(self) -> None:
        """From now on, :meth:`reset` returns to how it is now."""
        self._layers.keep()

    # ── questions ───────────────────────────────────────────────────────────────────────────────────────────────

    def evaluate(
        self,
        flag: str,
        subject: str,
        attributes: Mapping[str, Any] | None = None,
        *,
        type: str | None = None,
        default: Any = None,
        actions: Any = None,
        at: Time | None = None,
    ) -> Result:
        """Return what *subject* gets here, and why: see :meth:`emulator.Emulator.evaluate`."""
        result = self._questions.evaluate(flag, subject, attributes, type=type, default=default, actions=actions, at=at)
        self._tell(result)
        return result

    def bandit(
        self,
        flag: str,
        subject: str,
        actions: Any,
        attributes: Mapping[str, Any] | None = None,
        *,
        default: Any = None,
        at: Time | None = None,
    ) -> Result:
        """Return what *subject* gets here, and which of *actions* the bandit chooses; ``.action`` is its name."""
        return self.evaluate(flag, subject, attributes, actions=actions, default=default, at=at)

    def subject(self, flag: str, gets: str | bool | float | None = None, **wanted: Any) -> str:
        """Return a subject key that gets variation *gets* here; *wanted* is as for :meth:`subjects`."""
        return self.subjects(1, flag, gets, **wanted)[0]

    def subjects(
        self,
        count: int,
        flag: str,
        gets: str | bool | float | None = None,
        *,
        via: str | None = None,
        action: str | None = None,
        actions: Any = None,
        with_: Mapping[str, Any] | None = None,
        seed: int = 0,
        at: Time | None = None,
    ) -> tuple[str, ...]:
        """
        Return *count* subject keys that land here as wanted, with attributes *with_*; the same ones for one *seed*.

        Raises:
            emulator.queries.NobodyLandsThereError: none can, or too few were found; the message says why.
        """
        return self._questions.subjects(
            flag, gets, via=via, action=action, actions=actions, attributes=with_, count=count, seed=seed, at=at
        )

    def simulate(
        self,
        flag: str,
        subjects: int = 10_000,
        attributes: Mapping[str, Any] | None = None,
        *,
        seed: int = 0,
        at: Time | None = None,
    ) -> Simulation:
        """Return the shares of made-up subjects who all have *attributes*, next to the configured ones."""
        return self._questions.simulate(flag, subjects, attributes, seed=seed, at=at)

    # ── what happened ───────────────────────────────────────────────────────────────────────────────────────────

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

    def _lay(self, what: Any, name: Any, document: dict[str, Any]) -> Undo:
        if not isinstance(name, str):
            raise TypeError(f"expected the key of one of {what}, found {printable(repr(name))}")
        return self._layers.lay(what, name, document)

    def _tell(self, result: Result) -> None:
        if self.on_evaluation is not None:
            self.on_evaluation(result)

    def _touched(self) -> list[str]:
        logged = (event.flag for kind in ("assignment", "bandit") for event in self._recorder.events(kind))
        return list(dict.fromkeys((*self._evaluated, *(flag for flag in logged if flag is not None))))

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


def creation(environment: str | None, at: Time | None, name: str, ttl_seconds: int | None) -> dict[str, Any]:
    """Return the document that makes a sandbox."""
    given = {"environment": environment, "at": None if at is None else moment_text(at), "ttlSeconds": ttl_seconds}
    return {"name": name, **{key: value for key, value in given.items() if value is not None}}


def moment_text(time: Time) -> str:
    """Return *time* as documents hold it; one without a zone is refused where it is read."""
    return time.isoformat() if isinstance(time, datetime) else time


def _as_yaml(definition: Mapping[str, Any]) -> str:
    # Every JSON is YAML.
    return json.dumps(definition, ensure_ascii=False, indent=2)
