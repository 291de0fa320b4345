"""Short flag files and a fixed clock, for the tests of workspace, watcher and command line."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from emulator.snapshot import Snapshot
from emulator.workspace import Fingerprint, FlagFiles, Places, Reading, Source, Workspace

NOW = datetime(2025, 3, 28, 12, 0, tzinfo=UTC)


def clock() -> datetime:
    return NOW


def flags(**serves: str) -> str:
    """Return a flag file with one boolean flag per argument, which serves the variation of that name."""
    lines = [f"  {key}: {{ type: boolean, serve: {variation} }}\n" for key, variation in serves.items()]
    return "flags:\n" + "".join(lines)


def served(snapshot: Snapshot) -> dict[str, str]:
    """Return which variation the default rule of each flag serves, in the first environment."""
    found = snapshot.environments[0].config["flags"]
    return {key: flag["allocations"][-1]["splits"][0]["variationKey"] for key, flag in found.items()}


def workspace_of(*paths: Path | str) -> Workspace:
    return Workspace(paths, clock=clock)


class Interrupted(Source):
    """Flag files before whose next reading something happens, once; *interrupted* tells that it did."""

    def __init__(self, files: FlagFiles) -> None:
        self._files = files
        self._interruption: Callable[[], object] | None = None
        self.interrupted = Event()

    def interrupt(self, interruption: Callable[[], object]) -> None:
        self._interruption = interruption

    def read(self, last: Reading | None) -> Reading:
        interruption, self._interruption = self._interruption, None
        if interruption:
            interruption()
            self.interrupted.set()
        return self._files.read(last)

    def compile(self, reading: Reading, created_at: str, previous: Snapshot | None) -> Snapshot:
        return self._files.compile(reading, created_at, previous)

    def places(self, reading: Reading) -> Places:
        return self._files.places(reading)

    def fingerprint(self, reading: Reading) -> Fingerprint:
        return self._files.fingerprint(reading)
