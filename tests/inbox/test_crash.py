"""Killed at any moment under load, the inbox has every event that it acknowledged."""

import random
import subprocess
import sys
from collections.abc import Callable
from itertools import takewhile
from pathlib import Path
from threading import Timer

import pytest

from emulator.inbox import Inbox, place_of
from tests.inbox.postgresql import PostgreSql

ROOT = Path(__file__).parents[2]


def acknowledged_until_killed(database: str | Path, name: str, after_s: float) -> dict[int, str]:
    """Run four writers, kill them *after_s* seconds after their first acknowledgement; return what they were told."""
    command = [sys.executable, "-m", "tests.inbox.writer", str(database), name]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writers:
        assert writers.stdout
        first = writers.stdout.readline()
        killer = Timer(after_s, writers.kill)
        killer.start()
        lines = [first, *takewhile(lambda line: line.endswith("\n"), writers.stdout)]
        killer.join()
    return {int(seq): subject for seq, subject in (line.split() for line in lines)}


def kept(database: str | Path) -> dict[int, str]:
    with Inbox(place_of(database)) as inbox:
        found: dict[int, str] = {}
        while page := inbox.since(max(found, default=0), limit=1_000):
            found |= {record.seq: str(record.subject) for record in page}
    return found


def crash(
    database: str | Path, rounds: int, after_each: Callable[[], object] = lambda: None
) -> tuple[dict[int, str], int]:
    """Return all that was acknowledged in *rounds* of writing and killing, and how many acknowledgements there were."""
    moments = random.Random(7)
    told: dict[int, str] = {}
    total = 0
    for number in range(rounds):
        acknowledged = acknowledged_until_killed(database, f"r{number}", moments.uniform(0.0, 0.3))
        told |= acknowledged
        total += len(acknowledged)
        after_each()
    # Else nothing was under way when the kill came.
    assert total > 20 * rounds
    return told, total


def test_what_was_acknowledged_is_there_after_a_kill(tmp_path: Path) -> None:
    told, total = crash(tmp_path / "inbox.db", rounds=4)

    assert len(told) == total
    assert told.items() <= kept(tmp_path / "inbox.db").items()


@pytest.mark.ci
def test_what_was_acknowledged_is_there_after_fifty_crashes_of_postgresql(postgresql: PostgreSql) -> None:
    def restart() -> None:
        postgresql.crash()
        postgresql.start()

    postgresql.empty()
    told, total = crash(postgresql.url, rounds=50, after_each=restart)

    assert len(told) == total
    assert told.items() <= kept(postgresql.url).items()


@pytest.mark.ci
def test_what_was_acknowledged_is_there_after_fifty_kills(tmp_path: Path) -> None:
    told, total = crash(tmp_path / "inbox.db", rounds=50)

    assert len(told) == total
    assert told.items() <= kept(tmp_path / "inbox.db").items()
