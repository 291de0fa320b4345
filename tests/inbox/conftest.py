"""Inboxes in memory and in a file: a test that asks for one runs once with each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.inbox import Inbox, Place, place_of


@pytest.fixture(params=["memory", "file"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return place_of(None if request.param == "memory" else tmp_path / "kept" / "inbox.db")


@pytest.fixture
def inbox(place: Place) -> Iterator[Inbox]:
    with Inbox(place) as inbox:
        yield inbox
