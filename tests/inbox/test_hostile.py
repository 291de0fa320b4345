"""Whatever is in an event, it is listed, found by what it holds, counted, exported, and deleted without a rest."""

import csv
import json
from io import BytesIO, StringIO
from typing import Any

import pytest
from pyarrow import parquet
from sqlalchemy import create_engine, text

from emulator.events import attribute_text
from emulator.inbox import Inbox, Place, Record, Term
from emulator.inbox.export import export
from emulator.inbox.match import WORD_FIELDS
from emulator.inbox.warehouse import COLUMNS, TABLES
from tests.inbox.spellings import arrivals

csv.field_size_limit(10_000_000)
EMPTY = ("events", "bodies", "attributes", "assignments_rows", "bandit_actions_rows", "assignments", "bandit_actions")


@pytest.fixture
def hostile(shared: Place) -> Inbox:
    inbox = Inbox(shared)
    inbox.append(arrivals(31, 200))
    return inbox


def held_by(record: Record) -> set[tuple[str, str]]:
    """Return every field and attribute of *record* with the text by which somebody looks for it."""
    fields = {(field, getattr(record, field)) for field in WORD_FIELDS if getattr(record, field) is not None}
    return fields | {(f"attr.{name}", attribute_text(value)) for name, value in record.attributes.items()}


def test_they_are_listed_as_json_in_ascii(hostile: Inbox) -> None:
    with hostile:
        records = hostile.find(limit=1_000).records

    assert len(records) > 250
    assert [json.dumps(record.as_json(), allow_nan=False).isascii() for record in records] == [True] * len(records)


def test_they_are_found_by_whatever_they_hold(hostile: Inbox) -> None:
    with hostile:
        held = {record.seq: held_by(record) for record in hostile.find(limit=1_000).records}
        lost = {
            (field, value)
            for field, value in set().union(*held.values())
            if {record.seq for record in hostile.find((Term(field, value),), limit=1_000).records}
            < {seq for seq, pairs in held.items() if (field, value) in pairs}
        }

    assert lost == set()
    assert len(held) > 250


def test_they_are_counted(hostile: Inbox) -> None:
    with hostile:
        total = hostile.count(duplicates=True)

        assert sum(hostile.summary().kinds.values()) == total
        assert sum(bucket.events for bucket in hostile.histogram()) == total


@pytest.mark.parametrize("table", TABLES)
def test_every_format_holds_all_of_them(hostile: Inbox, table: str) -> None:
    with hostile:
        lines, cells, columns = (b"".join(export(hostile, table, one)) for one in ("jsonl", "csv", "parquet"))
    rows: list[Any] = [json.loads(line) for line in lines.splitlines()]

    assert len(rows) > 50
    assert [tuple(row) for row in rows] == [COLUMNS[table]] * len(rows)
    assert len(list(csv.DictReader(StringIO(cells.decode(), newline="")))) == len(rows)
    assert parquet.read_table(BytesIO(columns)).num_rows == len(rows)


def test_nothing_is_left_when_they_are_deleted(hostile: Inbox, shared: Place) -> None:
    with hostile:
        assert hostile.delete() > 250
        engine = create_engine(shared.url)
        with engine.connect() as connection:
            left = {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in EMPTY}
        engine.dispose()

        assert left == dict.fromkeys(EMPTY, 0)
