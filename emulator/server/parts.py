"""What the server is handed: the snapshots, the settings, and the places where it leaves a word."""

import secrets
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event
from typing import TYPE_CHECKING, Protocol

from emulator.errors import Problem
from emulator.inbox import Inbox
from emulator.inbox.revisions import Revisions
from emulator.sandboxes import Peers, Sandboxes
from emulator.server.notices import Notices
from emulator.snapshot import Snapshot

if TYPE_CHECKING:
    from emulator.sandboxes.sandbox import World
    from emulator.server.judging import Judging
    from emulator.workspace import Findings

BODY_LIMIT_BYTES = 10_000_000


class SnapshotSource(Protocol):
    """
    The side of a Workspace that the server reads, from any thread.

    *current* is read once per request, so one answer never mixes two revisions. *problems* are those of the files as
    they are on disk now, *findings* the same with the files' texts; *stale* is true while these do not compile and an
    older revision is served.
    """

    @property
    def current(self) -> Snapshot: ...

    @property
    def problems(self) -> tuple[Problem, ...]: ...

    @property
    def findings(self) -> "Findings": ...

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


def fresh_salt() -> str:
    """
    Return a salt for one precomputed document: 16 random bytes, as base64 without padding.

    Source: eppo_core ``precomputed.rs``.
    """
    return b64encode(secrets.token_bytes(16)).decode("ascii").rstrip("=")


@dataclass(frozen=True, slots=True)
class Parts:
    """
    Everything the server works with.

    *watcher_mode* answers ``native``, ``polling`` or ``off``; *clock* gives the time (aware) of evaluations, *salt* a
    new salt for each precomputed document. *ending* is set when the server closes: whatever takes long gives up then.
    """

    workspace: SnapshotSource
    settings: Settings = field(default_factory=Settings)
    notices: Notices = field(default_factory=lambda: Notices(lambda line: None))
    inbox: Inbox = field(default_factory=Inbox)
    revisions: Revisions = field(default_factory=Revisions)
    watcher_mode: Callable[[], str] = lambda: "off"
    sandboxes: Sandboxes = field(default_factory=Sandboxes)
    peers: Peers = field(default_factory=Peers)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    salt: Callable[[], str] = fresh_salt
    ending: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self.inbox.judge_by(lambda arrival: self.judging(arrival))

    @property
    def judging(self) -> "Judging":
        """What events are judged by."""
        from emulator.server.judging import Judging

        return Judging(lambda: self.workspace.current, self.sandboxes, self.clock, self.revisions)

    @property
    def world(self) -> "World":
        """What sandboxes are made over."""
        from emulator.sandboxes.sandbox import World

        return World(lambda: self.workspace.current, self.clock, self.peers.is_open, self.peers.closed_at)
