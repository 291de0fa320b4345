"""E100 is about the file itself: its failing file is a link that leads nowhere, and only a running server meets it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from emulator.workspace import Workspace
from tests.problems.corpus import HERE


@pytest.mark.parametrize(("part", "codes"), [("fail", ["E100"]), ("pass", [])])
def test_link_has_to_lead_to_a_flag_file(part: str, codes: list[str], tmp_path: Path) -> None:
    flags = tmp_path / "flags.yaml"
    flags.symlink_to(HERE / "files" / "somewhere.yaml")
    workspace = Workspace([flags], clock=lambda: datetime(2025, 1, 1, tzinfo=UTC))
    flags.unlink()
    flags.symlink_to(HERE / f"E100.{part}.yaml")

    outcome = workspace.reload()

    assert [problem.code for problem in outcome.problems] == codes
