"""The Inbox: appends from many threads share transactions, and whoever waits is told of each one."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Condition, Lock
from typing import TYPE_CHECKING

from emulator.errors import EmulatorError
from emulator.inbox.arrival import Arrival, Judge, Judgement, shape_judgement
from emulator.inbox.match import Term, Terms, holds
from emulator.inbox.misses import Miss, nearest_misses
from emulator.inbox.place import Place, place_of
from emulator.inbox.record import Record

if TYPE_CHECKING:
    from emulator.inbox.store import NewRow, Store

_MOST_AT_ONCE = 1_000
# Looking for what is too old or too many costs a query; it is done once in so many events.
_RETAIN_EVERY = 1_000
_MISSES_AMONG = 500
# Transactions hold up others; more than this waits for the next one.
_ROWS_PER_COMMIT = 2_000
# Other processes may write to the same database; nobody tells of theirs.
_LOOK_AGAIN_S = 1.0
_log = logging.getLogger("emulator")


class InboxError(EmulatorError):
    """The database does not do what it is asked; the message says where it is and why."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How many events are kept, and how long; None is without end. What goes beyond is removed oldest first."""

    count: int | None = 1_000_000
    age: timedelta | None = None


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


@dataclass(slots=True)
class _Appending:
    """Events that some thread wants to have committed, and what came of it."""

    rows: Sequence["NewRow"]
    seqs: Sequence[int] | None = None
    error: Exception | None = field(default=None)

    @property
    def is_done(self) -> bool:
        return self.seqs is not None or self.error is not None


def _now() -> datetime:
    return datetime.now(UTC)


