"""Which configurations an event is judged by: those of its sandbox or environment, then and now."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from emulator.events import Event
from emulator.inbox import Arrival, Judgement
from emulator.inbox.record import Record
from emulator.inbox.revisions import Held, Revisions, scope_of
from emulator.sandboxes import Sandboxes
from emulator.snapshot import EnvironmentSnapshot, Snapshot

_JUDGED = ("assignment", "bandit")


class _Case(NamedTuple):
    """The configurations for one event; *then* is None where that of its client is not known any more."""

    then: Held | None
    now: Held
    at: datetime


class Judging:
    """Judges events as they arrive, and tells the whole story on demand. Thread-safe."""

    def __init__(
        self,
        snapshot: Callable[[], Snapshot],
        sandboxes: Sandboxes,
        clock: Callable[[], datetime],
        revisions: Revisions,
    ) -> None:
        self._snapshot = snapshot
        self._sandboxes = sandboxes
        self._clock = clock
        self._revisions = revisions

    def __call__(self, arrival: Arrival) -> Judgement:
        event = arrival.event
        if event.kind not in _JUDGED:
            return Judgement(None)
        from emulator.inbox.verdict import Side, judge

        case = self._case(event, arrival.environment, arrival.sandbox)
        now = Side(case.now.prepared, case.now.number)
        if case.then is None or case.then is case.now:
            return judge(event, None if case.then is None else now, now, case.at)
        return judge(event, Side(case.then.prepared, case.then.number), now, case.at)

    def comparison(self, record: Record) -> dict[str, Any]:
        """Return what the flags say of a record, ``then`` and ``now``, each with its trace; null where nothing is."""
        event = record.event
        if event.kind not in _JUDGED or event.faults:
            return {"then": None, "now": None}
        case = self._case(event, record.environment, record.sandbox)
        return {"then": case.then and _told(event, case.then, case.at), "now": _told(event, case.now, case.at)}

    def _case(self, event: Event, environment: str, sandbox_key: str | None) -> _Case:
        scope, serving, number = self._serving(environment, sandbox_key)
        now = self._revisions.current(scope, serving, number)
        at = event.timestamp or self._clock()
        # What a sandbox served that has ended, nobody knows any more.
        has_ended = sandbox_key is not None and self._sandboxes.find((sandbox_key,)) is None
        return _Case(None if has_ended else self._then(event, scope, now, at), now, at)

    def _serving(self, environment: str, sandbox_key: str | None) -> tuple[str, EnvironmentSnapshot, int]:
        sandbox = self._sandboxes.find((sandbox_key,)) if sandbox_key else None
        if sandbox is not None:
            current = sandbox.current
            return scope_of(environment, sandbox.sdk_key), current.environment, current.number
        snapshot = self._snapshot()
        served = snapshot.by_key.get(environment, snapshot.environments[0])
        return scope_of(served.key, None), served, snapshot.revision

    def _then(self, event: Event, scope: str, now: Held, at: datetime) -> Held | None:
        published = event.published_at
        if published is not None:
            if published == now.published_at:
                return now
            # From another place than this emulator, or from before all that it remembers.
            return self._revisions.published(scope, published)
        sdk_name = (event.sdk or "").rpartition("/")[0] or event.sdk or ""
        return self._revisions.held_by(scope, sdk_name, at) or now


def _told(event: Event, held: Held, at: datetime) -> dict[str, Any]:
    from emulator.evaluation import BanditEvaluation, bandit_trace, trace
    from emulator.inbox.verdict import Side, examine

    found = examine(event, Side(held.prepared, held.number), at)
    answer = found.answer
    flag = answer.flag if isinstance(answer, BanditEvaluation) else answer
    return {
        "revision": held.number,
        "publishedAt": held.created_at,
        "verdict": found.word,
        "reason": found.reason,
        "variation": flag.variation_key,
        "allocation": flag.allocation_key,
        "trace": bandit_trace(answer) if isinstance(answer, BanditEvaluation) else trace(answer),
    }
