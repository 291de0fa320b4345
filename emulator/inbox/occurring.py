"""Which values occur, as SQL."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select, func, select

from emulator.inbox.columns import column_text
from emulator.inbox.match import ATTRIBUTE
from emulator.inbox.tables import ATTRIBUTES, EVENTS

Statement = Callable[[bool], Select[Any]]


def next_value(field: str, prefix: str, after: str | None) -> Statement:
    """Ask for the first value from *prefix* on, or the first one after *after*; *field* has an index."""
    column: Any = EVENTS.c.get(field)
    statement = select(func.min(column))
    if column is None:
        name = field.removeprefix(ATTRIBUTE)
        column = ATTRIBUTES.c.value if name else ATTRIBUTES.c.name
        statement = select(func.min(column)).where(*((ATTRIBUTES.c.name == column_text(name),) if name else ()))
    from_here = column >= prefix if after is None else column > after
    return lambda _: statement.where(from_here)


def newest_values(field: str, newest: int) -> Statement:
    """Ask for the different values among the *newest* events."""
    some = select(EVENTS.c[field].label("value")).order_by(EVENTS.c.seq.desc()).limit(newest).subquery()
    return lambda _: select(some.c.value).distinct()