class Inbox:
    """
    Events in a database at *place*, opened at the first use; thread-safe. A context manager.

    *judge* gives the verdict on each event that comes in, *clock* the time (aware) of its arrival. Every method raises
    InboxError where the database fails.
    """

    def __init__(
        self,
        place: Place | None = None,
        *,
        judge: Judge = shape_judgement,
        retention: Retention = Retention(),
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self.place = place or place_of(None)
        self._judge = judge
        self._retention = retention
        self._clock = clock
        self._opening = Lock()
        self._opened: Store | None = None
        self._queue: list[_Appending] = []
        self._queueing = Lock()
        self._writing = Lock()
        self._arrived = Condition()
        self._last_seq = 0
        self._listeners: list[Callable[[int], None]] = []
        self._since_retained = _RETAIN_EVERY
        self._interrupted = False
        self._closed = False

    def __enter__(self) -> "Inbox":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def judge_by(self, judge: Judge) -> None:
        """Have *judge* give the verdicts from now on: for whoever comes to know the flags later than the inbox."""
        self._judge = judge

    def open(self) -> None:
        """Open the database now: for whoever wants to know at once whether it can be opened."""
        with self._failures():
            self._store()

    @property
    def is_interrupted(self) -> bool:
        return self._interrupted

    def interrupt(self) -> None:
        """Let everybody who waits return with what there is, now and from now on; subscribers are called once more."""
        with self._arrived:
            self._interrupted = True
            listeners = self._listeners
            self._arrived.notify_all()
        for listener in listeners:
            listener(self._last_seq)

    def close(self) -> None:
        """End all waiting and close the database; what was kept in memory is gone."""
        self.interrupt()
        with self._writing, self._opening:
            store, self._opened = self._opened, None
            self._closed = True
        if store is not None:
            store.close()

    def append(self, arrivals: Sequence[Arrival]) -> tuple[int, ...]:
        """Keep *arrivals*; when this returns their numbers they are committed, all of them together."""
        if not arrivals:
            return ()
        appending = _Appending(self._rows(arrivals))
        with self._queueing:
            self._queue.append(appending)
        # Whoever gets the turn commits for all who came meanwhile: they find their work done.
        with self._writing:
            while not appending.is_done:
                self._commit_some()
        if appending.error is not None:
            raise appending.error
        return tuple(appending.seqs or ())

    def since(self, seq: int = 0, terms: Terms = (), limit: int = 100) -> tuple[Record, ...]:
        """Return the first *limit* records after *seq* that *terms* hold for, oldest first."""
        return self.find((*terms, Term("after", seq)), limit=limit).records

    def find(self, terms: Terms = (), *, limit: int = 100, descending: bool = False) -> Page:
        """Return the first *limit* records (at most 1,000) that *terms* hold for."""
        from emulator.inbox.rows import record_of

        wanted = max(1, min(limit, _MOST_AT_ONCE))
        with self._failures():
            rows = self._store().rows(terms, limit=wanted + 1, descending=descending)
        records = tuple(record_of(row) for row in rows[:wanted])
        return Page(records, records[-1].seq if len(rows) > wanted else None)

    def get(self, seq: int) -> Record | None:
        """Return the record with that number, or None where it is not, or no longer."""
        found = self.find((Term("after", seq - 1), Term("before", seq + 1)), limit=1).records
        return found[0] if found else None

    def count(self, terms: Terms = (), *, duplicates: bool = False) -> int:
        """Return how many events there are; what was sent again counts once, unless *duplicates* are asked for."""
        with self._failures():
            return self._store().count(terms, duplicates=duplicates)

    def last_seq(self) -> int:
        """Return the number that was given last, be its event there or not; 0 before the first."""
        with self._failures():
            return self._store().last_seq()

    def wait(self, terms: Terms, count: int = 1, timeout_s: float = 2.0) -> Waited:
        """
        Return when *count* events that *terms* hold for are there, counting those that were there before.

        Duplicates do not count. After *timeout_s* the answer is incomplete, and names the nearest misses.
        """
        until = time.monotonic() + timeout_s
        found: list[Record] = []
        seen = 0
        while True:
            # Taken before looking: what comes while we look wakes us at once.
            known = self._last_seq
            for record in self.since(seen, terms, _MOST_AT_ONCE):
                seen = record.seq
                found += [record] if record.duplicate_of is None else []
            if len(found) >= count:
                return Waited(tuple(found), complete=True)
            if not self._news(known, until):
                return Waited(tuple(found), complete=False, misses=self.misses(terms))

    def misses(self, terms: Terms) -> tuple[Miss, ...]:
        """Return the newest events that *terms* nearly hold for, within the same sandbox if one is named."""
        scope = tuple(term for term in terms if term.field in ("sandbox", "after", "before"))
        return nearest_misses(self.find(scope, limit=_MISSES_AMONG, descending=True).records, terms)

    def delete(self, terms: Terms = ()) -> int:
        """Remove every event that *terms* hold for, and return how many there were."""
        from emulator.inbox.rows import attributes_of_row

        with self._failures(), self._writing:
            return self._store().remove(terms, attributes_of_row)

    def subscribe(self, listener: Callable[[int], None]) -> Callable[[], None]:
        """
        Call *listener* with the last number after each commit, in the thread that committed; return how to end that.

        It must neither block nor raise.
        """
        with self._arrived:
            self._listeners = [*self._listeners, listener]

        def unsubscribe() -> None:
            with self._arrived:
                self._listeners = [one for one in self._listeners if one is not listener]

        return unsubscribe

    def _store(self) -> "Store":
        store = self._opened
        if store is not None:
            return store
        with self._opening:
            if self._closed:
                raise InboxError("this inbox is closed")
            if self._opened is None:
                self._opened = self._open_store()
            return self._opened

    def _open_store(self) -> "Store":
        from emulator.inbox.opening import open_store

        return open_store(self.place)

    @contextmanager
    def _failures(self) -> Iterator[None]:
        from emulator.inbox.opening import failure_of

        try:
            yield
        except EmulatorError:
            raise
        except Exception as error:
            raise InboxError(failure_of(error, self.place)) from error

    def _rows(self, arrivals: Sequence[Arrival]) -> list["NewRow"]:
        from emulator.inbox.rows import attributes_of, body_of, columns_of
        from emulator.inbox.store import NewRow

        now = self._clock()
        return [
            NewRow(columns_of(one, self._judgement(one), now), body_of(one), attributes_of(one)) for one in arrivals
        ]

    def _judgement(self, arrival: Arrival) -> Judgement:
        # A judge knows flags; what an event lacks everybody sees.
        return shape_judgement(arrival) if arrival.event.faults else self._judge(arrival)

    def _commit_some(self) -> None:
        together = self._next_together()
        try:
            self._commit(together)
        except InboxError as error:
            # One bad neighbour must not spoil the others: alone, each has its own outcome.
            for one in together:
                self._commit_alone(one, error if len(together) == 1 else None)
        self._retain()

    def _next_together(self) -> list[_Appending]:
        with self._queueing:
            rows, taken = 0, 0
            while taken < len(self._queue) and (not taken or rows + len(self._queue[taken].rows) <= _ROWS_PER_COMMIT):
                rows += len(self._queue[taken].rows)
                taken += 1
            together, self._queue = self._queue[:taken], self._queue[taken:]
        return together

    def _commit(self, together: Sequence[_Appending]) -> None:
        with self._failures():
            seqs = self._store().insert([row for one in together for row in one.rows])
        start = 0
        for one in together:
            one.seqs = seqs[start : start + len(one.rows)]
            start += len(one.rows)
        self._tell(seqs[-1], len(seqs))

    def _commit_alone(self, one: _Appending, error: InboxError | None) -> None:
        try:
            if error is not None:
                raise error
            self._commit([one])
        except InboxError as failure:
            one.error = failure

    def _tell(self, last_seq: int, count: int) -> None:
        self._since_retained += count
        with self._arrived:
            self._last_seq = last_seq
            listeners = self._listeners
            self._arrived.notify_all()
        for listener in listeners:
            listener(last_seq)

    def _news(self, known: int, until: float) -> bool:
        """Wait for a commit after the one of *known*, or for the moment to look again; False when time is up."""
        left = until - time.monotonic()
        if left <= 0 or self._interrupted:
            return False
        with self._arrived:
            self._arrived.wait_for(lambda: self._last_seq != known or self._interrupted, min(left, _LOOK_AGAIN_S))
        return not self._interrupted

    def _retain(self) -> None:
        if self._since_retained < _RETAIN_EVERY:
            return
        self._since_retained = 0
        try:
            self._remove_superfluous()
        except InboxError as error:
            # Those who append have what they asked for.
            _log.warning("old events stay: %s", error)

    def _remove_superfluous(self) -> None:
        from emulator.inbox.rows import attributes_of_row

        with self._failures():
            for terms in self._superfluous():
                self._store().remove(terms, attributes_of_row)

    def _superfluous(self) -> Iterator[Terms]:
        if self._retention.age is not None:
            yield (Term("before", self._clock() - self._retention.age),)
        if self._retention.count is not None:
            oldest = self._store().nth_newest(self._retention.count)
            if oldest is not None:
                yield (Term("before", oldest),)


def all_hold(terms: Terms, record: Record) -> bool:
    """Return whether every one of *terms* holds for *record*."""
    return all(holds(term, record) for term in terms)
