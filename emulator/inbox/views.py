"""
The views ``assignments`` and ``bandit_actions``: a warehouse's tables, for the SQL that is to run there.

They show what an export has. What the table of events lacks of it is in tables of their own; see ``warehouse``.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, bindparam, delete

from emulator.events import Event
from emulator.inbox.bulk import Bulk
from emulator.inbox.tables import ROWS
from emulator.inbox.warehouse import COLUMNS, IN_BODY, OF_BODY, TEXTS, TIME, added_cells, kind_of, table_of

_US = "events.timestamp_us"
# Milliseconds of a time before 1970 are counted from the second before it. PostgreSQL's driver takes % for its own.
_OF_SECOND = f"(({_US} % 1000000 + 1000000) % 1000000)"
_OF_SECOND_BY_MOD = f"mod(mod({_US}, 1000000) + 1000000, 1000000)"


class Words(NamedTuple):
    """How a database says *time*, as an export does, and the attributes *in_body*, as their JSON; NULL for none."""

    time: str
    in_body: str


_WORDS: Mapping[str, Words] = {
    "sqlite": Words(
        time=f"strftime('%Y-%m-%dT%H:%M:%S', ({_US} - {_OF_SECOND}) / 1000000, 'unixepoch')"
        f" || printf('.%03dZ', {_OF_SECOND} / 1000)",
        in_body=f"json_extract(CAST(bodies.body AS TEXT), '$.{IN_BODY}')",
    ),
    "postgresql": Words(
        time=f"to_char(to_timestamp(({_US} - {_OF_SECOND_BY_MOD}) / 1000000) AT TIME ZONE 'UTC',"
        """ 'YYYY-MM-DD"T"HH24:MI:SS')"""
        f" || '.' || lpad(CAST({_OF_SECOND_BY_MOD} / 1000 AS text), 3, '0') || 'Z'",
        in_body=f"nullif(CAST(CAST(convert_from(bodies.body, 'UTF8') AS json) -> '{IN_BODY}' AS text), 'null')",
    ),
}
Added = tuple[str, Mapping[str, Any]]
"""A table, and the cells that it shows of an event beside those of the table of events."""


def added_of(event: Event, columns: Mapping[str, Any], body: bytes) -> Added | None:
    """Return what the views show of *event* beside its *columns* and its *body*; None for nothing."""
    table = table_of(columns["kind"])
    cells = None if table is None else added_cells(table, event, columns, body)
    return None if table is None or cells is None else (table, cells)


def create_views(connection: Connection) -> None:
    """Make the views, of databases whose words are known here."""
    words = _WORDS.get(connection.dialect.name)
    if words is None:
        return
    for table, columns in COLUMNS.items():
        shown = ", ".join(f"{_shown(table, name, words)} AS {name}" for name in columns)
        rows = ROWS[table].name
        connection.exec_driver_sql(
            f"CREATE VIEW {table} AS SELECT {shown} FROM events"
            f" LEFT JOIN {rows} ON {rows}.seq = events.seq LEFT JOIN bodies ON bodies.seq = events.seq"
            f" WHERE events.kind = '{kind_of(table)}' AND events.duplicate_of IS NULL"
        )


def _shown(table: str, name: str, words: Words) -> str:
    own = f"{ROWS[table].name}.{name}"
    if name == TIME:
        return words.time
    if name == OF_BODY and table == "assignments":
        return f"CASE WHEN {ROWS[table].name}.seq IS NULL THEN coalesce({words.in_body}, '{{}}') ELSE {own} END"
    return f"coalesce({own}, events.{TEXTS[name]})" if name in TEXTS else own


class Rows:
    """Writes and removes what the views show, in the transactions that do so with its events."""

    def __init__(self, dialect: Dialect) -> None:
        self._inserted = {table: Bulk(rows, dialect) for table, rows in ROWS.items()}

    def add(self, connection: Connection, added: Iterable[tuple[int, Added | None]]) -> None:
        """Write cells, each with the number of its event."""
        by_table: dict[str, list[Mapping[str, Any]]] = {table: [] for table in ROWS}
        for seq, one in added:
            if one is not None:
                by_table[one[0]].append({**one[1], "seq": seq})
        for table, rows in by_table.items():
            self._inserted[table].insert(connection, rows)


def remove_rows(connection: Connection, events: Iterable[tuple[int, str]]) -> None:
    """Remove the cells of *events*: their numbers and kinds."""
    by_table: dict[str | None, list[dict[str, int]]] = {}
    for seq, kind in events:
        by_table.setdefault(table_of(kind), []).append({"of_seq": seq})
    for table, seqs in by_table.items():
        if table is not None:
            connection.execute(_REMOVE[table], seqs)


_REMOVE = {table: delete(rows).where(rows.c.seq == bindparam("of_seq")) for table, rows in ROWS.items()}
