"""The page of one sandbox: what it is, what it changes, who its clients are, and what goes wrong on purpose."""

from dataclasses import dataclass
from datetime import datetime

from emulator.overrides import Frozen, Shifted
from emulator.pages.sandboxes.changes import Changes, changes_of, parts_of
from emulator.pages.sandboxes.faults import FaultLine, fault_lines
from emulator.pages.sandboxes.said import Name, Said, joined
from emulator.pages.sandboxes.words import clock_words, is_set, moment_words
from emulator.sandboxes.attendance import Attendant
from emulator.sandboxes.sandbox import Sandbox


@dataclass(frozen=True, slots=True)
class Clock:
    """*said* is in words, empty for the real time; *at* is a frozen moment as a form takes it."""

    said: str
    now: str
    at: str
    offset_s: float


@dataclass(frozen=True, slots=True)
class Detail:
    """*headline* is the answer to "what does this sandbox change?" in one sentence."""

    sdk_key: str
    name: str
    environment: str
    created_at: datetime
    ends_at: datetime | None
    revision: int
    headline: Said
    changes: Changes
    clock: Clock
    faults: tuple[FaultLine, ...]
    missing: tuple[str, ...]
    clients: tuple[Attendant, ...]

    @property
    def title(self) -> str:
        return self.name or "Sandbox without a name"


def detail_of(sandbox: Sandbox, now: datetime, asked: str | None = None) -> Detail:
    """Return the page's values at *now* (aware); *asked* is the flag whose difference is wanted."""
    identity = sandbox.identity
    changes = changes_of(sandbox, now, asked)
    current = sandbox.current
    return Detail(
        identity.sdk_key,
        identity.name,
        identity.environment,
        identity.created_at,
        sandbox.ends_at,
        current.number,
        _headline(sandbox, changes),
        changes,
        _clock(sandbox),
        fault_lines(sandbox.faults()),
        current.missing,
        sandbox.attendance(),
    )


def _headline(sandbox: Sandbox, changes: Changes) -> Said:
    environment = Name(sandbox.identity.environment)
    parts = list(parts_of(sandbox, changes))
    faults = any(left != 0 for _, left in sandbox.faults())
    if not parts and not faults:
        return ("It changes nothing so far: whoever uses its SDK key gets what everybody in ", environment, " gets.")
    but: Said = (", but for ", *joined(parts)) if parts else ()
    failing = (" Some requests go wrong on purpose.",) if faults else ()
    return ("Whoever uses its SDK key gets what ", environment, " serves", *but, ".", *failing)


def _clock(sandbox: Sandbox) -> Clock:
    clock, now = sandbox.overrides.clock, sandbox.now()
    at = f"{clock.at.year:04}-{clock.at:%m-%dT%H:%M:%S}" if isinstance(clock, Frozen) else ""
    offset_s = clock.offset.total_seconds() if isinstance(clock, Shifted) else 0.0
    return Clock(clock_words(clock) if is_set(clock) else "", moment_words(now), at, offset_s)
