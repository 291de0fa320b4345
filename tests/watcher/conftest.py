"""The folder that most tests of the watcher watch."""

from pathlib import Path

import pytest

from tests.flag_folders import flags


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one good flag file."""
    path = tmp_path / "flags"
    path.mkdir()
    (path / "a.yaml").write_text(flags(one="true"))
    return path
