"""Terms as SQL."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, func, not_, or_, select

from emulator.inbox.columns import column_text, microseconds
from emulator.inbox.match import FIELDS, WORD, WORD_FIELDS, Term, Terms
from emulator.inbox.tables import ATTRIBUTES, EVENTS

_Condition = ColumnElement[bool]


def narrowed(statement: Select[Any], terms: Terms) -> tuple[Select[Any], ColumnElement[int]]:
    """Return *statement* over EVENTS with *terms* as its conditions, and the ``seq`` column to sort by."""
    order: ColumnElement[int] = EVENTS.c.seq
    for term in terms:
        name = term.attribute
        if name is None:
            statement = statement.where(_negated(_CONDITIONS.get(term.field, _equal)(term), term))
        elif term.negated:
            having = select(ATTRIBUTES.c.seq).where(ATTRIBUTES.c.seq == EVENTS.c.seq, *_attribute(ATTRIBUTES, term))
            statement = statement.where(~having.exists())
        else:
            # Joined, so that the database may walk along the attribute's index, which is sorted by seq.
            rows = ATTRIBUTES.alias()
            statement = statement.join(rows, rows.c.seq == EVENTS.c.seq).where(*_attribute(rows, term))
            order = rows.c.seq
    return statement, order


def _negated(condition: _Condition, term: Term) -> _Condition:
    if not term.negated:
        return condition
    column = EVENTS.c.get(term.field)
    # What is not there differs from every value.
    return not_(condition) if column is None else or_(not_(condition), column.is_(None))


def _attribute(rows: Any, term: Term) -> tuple[_Condition, _Condition]:
    return rows.c.name == column_text(term.attribute or ""), rows.c.value == column_text(str(term.value))


def _equal(term: Term) -> _Condition:
    condition: _Condition = EVENTS.c[term.field] == column_text(str(term.value))
    return condition


def _sdk(term: Term) -> _Condition:
    """Return the condition for a name with any version, or for ``name/version``."""
    text = column_text(str(term.value))
    return or_(EVENTS.c.sdk == text, EVENTS.c.sdk.startswith(f"{text}/", autoescape=True))


def _word(term: Term) -> _Condition:
    word = column_text(str(term.value))
    # What is not there holds no word, and is no reason to leave the others out.
    return or_(*(func.coalesce(EVENTS.c[field], "").icontains(word, autoescape=True) for field in WORD_FIELDS))


def _after(term: Term) -> _Condition:
    bound = term.value
    return EVENTS.c.seq > bound if isinstance(bound, int) else EVENTS.c.received_us > _arrival(bound)


def _before(term: Term) -> _Condition:
    bound = term.value
    return EVENTS.c.seq < bound if isinstance(bound, int) else EVENTS.c.received_us < _arrival(bound)


def _arrival(bound: Any) -> int:
    return microseconds(bound)


_CONDITIONS: Mapping[str, Callable[[Term], _Condition]] = {
    WORD: _word,
    "sdk": _sdk,
    "after": _after,
    "before": _before,
}
assert set(EVENTS.c.keys()) >= set(FIELDS)
