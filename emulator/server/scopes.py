"""What a key or a scope stands for when its request comes in: one snapshot and one time per request. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from emulator.queries import Resolver, Scope, Served, served
from emulator.sandboxes import Sandbox
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

    def resolve(scope: Scope) -> Served:
        sandbox = parts.sandboxes.find((scope.sdk_key,)) if scope.sdk_key else None
        if sandbox is not None:
            sandbox.used()
            return Served(sandbox.current.timeless, sandbox.current.number, scope.at or sandbox.now())
        return served(snapshot, scope, now, strict_keys=parts.settings.strict_keys)

    return resolve
