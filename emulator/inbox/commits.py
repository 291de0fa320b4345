"""Commits that threads share: whoever has the turn commits for all who came meanwhile."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from emulator.errors import EmulatorError

if TYPE_CHECKING:
    from emulator.inbox.store import NewRow

# Transactions hold up others; more than this waits for the next one.
_ROWS_PER_COMMIT = 2_000


@dataclass(slots=True)
class _Appending:
    """Rows that some thread wants to have committed, and what came of it."""

    rows: Sequence["NewRow"]
    seqs: Sequence[int] | None = None
    error: EmulatorError | None = None

    @property
    def is_done(self) -> bool:
        return self.seqs is not None or self.error is not None


class Commits:
    """
    Hands rows to *insert*, which commits them and returns their numbers, or raises an EmulatorError.

    *turn* is the lock that is held meanwhile; *then* is called with the last number and how many there were.
    """

    def __init__(
        self, insert: Callable[[Sequence["NewRow"]], Sequence[int]], turn: Lock, then: Callable[[int, int], None]
    ) -> None:
        self._insert = insert
        self._turn = turn
        self._then = then
        self._queue: list[_Appending] = []
        self._queueing = Lock()

    def append(self, rows: Sequence["NewRow"]) -> Sequence[int]:
        """Return the numbers of *rows* once they are committed, all of them in one transaction."""
        appending = _Appending(rows)
        with self._queueing:
            self._queue.append(appending)
        # A commit costs as much for many rows as for one: those who come while it runs share the next one.
        with self._turn:
            while not appending.is_done:
                self._commit_some()
        if appending.error is not None:
            raise appending.error
        return appending.seqs or ()

    def _commit_some(self) -> None:
        together = self._next_together()
        try:
            self._commit(together)
        except EmulatorError as error:
            # One bad neighbour must not spoil the others: alone, each has its own outcome.
            for one in together:
                self._commit_alone(one, error if len(together) == 1 else None)

    def _next_together(self) -> Sequence[_Appending]:
        with self._queueing:
            rows, taken = 0, 0
            while taken < len(self._queue) and (not taken or rows + len(self._queue[taken].rows) <= _ROWS_PER_COMMIT):
                rows += len(self._queue[taken].rows)
                taken += 1
            together, self._queue = self._queue[:taken], self._queue[taken:]
        return together

    def _commit(self, together: Sequence[_Appending]) -> None:
        seqs = self._insert([row for one in together for row in one.rows])
        start = 0
        for one in together:
            one.seqs = seqs[start : start + len(one.rows)]
            start += len(one.rows)
        self._then(seqs[-1], len(seqs))

    def _commit_alone(self, one: _Appending, error: EmulatorError | None) -> None:
        try:
            if error is not None:
                raise error
            self._commit([one])
        except EmulatorError as failure:
            one.error = failure
