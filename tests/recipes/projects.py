"""A recipe as the project of a user: a folder of its own, commands that run there, and nothing left running."""

import os
import shutil
import signal
import socket
import subprocess
from contextlib import closing, suppress
from pathlib import Path
from secrets import choice

from emulator import Emulator
from tests.docs.snippets import RECIPES, ROOT, environment
from tests.sdk.waiting import eventually

# Not optimised, the standard library compiles in two thirds of the time; recipes do not wait for the processor.
GO_TEST = ("go", "test", "-gcflags", "all=-N -l")

# Bounds only what would hang; Go may have to compile its standard library on a loaded machine.
_LIMIT_S = 300


class Project:
    """A copy of the recipe *name* in *folder*, whose commands find *emulator*."""

    def __init__(self, name: str, folder: Path, emulator_url: str) -> None:
        self.folder = folder / name
        self._emulator_url = emulator_url
        # The copy would be large, and takes as long as `npm ci`.
        shutil.copytree(RECIPES / name, self.folder, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
        if (self.folder / "package.json").exists():
            packages = RECIPES / name / "node_modules"
            assert packages.is_dir(), f"the packages of this recipe are missing: run `npm ci` in {packages.parent}"
            (self.folder / "node_modules").symlink_to(packages)

    def add_flags(self) -> None:
        shutil.copytree(ROOT / "flags", self.folder / "flags")

    def run(self, *command: str, **variables: str) -> str:
        """
        Run a command and return what it printed; whatever it left running is ended.

        Raises:
            AssertionError: it failed, with what it printed.
        """
        process = subprocess.Popen(
            command,
            cwd=self.folder,
            env=environment(EPPO_EMULATOR_URL=self._emulator_url, **variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            printed, _ = process.communicate(timeout=_LIMIT_S)
        finally:
            _end_group(process.pid)
            process.wait()
        assert process.returncode == 0, f"{' '.join(command)}\n{printed}"
        return printed


def sandboxes_left(emulator: Emulator) -> list[str]:
    """Return the names of sandboxes that a recipe did not end."""
    return [sandbox.identity.name for sandbox in emulator.parts.sandboxes.all()]


def free_port() -> int:
    """Return a port that nobody listens on, below those that systems hand out by themselves meanwhile."""
    while True:
        port = choice(range(20_000, 30_000))
        with closing(socket.socket()) as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def _end_group(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGTERM)
    assert eventually(lambda: not _is_alive(group))


def _is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
