"""One reading of the disk, as a value: what the files hold, what is absent, and where a change would matter."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from emulator.errors import EmulatorError, Problem
from emulator.snapshot import Snapshot, Sources
from emulator.wording import printable
from emulator.workspace.disk import Stamp, TornRead, decode, is_flag_file, read_bytes, stamps, unreadable

# What shows, path by path and without reading it, that a file changed.
Fingerprint = Mapping[str, Stamp | None]


@dataclass(frozen=True, slots=True)
class Reading:
    """
    What the disk said at one moment.

    *texts* are the flag files in reading order, *files* those of their *references* that could be read, by path as it
    is printed. *absent* are problems of the paths that were asked for, *problems* those of single files. *parsed* are
    the flag files as the compiler read them, kept so that the next reading parses only what differs; *stamps* are those
    of all files right after they were read. With *torn*, the reading is of no use; *retry* says that something could
    not be read which may be readable soon.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    absent: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    torn: bool = False
    references: tuple[str, ...] = ()
    parsed: Sources | None = field(default=None, compare=False)
    stamps: Fingerprint = field(default_factory=dict, compare=False)

    @property
    def retry(self) -> bool:
        return self.torn or bool(self.absent) or any(problem.code == "E100" for problem in self.problems)

    def is_of(self, settled: Fingerprint, last: "Reading") -> bool:
        """
        Tell whether all files were read as they were in *settled*, which was taken just before.

        *last* names the files that somebody would miss. A file that only this reading refers to was not looked at.
        """
        read = {**dict.fromkeys(last.texts), **self.stamps}
        looked_at = (path for path in read if path in settled or path in self.texts)
        return all(settled.get(path) == read[path] for path in looked_at)

    def differing_from(self, other: "Reading") -> tuple[str, ...]:
        """Return the files whose text is not the same in both, those that only *other* has last."""
        mine, theirs = {**self.texts, **self.files}, {**other.texts, **other.files}
        differing = [path for path, text in mine.items() if theirs.get(path) != text]
        return (*differing, *(path for path in theirs if path not in mine))


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


class WorkspaceError(EmulatorError):
    """There is nothing to serve: *paths*, of flag files, do not exist, may not be read, or hold no flags."""

    def __init__(self, message: str, paths: Sequence[str] = ()) -> None:
        self.paths = tuple(paths)
        super().__init__(message)

    @classmethod
    def raise_for(cls, reading: Reading) -> None:
        """Raise when a path that was asked for is absent, or nothing could be read undisturbed."""
        if reading.torn:
            raise cls("the flag files keep changing while they are read")
        if reading.absent:
            message = "\n".join(f"{printable(problem.file)}: {problem.message}" for problem in reading.absent)
            raise cls(message, [problem.file for problem in reading.absent])


class Source(Protocol):
    """What a workspace needs of its files."""

    def read(self, last: Reading | None) -> Reading:
        """Read everything anew; never raises for what the disk says."""
        ...

    def compile(self, reading: Reading, created_at: str, previous: Snapshot | None) -> Snapshot:
        """Return what *reading* says; raise FlagFileError when it does not compile."""
        ...

    def places(self, reading: Reading) -> Places: ...

    def fingerprint(self, reading: Reading) -> Fingerprint:
        """Return what differs from the last time when a file has changed; cheap, no file is read."""
        ...


class Reader:
    """Reads files one by one and remembers what went wrong on the way."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.stamps: dict[str, Stamp | None] = {}
        self.torn = False
        self.disturbed = False

    def texts(self, paths: Iterable[str], *, optional: bool = False) -> dict[str, str]:
        """Return the texts that can be had; *optional* files may be missing, who refers to them will say so."""
        found = ((path, self._text(path, optional)) for path in paths)
        return {path: text for path, text in found if text is not None}

    def _text(self, path: str, optional: bool) -> str | None:
        text = self._read(path, optional)
        self.stamps.update(stamps([path]))
        return text

    def _read(self, path: str, optional: bool) -> str | None:
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
