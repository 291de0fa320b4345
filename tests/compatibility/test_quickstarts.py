"""Each SDK's quick start, as docs/compatibility.md shows it, gets what the emulator serves."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator import Emulator
from tests.compatibility.questions import ROOT
from tests.compatibility.quickstarts import QUICK_STARTS, QuickStart
from tests.sdk.browser import dom_in_chromium, page_at_another_origin
from tests.sdk.pages import BUNDLE

LIMIT_S = 60
PROGRAMS = [
    pytest.param(start, id=start.name, marks=pytest.mark.go if start.is_refused else pytest.mark.ci)
    for start in QUICK_STARTS
    if start.command
]
PAGES = [pytest.param(start, id=start.name) for start in QUICK_STARTS if not start.command]


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(ROOT / "flags", watch=False) as running:
        yield running


@pytest.fixture
def served(emulator: Emulator) -> str:
    """What every quick start has to show; it is not their default."""
    found = emulator.evaluate("signup-headline", "ann").variation
    assert found != "control"
    return str(found)


@pytest.mark.parametrize("start", QUICK_STARTS, ids=lambda start: start.name)
def test_the_page_shows_the_program_that_is_run(start: QuickStart) -> None:
    page = (ROOT / "docs" / "compatibility.md").read_text(encoding="utf-8")

    assert f"```{start.language}\n{start.source.read_text(encoding='utf-8')}```" in page


@pytest.mark.parametrize("start", PROGRAMS)
def test_the_program_prints_what_is_served(start: QuickStart, emulator: Emulator, served: str) -> None:
    done = subprocess.run(
        start.command,
        cwd=start.folder,
        env={**os.environ, "EPPO_BASE_URL": emulator.base_url, "LOG_LEVEL": "silent"},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, f"{served}\n"), done.stderr


@pytest.mark.ci
@pytest.mark.parametrize("start", PAGES)
def test_the_page_in_a_browser_shows_what_is_served(
    start: QuickStart, emulator: Emulator, served: str, tmp_path: Path
) -> None:
    shutil.copy(start.source, tmp_path / "page.html")
    shutil.copy(BUNDLE, tmp_path)

    with page_at_another_origin(tmp_path) as url:
        dom = dom_in_chromium(f"{url}?baseUrl={emulator.base_url}", tmp_path / "profile")

    assert f'<output id="headline">{served}</output>' in dom
