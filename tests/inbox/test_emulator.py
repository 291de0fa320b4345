"""Where an emulator, in Python or on the command line, keeps its events."""

import json
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread
from urllib.request import Request, urlopen

import pytest

from emulator import Emulator
from emulator.inbox import read_terms
from tests.cli.running import Running
from tests.events.families import ASSIGNMENTS
from tests.flag_folders import flags

_DEADLINE_S = 20.0


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """A folder that holds ``flags`` with one good flag file."""
    (tmp_path / "flags").mkdir()
    (tmp_path / "flags" / "a.yaml").write_text(flags(one="true"))
    yield tmp_path
    # Where nothing could be written, pytest could not clean up either.
    tmp_path.chmod(0o755)


def post(url: str, subject: str) -> int:
    body = json.dumps({**ASSIGNMENTS["go"], "subject": subject}).encode()
    with urlopen(Request(f"{url}/emulator/v1/events", body, method="POST"), timeout=_DEADLINE_S) as answer:
        return int(answer.status)


def subjects(url: str) -> list[str]:
    with urlopen(f"{url}/emulator/v1/events", timeout=_DEADLINE_S) as answer:
        return [event["subject"] for event in json.load(answer)["events"]]


def test_events_are_in_memory_unless_a_file_is_given(project: Path) -> None:
    for database in (None, project / "events.db"):
        for name in ("ann", "bob"):
            with Emulator(project / "flags", watch=False, db=database) as emulator:
                post(emulator.url, name)
                found = subjects(emulator.url)

    assert found == ["ann", "bob"]
    assert sorted(path.name for path in project.iterdir() if not path.name.startswith("events.db")) == ["flags"]


def test_events_of_a_process_need_no_server(project: Path) -> None:
    emulator = Emulator(project / "flags")

    assert emulator.inbox.count() == 0
    emulator.close()


def test_nobody_who_waits_keeps_an_emulator_from_closing(project: Path) -> None:
    body = json.dumps({"match": {"subject": "nobody"}, "timeoutMs": 60_000}).encode()
    statuses: list[int] = []

    def wait(url: str) -> None:
        try:
            with urlopen(Request(f"{url}/emulator/v1/events/wait", body), timeout=_DEADLINE_S):
                pass
        except OSError as error:
            statuses.append(getattr(error, "code", 0))

    with Emulator(project / "flags", watch=False) as emulator:
        waiting = [Thread(target=wait, args=(emulator.url,)) for _ in range(40)]
        for thread in waiting:
            thread.start()
        # More wait than there are threads for other requests.
        post(emulator.url, "ann")
        began = time.monotonic()
    took_s = time.monotonic() - began
    for thread in waiting:
        thread.join()

    assert took_s < 5
    assert set(statuses) <= {0, 408}


def test_serve_keeps_events_in_a_file_that_git_ignores(project: Path) -> None:
    for name in ("ann", "bob"):
        with Running(project, "serve", "--port", "0") as running:
            url = running.base_url().removesuffix("/api")
            assert running.output.wait_for("Events").split() == ["Events", ".eppo-emulator/inbox.db"]
            post(url, name)
            found = subjects(url)
            running.interrupt(signal.SIGKILL)

    assert found == ["ann", "bob"]
    assert (project / ".eppo-emulator" / ".gitignore").read_text() == "*\n"


def test_serve_makes_no_file_before_the_first_event(project: Path) -> None:
    with Running(project, "serve", "--port", "0") as running:
        running.config(running.base_url())

    assert sorted(path.name for path in project.iterdir()) == ["flags"]


@pytest.mark.parametrize("place", [["--db", "memory"], ["--db", ":memory:"]])
def test_serve_can_leave_the_disk_alone(project: Path, place: list[str]) -> None:
    with Running(project, "serve", "--port", "0", *place) as running:
        url = running.base_url().removesuffix("/api")
        assert "memory, until the emulator ends" in running.output.wait_for("Events")
        assert post(url, "ann") == 202

    assert sorted(path.name for path in project.iterdir()) == ["flags"]


def test_the_reason_for_memory_is_told_at_the_start(project: Path) -> None:
    (project / ".eppo-emulator").write_text("in the way")

    with Running(project, "serve", "--port", "0") as running:
        url = running.base_url().removesuffix("/api")
        note = running.output.wait_for("kept in memory only")
        assert post(url, "ann") == 202

    assert ".eppo-emulator is no folder; --db names another place" in note


def test_a_variable_names_the_database(project: Path) -> None:
    with Running(project, "serve", "--port", "0", variables={"EPPO_EMULATOR_DB": "kept.db"}) as running:
        assert running.output.wait_for("Events").split() == ["Events", "kept.db"]

    assert (project / "kept.db").exists()


def test_a_database_that_cannot_be_opened_is_told_at_the_start(project: Path) -> None:
    with Running(project, "serve", "--port", "0", "--db", "nothing://x") as running:
        assert running.exit_code() == 2
        (line,) = running.log.rest()

    assert line.startswith("Error: events cannot be kept in nothing://x: ")


def _garbage(path: Path) -> None:
    path.write_bytes(b"\x93\x07nothing of SQLite's" * 250)


def _foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE events (a, b)")


@pytest.mark.parametrize(
    ("write", "words"),
    [(_garbage, "file is not a database"), (_foreign, "a database of something else, with tables such as events")],
)
@pytest.mark.parametrize("place", [[], ["--db", ".eppo-emulator/inbox.db"]])
def test_a_file_of_something_else_is_told_at_the_start_and_left_alone(
    project: Path, write: Callable[[Path], None], words: str, place: list[str]
) -> None:
    file = project / ".eppo-emulator" / "inbox.db"
    file.parent.mkdir()
    write(file)
    before = file.read_bytes()

    with Running(project, "serve", "--port", "0", *place) as running:
        assert running.exit_code() == 2
        (line,) = running.log.rest()

    assert line.startswith("Error: events cannot be kept in .eppo-emulator/inbox.db: ")
    assert words in line
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == ["inbox.db"]


def test_an_empty_file_becomes_an_inbox(project: Path) -> None:
    (project / "kept.db").touch()

    with Emulator(project / "flags", watch=False, db=project / "kept.db") as emulator:
        assert post(emulator.url, "ann") == 202


def test_events_in_process_and_over_http_are_the_same(project: Path) -> None:
    with Emulator(project / "flags", watch=False) as emulator:
        post(emulator.url, "ann")

        assert emulator.inbox.wait(read_terms([("subject", "ann")]), timeout_s=0).complete
