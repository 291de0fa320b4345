"""Flag files, and the files that they refer to, as a source of snapshots."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from emulator.errors import FlagFileError, Problem
from emulator.snapshot import Snapshot, build_snapshot, read_sources, referenced_files
from emulator.workspace.disk import flag_files_in, identity, spelled, stamps, trail, unreadable
from emulator.workspace.reading import Fingerprint, Places, Reader, Reading

# A file that vanishes between listing and reading is a save in progress: the second look finds its successor.
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class FlagFiles:
    """Folders of flag files and single ones, with the files that they refer to."""

    paths: tuple[str, ...]

    @classmethod
    def at(cls, paths: Sequence[str | Path]) -> "FlagFiles":
        return cls(tuple(dict.fromkeys(spelled(path) for path in paths)))

    def read(self, last: Reading | None) -> Reading:
        for _ in range(_ATTEMPTS):
            listed, absent = self._listed()
            reader = Reader()
            texts = reader.texts(listed)
            parsed = read_sources(texts, last.parsed if last else None)
            references = tuple(sorted(referenced_files(parsed)))
            files = reader.texts(references, optional=True)
            if not reader.disturbed:
                break
        problems = tuple(problem for problem in reader.problems if problem not in absent)
        return Reading(texts, files, absent, problems, reader.torn, references, parsed, reader.stamps)

    def compile(self, reading: Reading, created_at: str, previous: Snapshot | None) -> Snapshot:
        if reading.retry:
            raise FlagFileError(reading.problems)
        garbled = {problem.file for problem in reading.problems}
        try:
            snapshot = build_snapshot(
                reading.parsed or reading.texts, created_at, files=reading.files, previous=previous
            )
        except FlagFileError as error:
            # A garbled text has one problem, and that is not its syntax.
            others = (problem for problem in error.problems if problem.file not in garbled)
            raise FlagFileError(sorted([*reading.problems, *others])) from None
        if reading.problems:
            raise FlagFileError(sorted([*reading.problems, *snapshot.warnings]))
        return snapshot

    def places(self, reading: Reading) -> Places:
        folders = frozenset(list(trail(path))[-1] for path in self.paths if os.path.isdir(path))
        roots = {point for path in self.paths for point in trail(path)}
        leaves = {point for path in (*reading.texts, *reading.references) for point in trail(path)}
        return Places(folders, frozenset(roots | leaves))

    def fingerprint(self, reading: Reading) -> Fingerprint:
        listed, _ = self._listed()
        roots = {f"{path}/": identity(path) for path in self.paths}
        return {**roots, **stamps(listed), **stamps(reading.texts), **stamps(reading.references)}

    def _listed(self) -> tuple[list[str], tuple[Problem, ...]]:
        listed: dict[str, None] = {}
        absent: list[Problem] = []
        for path in self.paths:
            try:
                found = flag_files_in(path)
            except OSError as error:
                absent.append(unreadable(path, error))
                continue
            listed.update(dict.fromkeys(found))
            if not found:
                absent.append(Problem(path, 1, 1, "E100", "error", "holds no flag files (*.yaml, *.yml)"))
        return list(listed), tuple(absent)
