"""Short flag files and a fixed clock, for the tests of workspace, watcher and command line."""

from datetime import UTC, datetime
from pathlib import Path

from emulator.snapshot import Snapshot
from emulator.workspace import Workspace

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
