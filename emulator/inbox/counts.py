"""Numbers of events, as SQL."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Select, case, desc, func, select

from emulator.inbox.conditions import narrowed
from emulator.inbox.match import Terms
from emulator.inbox.tables import BLOCKS, EVENTS

_NUMBER = "number"
Statement = Callable[[bool], Select[Any]]


def groups(columns: Sequence[str], terms: Terms, *, limit: int) -> Statement:
    """Ask for the combinations of *columns* with their numbers of events, the most frequent first."""
    grouped = [EVENTS.c[name] for name in columns]
    return _most_first(select(*grouped, func.count().label(_NUMBER)), grouped, terms, limit)


def samples(columns: Sequence[str], terms: Terms, *, in_sandboxes: bool, limit: int) -> Statement:
    """Ask for the combinations of *columns*, complete in faultless assignments, with their numbers of subjects."""
    grouped = [EVENTS.c[name] for name in columns]
    statement = select(*grouped, func.count(EVENTS.c.subject.distinct()).label(_NUMBER)).where(
        EVENTS.c.kind == "assignment",
        EVENTS.c.verdict.not_in(("malformed", "duplicate")),
        *(column.is_not(None) for column in grouped),
    )
    if not in_sandboxes:
        statement = statement.where(EVENTS.c.sandbox.is_(None))
    return _most_first(statement, grouped, terms, limit)


def time_span() -> Statement:
    """Ask for the first and the last time of arrival; None where nothing is kept."""
    return lambda _: select(func.min(BLOCKS.c.first_us), func.max(BLOCKS.c.last_us))


def over_time(terms: Terms, width_us: int) -> Statement:
    """Ask for the numbers of events, and of those with a verdict that is not ok, in stretches of *width_us* of time."""
    bucket = (EVENTS.c.received_us // width_us).label("bucket")
    problems = func.sum(case((EVENTS.c.verdict != "ok", 1), else_=0)).label("problems")
    every = select(bucket, func.count().label("events"), problems).select_from(EVENTS).group_by(bucket)
    return lambda ignores_case: narrowed(every, terms, ignores_case=ignores_case)


def _most_first(statement: Select[Any], grouped: Sequence[Any], terms: Terms, limit: int) -> Statement:
    every = statement.select_from(EVENTS).group_by(*grouped).order_by(desc(_NUMBER), *grouped).limit(limit)
    return lambda ignores_case: narrowed(every, terms, ignores_case=ignores_case)
