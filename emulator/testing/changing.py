"""What a sandbox can be told: every change is a layer that can be undone."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from textwrap import dedent
from typing import Any

from emulator.testing.control import What
from emulator.testing.layers import Layers, Undo
from emulator.wording import printable

Subjects = str | Iterable[str]
Time = datetime | str

_OUTAGE_STATUS = 503
_REQUESTS = ("config", "bandits", "assignments", "events")


class Changing:
    """The changes of a sandbox, laid as *layers*. Each returns how to undo it."""

    def __init__(self, layers: Layers) -> None:
        self._layers = layers

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
        failed: int | Iterable[str] | None = None,
        times: int | None = None,
    ) -> Undo:
        """
        Let requests for *on* go wrong: ``config``, ``bandits``, ``assignments`` or ``events``; *times* or for ever.

        They are answered with *status*, or with a damaged *body* (``garbage``, ``truncated``, ``empty``), or not at all
        (*drop*); *delay_ms* comes before. Of a dispatcher's batch of events so many, or those with these ids, have
        *failed*. The newest fault counts. Clients in this process send no requests.
        """
        part = failed if failed is None or isinstance(failed, int) else list(failed)
        effect = {"status": status, "body": body, "drop": drop or None, "failed": part}
        given = {**effect, "delayMs": delay_ms or None, "times": times}
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

    def _lay(self, what: What, name: Any, document: dict[str, Any]) -> Undo:
        if not isinstance(name, str):
            raise TypeError(f"expected the key of one of {what}, found {printable(repr(name))}")
        return self._layers.lay(what, name, document)


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
