"""The Inbox: appends from many threads share transactions, and whoever waits is told of each one."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Condition, Lock
from typing import TYPE_CHECKING

from emulator.errors import EmulatorError
from emulator.inbox.arrival import Arrival, Judge, Judgement, shape_judgement
from emulator.inbox.commits import Commits
from emulator.inbox.histogram import Bucket, histogram_of
from emulator.inbox.match import Term, Terms
from emulator.inbox.misses import Miss, nearest_misses
from emulator.inbox.place import Place, place_of
from emulator.inbox.record import Record
from emulator.inbox.remembered import Remembered
from emulator.inbox.results import A_MILLION, InboxError, Page, Retention, Waited
from emulator.inbox.summary import Summary, summary_of, touched_by
from emulator.inbox.values import values_of

if TYPE_CHECKING:
    from emulator.inbox.store import NewRow, Store

_MOST_AT_ONCE = 1_000
# Looking for what is too old or too many costs a query; it is done once in so many events.
_RETAIN_EVERY = 1_000
# This part of those that are kept may be there beyond them: what was removed lets all numbers be counted anew.
_SLACK = 200
_MISSES_AMONG = 500
# Other processes may write to the same database; nobody tells of theirs.
_LOOK_AGAIN_S = 1.0
_log = logging.getLogger("emulator")


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
        retention: Retention = A_MILLION,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self.place = place or place_of(None)
        self._judge = judge
        self._retention = retention
        self._clock = clock
        self._opening = Lock()
        self._opened: Store | None = None
        self._writing = Lock()
        self._commits = Commits(self._insert, self._writing, self._committed)
        self._remembered = Remembered()
        self._arrived = Condition()
        self._last_seq = 0
        self._deletions = 0
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

    def check(self) -> None:
        """Look, quickly, whether a file that is there already is an inbox; one that is not there is made later."""
        with self._failures():
            if self.place.file is not None and self.place.file.is_file():
                from emulator.inbox.foreign import refuse_foreign

                refuse_foreign(self.place.file)

    @property
    def newest(self) -> int:
        """The number of the last event that was appended here, without a look at the database; 0 before the first."""
        return self._last_seq

    @property
    def deletions(self) -> int:
        """How many times somebody deleted events here: a number that changes when what was there may be gone."""
        return self._deletions

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
        return tuple(self._commits.append(self._rows(arrivals)))

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

    def summary(self, terms: Terms = ()) -> Summary:
        """Return how many events there are of what."""
        with self._failures():
            return summary_of(self._store(), self._remembered, terms)

    def touched(self, terms: Terms = ()) -> dict[tuple[str, str, str], int]:
        """Return numbers of events by kind of point, flag (or bandit) and name; see :func:`touched_by`."""
        with self._failures():
            return touched_by(self._store(), self._remembered, terms)

    def histogram(self, terms: Terms = (), buckets: int = 60) -> tuple[Bucket, ...]:
        """Return numbers of events, what was sent again included, in at most *buckets* equal stretches of time."""
        with self._failures():
            return histogram_of(self._store(), self._remembered, terms, buckets)

    def values(self, field: str, prefix: str = "", limit: int = 10) -> tuple[str, ...]:
        """Return up to *limit* different texts of *field* that begin with *prefix*; see :func:`values_of`."""
        with self._failures():
            return values_of(self._store(), field, prefix, limit)

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
            removed = self._store().remove(terms, attributes_of_row)
            self._deletions += 1
            return removed

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
        try:
            yield
        except EmulatorError:
            raise
        except Exception as error:
            from emulator.inbox.opening import failure_of

            raise InboxError(failure_of(error, self.place)) from error

    def _rows(self, arrivals: Sequence[Arrival]) -> list["NewRow"]:
        from emulator.inbox.rows import as_kept, new_row

        now = self._clock()
        return [new_row(one, body, self._judgement(one), now) for one, body in map(as_kept, arrivals)]

    def _judgement(self, arrival: Arrival) -> Judgement:
        # A judge knows flags; what an event lacks everybody sees.
        return shape_judgement(arrival) if arrival.event.faults else self._judge(arrival)

    def _insert(self, rows: Sequence["NewRow"]) -> Sequence[int]:
        with self._failures():
            return self._store().insert(rows)

    def _committed(self, last_seq: int, count: int) -> None:
        self._tell(last_seq)
        self._since_retained += count
        if self._since_retained >= _RETAIN_EVERY:
            self._since_retained = 0
            self._retain()

    def _tell(self, last_seq: int) -> None:
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
            oldest = self._oldest_of(self._retention.count)
            if oldest is not None:
                yield (Term("before", oldest),)

    def _oldest_of(self, count: int) -> int | None:
        """Return the number of the oldest event that stays; None where there are hardly more than *count*."""
        store = self._store()
        progress = store.progress()
        # No fewer than there are: releases before did not count what they removed.
        if progress.last_seq - progress.removed <= count + count // _SLACK:
            return None
        return store.nth_newest(count)
