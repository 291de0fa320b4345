"""The shortest program around each SDK: what docs/compatibility.md shows, and how a test runs it."""

import sys
from dataclasses import dataclass
from pathlib import Path

from tests.sdk.programs import NODE, PYTHON, REACT_NATIVE, RUST


@dataclass(frozen=True, slots=True)
class QuickStart:
    """*language* is that of the fenced block; *command* runs it in the folder of *source*."""

    name: str
    language: str
    source: Path
    command: tuple[str, ...]


QUICK_STARTS: tuple[QuickStart, ...] = (
    QuickStart("Python 4", "python quickstart", PYTHON / "quickstart.py", (sys.executable, "quickstart.py")),
    QuickStart(
        "Python 3", "python quickstart", PYTHON / "quickstart_3.py", (".venv-3/bin/python", "quickstart_3.py")
    ),
    QuickStart("Node", "js quickstart", NODE / "quickstart.mjs", ("node", "quickstart.mjs")),
    QuickStart(
        "React Native", "js quickstart", REACT_NATIVE / "quickstart.mjs",
        ("node", "--import", "./storage.mjs", "quickstart.mjs"),
    ),
    QuickStart(
        "Rust", "rust quickstart", RUST / "examples" / "quickstart.rs", ("../target/debug/examples/quickstart",)
    ),
)  # fmt: skip
