"""The example shop's tests, run as its developers would: alone, on four workers, and against one emulator for all."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from emulator import Emulator

EXAMPLE = Path(__file__).parent / "example"
LIMIT_S = 300


def run(*arguments: str) -> str:
    """Return what pytest prints there; it has to succeed."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *arguments],
        cwd=EXAMPLE,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def passed(printed: str) -> int:
    """Return how many tests passed; others make the run fail."""
    found = re.search(r"(\d+) passed", printed)
    return int(found[1]) if found else 0


def test_every_style_of_test_passes() -> None:
    assert passed(run("tests/test_pages.py", "tests/test_clients.py", "--eppo-coverage=90")) >= 30


@pytest.mark.ci
def test_200_tests_on_four_workers_with_an_emulator_each() -> None:
    assert passed(run("-n", "4", "--random-order")) >= 200


@pytest.mark.ci
def test_200_tests_on_four_workers_with_one_emulator_for_all() -> None:
    with Emulator(EXAMPLE / "flags", watch=False) as running:
        printed = run("-n", "4", "--random-order", "-o", f"eppo_emulator_url={running.url}")
        left = running.parts.sandboxes.all()

    assert passed(printed) >= 200
    assert left == ()
