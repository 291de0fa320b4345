"""What an Inbox is told and answers, as values."""

from dataclasses import dataclass
from datetime import timedelta

from emulator.errors import EmulatorError
from emulator.inbox.misses import Miss
from emulator.inbox.record import Record


class InboxError(EmulatorError):
    """The database does not do what it is asked; the message says where it is and why."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How many events are kept, and how long; None is without end. What goes beyond is removed oldest first."""

    count: int | None = 1_000_000
    age: timedelta | None = None


A_MILLION = Retention()


@dataclass(frozen=True, slots=True)
class Page:
    """Some records, and the ``seq`` after which (before which, newest first) the next ones come; None at the end."""

    records: tuple[Record, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class Waited:
    """*records* that were waited for; when they are fewer than wanted, *misses* came nearest."""

    records: tuple[Record, ...]
    complete: bool
    misses: tuple[Miss, ...] = ()
