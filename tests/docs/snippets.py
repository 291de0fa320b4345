"""The fenced snippets of the README and the docs, and how each kind is run."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
RECIPES = ROOT / "tests" / "recipes"
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")))
ADDRESS = "http://127.0.0.1:8378"
LIMIT_S = 60

_FENCE = re.compile(r"^```(?P<kind>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


class Snippet(NamedTuple):
    """*kind* is the info string: a language, and how to take it, or which file of tests/recipes it shows."""

    page: str
    line: int
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def recipe(self) -> Path | None:
        path = self.kind.partition(" ")[2]
        return RECIPES / path if "/" in path else None


def snippets(*kinds: str) -> list[Snippet]:
    """Return the snippets of these kinds, or of all."""
    return [snippet for page in PAGES for snippet in _of(page) if not kinds or snippet.kind in kinds]


def run(command: list[str], folder: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run a command in *folder* with this environment's programs first; the caller looks at the outcome."""
    return subprocess.run(
        command, cwd=folder, env=environment(**variables), capture_output=True, text=True, timeout=LIMIT_S, check=False
    )


def environment(**variables: str) -> dict[str, str]:
    programs = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    return {**os.environ, "PATH": programs, "NO_COLOR": "1", **variables}


def _of(page: Path) -> Iterator[Snippet]:
    content = page.read_text("utf-8")
    for match in _FENCE.finditer(content):
        line = content.count("\n", 0, match.start()) + 1
        yield Snippet(page.name, line, match["kind"], match["text"])
