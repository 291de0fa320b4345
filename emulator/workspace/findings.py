"""Everything that is wrong with some flag files, and how much there is of them: what ``check`` reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from emulator.errors import FlagFileError, Problem
from emulator.workspace.disk import TornRead, decode, read_bytes
from emulator.workspace.flag_files import FlagFiles
from emulator.workspace.reading import Source, WorkspaceError


@dataclass(frozen=True, slots=True)
class Findings:
    """*problems* in *texts* (by file); *flags* and *bandits* count keys, over all environments."""

    problems: Sequence[Problem]
    texts: Mapping[str, str] = field(default_factory=dict)
    files: int = 0
    flags: int = 0
    bandits: int = 0

    @property
    def errors(self) -> int:
        return sum(problem.severity == "error" for problem in self.problems)

    @property
    def warnings(self) -> int:
        return len(self.problems) - self.errors


def examine(paths: Sequence[str | Path], created_at: str, *, source: Source | None = None) -> Findings:
    """
    Return every problem of the flag files at *paths*.

    Raises:
        WorkspaceError: a path does not exist, may not be read, or holds no flag files.
    """
    source = source or FlagFiles.at(paths)
    reading = source.read(None)
    WorkspaceError.raise_for(reading)
    texts = {**reading.files, **reading.texts}
    try:
        snapshot = source.compile(reading, created_at, None)
    except FlagFileError as error:
        return Findings(error.problems, texts, len(reading.texts))
    flags = {key for environment in snapshot.environments for key in environment.config["flags"]}
    bandits = {key for environment in snapshot.environments for key in environment.models["bandits"]}
    return Findings(snapshot.warnings, texts, len(reading.texts), len(flags), len(bandits))


def findings_of(error: FlagFileError) -> Findings:
    """Return the problems of *error* with the texts of their files, as far as these can still be read."""
    files = list(dict.fromkeys(problem.file for problem in error.problems))
    texts = {path: text for path in files if (text := _text(path)) is not None}
    return Findings(error.problems, texts, len(files))


def _text(path: str) -> str | None:
    try:
        return decode(path, read_bytes(path))[0]
    except (OSError, TornRead):
        return None
