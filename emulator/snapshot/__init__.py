"""
One immutable Snapshot: everything that is served at one revision.

``build_snapshot`` is the border of the pure core: texts and a time go in, a Snapshot comes out or every problem is
raised. Nothing here reads a file, a clock or the network.
"""

from emulator.definitions.build import Sources, read_sources
from emulator.snapshot.building import build_snapshot, referenced_files
from emulator.snapshot.changes import Changes, changes_between
from emulator.snapshot.model import EnvironmentSnapshot, Snapshot
from emulator.snapshot.published import snapshot_of_ufc

__all__ = [
    "Changes",
    "EnvironmentSnapshot",
    "Snapshot",
    "Sources",
    "build_snapshot",
    "changes_between",
    "read_sources",
    "referenced_files",
    "snapshot_of_ufc",
]
