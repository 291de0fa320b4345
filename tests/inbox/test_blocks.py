"""Blocks are a quick way to events, and never hide one; databases of version 1 get them."""

import sqlite3
from pathlib import Path

import pytest

from emulator.events import read_event
from emulator.inbox import Arrival, Inbox, InboxError, Terms, parse_query, place_of
from emulator.inbox.match import holds
from tests.inbox.arrivals import ASSIGNMENT, assignment

VERSION_1 = Path(__file__).parent / "version-1.sql"

QUERIES = (
    "user-7", "USER-70", "Größe", "grÖße", "µ", "%", "_", "zzzz", "banner", "fedora", "python/4", "a/b", "-user-7",
    "-banner", "variation:on", "variation:On", "variation:rare", "allocation:rollout", "experiment:banner-rollout",
    "bandit:hats", "action:fedora", "sdk:python", "sdk:python/4.4.1", "sdk:pyth", "kind:bandit", "-kind:assignment",
    "source:native", "-source:native", "source:other", "environment:test", "-environment:test", "-environment:other",
    "-verdict:ok", "verdict:malformed", "verdict:malformed user-7", "-verdict:ok user", "subject:user-7 attr.age:30",
    "attr.country:NO kind:bandit", "variation:rare attr.country:NO", "variation:rare -attr.country:NO",
    "after:2026-03-01T12:10:00Z", "before:2026-03-01T12:00:05Z", "after:300 user", "before:300 after:250 user-2",
    "after:2026-03-01T12:01:00Z before:2026-03-01T12:02:00Z", '"two\nlines"', "lines\ntwo",
)  # fmt: skip


@pytest.mark.parametrize("descending", [False, True])
def test_every_query_finds_what_a_look_at_each_event_finds(crowd: Inbox, descending: bool) -> None:
    every = crowd.find(limit=1_000, descending=descending).records
    with crowd:
        for query in QUERIES:
            terms = parse_query(query)
            expected = [record.seq for record in every if all(holds(term, record) for term in terms)]

            found = [record.seq for record in crowd.find(terms, limit=1_000, descending=descending).records]

            assert (query, found, crowd.count(terms)) == (query, expected, len(expected))


def test_many_are_deleted_by_a_word(crowd: Inbox) -> None:
    with crowd:
        everything = crowd.count()
        removed = crowd.delete(parse_query("user-"))

        assert 900 < removed < everything
        assert (crowd.count(parse_query("user-")), crowd.count()) == (0, everything - removed)


def test_blocks_go_with_their_last_event(tmp_path: Path) -> None:
    path = tmp_path / "inbox.db"
    with Inbox(place_of(path)) as inbox:
        inbox.append([assignment(str(number)) for number in range(2_000)])
        inbox.delete()
        left = _rows(path, "SELECT count(*) FROM blocks")
        inbox.append([assignment("late")])

        assert (left, inbox.count(parse_query("late"))) == ([(1,)], 1)


def test_a_commit_that_failed_leaves_the_blocks_right(tmp_path: Path) -> None:
    path = tmp_path / "inbox.db"
    with Inbox(place_of(path)) as one, Inbox(place_of(path)) as other:
        one.append([assignment("amy")])
        _rows(path, "CREATE TRIGGER no BEFORE INSERT ON bodies BEGIN SELECT RAISE(ABORT, 'no'); END")
        with pytest.raises(InboxError, match="no"):
            one.append([assignment("bob")])
        _rows(path, "DROP TRIGGER no")
        other.append([assignment("cleo")])
        one.append([assignment("dora")])

        assert [one.count(parse_query(word)) for word in ("amy", "bob", "cleo", "dora")] == [1, 0, 1, 1]


@pytest.mark.parametrize("query", ["user-7", "user-29", "variation:on", "-verdict:ok", "", "kind:bandit"])
def test_a_database_of_version_1_is_searched_as_one_of_today(tmp_path: Path, query: str) -> None:
    path = tmp_path / "inbox.db"
    with sqlite3.connect(path) as database:
        database.executescript(VERSION_1.read_text("utf-8"))
    database.close()
    terms: Terms = parse_query(query)
    with Inbox(place_of(path)) as inbox:
        every = inbox.find(limit=1_000).records
        before = [record.seq for record in inbox.find(terms, limit=1_000).records]
        (seq,) = inbox.append([Arrival(read_event({**ASSIGNMENT, "subject": "user-7777"}), environment="test")])
        expected = [record.seq for record in every if all(holds(term, record) for term in terms)]

        assert (len(every), before, seq) == (31, expected, 311)
        assert inbox.count(parse_query("user-7777")) == 1


def _rows(path: Path, statement: str) -> list[tuple[int]]:
    with sqlite3.connect(path) as database:
        rows = database.execute(statement).fetchall()
    database.close()
    return rows
