"""What was logged and evaluated in one sandbox, as it happens, from any thread."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from threading import Condition
from typing import Any

from emulator.events import Event, Kind, read_event
from emulator.testing.control import Arrived, Control

# Where nobody tells of events that arrive elsewhere, one looks so often.
_LOOK_AGAIN_S = 0.05


class Recorder:
    """
    Events of two sources as one list: handed over in this process, and what *control* has of other processes.

    It is what the SDK's loggers call, so it never raises in :meth:`log`.
    """

    def __init__(self, control: Control) -> None:
        self._control = control
        self._logged: list[Arrived] = []
        self._news = Condition()
        self._version = 0
        self._is_open = True
        self._is_told = control.on_arrival(self._tell)

    def log(self, event: Mapping[str, Any]) -> None:
        """Keep what an SDK handed to its logger; nothing after the end, when an old client still talks."""
        arrived = Arrived(datetime.now(UTC), read_event(event))
        with self._news:
            if self._is_open:
                self._logged.append(arrived)
                self._version += 1
                self._news.notify_all()

    def events(self, kind: Kind | None = None) -> list[Event]:
        """Return the events of that *kind*, or of any, the oldest first."""
        return [one.event for one in self._all() if kind in (None, one.event.kind)]

    @property
    def version(self) -> int:
        """A number that changes with every event; take it before looking, to wait for what comes after."""
        return self._version

    def wait(self, version: int, timeout_s: float) -> None:
        """Return when something came after *version*, when it is time to look again, or after *timeout_s*."""
        longest = timeout_s if self._is_told else min(timeout_s, _LOOK_AGAIN_S)
        with self._news:
            self._news.wait_for(lambda: self._version != version, longest)

    def close(self) -> None:
        with self._news:
            self._is_open = False

    def _all(self) -> Sequence[Arrived]:
        elsewhere = self._control.arrived() if self._control.has_server else ()
        with self._news:
            here = tuple(self._logged)
        return sorted((*here, *elsewhere), key=lambda one: one.at) if elsewhere else here

    def _tell(self) -> None:
        with self._news:
            self._version += 1
            self._news.notify_all()
