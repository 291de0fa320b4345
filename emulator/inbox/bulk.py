"""Inserting many rows: SQLAlchemy writes the statement, its driver takes the rows as they are."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect, Executable, Table, insert

_Row = Mapping[str, Any]


class Bulk:
    """
    Inserts rows into one table.

    The ordinary way looks at each value of each row in Python; for a batch of 100 events that is a third of all work.
    The columns are of types that every driver takes as they are.
    """

    def __init__(self, table: Table, dialect: Dialect) -> None:
        compiled = insert(table).compile(dialect=dialect)
        self._sql = str(compiled)
        order: tuple[str, ...] = tuple(compiled.positiontup or ())
        self._as_parameters: Callable[[_Row], Any] = (
            (lambda row: tuple([row[name] for name in order])) if order else dict
        )

    def insert(self, connection: Connection, rows: Iterable[_Row]) -> None:
        parameters = [self._as_parameters(row) for row in rows]
        if parameters:
            connection.exec_driver_sql(self._sql, parameters)


class Prepared:
    """
    One statement that is run for every commit.

    The ordinary way takes five times as long as SQLite does for it. Values are named as its parameters are, and of
    types that every driver takes as they are.
    """

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        self._sql = str(compiled)
        self._order = compiled.positiontup
        self._fixed = dict(compiled.params)

    def run(self, connection: Connection, **values: Any) -> CursorResult[Any]:
        given = {**self._fixed, **values}
        parameters = given if self._order is None else tuple([given[name] for name in self._order])
        return connection.exec_driver_sql(self._sql, parameters)
