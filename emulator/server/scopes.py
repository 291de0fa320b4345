"""What a key or a scope stands for when its request comes in: one snapshot and one time per request. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from emulator.queries import Resolver, Scope, Served, served
from emulator.sandboxes.sandbox import Sandbox
from emulator.server.parts import Parts
from emulator.snapshot import Snapshot
from emulator.snapshot.keys import Selection, select_environment


@dataclass(frozen=True, slots=True)
class Asker:
    """
    Whom the SDK key of a request stands for, and the time that it is for them.

    *selection* is of *snapshot*, or of the *sandbox* at its *revision*; *has_key* is False for a request without any
    key, which gets the first environment.
    """

    selection: Selection
    snapshot: Snapshot
    now: datetime
    has_key: bool
    sandbox: Sandbox | None = None
    revision: int = 0


def asker_of(parts: Parts, spellings: Sequence[str]) -> Asker:
    """Return whom a key stands for, given as every *spelling* that the request may mean; none at all for no key."""
    snapshot, now = parts.workspace.current, parts.clock()
    sandbox = parts.sandboxes.find(spellings)
    if sandbox is not None:
        current = sandbox.current
        return Asker(Selection(current.timeless), snapshot, sandbox.now(), True, sandbox, current.number)
    return Asker(select_environment(snapshot, spellings), snapshot, now, bool(spellings))


def resolver_of(parts: Parts) -> Resolver:
    """Return the resolver for one request: it answers from one snapshot, and at one time, however often it is asked."""
    snapshot, now = parts.workspace.current, parts.clock()

    found: dict[str, Served | None] = {}

    def resolve(scope: Scope) -> Served:
        if scope.sdk_key and scope.sdk_key not in found:
            found[scope.sdk_key] = _of_sandbox(parts, scope.sdk_key)
        own = found.get(scope.sdk_key or "")
        if own is not None:
            return own if scope.at is None else replace(own, now=scope.at)
        return served(snapshot, scope, now, strict_keys=parts.settings.strict_keys)

    return resolve


def _of_sandbox(parts: Parts, sdk_key: str) -> Served | None:
    sandbox = parts.sandboxes.find((sdk_key,))
    if sandbox is None:
        return None
    sandbox.used()
    current = sandbox.current
    return Served(current.timeless, current.number, sandbox.now(), sandbox.snapshot.place_of)
