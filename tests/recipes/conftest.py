"""
A running emulator, and recipes as projects.

What lies in the folders are recipes for users' projects; `test_recipes.py` runs them as those would.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from emulator import Emulator
from tests.docs.snippets import ROOT
from tests.recipes.projects import Project

collect_ignore_glob = ["*/*"]


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(ROOT / "flags", watch=False) as running:
        yield running


@pytest.fixture
def project(emulator: Emulator, tmp_path: Path) -> Callable[[str], Project]:
    return lambda name: Project(name, tmp_path, emulator.url)
