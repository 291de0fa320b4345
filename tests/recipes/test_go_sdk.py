"""
The recipe for Go with the real SDK, whose module not every module proxy hands out: `make go-sdk`.

`test_recipes.py` runs the part of it that needs no SDK.
"""

from collections.abc import Callable

import pytest

from emulator import Emulator
from tests.recipes.projects import GO_TEST, Project, sandboxes_left

pytestmark = pytest.mark.go


def test_go(project: Callable[[str], Project], emulator: Emulator) -> None:
    go = project("go")
    go.run("go", "mod", "download", "github.com/Eppo-exp/golang-sdk/v6")

    go.run(*GO_TEST, "./...")

    assert sandboxes_left(emulator) == []
