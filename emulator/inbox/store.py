"""
The inbox's database: rows in, rows out, by SQLAlchemy Core.

Knows tables and transactions; what the rows mean is said in ``rows``, and who may write when in ``box``.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import RLock
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Row, Select, bindparam, create_engine, delete, event, func, select, update
from sqlalchemy.pool import StaticPool

from emulator.inbox.blocks import Blocks, remove_empty
from emulator.inbox.bulk import Bulk, Prepared
from emulator.inbox.conditions import narrowed, ordered
from emulator.inbox.match import Terms
from emulator.inbox.migrations import prepare
from emulator.inbox.place import Place
from emulator.inbox.tables import ATTRIBUTES, BODIES, EVENTS, NUMBERS, REMOVED, SEQ
from emulator.inbox.views import Added, Rows, remove_rows

# How long one process waits for another that writes to the same file.
_BUSY_MS = 10_000
_PRAGMAS = (
    f"busy_timeout={_BUSY_MS}",
    "journal_mode=WAL",
    # With WAL, what is committed survives the end of the process, however it comes. A loss of power may take the last
    # moments; to wait for the disk at each commit takes milliseconds.
    "synchronous=NORMAL",
    # Pages, of 4 KiB, that wait to go from the log into the file: what changes again and again goes there once.
    "wal_autocheckpoint=4000",
    "cache_size=-32000",
    # For a query it would index all events rather than read those of a few blocks.
    "automatic_index=OFF",
)
# Databases limit how many values one statement may hold.
_IDS_AT_ONCE = 500
_DELETED_AT_ONCE = 1_000


class NewRow(NamedTuple):
    """One event to be inserted: its columns but for ``seq``, its body, its attributes as texts, and what views add."""

    columns: dict[str, Any]
    body: bytes
    attributes: Sequence[tuple[str, str]]
    added: Added | None


class Progress(NamedTuple):
    """The number that was given last, and how many events were removed so far: with both alike, nothing changed."""

    last_seq: int
    removed: int


class Store:
    """
    One database; thread-safe. Every call is one transaction, but for :meth:`remove`, which takes as many as it needs.

    Raises SQLAlchemy's exceptions, and NewerDatabaseError.
    """

    def __init__(self, place: Place) -> None:
        # A database in memory is one connection: its users take turns.
        self._turn: AbstractContextManager[Any] = RLock() if place.is_memory else nullcontext()
        self._engine = _engine_of(place)
        self._events, self._bodies, self._attributes = (
            Bulk(table, self._engine.dialect) for table in (EVENTS, BODIES, ATTRIBUTES)
        )
        self._advance, self._last = (Prepared(one, self._engine.dialect) for one in (_ADVANCE, _LAST))
        self._blocks, self._rows = Blocks(self._engine.dialect), Rows(self._engine.dialect)
        # SQLite's LIKE knows no case, and is quicker without being told so.
        self._ignores_case = self._engine.dialect.name == "sqlite"
        try:
            with self._transaction() as connection:
                prepare(connection)
        except BaseException:
            self._engine.dispose()
            raise

    def close(self) -> None:
        self._engine.dispose()

    def insert(self, rows: Sequence[NewRow]) -> list[int]:
        """Commit *rows* together, and return their numbers."""
        try:
            return self._insert(rows)
        except BaseException:
            self._blocks.forget()
            raise

    def _insert(self, rows: Sequence[NewRow]) -> list[int]:
        with self._transaction() as connection:
            # Others wait for their numbers until this transaction ends.
            self._advance.run(connection, more=len(rows))
            first: int = self._last.run(connection).scalar_one() - len(rows) + 1
            seqs = list(range(first, first + len(rows)))
            numbered = list(zip(seqs, rows, strict=True))
            events = [{**row.columns, "seq": seq} for seq, row in numbered]
            _mark_duplicates(connection, events)
            self._events.insert(connection, events)
            self._blocks.add(connection, events)
            self._bodies.insert(connection, ({"seq": seq, "body": row.body} for seq, row in numbered))
            self._rows.add(connection, ((seq, row.added) for seq, row in numbered))
            self._attributes.insert(
                connection,
                ({"name": name, "value": value, "seq": seq} for seq, row in numbered for name, value in row.attributes),
            )
        return seqs

    def rows(self, terms: Terms, *, limit: int, descending: bool = False) -> Sequence[Row[Any]]:
        """Return up to *limit* rows with their bodies, in the order of their numbers."""
        statement = ordered(_WITH_BODIES, terms, ignores_case=self._ignores_case, descending=descending)
        with self._transaction() as connection:
            return connection.execute(statement.limit(limit)).all()

    def count(self, terms: Terms, *, duplicates: bool) -> int:
        every = narrowed(select(func.count()).select_from(EVENTS), terms, ignores_case=self._ignores_case)
        with self._transaction() as connection:
            found: int = connection.execute(every).scalar_one()
            # The few that are duplicates have an index; those that are none have not.
            repeated = (
                0 if duplicates else connection.execute(every.where(EVENTS.c.duplicate_of.is_not(None))).scalar_one()
            )
        return found - repeated

    def all(self, statement: Callable[[bool], Select[Any]]) -> Sequence[Row[Any]]:
        """Return all rows of a *statement*, which is told whether LIKE ignores case here."""
        with self._transaction() as connection:
            return connection.execute(statement(self._ignores_case)).all()

    def last_seq(self) -> int:
        with self._transaction() as connection:
            return _last_number(connection)

    def progress(self) -> Progress:
        with self._transaction() as connection:
            numbers = {row.name: row.value for row in connection.execute(select(*NUMBERS.c))}
        return Progress(numbers[SEQ], numbers[REMOVED])

    def nth_newest(self, number: int) -> int | None:
        """Return the seq of the event that *number* - 1 events are newer than; None when there are fewer."""
        statement = select(EVENTS.c.seq).order_by(EVENTS.c.seq.desc()).offset(number - 1).limit(1)
        with self._transaction() as connection:
            found: int | None = connection.execute(statement).scalar_one_or_none()
        return found

    def remove(self, terms: Terms, attributes_of: Any) -> int:
        """
        Delete all events that *terms* hold for, in steps short enough for others to write in between.

        *attributes_of* returns the attributes, as texts, that a row was inserted with.
        """
        removed = 0
        while True:
            step = self._remove_some(terms, attributes_of)
            removed += step
            if step < _DELETED_AT_ONCE:
                return removed

    def _remove_some(self, terms: Terms, attributes_of: Any) -> int:
        statement = ordered(_WITH_BODIES, terms, ignores_case=self._ignores_case).limit(_DELETED_AT_ONCE)
        with self._transaction() as connection:
            rows = connection.execute(statement).all()
            seqs = [{"of_seq": row.seq} for row in rows]
            if seqs:
                attributes = [
                    {"of_name": name, "of_value": value, "of_seq": row.seq}
                    for row in rows
                    for name, value in attributes_of(row)
                ]
                if attributes:
                    connection.execute(_DELETE_ATTRIBUTE, attributes)
                remove_rows(connection, ((row.seq, row.kind) for row in rows))
                connection.execute(_DELETE_BODY, seqs)
                connection.execute(_DELETE_EVENT, seqs)
                connection.execute(_COUNT_REMOVED, {"more": len(seqs)})
                remove_empty(connection, (row.seq for row in rows), _last_number(connection))
        return len(seqs)

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with self._turn, self._engine.begin() as connection:
            yield connection


_WITH_BODIES = select(*EVENTS.c, BODIES.c.body).join(BODIES, BODIES.c.seq == EVENTS.c.seq)
_ADVANCE = update(NUMBERS).where(NUMBERS.c.name == SEQ).values(value=NUMBERS.c.value + bindparam("more"))
_COUNT_REMOVED = update(NUMBERS).where(NUMBERS.c.name == REMOVED).values(value=NUMBERS.c.value + bindparam("more"))
_LAST = select(NUMBERS.c.value).where(NUMBERS.c.name == SEQ)
_DELETE_EVENT = delete(EVENTS).where(EVENTS.c.seq == bindparam("of_seq"))
_DELETE_BODY = delete(BODIES).where(BODIES.c.seq == bindparam("of_seq"))
_DELETE_ATTRIBUTE = delete(ATTRIBUTES).where(
    ATTRIBUTES.c.name == bindparam("of_name"),
    ATTRIBUTES.c.value == bindparam("of_value"),
    ATTRIBUTES.c.seq == bindparam("of_seq"),
)


def _engine_of(place: Place) -> Engine:
    if place.is_memory:
        engine = create_engine(place.url, poolclass=StaticPool, connect_args={"check_same_thread": False})
    else:
        engine = create_engine(place.url, pool_pre_ping=place.file is None)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure)
    return engine


def _configure(connection: Any, _record: Any) -> None:
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    # SQLite looks letter by letter; in the texts of a million events Python is several times as quick.
    connection.create_function("has_parts", -1, _has_parts, deterministic=True)


def _has_parts(text: str, *parts: str) -> bool:
    return all(part in text for part in parts)


def _last_number(connection: Connection) -> int:
    last: int = connection.execute(_LAST).scalar_one()
    return last


def _mark_duplicates(connection: Connection, events: Sequence[dict[str, Any]]) -> None:
    """Say of each event whose message id came before, in an earlier transaction or in this one, which it repeats."""
    ids = list(dict.fromkeys(one["message_id"] for one in events if one["message_id"] is not None))
    first = _first_with(connection, ids)
    for one in events:
        original = first.setdefault(one["message_id"], one["seq"]) if one["message_id"] is not None else one["seq"]
        if original != one["seq"]:
            one |= {"duplicate_of": original, "verdict": "duplicate", "reason": f"the same message as seq {original}"}


def _first_with(connection: Connection, ids: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for chunk in _chunks(ids):
        statement = (
            select(EVENTS.c.message_id, func.min(EVENTS.c.seq))
            .where(EVENTS.c.message_id.in_(chunk))
            .group_by(EVENTS.c.message_id)
        )
        found |= {row[0]: row[1] for row in connection.execute(statement)}
    return found


def _chunks(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start : start + _IDS_AT_ONCE] for start in range(0, len(ids), _IDS_AT_ONCE))
