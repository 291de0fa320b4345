"""Why clients are not in step yet: what a wait in vain found, as values, and as sentences for people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from emulator.ufc.timestamps import format_timestamp
from emulator.wording import printable

_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Standing:
    """
    Where one client stood when the wait was over.

    *held* is the last revision sent to it, *connected* whether its connection is open; *closed_at* is when it was
    closed, None where that is not known. *silent_for* is the time since it asked last.
    """

    sdk_name: str
    sdk_version: str
    remote: str
    held: int
    connected: bool
    closed_at: datetime | None
    silent_for: timedelta

    @property
    def who(self) -> str:
        named = " ".join(filter(None, (self.sdk_name, self.sdk_version))) or "one without an SDK's name"
        return f"{printable(named, 80)} at {self.remote}"

    def behind(self, revision: int) -> str:
        """Return why this client has not applied *revision*."""
        asked = f"it asked last {_seconds(self.silent_for)} ago"
        if not self.connected:
            since = f" since {format_timestamp(self.closed_at)}" if self.closed_at else ""
            return f"{self.who} holds revision {self.held}, and its connection is closed{since}; {asked}: has it ended?"
        if self.held >= revision:
            return f"{self.who} was sent revision {self.held}, and has not asked again since; {asked}: does it poll?"
        return f"{self.who} holds revision {self.held}, and has not asked for {revision} yet; {asked}: does it poll?"

    def as_json(self, revision: int) -> dict[str, Any]:
        told = {"sdkName": self.sdk_name, "remote": self.remote, "connected": self.connected}
        return {**told, "reason": self.behind(revision)}


@dataclass(frozen=True, slots=True)
class Late:
    """
    A wait in vain for *expected* clients to apply *revision*.

    *counted* clients count for it, of which some may be *behind*. The *silent* do not count, for they stopped where
    another of their SDK and host goes on; nor do the *nameless*, who do not say which SDK they are. *has_ended* tells
    that the sandbox did, which nobody can catch up with.
    """

    revision: int
    expected: int
    counted: int
    behind: Sequence[Standing] = ()
    silent: Sequence[Standing] = ()
    nameless: Sequence[Standing] = ()
    has_ended: bool = False

    @property
    def reason(self) -> str:
        """Everything that keeps the wait from its end, in one line."""
        return "; ".join((*self._reasons(), *self._not_counted()))

    def _reasons(self) -> Sequence[str]:
        reasons = [one.behind(self.revision) for one in self.behind]
        if self.counted < self.expected:
            few = f"{self.counted} of {self.expected} expected clients asked with this sandbox's SDK key"
            advice = "" if self.counted or self.nameless else "; does the application use its sdkKey and baseUrl?"
            reasons.append(f"{few}{advice}")
        return reasons

    def _not_counted(self) -> Sequence[str]:
        told = []
        if self.silent:
            told.append(f"not counted, silent while the same SDK goes on over another connection: {_all(self.silent)}")
        if self.nameless and self.counted < self.expected:
            told.append(f"not counted, without an SDK's name (sdkName in the query): {_all(self.nameless)}")
        return told


def _all(standings: Sequence[Standing]) -> str:
    shown = ", ".join(one.who if one.sdk_name else one.remote for one in standings[:_SHOWN])
    more = len(standings) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def _seconds(period: timedelta) -> str:
    return f"{period.total_seconds():.1f} s"
