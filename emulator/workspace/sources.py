"""
Where a workspace gets its texts from, and how they become a Snapshot: flag files, or a published configuration.

A source reads everything anew each time and keeps no state; what the last good texts were is the workspace's business.
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from emulator.errors import EmulatorError, FlagFileError, Problem
from emulator.snapshot import (
    Snapshot,
    Sources,
    build_snapshot,
    read_sources,
    referenced_files,
    snapshot_of_ufc,
)
from emulator.workspace.disk import (
    TornRead,
    decode,
    flag_files_in,
    identity,
    is_flag_file,
    read_bytes,
    spelled,
    stamps,
    trail,
    unreadable,
)

# A file that vanishes between listing and reading is a save in progress: the second look finds its successor.
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """
    What the disk said at one moment.

    *texts* are the flag files in reading order, *files* what they refer to, both by path as it is printed. *absent*
    are problems of the paths that were asked for, *problems* those of single files. *retry* says that something could
    not be read which may be readable soon; with *torn*, the reading is of no use at all. *parsed* are the flag files as
    the compiler read them, kept so that the next reading parses only what differs.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    absent: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    torn: bool = False
    parsed: Sources | None = field(default=None, compare=False)

    @property
    def retry(self) -> bool:
        return self.torn or bool(self.absent) or any(problem.code == "E100" for problem in self.problems)

    def differing_from(self, other: "Reading") -> tuple[str, ...]:
        """Return the files whose text is not the same in both, those that only *other* has last."""
        mine, theirs = {**self.texts, **self.files}, {**other.texts, **other.files}
        differing = [path for path, text in mine.items() if theirs.get(path) != text]
        return (*differing, *(path for path in theirs if path not in mine))


class WorkspaceError(EmulatorError):
    """There is nothing to serve: *paths* do not exist, may not be read, or hold no flags."""

    def __init__(self, absent: Sequence[Problem]) -> None:
        self.paths = tuple(problem.file for problem in absent)
        super().__init__("\n".join(f"{problem.file}: {problem.message}" for problem in absent))

    @classmethod
    def raise_for(cls, reading: Reading) -> None:
        """Raise when a path that was asked for is absent."""
        if reading.absent:
            raise cls(reading.absent)


@dataclass(frozen=True, slots=True)
class Places:
    """
    Where a change matters: any flag file directly in *folders*, and exactly the *points* (files, links, folders).

    All are absolute, without links in their folder part.
    """

    folders: frozenset[str]
    points: frozenset[str]

    @property
    def directories(self) -> frozenset[Path]:
        """The directories to watch, as far as they exist."""
        parents = {os.path.dirname(point) for point in self.points}
        return frozenset(Path(path) for path in self.folders | parents if os.path.isdir(path))

    def concern(self, path: str) -> bool:
        """Tell whether a change of *path* (absolute) can change what is read."""
        folder, name = os.path.split(path)
        return path in self.points or (folder in self.folders and is_flag_file(name))


class Source(Protocol):
    """What a workspace needs of its files."""

    def read(self, last: Reading | None) -> Reading:
        """Read everything anew; never raises for what the disk says."""
        ...

    def compile(self, reading: Reading, created_at: str, previous: Snapshot | None) -> Snapshot:
        """Return what *reading* says; raise FlagFileError when it does not compile."""
        ...

    def places(self, reading: Reading) -> Places: ...

    def fingerprint(self, reading: Reading) -> Mapping[str, object]:
        """Return what differs from the last time when a file has changed; cheap, no file is read."""
        ...


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
            reader = _Reader()
            texts = reader.texts(listed)
            parsed = read_sources(texts, last.parsed if last else None)
            files = reader.texts(sorted(referenced_files(parsed)), optional=True)
            if not reader.disturbed:
                break
        problems = tuple(problem for problem in reader.problems if problem not in absent)
        return Reading(texts, files, absent, problems, reader.torn, parsed)

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
        leaves = {point for path in (*reading.texts, *reading.files) for point in trail(path)}
        return Places(folders, frozenset(roots | leaves))

    def fingerprint(self, reading: Reading) -> Mapping[str, object]:
        listed, _ = self._listed()
        roots = {f"{path}/": identity(path) for path in self.paths}
        return {**roots, **stamps(listed), **stamps(reading.texts), **stamps(reading.files)}

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


@dataclass(frozen=True, slots=True)
class PublishedFiles:
    """A published configuration, and the bandit models beside it, served as they are."""

    config: str
    bandits: str | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        return (self.config,) if self.bandits is None else (self.config, self.bandits)

    def read(self, last: Reading | None) -> Reading:
        for _ in range(_ATTEMPTS):
            reader = _Reader()
            texts = reader.texts(self.paths)
            if not reader.disturbed:
                break
        absent = tuple(problem for problem in reader.problems if problem.code == "E100")
        problems = tuple(problem for problem in reader.problems if problem.code != "E100")
        return Reading(texts, {}, absent, problems, torn=reader.torn)

    def compile(self, reading: Reading, created_at: str, previous: Snapshot | None) -> Snapshot:
        if reading.problems:
            raise FlagFileError(reading.problems)
        models = None if self.bandits is None else reading.texts[self.bandits]
        try:
            return snapshot_of_ufc(reading.texts[self.config], models, created_at, previous, self.config)
        except ValueError as error:
            raise FlagFileError([self._problem(reading, str(error))]) from None

    def places(self, reading: Reading) -> Places:
        return Places(frozenset(), frozenset(point for path in self.paths for point in trail(path)))

    def fingerprint(self, reading: Reading) -> Mapping[str, object]:
        return stamps(self.paths)

    def _problem(self, reading: Reading, message: str) -> Problem:
        for path, text in reading.texts.items():
            try:
                json.loads(text)
            except json.JSONDecodeError as error:
                return Problem(path, error.lineno, error.colno, "E123", "error", f"not JSON: {error.msg}")
        about_models = "bandit models" in message and self.bandits is not None
        return Problem(self.bandits if about_models and self.bandits else self.config, 1, 1, "E123", "error", message)


class _Reader:
    """Reads files one by one and remembers what went wrong on the way."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.torn = False
        self.disturbed = False

    def texts(self, paths: Iterable[str], *, optional: bool = False) -> dict[str, str]:
        """Return the texts that can be had; *optional* files may be missing, who refers to them will say so."""
        found = ((path, self._text(path, optional)) for path in paths)
        return {path: text for path, text in found if text is not None}

    def _text(self, path: str, optional: bool) -> str | None:
        try:
            content = read_bytes(path)
        except TornRead:
            self.torn = self.disturbed = True
            return None
        except OSError as error:
            self.disturbed = self.disturbed or not optional
            if not optional:
                self.problems.append(unreadable(path, error))
            return None
        text, problem = decode(path, content)
        if problem:
            self.problems.append(problem)
        return text
