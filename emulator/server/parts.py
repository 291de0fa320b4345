"""What the server is handed: the snapshots, the settings, and the places where it leaves a word."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Protocol

from emulator.errors import Problem
from emulator.server.notices import Notices
from emulator.snapshot import Snapshot

BODY_LIMIT_BYTES = 10_000_000


class SnapshotSource(Protocol):
    """
    The side of a Workspace that the server reads, from any thread.

    *current* is read once per request, so one answer never mixes two revisions. *problems* are those of the files as
    they are on disk now; *stale* is true while these do not compile and an older revision is served.
    """

    @property
    def current(self) -> Snapshot: ...

    @property
    def problems(self) -> tuple[Problem, ...]: ...

    @property
    def stale(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Settings:
    """
    How to serve.

    *token* is the bearer token that control routes demand, or None. *allow_hosts* are names, beside those of the
    loopback interface, under which control routes and pages may be called. *body_limit_bytes* holds for a request
    body as sent and for what it decompresses to.
    """

    strict_keys: bool = False
    token: str | None = None
    allow_hosts: tuple[str, ...] = ()
    body_limit_bytes: int = BODY_LIMIT_BYTES


class EventCount:
    """How many events were accepted; thread-safe. The inbox takes its place."""

    def __init__(self) -> None:
        self._count = 0
        self._lock = Lock()

    @property
    def value(self) -> int:
        return self._count

    def add(self, events: int) -> None:
        with self._lock:
            self._count += events


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything the server works with. *watcher_mode* answers ``native``, ``polling`` or ``off``."""

    workspace: SnapshotSource
    settings: Settings = field(default_factory=Settings)
    notices: Notices = field(default_factory=lambda: Notices(lambda line: None))
    events: EventCount = field(default_factory=EventCount)
    watcher_mode: Callable[[], str] = lambda: "off"
