"""A project of somebody who uses the plugin: its own folder, its own ini file, its own runs of pytest."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

LIMIT_S = 120
_SUMMARY = re.compile(r"^=+ .* in [\d.]+s")
_COUNTS = re.compile(r"(\d+) (passed|failed|errors?|skipped|deselected)")

FLAGS = """
environments:
  test: { sdk_keys: [local-test] }
  production: { sdk_keys: [local-production] }
flags:
  headline:
    type: string
    variations: [control, short, playful]
    allocations:
      - { key: experiment, if: country = NO, split: [short, playful] }
    serve: control
    expect:
      - { subject: ann, gets: control, via: default }
      - { subjects: 1000, with: { country: NO }, shares: { short: 50%, playful: 50% }, tolerance: 5% }
  checkout:
    type: boolean
    serve: false
    environments:
      production: { enabled: false }
"""
INI = """
[pytest]
addopts = --strict-markers --strict-config -p no:cacheprovider
filterwarnings = error
"""


@dataclass(frozen=True, slots=True)
class Run:
    """How a run of pytest ended: its exit code, what it printed, and the numbers of its summary."""

    code: int
    text: str

    @property
    def counts(self) -> Mapping[str, int]:
        last = [line for line in self.text.splitlines() if _SUMMARY.search(line)][-1:]
        return {what.removesuffix("s"): int(number) for number, what in _COUNTS.findall("".join(last))}


class Project:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("pytest.ini", INI)
        self.write("flags/flags.yaml", FLAGS)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))
        return path

    def run(self, *arguments: str, **variables: str) -> Run:
        """Run pytest there, in a process of its own and without what surrounds this one."""
        outer = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *arguments],
            cwd=self.folder,
            env={**outer, "NO_COLOR": "1", "COLUMNS": "200", **variables},
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        return Run(done.returncode, done.stdout + done.stderr)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)
