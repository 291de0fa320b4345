"""A look into a file that is there already, before anything is written: did an inbox make it? Standard library only."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from emulator.wording import printable

# What every release has made.
_OWN = frozenset(("events", "bodies", "numbers"))
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
_BUSY_S = 10.0
_TABLES_SHOWN = 3
_SHOWN_CHARACTERS = 40


class ForeignFileError(Exception):
    """The file is a database of something else; it is left as it is."""


def refuse_foreign(path: Path) -> None:
    """
    Look into the file at *path*, if there is one, and leave it as it is.

    Raises:
        ForeignFileError: it has tables, and they are not an inbox's.
        sqlite3.DatabaseError: it is no database of SQLite's.
    """
    if not path.is_file():
        return
    # What cannot be looked at now (locked, unreadable) is told by whoever opens it for writing.
    with suppress(sqlite3.OperationalError):
        names = _tables(path)
        if names and not names.issuperset(_OWN):
            shown = ", ".join(printable(name, _SHOWN_CHARACTERS) for name in sorted(names)[:_TABLES_SHOWN])
            raise ForeignFileError(f"the file is a database of something else, with tables such as {shown}")


def _tables(path: Path) -> frozenset[str]:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=_BUSY_S)) as connection:
        return frozenset(name for (name,) in connection.execute(_TABLES))
