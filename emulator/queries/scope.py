"""Whom a question is put to: an environment, or what an SDK key stands for, at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from emulator.errors import Position
from emulator.queries.members import QueryError, Reader, moment, text
from emulator.snapshot import EnvironmentSnapshot, Snapshot
from emulator.snapshot.keys import refusal, select_environment
from emulator.suggest import nearest
from emulator.wording import printable


@dataclass(frozen=True, slots=True)
class Scope:
    """
    *environment* is the key of one, *sdk_key* any key that an SDK sends: alternatives; neither means the first one.

    *at* (aware) is the time of the question; None is now.
    """

    environment: str | None = None
    sdk_key: str | None = None
    at: datetime | None = None


# The first environment, now.
FIRST = Scope()


def _nowhere(_flag: str) -> Position | None:
    return None


@dataclass(frozen=True, slots=True)
class Served:
    """
    What a scope stands for: the documents that are served there, their revision, and the time that it is.

    *place_of* tells where a flag is defined, also one that is left out of what is served.
    """

    environment: EnvironmentSnapshot
    revision: int
    now: datetime
    place_of: Callable[[str], Position | None] = field(default=_nowhere, repr=False)

    def hint_of(self, flag: str) -> str:
        """Return why *flag* is not served, as far as that can be guessed: "it is defined at …", or the nearest name."""
        return (
            self._whereabouts(flag, "it") or nearest(flag, self.environment.prepared.flag_keys) or "there are no flags"
        )

    def absence(self, flag: str) -> str:
        """Return a whole sentence on *flag*, which is not served."""
        named = printable(flag)
        return self._whereabouts(flag, f'flag "{named}"') or f'no flag "{named}"; {self.hint_of(flag)}'

    def _whereabouts(self, flag: str, subject: str) -> str:
        place = self.place_of(flag)
        if place is None:
            return ""
        where = f'environment "{self.environment.key}", where it is disabled, archived or left out'
        return f"{subject} is defined at {place}, but not served in {where}"


Resolver = Callable[[Scope], Served]
"""Scope → Served; raises :class:`QueryError`."""

SCOPE_READERS: Mapping[str, Reader] = {"environment": text, "sdkKey": text, "at": moment}


def scope_of(members: Mapping[str, Any]) -> Scope:
    """
    Return the scope in *members*, which :data:`SCOPE_READERS` have read.

    Raises:
        QueryError: both alternatives at once.
    """
    scope = Scope(members.get("environment"), members.get("sdkKey"), members.get("at"))
    if scope.environment is not None and scope.sdk_key is not None:
        raise QueryError("environment and sdkKey are alternatives; give one of them")
    return scope


def served(snapshot: Snapshot, scope: Scope, now: datetime, *, strict_keys: bool = False) -> Served:
    """
    Return what *scope* stands for in *snapshot*; *now* (aware) where the scope has no time of its own.

    Raises:
        QueryError: there is no such environment, or *strict_keys* do not know the key.
    """
    return Served(_environment(snapshot, scope, strict_keys), snapshot.revision, scope.at or now, snapshot.place_of)


def _environment(snapshot: Snapshot, scope: Scope, strict_keys: bool) -> EnvironmentSnapshot:
    if scope.environment is not None:
        found = snapshot.by_key.get(scope.environment)
        if found is None:
            hint = nearest(scope.environment, snapshot.by_key)
            raise QueryError(f'no environment "{printable(scope.environment)}"; {hint}', "unknown-environment")
        return found
    selection = select_environment(snapshot, (scope.sdk_key,) if scope.sdk_key else ())
    if selection.is_of_a_sandbox or (selection.unknown_key and strict_keys):
        raise QueryError(refusal(selection, snapshot), "unknown-sdk-key")
    return selection.environment
