"""
A logger for applications under development: what an Eppo SDK logs arrives in the inbox of an emulator.

For the application's process, so that nothing but the standard library is imported, and the SDK itself where it is
installed. The application never waits for the emulator, and never sees an error of it.
"""

import json
import os
import weakref
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from emulator.loggers.sending import Address, Limits, Sender

try:
    from eppo_client import AssignmentLogger
except ImportError:

    class AssignmentLogger:  # type: ignore[no-redef]  # stands in where no SDK is installed
        """What the SDK takes a logger to be."""


__all__ = ["InboxLogger"]

# A program that ends waits this long for an emulator that is there but slow; not at all for one that is away.
_AT_EXIT_S = 10.0


class InboxLogger(AssignmentLogger):
    """
    Posts assignments and bandit actions to the emulator at *url*, in the background.

    *url* is the emulator's address, or the base URL that the SDK is given. *sdk_key* says to which environment or
    sandbox the events belong. While the emulator is away, up to *queue_size* events wait for it; then the oldest go.
    Thread-safe, and safe to create before a fork: each process sends its own events.

    Raises:
        ValueError: *url* is no address.
    """

    def __init__(
        self, url: str, sdk_key: str | None = None, *, queue_size: int = 10_000, batch_size: int = 100
    ) -> None:
        super().__init__()
        self._address = Address.of(url, sdk_key)
        self._limits = Limits(queue_size, batch_size)
        # By process: threads and locks do not survive a fork, and what waited is the parent's to send.
        self._senders: dict[int, Sender] = {}
        self._at_exit = weakref.finalize(self, _end, self._senders)

    def __enter__(self) -> "InboxLogger":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def log_assignment(self, event: Mapping[str, Any]) -> None:
        self._sender().put(_encoded(event))

    def log_bandit_action(self, event: Mapping[str, Any]) -> None:
        self._sender().put(_encoded(event))

    def flush(self, timeout_s: float = 5.0) -> bool:
        """Wait until all that was logged by this process is with the emulator; return whether it is."""
        sender = self._senders.get(os.getpid())
        return sender is None or sender.flush(timeout_s)

    def close(self) -> None:
        """Send what waits, if the emulator is there, and end the thread. What is logged later starts a new one."""
        _end(self._senders)

    def _sender(self) -> Sender:
        pid = os.getpid()
        sender = self._senders.get(pid)
        # Two threads may make one at the same time; the dictionary keeps the first, and the other was never started.
        return sender or self._senders.setdefault(pid, Sender(self._address, self._limits))


def _end(senders: dict[int, Sender]) -> None:
    sender = senders.pop(os.getpid(), None)
    if sender is not None:
        sender.close(_AT_EXIT_S)


def _encoded(event: Mapping[str, Any]) -> bytes:
    """Return the event as it is now: its owner may change it. Whatever it holds, something arrives."""
    try:
        return _json(event)
    except Exception as error:
        # Foreign objects may raise anything while they are written, and the application must not see it.
        return _json(_readable(event) or {"unreadable": _words(error)})


def _readable(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members that JSON can hold, and in the place of each other one why it cannot."""
    members: dict[str, Any] = {}
    with suppress(Exception):
        for name, value in event.items():
            try:
                _json(value)
                members[str(name)] = value
            except Exception as error:
                members[str(name)] = f"unreadable: {_words(error)}"
    return members


def _json(value: Any) -> bytes:
    return json.dumps(value, default=str).encode("ascii")


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
