"""
Numbers of events that were counted before: only what came since is counted anew.

A million events take seconds to count, and whoever watches a page asks every few seconds.
"""

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from operator import add
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.inbox.match import Term, Terms
from emulator.inbox.question import Question, Statement

if TYPE_CHECKING:
    from emulator.inbox.store import Progress, Store

# Each is an answer to another question; a page and its filters ask some ten.
_ANSWERS = 32
Group = tuple[Any, ...]
Numbers = Mapping[Group, tuple[int, ...]]


class _Answer(NamedTuple):
    progress: "Progress"
    numbers: Numbers


class Remembered:
    """The latest answers; thread-safe. One question is counted at a time: who asks the same meanwhile waits for it."""

    def __init__(self) -> None:
        self._answers: OrderedDict[tuple[Hashable, Terms], _Answer] = OrderedDict()
        self._turn = Lock()

    def numbers(self, store: "Store", question: Question, terms: Terms) -> Numbers:
        """Return the numbers by group, all of them or, where there are more groups, *limit* + 1."""
        with self._turn:
            # Asked first: what is removed while we count makes the next one count all of it.
            progress = store.progress()
            key = (question.name, terms)
            known = self._answers.pop(key, None)
            if known is not None and known.progress == progress:
                self._answers[key] = known
                return known.numbers
            numbers = _counted(store, question, terms, progress, known)
            if len(numbers) <= question.limit:
                self._answers[key] = _Answer(progress, numbers)
                if len(self._answers) > _ANSWERS:
                    self._answers.popitem(last=False)
            return numbers


def _counted(store: "Store", question: Question, terms: Terms, progress: "Progress", known: _Answer | None) -> Numbers:
    within = (*terms, Term("before", progress.last_seq + 1))
    if question.ask_newer is None or known is None or known.progress.removed != progress.removed:
        return _numbers(store, question.ask(within), question.columns)
    after = known.progress.last_seq
    newer = question.ask_newer((*within, Term("after", after)), after)
    return _added(known.numbers, _numbers(store, newer, question.columns))


def _numbers(store: "Store", statement: Statement, columns: int) -> Numbers:
    rows = map(tuple, store.all(statement))
    return {row[:columns]: row[columns:] for row in rows}


def _added(numbers: Numbers, more: Numbers) -> Numbers:
    if not more:
        return numbers
    both = dict(numbers)
    for group, counts in more.items():
        known = both.get(group)
        both[group] = counts if known is None else tuple(map(add, known, counts))
    return both
