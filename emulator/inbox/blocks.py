"""
What each 256 events hold, in short: who looks for a rare word among a million events skips the blocks without it.

A block tells only where to look. It may hold more than its events do, after some were deleted, and never less.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, Dialect, and_, bindparam, delete, exists, select, update

from emulator.inbox.bulk import Bulk, Prepared
from emulator.inbox.match import WORD_FIELDS
from emulator.inbox.tables import BLOCKS, EVENTS

# A smaller block repeats more of what the others hold, a larger one has more events to look at for each that is found.
EVENTS_PER_BLOCK = 256
# Fields of few values that no word looks in. They have a column of their own: a word may be a part of them.
MARKED_FIELDS = ("kind", "source", "environment", "verdict")
_Row = Mapping[str, Any]


def block_of(seq: int) -> int:
    return seq // EVENTS_PER_BLOCK


def within_block() -> ColumnElement[bool]:
    """Return the condition that ties EVENTS to BLOCKS; as bounds of ``seq``, so that one block's events are read."""
    first = BLOCKS.c.number * EVENTS_PER_BLOCK
    return and_(EVENTS.c.seq >= first, EVENTS.c.seq < first + EVENTS_PER_BLOCK)


def line_text(text: str) -> str:
    """Return *text* as a block holds it: in lower case letter by letter, so that a part stays a part; on one line."""
    lower = text.lower() if text.isascii() else "".join(map(str.lower, text))
    return lower.replace("\n", " ")


def mark(field: str, value: str | None) -> str:
    return line_text(f"{field}:{value or ''}")


@dataclass(slots=True)
class _Block:
    """*texts* and *marks* are ordered sets of lines."""

    number: int
    first_us: int
    last_us: int
    texts: dict[str, None]
    marks: dict[str, None]

    def add(self, rows: Sequence[_Row]) -> None:
        times = [row["received_us"] for row in rows]
        self.first_us, self.last_us = min(self.first_us, *times), max(self.last_us, *times)
        found = {row[field] for field in WORD_FIELDS for row in rows} - _implied(rows)
        found.discard(None)
        self.texts |= dict.fromkeys(map(line_text, found))
        marks = {(field, row[field]) for field in MARKED_FIELDS for row in rows}
        self.marks |= dict.fromkeys(mark(*one) for one in marks)

    def columns(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "first_us": self.first_us,
            "last_us": self.last_us,
            "marks": _lines(self.marks),
            "texts": _lines(self.texts),
        }


def _implied(rows: Sequence[_Row]) -> set[str | None]:
    """
    Return texts that are found where an experiment of *rows* is: in it, or at its end.

    Source: SDKs call an experiment after its flag and its allocation (protocol.md section 7).
    """
    named = [row for row in rows if row["experiment"] == f"{row['flag']}-{row['allocation']}"]
    return {row[field] for field in ("flag", "allocation") for row in named}


class Blocks:
    """
    Writes the blocks of events in the transaction that inserts them; the store's writers take turns.

    The block that is being filled is kept here. Numbers are given one after the other, so it is the one in the database
    as long as the next number is the one that was expected; else somebody else wrote, and it is read again.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._inserted, self._changed = Bulk(BLOCKS, dialect), Prepared(_CHANGE, dialect)
        self._newest: _Block | None = None
        self._next_seq = 0

    def add(self, connection: Connection, events: Sequence[_Row]) -> None:
        """
        Write what *events* hold, which have a ``seq`` each, ascending without gaps.

        Whoever rolls the transaction back calls :meth:`forget`.
        """
        first, last = events[0]["seq"], events[-1]["seq"]
        block = self._newest if first == self._next_seq else None
        self.forget()
        for number, rows in groupby(events, lambda row: block_of(row["seq"])):
            if block is None or block.number != number:
                block = self._written(connection, number) if number == block_of(first) else None
            block = self._write(connection, block, number, list(rows))
        self._newest, self._next_seq = block, last + 1

    def forget(self) -> None:
        self._newest, self._next_seq = None, 0

    def _written(self, connection: Connection, number: int) -> _Block | None:
        row = connection.execute(_ONE, {"of_number": number}).one_or_none()
        if row is None:
            return None
        return _Block(number, row.first_us, row.last_us, _set_of(row.texts), _set_of(row.marks))

    def _write(self, connection: Connection, block: _Block | None, number: int, rows: Sequence[_Row]) -> _Block:
        if block is None:
            now = rows[0]["received_us"]
            block = _Block(number, now, now, {}, {})
            block.add(rows)
            self._inserted.insert(connection, [block.columns()])
        else:
            block.add(rows)
            columns = block.columns()
            self._changed.run(connection, of_number=columns.pop("number"), **columns)
        return block


def remove_empty(connection: Connection, seqs: Iterable[int], last_seq: int) -> None:
    """Remove the blocks of *seqs* that no event is left of; the one of *last_seq* may get more."""
    numbers = sorted({block_of(seq) for seq in seqs} - {block_of(last_seq)})
    if numbers:
        connection.execute(_REMOVE_EMPTY, [{"of_number": number} for number in numbers])


def fill(connection: Connection, events: Iterable[_Row]) -> None:
    """Write the blocks of all *events*, which come in the order of their ``seq``: how an older database gets them."""
    for number, rows in groupby(events, lambda row: block_of(row["seq"])):
        some = list(rows)
        block = _Block(number, some[0]["received_us"], some[0]["received_us"], {}, {})
        block.add(some)
        connection.execute(BLOCKS.insert(), block.columns())


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(("", *texts, ""))


def _set_of(lines: str) -> dict[str, None]:
    return dict.fromkeys(lines[1:-1].split("\n")) if len(lines) > 1 else {}


_ONE = select(*BLOCKS.c).where(BLOCKS.c.number == bindparam("of_number"))
_CHANGE = update(BLOCKS).where(BLOCKS.c.number == bindparam("of_number")).values(
    {name: bindparam(name) for name in ("first_us", "last_us", "marks", "texts")}
)  # fmt: skip
_REMOVE_EMPTY = delete(BLOCKS).where(
    BLOCKS.c.number == bindparam("of_number"), ~exists().where(within_block()).correlate(BLOCKS)
)
