"""Each SDK's quick start, as docs/compatibility.md shows it, gets what the emulator serves."""

import os
import subprocess
from collections.abc import Iterator

import pytest

from emulator import Emulator
from tests.compatibility.questions import ROOT
from tests.compatibility.quickstarts import QUICK_STARTS, QuickStart

LIMIT_S = 60


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(ROOT / "flags", watch=False) as running:
        yield running


@pytest.mark.parametrize("start", QUICK_STARTS, ids=lambda start: start.name)
def test_the_page_shows_the_program_that_is_run(start: QuickStart) -> None:
    page = (ROOT / "docs" / "compatibility.md").read_text(encoding="utf-8")

    assert f"```{start.language}\n{start.source.read_text(encoding='utf-8')}```" in page


@pytest.mark.ci
@pytest.mark.parametrize("start", QUICK_STARTS, ids=lambda start: start.name)
def test_the_program_prints_what_is_served(start: QuickStart, emulator: Emulator) -> None:
    expected = emulator.evaluate("signup-headline", "ann").variation
    assert expected != "control"

    done = subprocess.run(
        start.command,
        cwd=start.source.parent,
        env={**os.environ, "EPPO_BASE_URL": emulator.base_url, "LOG_LEVEL": "silent"},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, f"{expected}\n"), done.stderr
