"""
One change each: what a sandbox may lay over what its environment serves.

Values only; ``collection`` keeps them in order, ``applying`` makes documents of them.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from emulator.errors import EmulatorError
from emulator.ufc.bandit_modes import TestMode
from emulator.ufc.encode import canonical
from emulator.wording import printable

_MILLISECOND = timedelta(milliseconds=1)


class OverrideError(EmulatorError):
    """
    A change that cannot be made.

    *member* is what is wrong with it (``flag``, ``variation``, ``subjects``, ``allocation``, ``bandit``, ``action``,
    ``mode`` or ``clock``), *name* what was found there; *hint* is the fix, in a few words.
    """

    def __init__(self, member: str, name: str, message: str, hint: str) -> None:
        super().__init__(f"{message}; {hint}")
        self.member = member
        self.name = name
        self.message = message
        self.hint = hint


def variation_name(value: Any) -> str:
    """
    Return the variation's key for *value* as people write it in Python, JSON or YAML: True is ``true``, 3 is ``3``.

    Raises:
        OverrideError: *value* is no text, boolean or finite number.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        with suppress(ValueError):
            return canonical(value).decode()
    found = printable(repr(value), 60)
    raise OverrideError("variation", found, f"{found} is no variation", "write its key, true, false or a number")


# ── flags ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Serve:
    """
    Everybody, or just *subjects* (by the attribute ``id``, which is the subject's key), gets *variation*.

    The event names the allocation ``override-<variation>``; with *via*, it is the one that the allocation of that key
    would have sent, whether or not it ever serves the variation.
    """

    flag: str
    variation: str
    subjects: tuple[str, ...] | None = None
    via: str | None = None


@dataclass(frozen=True, slots=True)
class Off:
    """The flag is not served at all, as Eppo's service leaves out a disabled one."""

    flag: str


@dataclass(frozen=True, slots=True)
class Edited:
    """
    *wire*, a compiled flag, stands in the place of the whole flag.

    *bandits* says which bandit a variation stands for, by the variation's key, where neither the flag so far nor a
    value that is a bandit's name tells.
    """

    flag: str
    wire: dict[str, Any]
    bandits: Mapping[str, str] = field(default_factory=dict)


# ── bandits ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Pin:
    """Everybody gets *action* whenever it is offered; where it is not, the offered ones are alike."""

    bandit: str
    action: str


@dataclass(frozen=True, slots=True)
class Mode:
    """The model weighs all actions alike (``uniform``), or has learned nothing yet (``cold-start``)."""

    bandit: str
    mode: TestMode


# ── the clock ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Frozen:
    """It is always *at* (aware)."""

    at: datetime

    def __post_init__(self) -> None:
        if self.at.utcoffset() is None:
            found = self.at.isoformat()
            raise OverrideError("clock", found, f"the time {found} has no zone", f"write {found}Z")

    def reading(self, _real: datetime) -> datetime:
        return self.at


@dataclass(frozen=True, slots=True)
class Shifted:
    """
    Time passes as it does, *offset* ahead, or behind.

    Whole milliseconds, which is what schedules are written in; anything finer is rounded down.
    """

    offset: timedelta

    def __post_init__(self) -> None:
        object.__setattr__(self, "offset", self.offset // _MILLISECOND * _MILLISECOND)

    def reading(self, real: datetime) -> datetime:
        """Return the time for the *real* one (aware); the last or first there is, where years run out."""
        try:
            return real + self.offset
        except OverflowError:
            return (datetime.max if self.offset > timedelta() else datetime.min).replace(tzinfo=real.tzinfo)


FlagLayer = Serve | Off | Edited
BanditLayer = Pin | Mode
Clock = Frozen | Shifted
Layer = FlagLayer | BanditLayer | Clock
