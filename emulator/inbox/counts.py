"""Numbers of events, as SQL."""

from collections.abc import Hashable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, desc, func, select
from sqlalchemy.sql.util import ClauseAdapter

from emulator.inbox.conditions import narrowed, of_field
from emulator.inbox.match import Terms
from emulator.inbox.question import Question, Statement
from emulator.inbox.tables import BLOCKS, EVENTS

_NUMBER = "number"
_UNINDEXED = ("kind", "sdk", "source", "subject")


def groups(columns: Sequence[str], *, limit: int) -> Question:
    """Return the question for the combinations of *columns* with their numbers of events, the most frequent first."""
    grouped = [EVENTS.c[name] for name in columns]
    every = _most_first(select(*grouped, func.count().label(_NUMBER)), grouped, limit)
    return _adding(tuple(columns), len(columns), limit, every)


def over_time(width_us: int, *, limit: int) -> Question:
    """
    Return the question for stretches of *width_us* of time, counted from 1970, with two numbers.

    They are those of events, and of those with a verdict that is not ok.
    """
    bucket = (EVENTS.c.received_us // width_us).label("bucket")
    problems = func.sum(case((EVENTS.c.verdict != "ok", 1), else_=0))
    every = select(bucket, func.count(), problems).select_from(EVENTS).group_by(bucket)
    return _adding(("over time", width_us), 1, limit, every)


def samples(columns: Sequence[str], terms: Terms, *, in_sandboxes: bool, limit: int) -> Question:
    """
    Return the question for the combinations of *columns*, complete in faultless assignments, with numbers of subjects.
    """
    grouped = [EVENTS.c[name] for name in columns]
    counted = select(*grouped, func.count(EVENTS.c.subject.distinct()).label(_NUMBER))
    every = _most_first(counted.where(*_of_samples(EVENTS, columns, in_sandboxes=in_sandboxes)), grouped, limit)

    def newer(within: Terms, after: int) -> Statement:
        earlier = EVENTS.alias("earlier")
        # Only the subjects' index may be used: those of a flag or a verdict are many.
        same = (func.coalesce(earlier.c[name], "") == EVENTS.c[name] for name in columns)
        seen = select(earlier.c.seq).where(
            earlier.c.seq <= after,
            earlier.c.subject == EVENTS.c.subject,
            *same,
            *_of_samples(earlier, columns, in_sandboxes=in_sandboxes),
            *(ClauseAdapter(earlier).traverse(of_field(term)) for term in terms if term.field not in columns),
        )
        return _narrowed(every.where(~seen.exists()), within)

    can_add = all(term.field in (*columns, *_UNINDEXED) for term in terms)
    name = ("samples", tuple(columns), in_sandboxes)
    return Question(name, len(columns), limit, lambda within: _narrowed(every, within), newer if can_add else None)


def _of_samples(events: Any, columns: Sequence[str], *, in_sandboxes: bool) -> Iterator[ColumnElement[bool]]:
    yield events.c.kind == "assignment"
    yield events.c.verdict.not_in(("malformed", "duplicate"))
    yield from (events.c[name].is_not(None) for name in columns)
    if not in_sandboxes:
        yield events.c.sandbox.is_(None)


def time_span() -> Statement:
    """Ask for the first and the last time of arrival; None where nothing is kept."""
    return lambda _: select(func.min(BLOCKS.c.first_us), func.max(BLOCKS.c.last_us))


def _most_first(statement: Select[Any], grouped: Sequence[Any], limit: int) -> Select[Any]:
    return statement.select_from(EVENTS).group_by(*grouped).order_by(desc(_NUMBER), *grouped).limit(limit + 1)


def _adding(name: Hashable, columns: int, limit: int, every: Select[Any]) -> Question:
    return Question(
        name, columns, limit, lambda within: _narrowed(every, within), lambda newer, _: _narrowed(every, newer)
    )


def _narrowed(statement: Select[Any], terms: Terms) -> Statement:
    return lambda ignores_case: narrowed(statement, terms, ignores_case=ignores_case)
