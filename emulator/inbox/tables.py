"""The tables, and how an older database becomes one with these."""

from collections.abc import Callable, Sequence

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    insert,
    inspect,
    select,
    update,
)

from emulator.errors import EmulatorError

METADATA = MetaData()
# SQLite makes a column that is INTEGER the key of the table itself.
_SEQ = BigInteger().with_variant(Integer(), "sqlite")

# What is searched: narrow rows, so that a million of them can be looked through.
EVENTS = Table(
    "events",
    METADATA,
    Column("seq", _SEQ, primary_key=True, autoincrement=False),
    Column("received_us", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("source", String(255), nullable=False),
    Column("environment", String(255), nullable=False),
    Column("sandbox", String(255)),
    Column("message_id", String(600)),
    Column("flag", String(255)),
    Column("allocation", String(255)),
    Column("experiment", String(255)),
    Column("variation", String(255)),
    Column("subject", String(255)),
    Column("bandit", String(255)),
    Column("action", String(255)),
    Column("sdk", String(255)),
    Column("timestamp_us", BigInteger),
    Column("verdict", String(16)),
    Column("reason", Text, nullable=False),
    Column("revision", BigInteger),
    Column("duplicate_of", BigInteger),
)
for _name in ("flag", "subject", "verdict"):
    Index(f"events_{_name}", EVENTS.c[_name], EVENTS.c.seq)
# Most events have none of these; nobody looks for those who have not.
for _name in ("sandbox", "message_id", "duplicate_of"):
    _is_there = EVENTS.c[_name].is_not(None)
    Index(f"events_{_name}", EVENTS.c[_name], EVENTS.c.seq, sqlite_where=_is_there, postgresql_where=_is_there)

# What came in, byte for byte as it is shown.
BODIES = Table(
    "bodies",
    METADATA,
    Column("seq", _SEQ, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
)

# The subjects' attributes, to be searched for. The key is the only index: rows are removed by what their event says.
ATTRIBUTES = Table(
    "attributes",
    METADATA,
    Column("name", String(255), primary_key=True),
    Column("value", String(255), primary_key=True),
    Column("seq", _SEQ, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# One row each. Whoever appends holds the row of "seq" until the commit, so numbers are committed in their order.
NUMBERS = Table(
    "numbers",
    METADATA,
    Column("name", String(32), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

SEQ, VERSION = "seq", "version"
Migration = Callable[[Connection], None]

# MIGRATIONS[0] makes version 2 of version 1, and so on. A new database is made as the tables are now; so each change of
# a table above is a function here, too. What a migration does never changes once it was released.
MIGRATIONS: Sequence[Migration] = ()


class NewerDatabaseError(EmulatorError):
    """The database was written by a later release; it is left as it is."""


def prepare(connection: Connection, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """
    Make the tables, or bring those of an earlier release up to date, in the caller's transaction.

    Raises:
        NewerDatabaseError: these tables know what this release does not.
    """
    newest = len(migrations) + 1
    if not inspect(connection).has_table(NUMBERS.name):
        METADATA.create_all(connection)
        rows = [{"name": SEQ, "value": 0}, {"name": VERSION, "value": newest}]
        connection.execute(insert(NUMBERS), rows)
        return
    found = connection.execute(select(NUMBERS.c.value).where(NUMBERS.c.name == VERSION)).scalar_one()
    if found > newest:
        raise NewerDatabaseError(
            f"these events were kept by a later eppo-emulator (version {found} of its tables, expected {newest}); "
            "upgrade, or keep events elsewhere with --db"
        )
    for migrate in migrations[found - 1 :]:
        migrate(connection)
    connection.execute(update(NUMBERS).where(NUMBERS.c.name == VERSION).values(value=newest))
