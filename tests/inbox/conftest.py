"""Inboxes in memory, in a file and in PostgreSQL: a test that asks for one runs once with each."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from emulator.inbox import Arrival, Inbox, Place, Term, place_of
from tests.inbox.arrivals import ASSIGNMENT, arrived, assignment, bandit
from tests.inbox.postgresql import PostgreSql

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSql]:
    server = PostgreSql()
    yield server
    server.close()


@pytest.fixture(params=["memory", "file", pytest.param("postgresql", marks=pytest.mark.ci)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql")
        server.empty()
        return place_of(server.url)
    return place_of(None if request.param == "memory" else tmp_path / "kept" / "inbox.db")


@pytest.fixture(params=["file", pytest.param("postgresql", marks=pytest.mark.ci)])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A database that others can look into, too."""
    if request.param == "file":
        return place_of(tmp_path / "inbox.db")
    server = request.getfixturevalue("postgresql")
    server.empty()
    return place_of(server.url)


@pytest.fixture
def inbox(place: Place) -> Iterator[Inbox]:
    with Inbox(place) as inbox:
        yield inbox


@pytest.fixture
def crowd(place: Place) -> Inbox:
    """A thousand events over several blocks, in commits of all sizes, with gaps."""
    seconds = count()
    inbox = Inbox(place, clock=lambda: NOON + timedelta(seconds=next(seconds)))
    dice = random.Random(5)
    arrivals = [_event(number) for number in range(1_000)]
    while arrivals:
        size = dice.choice((1, 1, 7, 300))
        inbox.append(arrivals[:size])
        del arrivals[:size]
    inbox.delete((Term("after", 400), Term("before", 450)))
    return inbox


def _event(number: int) -> Arrival:
    if number % 50 == 3:
        return bandit(subject=f"user-{number}")
    if number % 60 == 5:
        return arrived({**ASSIGNMENT, "timestamp": "never", "subject": ["Größe µ", "two\nlines", "a/b%_"][number % 3]})
    return assignment(f"User-{number}", variation="rare" if number == 777 else "on")
