"""The tables; a change here needs a migration."""

from collections.abc import Mapping

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from emulator.inbox.warehouse import COLUMNS, DOUBLES, TIME

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

# What the views of a warehouse's tables show and EVENTS lacks. Texts are there where those of EVENTS are cut.
ROWS: Mapping[str, Table] = {
    table: Table(
        f"{table}_rows",
        METADATA,
        Column("seq", _SEQ, primary_key=True, autoincrement=False),
        *(Column(name, Double if name in DOUBLES else Text) for name in columns if name != TIME),
    )
    for table, columns in COLUMNS.items()
}

# The subjects' attributes, to be searched for. The key is the only index: rows are removed by what their event says.
ATTRIBUTES = Table(
    "attributes",
    METADATA,
    Column("name", String(255), primary_key=True),
    Column("value", String(255), primary_key=True),
    Column("seq", _SEQ, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# What each block of events holds, for a quick look at which of them to look into; see ``blocks``.
BLOCKS = Table(
    "blocks",
    METADATA,
    Column("number", _SEQ, primary_key=True, autoincrement=False),
    Column("first_us", BigInteger, nullable=False),
    Column("last_us", BigInteger, nullable=False),
    Column("marks", Text, nullable=False),
    Column("texts", Text, nullable=False),
)

# One row each. Whoever appends holds the row of "seq" until the commit, so numbers are committed in their order.
NUMBERS = Table(
    "numbers",
    METADATA,
    Column("name", String(32), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

SEQ, REMOVED, VERSION = "seq", "removed", "version"
