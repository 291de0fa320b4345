"""
The configurations that clients may hold: what an event is judged by is the one its client evaluated.

A *scope* is an environment, or a sandbox. Thread-safe; asked at every configuration request, so nothing here waits.
"""

from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import chain
from operator import itemgetter
from threading import Lock
from typing import TYPE_CHECKING, Any

from emulator.snapshot import EnvironmentSnapshot
from emulator.ufc.timestamps import TimeTextError, parse_time

if TYPE_CHECKING:
    from emulator.evaluation import Prepared

_REVISIONS = 100
# Each test has its own sandbox; those of long ago have no events to come.
_SCOPES = 1_000
# Deliveries to one SDK that differ from the one before.
_CHANGES = 100


@dataclass(frozen=True)
class Held:
    """One configuration: its documents without their bytes, which would fill the memory."""

    number: int
    created_at: str
    config: Mapping[str, Any]
    models: Mapping[str, Any]

    @cached_property
    def prepared(self) -> "Prepared":
        from emulator.evaluation import prepare

        return prepare(self.config, self.models)

    @cached_property
    def published_at(self) -> datetime | None:
        """``createdAt`` as a time; None where a published document holds something else."""
        try:
            return parse_time(self.created_at)
        except TimeTextError:
            return None


def scope_of(environment: str, sandbox_key: str | None) -> str:
    """Return the name of the scope of an environment, or of a sandbox, which is no environment's."""
    return environment if sandbox_key is None else f"\0{sandbox_key}"


class _Scope:
    """The last configurations of a scope, and when each of its SDKs was sent another one."""

    def __init__(self) -> None:
        self.helds: deque[Held] = deque(maxlen=_REVISIONS)
        self.sent: dict[str, deque[tuple[datetime, Held]]] = {}


class Revisions:
    """What was served lately, by scope."""

    def __init__(self) -> None:
        self._scopes: OrderedDict[str, _Scope] = OrderedDict()
        self._lock = Lock()

    def current(self, scope: str, environment: EnvironmentSnapshot, number: int) -> Held:
        """Return *environment*, which *scope* serves now as its revision *number*, and remember it."""
        with self._lock:
            return self._remembered(self._scope(scope), environment, number)

    def delivered(
        self, scope: str, sdk_name: str, environment: EnvironmentSnapshot, number: int, now: datetime
    ) -> None:
        """Remember that some client, of that SDK, holds *environment* from *now* (aware) on."""
        known = self._scopes.get(scope)
        sent = None if known is None else known.sent.get(sdk_name)
        # The usual poll brings nothing new.
        if sent and sent[-1][1].config is environment.config:
            return
        with self._lock:
            found = self._scope(scope)
            held = self._remembered(found, environment, number)
            found.sent.setdefault(sdk_name, deque(maxlen=_CHANGES)).append((now, held))

    def published(self, scope: str, moment: datetime) -> Held | None:
        """Return the configuration of *scope* that says that it was created at *moment*."""
        with self._lock:
            known = self._scopes.get(scope)
            helds = tuple(reversed(known.helds)) if known else ()
        return next((held for held in helds if held.published_at == moment), None)

    def held_by(self, scope: str, sdk_name: str, moment: datetime) -> Held | None:
        """
        Return the last configuration that an SDK of that name was sent before *moment*; None where nobody knows.

        Events may name an SDK otherwise than its requests do: where none of that name was sent anything, all count.
        """
        known = self._scopes.get(scope)
        if known is None or not known.sent:
            return None
        with self._lock:
            rows = known.sent.get(sdk_name) or sorted(chain(*known.sent.values()), key=itemgetter(0))
            return next((held for at, held in reversed(rows) if at <= moment), None)

    def _scope(self, name: str) -> _Scope:
        found = self._scopes.get(name)
        if found is None:
            found = self._scopes[name] = _Scope()
            if len(self._scopes) > _SCOPES:
                self._scopes.popitem(last=False)
        return found

    def _remembered(self, scope: _Scope, environment: EnvironmentSnapshot, number: int) -> Held:
        newest = scope.helds[-1] if scope.helds else None
        if newest is not None and newest.config is environment.config and newest.models is environment.models:
            return newest
        held = Held(number, environment.created_at, environment.config, environment.models)
        scope.helds.append(held)
        return held
