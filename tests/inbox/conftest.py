"""Inboxes in memory, in a file and in PostgreSQL: a test that asks for one runs once with each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.inbox import Inbox, Place, place_of
from tests.inbox.postgresql import PostgreSql


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


@pytest.fixture
def inbox(place: Place) -> Iterator[Inbox]:
    with Inbox(place) as inbox:
        yield inbox
