"""One sandbox: changes laid over an environment, and what its clients did. Thread-safe."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Condition
from time import monotonic
from typing import Any

from emulator.overrides.applying import override
from emulator.overrides.collection import Overrides
from emulator.sandboxes.attendance import Attendant, attendance
from emulator.sandboxes.documents import changed_environment
from emulator.sandboxes.faults import Fault, Faults, Target
from emulator.sandboxes.ledger import Client, Ledger, Peer, Roll, Visit
from emulator.sandboxes.waiting import Late, Standing
from emulator.snapshot import EnvironmentSnapshot, Snapshot
from emulator.snapshot.edits import Elsewhere
from emulator.ufc.timestamps import TimeTextError, format_timestamp, parse_time

_MILLISECOND = timedelta(milliseconds=1)
_LOOK_AGAIN_S = 0.25


@dataclass(frozen=True, slots=True)
class World:
    """
    What all sandboxes of an emulator share.

    *snapshot* answers the current Snapshot, *clock* the real time (aware), *is_connected* whether the connection of a
    client is open, *closed_at* when it was closed, if that is known.
    """

    snapshot: Callable[[], Snapshot]
    clock: Callable[[], datetime]
    is_connected: Callable[[Peer], bool]
    closed_at: Callable[[Peer], datetime | None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Revision:
    """
    What a sandbox serves at one moment.

    *number* counts up with every change of the sandbox and with every edit of the flag files that reaches it.
    *environment* is what its clients are served; *timeless* the same without the sandbox's clock, for evaluations that
    name their time themselves. *missing* are sentences about changes that the flag files no longer have a place for.
    """

    number: int
    base: EnvironmentSnapshot
    overrides: Overrides
    environment: EnvironmentSnapshot
    timeless: EnvironmentSnapshot
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Identity:
    """*ttl* is how long it lives without being used; None is until it is deleted."""

    sdk_key: str
    environment: str
    name: str
    created_at: datetime
    ttl: timedelta | None


class Sandbox:
    """One SDK key with its own changes, clock, faults and clients, over flag files that all sandboxes share."""

    def __init__(self, identity: Identity, world: World, overrides: Overrides) -> None:
        self.identity = identity
        self._world = world
        self._snapshot = world.snapshot
        self._clock = world.clock
        self._at_first = overrides
        self._overrides = overrides
        self._changed = Condition()
        self._current: Revision | None = None
        self._faults = Faults()
        self._ledger = Ledger(world.is_connected)
        self._last_used = identity.created_at
        self._has_ended = False
        self._activity = 0

    @property
    def sdk_key(self) -> str:
        return self.identity.sdk_key

    @property
    def activity(self) -> int:
        """How many times it was changed, or a client of it asked for something, or met a fault."""
        return self._activity

    @property
    def overrides(self) -> Overrides:
        return self._overrides

    @property
    def snapshot(self) -> Snapshot:
        """The flag files as they are served to everybody."""
        return self._snapshot()

    def now(self) -> datetime:
        """Return the time by this sandbox's clock."""
        return self._overrides.now(self._clock())

    # ── what is served ──────────────────────────────────────────────────────────────────────────────────────────

    @property
    def current(self) -> Revision:
        """What is served now; made when somebody asks after a change."""
        base = self._base()
        with self._changed:
            if (
                self._current is None
                or self._current.base is not base
                or self._current.overrides is not self._overrides
            ):
                self._current = self._made(base, self._overrides, self._current)
            return self._current

    def change(self, changed: Callable[[Overrides], Overrides]) -> None:
        """Replace the changes by what *changed* makes of them."""
        with self._changed:
            self._overrides = changed(self._overrides)
            self._activity += 1
            self._last_used = self._clock()
            self._changed.notify_all()

    def reset(self) -> None:
        """Be as on the first day: its changes, clock and faults; clients stay known."""
        with self._changed:
            self._overrides = self._at_first
            self._faults = Faults()
            self._activity += 1
            self._changed.notify_all()

    def _base(self) -> EnvironmentSnapshot:
        """Return the environment; while an edit has taken it away, as it last was."""
        snapshot = self._snapshot()
        found = snapshot.by_key.get(self.identity.environment)
        return found or (self._current.base if self._current else snapshot.environments[0])

    def _made(self, base: EnvironmentSnapshot, overrides: Overrides, previous: Revision | None) -> Revision:
        number = previous.number + 1 if previous else 1
        if not overrides:
            return Revision(number, base, overrides, base, base, ())
        stamp = self._stamp(base, previous)
        elsewhere = self._elsewhere(base)
        timeless = override(base.config, base.models, overrides.without_clock(), elsewhere=elsewhere)
        environment = untimed = changed_environment(base, timeless.config, timeless.models, stamp, self.sdk_key)
        if overrides.clock is not None:
            scheduled = base.scheduled_flags
            timed = override(base.config, base.models, overrides, elsewhere=elsewhere, scheduled=scheduled)
            environment = changed_environment(base, timed.config, timed.models, stamp, self.sdk_key)
        return Revision(number, base, overrides, environment, untimed, tuple(one.message for one in timeless.missing))

    def _elsewhere(self, base: EnvironmentSnapshot) -> Mapping[str, Any]:
        return Elsewhere(self._snapshot(), base)

    def _stamp(self, base: EnvironmentSnapshot, previous: Revision | None) -> str:
        """Return a time stamp later than any that this sandbox and its base have used."""
        used = [base.created_at, *([previous.environment.created_at] if previous else ())]
        return format_timestamp(max([self._clock(), *(_after(stamp) for stamp in used)]))

    # ── who asks ────────────────────────────────────────────────────────────────────────────────────────────────

    def visited(self, visit: Visit, revision: int) -> None:
        """Write down that a client was sent *revision*."""
        now = self._clock()
        with self._changed:
            self._ledger.note(visit, revision, now)
            self._activity += 1
            self._last_used = now
            self._changed.notify_all()

    def clients(self) -> list[dict[str, Any]]:
        with self._changed:
            return self._ledger.as_json()

    def attendance(self) -> tuple[Attendant, ...]:
        """Return the clients, and how each stands to what is served now; those first that are waited for."""
        wanted = self.current.number
        with self._changed:
            return attendance(self._ledger.roll(self._clock()), wanted, self._world.is_connected)

    def wait_until_applied(
        self, revision: int | None, clients: int, timeout_s: float, is_over: Callable[[], bool] = lambda: False
    ) -> Late | None:
        """
        Wait until every SDK that asked, and at least *clients* of them, has applied *revision* (None: the current one).

        Return None when that is so, else why not: after *timeout_s*, when *is_over*, or when the sandbox has ended.
        """
        wanted = self.current.number if revision is None else revision
        deadline = monotonic() + timeout_s
        with self._changed:
            while True:
                self.used()
                roll = self._ledger.roll(self._clock())
                behind = [client for client in roll.present if client.applied < wanted]
                if not behind and len(roll.present) >= clients and not self._has_ended:
                    return None
                left = deadline - monotonic()
                if left <= 0 or self._has_ended or is_over():
                    return self._late(wanted, clients, roll, behind)
                # Nobody tells when a connection has been silent for long enough.
                self._changed.wait(min(left, _LOOK_AGAIN_S))

    def _late(self, revision: int, expected: int, roll: Roll, behind: Iterable[Client]) -> Late:
        now = self._clock()
        late, silent, nameless = (
            [self._standing(client, now) for client in clients] for clients in (behind, roll.silent, roll.nameless)
        )
        return Late(revision, expected, len(roll.present), late, silent, nameless, self._has_ended)

    def _standing(self, client: Client, now: datetime) -> Standing:
        return Standing(
            client.sdk_name,
            client.sdk_version,
            client.remote,
            client.held,
            self._world.is_connected(client.peer),
            self._world.closed_at(client.peer),
            now - client.last_seen,
        )

    # ── faults ──────────────────────────────────────────────────────────────────────────────────────────────────

    def set_faults(self, faults: Iterable[Fault]) -> None:
        with self._changed:
            self._faults = Faults(tuple(faults))
            self._activity += 1

    def faults(self) -> tuple[tuple[Fault, int | None], ...]:
        with self._changed:
            return self._faults.remaining()

    def take_fault(self, on: Target, *, partial: bool = False) -> Fault | None:
        """Return the fault that the request for *on*, which is about to be answered, or its batch, meets."""
        if not self._faults.all:
            return None
        with self._changed:
            taken = self._faults.take(on, partial=partial)
            self._activity += taken is not None
            return taken

    # ── its life ────────────────────────────────────────────────────────────────────────────────────────────────

    def used(self) -> None:
        self._last_used = self._clock()

    def end(self) -> None:
        """Tell those who wait for clients that there is nothing to wait for any more."""
        with self._changed:
            self._has_ended = True
            self._changed.notify_all()

    @property
    def ends_at(self) -> datetime | None:
        """When it ends if nobody uses it until then; None is never."""
        return None if self.identity.ttl is None else self._last_used + self.identity.ttl

    @property
    def is_over(self) -> bool:
        """Whether nobody used it for as long as it was to live."""
        ends_at = self.ends_at
        return ends_at is not None and self._clock() > ends_at


def _after(stamp: str) -> datetime:
    """Return the next millisecond; of a stamp that is no time, which published documents may hold, the very first."""
    try:
        return parse_time(stamp) + _MILLISECOND
    except (TimeTextError, OverflowError):
        return datetime.min.replace(tzinfo=UTC)
