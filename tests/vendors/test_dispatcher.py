"""W40: the event dispatcher of the real Node SDK when a part of its batch fails."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator import Emulator
from emulator.sandboxes.fault_changes import put_faults
from tests.sdk.flag_files import FlagFolder
from tests.sdk.programs import LineProgram
from tests.sdk.waiting import eventually

pytestmark = pytest.mark.ci

PROGRAM = Path(__file__).parent / "node" / "dispatcher.mjs"


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[Emulator]:
    with Emulator(FlagFolder(tmp_path / "flags").path) as running:
        yield running


def test_w40_what_failed_is_sent_again_and_counts_once(emulator: Emulator, tmp_path: Path) -> None:
    parts = emulator.parts
    sandbox = parts.sandboxes.create(parts.world, emulator.url, "production")
    put_faults(sandbox, [{"on": "events", "failed": 2, "times": 1}])

    # It keeps a folder of its queue wherever it runs.
    with LineProgram(["node", str(PROGRAM)], tmp_path) as program:
        program.ask(key=sandbox.sdk_key, baseUrl=emulator.base_url, events=3)
        arrived = eventually(lambda: parts.inbox.count() == 3)

    records = parts.inbox.since()
    assert arrived
    assert sorted(record.event.raw["payload"]["number"] for record in records) == [0, 1, 2]
    assert {(record.source, record.sandbox, record.duplicate_of) for record in records} == {
        ("dispatcher", sandbox.sdk_key, None)
    }
    assert [left for _, left in sandbox.faults()] == [0]
