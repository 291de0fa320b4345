"""The views of a warehouse's tables hold what an export has, row by row."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from emulator.inbox import Arrival, Inbox, Place, parse_query, place_of
from emulator.inbox.export import export
from emulator.inbox.warehouse import COLUMNS, TABLES, flat
from tests.inbox.arrivals import assignment, bandit
from tests.inbox.spellings import arrivals

Rows = list[tuple[Any, ...]]
HERE = Path(__file__).parent


def asked(place: Place, *statements: str) -> Rows:
    """Return the rows of the last of *statements*, as another program gets them."""
    engine = create_engine(place.url)
    with engine.begin() as connection:
        results = [connection.execute(text(statement)) for statement in statements]
        rows = [tuple(row) for row in results[-1]] if results[-1].returns_rows else []
    engine.dispose()
    return rows


def shown(place: Place, table: str) -> Rows:
    return sorted(asked(place, f"SELECT {', '.join(COLUMNS[table])} FROM {table}"), key=repr)


def exported(inbox: Inbox, table: str) -> Rows:
    lines = b"".join(export(inbox, table, "jsonl")).splitlines()
    return sorted((tuple(flat(*cell) for cell in json.loads(line).items()) for line in lines), key=repr)


@pytest.mark.parametrize("table", TABLES)
def test_a_view_has_the_rows_of_an_export(shared: Place, table: str) -> None:
    seed = 11
    with Inbox(shared) as inbox:
        inbox.append(arrivals(seed, 1_500))
        rows = exported(inbox, table)

        assert shown(shared, table) == rows
        assert len(rows) > 100


@pytest.mark.parametrize("table", TABLES)
def test_a_view_has_the_columns_of_an_export_and_no_other(shared: Place, table: str) -> None:
    with Inbox(shared) as inbox:
        inbox.append([assignment(), bandit()])

    (row,) = asked(shared, f"SELECT * FROM {table}")

    assert len(row) == len(COLUMNS[table])
    assert [tuple(row)] == shown(shared, table)


_ODD = {"x": "a\ud800b\0", "pair": "\U0001f98a", "\udfff": ["\\ud800", "\\\ud83e", "\udd8a\ud83e"], "plain": "NO"}
_SPELLED = {
    "x": "a\\ud800b\\x00",
    "pair": "\U0001f98a",
    "\\udfff": ["\\ud800", "\\\\ud83e", "\\udd8a\\ud83e"],
    "plain": "NO",
}


def test_attributes_are_json_that_databases_read(shared: Place) -> None:
    with Inbox(shared) as inbox:
        inbox.append([assignment("ann", subjectAttributes=_ODD), assignment("bob", subjectAttributes={"plain": "SE"})])
    plain = {
        "sqlite": "json_extract(subject_attributes, '$.plain')",
        "postgresql": "CAST(subject_attributes AS jsonb) ->> 'plain'",
    }[shared.url.partition(":")[0].partition("+")[0]]

    assert asked(shared, f"SELECT {plain} FROM assignments ORDER BY subject") == [("NO",), ("SE",)]
    ((attributes,),) = asked(shared, "SELECT subject_attributes FROM assignments WHERE subject = 'ann'")
    assert json.loads(attributes) == _SPELLED


def test_what_was_sent_again_is_in_a_view_once(shared: Place) -> None:
    with Inbox(shared) as inbox:
        inbox.append([assignment("ann", message_id="m1"), assignment("ann", message_id="m1"), assignment("bob")])

    assert asked(shared, "SELECT subject FROM assignments ORDER BY subject") == [("ann",), ("bob",)]


def test_rows_go_with_their_events(shared: Place) -> None:
    with Inbox(shared) as inbox:
        inbox.append([assignment("ann"), bandit(), assignment("bob"), *arrivals(3, 50)])
        inbox.delete(parse_query("-subject:bob"))
        left = [asked(shared, f"SELECT count(*) FROM {table}_rows") for table in TABLES]

    assert left == [[(1,)], [(0,)]]


def test_a_query_of_a_team_finds_who_saw_what_first(shared: Place) -> None:
    with Inbox(shared) as inbox:
        inbox.append([_seen("ann", "on", 2), _seen("ann", "off", 1), _seen("bob", "on", 3)])

    first = """
        SELECT experiment, subject, min(timestamp) FROM assignments
        WHERE subject_attributes LIKE '%"country":"NO"%' GROUP BY experiment, subject ORDER BY subject
    """

    assert asked(shared, first) == [
        ("banner-rollout", "ann", "2026-03-01T09:00:01.000Z"),
        ("banner-rollout", "bob", "2026-03-01T09:00:03.000Z"),
    ]


def _seen(subject: str, variation: str, second: int) -> Arrival:
    return assignment(subject, variation=variation, timestamp=f"2026-03-01T09:00:0{second}Z")


@pytest.mark.parametrize("table", TABLES)
def test_a_database_without_views_gets_them_with_their_rows(shared: Place, table: str) -> None:
    with Inbox(shared) as inbox:
        inbox.append(arrivals(5, 300))
    drops = [statement for one in TABLES for statement in (f"DROP VIEW {one}", f"DROP TABLE {one}_rows")]
    version = ("UPDATE numbers SET value = 2 WHERE name = 'version'", "DELETE FROM numbers WHERE name = 'removed'")
    asked(shared, *drops, *version)

    with Inbox(shared) as inbox:
        rows = exported(inbox, table)

        assert shown(shared, table) == rows
        assert len(rows) > 10


@pytest.fixture(params=["version-1.sql", "version-2.sql"])
def earlier(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A file that an earlier release wrote."""
    path = tmp_path / "earlier.db"
    with sqlite3.connect(path) as database:
        database.executescript((HERE / request.param).read_text("utf-8"))
    database.close()
    return place_of(path)


@pytest.mark.parametrize("table", TABLES)
def test_a_file_of_an_earlier_release_gets_views_with_their_rows(earlier: Place, table: str) -> None:
    with Inbox(earlier) as inbox:
        rows = exported(inbox, table)

        assert shown(earlier, table) == rows
        inbox.append([assignment("late"), bandit(subject="late")])
        assert len(shown(earlier, table)) == len(rows) + 1
