"""An emulator at a known port, which may start late, and an application as a program of its own."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from emulator import Emulator
from emulator.server.serving import listening_socket
from tests.sdk.flag_files import FlagFolder

ROOT = Path(__file__).parents[2]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def folder(tmp_path: Path) -> FlagFolder:
    return FlagFolder(tmp_path / "flags")


@pytest.fixture
def emulator(folder: FlagFolder) -> Iterator[Emulator]:
    with Emulator(folder.path, watch=False) as running:
        yield running


@pytest.fixture
def port() -> int:
    """A port that was free a moment ago."""
    with listening_socket("127.0.0.1", 0) as listener:
        found: int = listener.getsockname()[1]
        return found


@pytest.fixture
def start(folder: FlagFolder, port: int) -> Iterator[Callable[[], Emulator]]:
    """Start the emulator at the port; it runs until the test ends."""
    with ExitStack() as running:
        yield lambda: running.enter_context(Emulator(folder.path, watch=False, port=port))


@pytest.fixture
def run() -> Run:
    """Run a program text with arguments to its end."""

    def run(program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-c", program, *arguments]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    return run
