"""What is appended is there, in order, under a number that is never given twice."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest

from emulator.inbox import Inbox, InboxError, Place, Retention, Term, place_of, read_terms, terms_of
from tests.inbox.arrivals import ASSIGNMENT, arrived, assignment, bandit
from tests.inbox.postgresql import PostgreSql

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def subjects(inbox: Inbox, *pairs: tuple[str, str]) -> list[str | None]:
    return [record.subject for record in inbox.since(0, read_terms(pairs))]


def test_events_are_numbered_in_the_order_in_which_they_come(inbox: Inbox) -> None:
    first = inbox.append([assignment("ann"), assignment("bob")])
    second = inbox.append([assignment("cleo")])

    assert (first, second) == ((1, 2), (3,))
    assert subjects(inbox) == ["ann", "bob", "cleo"]


def test_nothing_appended_is_nothing_kept(inbox: Inbox) -> None:
    assert (inbox.append([]), inbox.count()) == ((), 0)


def test_a_record_tells_everything_about_its_event(place: Place) -> None:
    with Inbox(place, clock=lambda: NOON) as inbox:
        inbox.append([assignment("ann", sandbox="box-1")])
        record = inbox.get(1)

    assert record is not None
    assert record.as_json() == {
        "seq": 1,
        "receivedAt": "2026-03-01T12:00:00.000Z",
        "sandbox": "box-1",
        "source": "native",
        "environment": "test",
        "kind": "assignment",
        "event": ASSIGNMENT,
        "flag": "banner",
        "allocation": "rollout",
        "experiment": "banner-rollout",
        "variation": "on",
        "subject": "ann",
        "attributes": {"country": "NO", "age": 30},
        "bandit": None,
        "action": None,
        "timestamp": "2026-03-01T09:00:00.123Z",
        "sdk": "python/4.4.1",
        "verdict": "ok",
        "reason": "",
        "revision": None,
        "duplicateOf": None,
    }


@pytest.mark.parametrize(
    ("raw", "kind", "verdict", "reason"),
    [
        ({"event": "Signed up"}, "tracked", None, ""),
        (7, "invalid", "malformed", "expected an object with the fields of an event, found number 7"),
        ({**ASSIGNMENT, "subject": None}, "assignment", "malformed", '"subject" is missing'),
    ],
)
def test_whatever_comes_is_kept_with_what_is_wrong_with_it(
    inbox: Inbox, raw: Any, kind: str, verdict: str | None, reason: str
) -> None:
    inbox.append([arrived(raw)])
    (record,) = inbox.since()

    assert (record.kind, record.verdict, record.reason, record.as_json()["event"]) == (kind, verdict, reason, raw)


@pytest.mark.parametrize(
    ("pairs", "found"),
    [
        ([("subject", "ann")], ["ann"]),
        ([("flag", "banner"), ("variation", "off")], ["bob"]),
        ([("flag", "Banner")], []),
        ([("allocation", "rollout"), ("experiment", "banner-rollout")], ["ann", "bob", "cleo"]),
        ([("kind", "bandit")], ["dora"]),
        ([("bandit", "hats"), ("action", "fedora")], ["dora"]),
        ([("sandbox", "box-1")], ["cleo"]),
        ([("sdk", "python")], ["ann", "bob", "cleo", "dora"]),
        ([("sdk", "python/4.4.1")], ["ann", "bob", "cleo", "dora"]),
        ([("sdk", "pyth")], []),
        ([("sdk", "p%")], []),
        ([("environment", "test"), ("source", "native"), ("verdict", "ok")], ["ann", "bob", "cleo", "dora"]),
        ([("attr.country", "NO")], ["ann", "cleo", "dora"]),
        ([("attr.country", "NO"), ("attr.age", "30")], ["ann", "cleo", "dora"]),
        ([("attr.country", "NO"), ("attr.age", "31")], []),
        ([("attr.beta", "true")], ["bob"]),
        ([("after", "1"), ("before", "4")], ["bob", "cleo"]),
        ([("after", "2026-03-01T11:59:59Z")], ["ann", "bob", "cleo", "dora"]),
        ([("after", "2026-03-01T12:00:00Z")], []),
        ([("before", "2026-03-02")], ["ann", "bob", "cleo", "dora"]),
        ([("after", "9" * 4000)], []),
    ],
    ids=str,
)
def test_every_filter_finds_what_it_says(place: Place, pairs: list[tuple[str, str]], found: list[str]) -> None:
    with Inbox(place, clock=lambda: NOON) as inbox:
        inbox.append([assignment("ann"), assignment("bob", variation="off", subjectAttributes={"beta": True})])
        inbox.append([assignment("cleo", sandbox="box-1"), bandit(subject="dora")])

        assert subjects(inbox, *pairs) == found


@pytest.mark.parametrize(
    ("field", "value", "found"),
    [
        ("subject", "ann", ["bob", "cleo"]),
        ("sandbox", "box-1", ["ann", "bob"]),
        ("attr.beta", "true", ["ann", "cleo"]),
        ("sdk", "python", []),
        ("after", 2, ["ann", "bob"]),
    ],
)
def test_a_negated_filter_finds_all_others(inbox: Inbox, field: str, value: str | int, found: list[str]) -> None:
    inbox.append([assignment("ann"), assignment("bob", subjectAttributes={"beta": True})])
    inbox.append([assignment("cleo", sandbox="box-1")])

    assert [record.subject for record in inbox.since(0, (Term(field, value, negated=True),))] == found


def test_pages_follow_each_other_in_both_directions(inbox: Inbox) -> None:
    inbox.append([assignment(str(number)) for number in range(5)])

    first = inbox.find(limit=2)
    newest = inbox.find(limit=2, descending=True)
    rest = inbox.find(read_terms([("before", str(newest.next))]), descending=True)

    assert ([record.seq for record in first.records], first.next) == ([1, 2], 2)
    assert ([record.seq for record in newest.records], newest.next) == ([5, 4], 4)
    assert ([record.seq for record in rest.records], rest.next) == ([3, 2, 1], None)


def test_a_number_is_never_given_twice(inbox: Inbox) -> None:
    inbox.append([assignment("ann"), assignment("bob")])
    inbox.delete()

    assert (inbox.append([assignment("cleo")]), inbox.get(2), inbox.get(99)) == ((3,), None, None)


def test_events_and_numbers_survive_a_restart(tmp_path: Path) -> None:
    place = place_of(tmp_path / "inbox.db")
    with Inbox(place) as before:
        before.append([assignment("ann"), assignment("bob")])
        before.delete(read_terms([("subject", "bob")]))

    with Inbox(place) as after:
        assert (after.append([assignment("cleo")]), subjects(after)) == ((3,), ["ann", "cleo"])


def test_deleting_leaves_nothing_of_what_was_asked_for_and_everything_else(inbox: Inbox) -> None:
    inbox.append([assignment(str(number), subjectAttributes={"odd": number % 2 == 1}) for number in range(2_500)])

    removed = inbox.delete(read_terms([("attr.odd", "true")]))

    assert (removed, inbox.count(), inbox.count(read_terms([("attr.odd", "true")]))) == (1_250, 1_250, 0)


def test_a_deleted_event_leaves_no_row_behind(tmp_path: Path) -> None:
    path = tmp_path / "inbox.db"
    with Inbox(place_of(path)) as inbox:
        inbox.append([assignment("ann", subjectAttributes={"a": 0.5, "b": None, "c": "x" * 1_000, "d\0": "\ud800"})])
        inbox.delete()
    with sqlite3.connect(path) as database:
        left = [database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("bodies", "attributes")]
    database.close()

    assert left == [0, 0]


def test_what_is_sent_again_is_shown_as_a_duplicate_and_counted_once(inbox: Inbox) -> None:
    inbox.append([assignment("ann", message_id="m1"), assignment("ann", message_id="m1"), assignment("bob")])
    inbox.append([assignment("ann", message_id="m1"), assignment("ann", message_id="m2")])

    records = inbox.since()

    assert [record.duplicate_of for record in records] == [None, 1, None, 1, None]
    assert [record.verdict for record in records] == ["ok", "duplicate", "ok", "duplicate", "ok"]
    assert (inbox.count(), inbox.count(duplicates=True)) == (3, 5)


def test_sandboxes_do_not_share_message_ids(inbox: Inbox) -> None:
    inbox.append([assignment(message_id="m1", sandbox=sandbox) for sandbox in (None, "box-1", "box-2")])

    assert [record.duplicate_of for record in inbox.since()] == [None, None, None]


def test_the_oldest_go_when_there_are_too_many(place: Place) -> None:
    with Inbox(place, retention=Retention(count=500)) as inbox:
        for _ in range(3):
            inbox.append([assignment(str(number)) for number in range(1_000)])
        first = inbox.find(limit=1).records[0]

        assert (inbox.count(), first.seq) == (500, 2_501)


def test_a_few_more_may_stay_than_are_to_be_kept(place: Place) -> None:
    with Inbox(place, retention=Retention(count=1_995)) as inbox:
        counts = []
        for _ in range(3):
            inbox.append([assignment()] * 1_000)
            counts.append(inbox.count())

    assert counts == [1_000, 2_000, 1_995]


def test_the_oldest_go_when_they_are_too_old(place: Place) -> None:
    hours = iter(range(100))
    with Inbox(
        place, retention=Retention(age=timedelta(hours=30)), clock=lambda: NOON + timedelta(hours=10 * next(hours))
    ) as inbox:
        for number in range(4):
            inbox.append([assignment(str(number))] * 1_000)

        assert inbox.find(limit=1).records[0].subject != "0"


def test_many_writers_get_numbers_of_their_own(inbox: Inbox) -> None:
    seqs: list[int] = []

    def write() -> None:
        for _ in range(25):
            seqs.extend(inbox.append([assignment("ann"), assignment("bob")]))

    writers = [Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert sorted(seqs) == list(range(1, 201))


def test_two_processes_may_share_a_file(tmp_path: Path) -> None:
    place = place_of(tmp_path / "inbox.db")
    with Inbox(place) as one, Inbox(place) as other:
        seqs = [inbox.append([assignment(message_id="m1")]) for inbox in (one, other, one)]

        assert (seqs, one.count(), other.count(duplicates=True)) == ([(1,), (2,), (3,)], 1, 3)


@pytest.mark.parametrize("folder", ["", "new"])
def test_many_may_make_a_file_at_the_same_moment(tmp_path: Path, folder: str) -> None:
    _append_together(place_of(tmp_path / folder / "inbox.db"))


@pytest.mark.ci
def test_many_may_make_the_tables_of_a_database_at_the_same_moment(postgresql: PostgreSql) -> None:
    postgresql.empty()
    _append_together(place_of(postgresql.url))


def _append_together(place: Place) -> None:
    inboxes = [Inbox(place) for _ in range(8)]
    together = Barrier(len(inboxes))

    def append(inbox: Inbox) -> int:
        together.wait()
        return inbox.append([assignment()])[0]

    with ThreadPoolExecutor(len(inboxes)) as pool:
        seqs = list(pool.map(append, inboxes))
    for inbox in inboxes:
        inbox.close()

    assert sorted(seqs) == list(range(1, len(inboxes) + 1))


def test_a_subscriber_hears_of_every_commit_until_it_has_enough(inbox: Inbox) -> None:
    heard: list[int] = []
    enough = inbox.subscribe(heard.append)

    inbox.append([assignment("ann"), assignment("bob")])
    enough()
    inbox.append([assignment("cleo")])

    assert heard == [2]


@pytest.mark.parametrize(
    ("database", "words"),
    [
        ("{folder}", "unable to open database file; another place can be given with --db"),
        ("nonsense://x", "expected a file, memory, or a URL such as postgresql://user@host/database"),
        ("{folder}/text.db", "file is not a database"),
        ("postgresql+nothing://ann:secret@x/y", "postgresql+nothing://ann@x/y"),
    ],
)
def test_a_database_that_cannot_be_opened_is_explained(tmp_path: Path, database: str, words: str) -> None:
    (tmp_path / "text.db").write_text("This is a text, and no database. " * 100)

    with Inbox(place_of(database.format(folder=tmp_path))) as inbox, pytest.raises(InboxError) as caught:
        inbox.open()

    assert words in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_folder_made_for_events_is_nothing_to_git(tmp_path: Path) -> None:
    with Inbox(place_of(tmp_path / ".eppo-emulator" / "inbox.db")) as inbox:
        inbox.open()

    assert (tmp_path / ".eppo-emulator" / ".gitignore").read_text() == "*\n"


def test_terms_of_an_object_are_those_of_a_url() -> None:
    match = {"flag": "banner", "attributes": {"beta": True, "age": 5.0}, "attr.country": "NO", "after": 3, "sdk": None}

    assert terms_of(match) == read_terms(
        [("flag", "banner"), ("attr.beta", "true"), ("attr.age", "5"), ("attr.country", "NO"), ("after", "3")]
    )
