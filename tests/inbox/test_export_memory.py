"""An export of many events takes no more memory than one of a few."""

import tracemalloc

import pyarrow
import pytest

from emulator.inbox import Inbox, Place, Term, place_of
from emulator.inbox.export import FORMATS, export
from tests.inbox.arrivals import assignment

FEW, MANY = 1_500, 6_000


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = place_of(tmp_path_factory.mktemp("many") / "inbox.db")
    with Inbox(place) as inbox:
        for start in range(0, MANY, 1_000):
            inbox.append([assignment(f"user-{number}") for number in range(start, start + 1_000)])
    return place


def peak_of_export(place: Place, file_format: str, events: int) -> tuple[int, int]:
    """Return how many bytes Python and Arrow held at most, and how many came out."""
    size = arrow = 0
    with Inbox(place) as inbox:
        inbox.find(limit=1)
        tracemalloc.start()
        for piece in export(inbox, "assignments", file_format, (Term("before", events + 1),)):
            size += len(piece)
            arrow = max(arrow, pyarrow.total_allocated_bytes())
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return peak + arrow, size


@pytest.mark.parametrize("file_format", FORMATS)
def test_four_times_the_events_take_the_memory_of_a_quarter(
    many: Place, file_format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Ten thousand rows, as Parquet's readers like them, are traced for half a minute.
    monkeypatch.setattr("emulator.inbox.export._ROWS_PER_GROUP", 500)
    peak_of_export(many, file_format, 100)
    few, few_bytes = peak_of_export(many, file_format, FEW)
    all_of_it, bytes_of_all = peak_of_export(many, file_format, MANY)

    assert all_of_it < 1.5 * few
    assert bytes_of_all > 2 * few_bytes
