"""Terms as SQL."""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, not_, or_, select

from emulator.inbox.blocks import MARKED_FIELDS, block_of, line_text, mark, within_block
from emulator.inbox.columns import column_text, microseconds
from emulator.inbox.match import FIELDS, WORD, WORD_FIELDS, Term, Terms
from emulator.inbox.tables import ATTRIBUTES, BLOCKS, EVENTS

_Condition = ColumnElement[bool]
_Having = Callable[..., _Condition]


def ordered(statement: Select[Any], terms: Terms, *, ignores_case: bool, descending: bool = False) -> Select[Any]:
    """Return *statement*, as :func:`narrowed` does, in the order of ``seq``."""
    found, keys = _narrowed(statement, terms, ignores_case)
    return found.order_by(*(key.desc() if descending else key for key in keys))


def narrowed(statement: Select[Any], terms: Terms, *, ignores_case: bool) -> Select[Any]:
    """Return *statement* over EVENTS with *terms* as its conditions; *ignores_case* says so of the database's LIKE."""
    return _narrowed(statement, terms, ignores_case)[0]


def _narrowed(
    statement: Select[Any], terms: Terms, ignores_case: bool
) -> tuple[Select[Any], Sequence[ColumnElement[int]]]:
    """Return the statement and the columns, ``seq`` or equal to it, along which the database is to walk."""
    in_blocks = any(map(_is_in_block, terms))
    one_subject = any(term.field == "subject" and not term.negated for term in terms)
    keys: list[ColumnElement[int]] = [EVENTS.c.seq]
    if in_blocks:
        statement = statement.join(BLOCKS, within_block()).where(*_in_blocks(terms, ignores_case))
        keys = [BLOCKS.c.number, EVENTS.c.seq]
    for term in terms:
        name = term.attribute
        if name is None:
            condition = _word(term, ignores_case) if term.field == WORD else _CONDITIONS.get(term.field, _equal)(term)
            if in_blocks and isinstance(term.value, int):
                # Written so that no index can help: databases would walk from here to each block, not within it.
                condition = _BEYOND[term.field](EVENTS.c.seq + 0, term.value)
            statement = statement.where(_negated(condition, term))
        elif term.negated or in_blocks or one_subject:
            having = select(ATTRIBUTES.c.seq).where(ATTRIBUTES.c.seq == EVENTS.c.seq, *_attribute(ATTRIBUTES, term))
            statement = statement.where(~having.exists() if term.negated else having.exists())
        else:
            # Joined, so that the database may walk along the attribute's index, which is sorted by seq.
            rows = ATTRIBUTES.alias()
            statement = statement.join(rows, rows.c.seq == EVENTS.c.seq).where(*_attribute(rows, term))
            keys = [rows.c.seq]
    return statement, keys


def of_field(term: Term) -> _Condition:
    """Return the condition on EVENTS of a *term* of one of FIELDS."""
    return _negated(_CONDITIONS.get(term.field, _equal)(term), term)


def _is_in_block(term: Term) -> bool:
    """Return whether blocks are the quickest way to what *term* names: there is no index of it."""
    if term.field in MARKED_FIELDS:
        return term.negated or term.field != "verdict"
    by_time = term.field in _TIMES and not isinstance(term.value, int)
    return not term.negated and (by_time or term.field in _LINES)


def _in_blocks(terms: Terms, ignores_case: bool) -> Iterator[_Condition]:
    """Yield conditions that each block with an event that all *terms* hold for meets."""
    having: _Having = _having_in_sqlite if ignores_case else _having
    parts: list[str] = []
    for term in terms:
        if term.field in MARKED_FIELDS:
            yield _marked(term, having)
        elif term.field in _TIMES and not term.negated:
            yield _TIMES[term.field](term.value)
        elif term.field in _LINES and not term.negated:
            parts.append(_LINES[term.field](line_text(column_text(str(term.value)))))
    if parts:
        # Long texts: each is read once.
        yield having(BLOCKS.c.texts, *parts)


def _marked(term: Term, having: _Having) -> _Condition:
    line = f"\n{mark(term.field, column_text(str(term.value)))}\n"
    if not term.negated:
        return having(BLOCKS.c.marks, line)
    # Some other value of this field is there.
    return having(func.replace(BLOCKS.c.marks, line, "\n"), f"\n{mark(term.field, '')}")


def _having(column: Any, *parts: str) -> _Condition:
    return and_(*(column.contains(part, autoescape=True) for part in parts))


def _having_in_sqlite(column: Any, *parts: str) -> _Condition:
    condition: _Condition = func.has_parts(column, *parts)
    return condition


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


def _word(term: Term, ignores_case: bool) -> _Condition:
    word = column_text(str(term.value))
    columns = (EVENTS.c[field] for field in WORD_FIELDS)
    having: list[_Condition] = [
        column.contains(word, autoescape=True) if ignores_case else column.icontains(word, autoescape=True)
        for column in columns
    ]
    # What is not there holds no word, and is no reason to leave the others out.
    return func.coalesce(or_(*having), false()) if term.negated else or_(*having)


def _after(term: Term) -> _Condition:
    bound = term.value
    return EVENTS.c.seq > bound if isinstance(bound, int) else EVENTS.c.received_us > _arrival(bound)


def _before(term: Term) -> _Condition:
    bound = term.value
    return EVENTS.c.seq < bound if isinstance(bound, int) else EVENTS.c.received_us < _arrival(bound)


def _arrival(bound: Any) -> int:
    return microseconds(bound)


def _block_after(bound: Any) -> _Condition:
    return BLOCKS.c.number >= block_of(bound) if isinstance(bound, int) else BLOCKS.c.last_us > _arrival(bound)


def _block_before(bound: Any) -> _Condition:
    return BLOCKS.c.number <= block_of(bound) if isinstance(bound, int) else BLOCKS.c.first_us < _arrival(bound)


# Fields without an index of their own: what the lines of blocks with their events hold. No line break before it: there
# are many, and each would be a reason to look closer.
_LINES: Mapping[str, Callable[[str], str]] = {
    # A version may follow.
    **dict.fromkeys((WORD, "sdk"), lambda text: text),
    **dict.fromkeys(("variation", "allocation", "experiment", "bandit", "action"), lambda text: f"{text}\n"),
}
_BEYOND: Mapping[str, Callable[[Any, int], _Condition]] = {"after": operator.gt, "before": operator.lt}
_TIMES: Mapping[str, Callable[[Any], _Condition]] = {"after": _block_after, "before": _block_before}
_CONDITIONS: Mapping[str, Callable[[Term], _Condition]] = {
    "sdk": _sdk,
    "after": _after,
    "before": _before,
}
assert set(EVENTS.c.keys()) >= set(FIELDS)
