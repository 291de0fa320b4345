"""Killed at any moment under load, the inbox has every event that it acknowledged."""

import random
import subprocess
import sys
from itertools import takewhile
from pathlib import Path
from threading import Timer

import pytest

from emulator.inbox import Inbox, place_of

ROOT = Path(__file__).parents[2]


def acknowledged_until_killed(database: Path, name: str, after_s: float) -> dict[int, str]:
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


def kept(database: Path) -> dict[int, str]:
    with Inbox(place_of(database)) as inbox:
        found: dict[int, str] = {}
        while page := inbox.since(max(found, default=0), limit=1_000):
            found |= {record.seq: str(record.subject) for record in page}
    return found


def crash(database: Path, rounds: int) -> tuple[dict[int, str], int]:
    """Return all that was acknowledged in *rounds* of writing and killing, and how many acknowledgements there were."""
    moments = random.Random(7)
    told: dict[int, str] = {}
    total = 0
    for number in range(rounds):
        acknowledged = acknowledged_until_killed(database, f"r{number}", moments.uniform(0.0, 0.3))
        told |= acknowledged
        total += len(acknowledged)
    return told, total


def test_what_was_acknowledged_is_there_after_a_kill(tmp_path: Path) -> None:
    told, total = crash(tmp_path / "inbox.db", rounds=4)

    assert len(told) == total
    assert told.items() <= kept(tmp_path / "inbox.db").items()


@pytest.mark.ci
def test_what_was_acknowledged_is_there_after_fifty_kills(tmp_path: Path) -> None:
    told, total = crash(tmp_path / "inbox.db", rounds=50)

    assert len(told) == total
    assert told.items() <= kept(tmp_path / "inbox.db").items()
