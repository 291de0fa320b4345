"""A table of events in one of the formats that warehouses load, piece by piece: in constant memory."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import StringIO
from typing import Any

from emulator.errors import EmulatorError
from emulator.events import raw_json
from emulator.inbox.box import Inbox
from emulator.inbox.match import Term, Terms
from emulator.inbox.warehouse import COLUMNS, DOUBLES, Row, flat, row_of, terms_of_table

_ROWS_AT_ONCE = 500
# One group of rows of a Parquet file is held in memory.
_ROWS_PER_GROUP = 10_000
Rows = Iterable[list[Row]]


class ExportError(EmulatorError):
    """The format cannot be written here; the message says what is missing."""


def export(inbox: Inbox, table: str, file_format: str, terms: Terms = ()) -> Iterator[bytes]:
    """
    Return the pieces of a file with the rows of *table* that *terms* hold for, those that are there now, oldest first.

    Raises:
        ExportError: at once, where the format needs a library that is not installed.
    """
    last = inbox.last_seq()
    narrow = (*terms, *terms_of_table(table), Term("before", last + 1))
    return _WRITERS[file_format](COLUMNS[table], _pages(inbox, table, narrow))


def _pages(inbox: Inbox, table: str, terms: Terms) -> Iterator[list[Row]]:
    after: int | None = 0
    while after is not None:
        page = inbox.find((*terms, Term("after", after)), limit=_ROWS_AT_ONCE)
        yield [row_of(table, record.event) for record in page.records]
        after = page.next


def _jsonl(_columns: tuple[str, ...], pages: Rows) -> Iterator[bytes]:
    for page in pages:
        yield "".join(f"{_json(row)}\n" for row in page).encode("ascii")


def _csv(columns: tuple[str, ...], pages: Rows) -> Iterator[bytes]:
    yield _lines([columns])
    for page in pages:
        yield _lines([flat(*cell) for cell in row.items()] for row in page)


def _parquet(columns: tuple[str, ...], pages: Rows) -> Iterator[bytes]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise ExportError("parquet needs a library; pip install 'eppo-emulator[parquet]', or ask for csv") from None
    schema = pyarrow.schema([(name, pyarrow.float64() if name in DOUBLES else pyarrow.string()) for name in columns])
    return _groups(pyarrow, parquet, schema, pages)


def _groups(pyarrow: Any, parquet: Any, schema: Any, pages: Rows) -> Iterator[bytes]:
    sink = _Sink()
    with parquet.ParquetWriter(pyarrow.PythonFile(sink, mode="w"), schema) as writer:
        for rows in _grouped(pages):
            cells = [{name: flat(name, value) for name, value in row.items()} for row in rows]
            writer.write_table(pyarrow.Table.from_pylist(cells, schema=schema))
            yield sink.taken()
    yield sink.taken()


def _grouped(pages: Rows) -> Iterator[list[Row]]:
    rows: list[Row] = []
    for page in pages:
        rows += page
        if len(rows) >= _ROWS_PER_GROUP:
            yield rows
            rows = []
    if rows:
        yield rows


class _Sink:
    """A file that is read while it is written."""

    closed = False

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._written = 0

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._pieces.append(piece)
        self._written += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._written

    def flush(self) -> None:
        """Whatever was written can be taken."""

    def close(self) -> None:
        self.closed = True

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def _lines(rows: Iterable[Iterable[Any]]) -> bytes:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8", "backslashreplace")


def _json(value: Any) -> str:
    return raw_json(value).decode("ascii")


_Writer = Callable[[tuple[str, ...], Rows], Iterator[bytes]]
_WRITERS: Mapping[str, _Writer] = {"jsonl": _jsonl, "csv": _csv, "parquet": _parquet}
FORMATS = tuple(_WRITERS)
