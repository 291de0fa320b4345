"""How a database of an earlier release becomes one with the tables of this one."""

import json
from collections.abc import Callable, Sequence

from sqlalchemy import Connection, insert, inspect, select, update

from emulator.errors import EmulatorError
from emulator.events import read_event
from emulator.inbox.blocks import MARKED_FIELDS, fill
from emulator.inbox.match import WORD_FIELDS
from emulator.inbox.tables import BLOCKS, BODIES, EVENTS, METADATA, NUMBERS, REMOVED, ROWS, SEQ, VERSION
from emulator.inbox.views import Rows, added_of, create_views
from emulator.inbox.warehouse import KINDS, TEXTS

Migration = Callable[[Connection], None]
_READ_AT_ONCE = 10_000
# How one process at a time changes tables. Python's driver of SQLite begins transactions before changes of rows only:
# without a word, each table would be committed by itself. The number is any that nobody else takes.
_TURNS = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "SELECT pg_advisory_xact_lock(8378001)"}


class NewerDatabaseError(EmulatorError):
    """The database was written by a later release; it is left as it is."""


def _blocks(connection: Connection) -> None:
    """Version 2: a table of blocks, filled. A million events take some ten seconds, once."""
    BLOCKS.create(connection)
    columns = (EVENTS.c[name] for name in ("seq", "received_us", *MARKED_FIELDS, *WORD_FIELDS))
    every = select(*columns).order_by(EVENTS.c.seq).execution_options(yield_per=_READ_AT_ONCE)
    fill(connection, (row._asdict() for row in connection.execute(every)))


def _views(connection: Connection) -> None:
    """Version 3: views of a warehouse's tables, and what they show of each event. A million take a minute, once."""
    METADATA.create_all(connection, tables=list(ROWS.values()))
    create_views(connection)
    texts = (EVENTS.c[name] for name in dict.fromkeys(TEXTS.values()))
    every = select(EVENTS.c.seq, EVENTS.c.kind, *texts, BODIES.c.body).join(BODIES, BODIES.c.seq == EVENTS.c.seq)
    shown = every.where(EVENTS.c.kind.in_(KINDS)).order_by(EVENTS.c.seq)
    rows = Rows(connection.dialect)
    for some in connection.execute(shown.execution_options(yield_per=_READ_AT_ONCE)).partitions():
        events = [(row.seq, added_of(read_event(json.loads(row.body)), row._asdict(), row.body)) for row in some]
        rows.add(connection, events)


def _removed(connection: Connection) -> None:
    """Version 4: how many events were removed so far, from now on."""
    connection.execute(insert(NUMBERS), {"name": REMOVED, "value": 0})


# MIGRATIONS[0] makes version 2 of version 1, and so on. A new database is made as the tables are now; so each change of
# a table is a function here, too. What a migration does never changes once it was released.
MIGRATIONS: Sequence[Migration] = (_blocks, _views, _removed)


def prepare(connection: Connection, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """
    Make the tables, or bring those of an earlier release up to date, in the caller's transaction.

    Raises:
        NewerDatabaseError: these tables know what this release does not.
    """
    newest = len(migrations) + 1
    if _version(connection) == newest:
        return
    _have_turn(connection)
    # Who had the turn before may have done everything meanwhile.
    found = _version(connection)
    if found is None:
        _create(connection, newest)
        return
    if found > newest:
        raise NewerDatabaseError(
            f"these events were kept by a later eppo-emulator (version {found} of its tables, expected {newest}); "
            "upgrade, or keep events elsewhere with --db"
        )
    for migrate in migrations[found - 1 :]:
        migrate(connection)
    connection.execute(update(NUMBERS).where(NUMBERS.c.name == VERSION).values(value=newest))


def _version(connection: Connection) -> int | None:
    """Return the version of the tables; None where there are none."""
    if not inspect(connection).has_table(NUMBERS.name):
        return None
    found: int = connection.execute(select(NUMBERS.c.value).where(NUMBERS.c.name == VERSION)).scalar_one()
    return found


def _have_turn(connection: Connection) -> None:
    """Wait until no other process prepares this database; the turn ends with the transaction."""
    statement = _TURNS.get(connection.dialect.name)
    if statement is not None:
        connection.exec_driver_sql(statement)


def _create(connection: Connection, version: int) -> None:
    # A table of that name which is there already is somebody else's: then none is made.
    METADATA.create_all(connection, checkfirst=False)
    create_views(connection)
    values = {SEQ: 0, REMOVED: 0, VERSION: version}
    connection.execute(insert(NUMBERS), [{"name": name, "value": value} for name, value in values.items()])
