"""
A folder of flag files as the current Snapshot, kept up to date by :meth:`Workspace.reload`.

A revision is published whole or not at all: while the files do not compile, the last good one stays. Nothing here
watches the disk or starts a thread; that is the watcher's part.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from threading import Lock

from emulator.errors import FlagFileError, Problem
from emulator.snapshot import Changes, Snapshot, changes_between
from emulator.ufc.timestamps import format_timestamp
from emulator.workspace.disk import is_filled
from emulator.workspace.findings import Findings, examine, findings_of
from emulator.workspace.flag_files import FlagFiles
from emulator.workspace.published_files import PublishedFiles
from emulator.workspace.reading import Fingerprint, Places, Reading, Source, WorkspaceError
from emulator.workspace.reload import Reload

__all__ = [
    "Findings",
    "Fingerprint",
    "FlagFiles",
    "Places",
    "PublishedFiles",
    "Reading",
    "Reload",
    "Source",
    "Workspace",
    "WorkspaceError",
    "examine",
    "findings_of",
]


@dataclass(frozen=True, slots=True)
class _State:
    """
    Everything that a reload replaces, in one reference, so that no reader sees half of it.

    *told* are the problems that outcomes have named as new and that may still be there. *published* is the reading that
    *snapshot* was compiled from: while files do not compile, *reading* runs ahead of it.
    """

    snapshot: Snapshot
    published: Reading
    reading: Reading
    places: Places
    problems: tuple[Problem, ...]
    told: frozenset[str]
    stale: bool = False


class Workspace:
    """
    The current Snapshot of some flag files. Attributes may be read, and ``reload`` called, from any thread.

    *paths* are folders (every ``*.yaml`` and ``*.yml`` directly inside, in name order) and single files; *clock*
    returns the aware time that a changed environment is stamped with. *source* stands in for *paths*.

    Raises:
        FlagFileError: the files do not compile.
        WorkspaceError: a path does not exist, may not be read, or holds no flag files.
    """

    def __init__(
        self, paths: Sequence[str | Path], *, clock: Callable[[], datetime], source: Source | None = None
    ) -> None:
        self._source = source or FlagFiles.at(paths)
        self._clock = clock
        self._lock = Lock()
        reading = self._source.read(None)
        WorkspaceError.raise_for(reading)
        snapshot = self._compile(reading, None)
        self._state = _good(snapshot, reading, self._source.places(reading))

    @classmethod
    def of_ufc(
        cls, config: str | Path, bandits: str | Path | None = None, *, clock: Callable[[], datetime]
    ) -> "Workspace":
        """Serve a published configuration, and bandit models, byte for byte; raises as the constructor does."""
        source = PublishedFiles(Path(config).as_posix(), None if bandits is None else Path(bandits).as_posix())
        try:
            return cls((), clock=clock, source=source)
        except WorkspaceError as error:
            raise WorkspaceError(str(error)) from None

    @property
    def current(self) -> Snapshot:
        """What is served now. Take it once per request: the next read may be another revision."""
        return self._state.snapshot

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Errors and warnings of the files as they are on disk now."""
        return self._state.problems

    @property
    def stale(self) -> bool:
        """The files on disk do not compile, and an older revision is served."""
        return self._state.stale

    @property
    def findings(self) -> Findings:
        """The problems, with the texts of the files that they were found in."""
        state = self._state
        texts = {**state.reading.files, **state.reading.texts}
        return Findings(state.problems, texts, len(state.reading.texts))

    @property
    def files(self) -> tuple[str, ...]:
        """The flag files that were read, in order, as they are printed."""
        return tuple(self._state.reading.texts)

    @property
    def watched(self) -> frozenset[Path]:
        """The directories in which something may change that matters, those of link targets among them."""
        return self._state.places.directories

    def concerns(self, path: str) -> bool:
        """Tell whether a change of *path* (absolute, in a watched directory) can change what is served."""
        return self._state.places.concern(path)

    def fingerprint(self) -> Fingerprint:
        """Return what differs from the last time when a file changed, was added or went; no file is read for it."""
        return self._source.fingerprint(self._state.reading)

    def missing_from(self, fingerprint: Fingerprint) -> tuple[str, ...]:
        """Return the files that held something when they were last read, and are gone or empty in *fingerprint*."""
        reading = self._state.reading
        held = {**reading.texts, **reading.files}
        return tuple(path for path, text in held.items() if text and not is_filled(fingerprint.get(path)))

    def reload(self, *, since: float | None = None, settled: Fingerprint | None = None) -> Reload:
        """
        Look at the files again, and publish what they say if they compile and say something else.

        *since* is the moment, on ``time.monotonic()``, of the first sign of a change. *settled* is the fingerprint with
        which the files came to rest: when one has moved on before it is read, nothing is published, and the outcome
        asks for another attempt. Never raises for what is in the files or for files that cannot be read: that is in
        the outcome.
        """
        with self._lock:
            started = time.monotonic() if since is None else since
            before = self._state
            reading = self._source.read(before.reading)
            if settled is not None and not reading.is_of(settled, before.reading):
                reading = replace(reading, torn=True)
            if reading.torn or reading == before.reading:
                return self._unchanged(reading)
            after = self._next_state(reading, before)
            self._state = after
            return _outcome(before, after, duration_ms=(time.monotonic() - started) * 1000)

    def _unchanged(self, reading: Reading) -> Reload:
        state, revision = self._state, self._state.snapshot.revision
        return Reload(revision, revision, problems=state.problems, failed=state.stale, retry=reading.retry)

    def _next_state(self, reading: Reading, before: _State) -> _State:
        if reading.absent:
            # No folder, or an empty one, is a checkout under way or a mistake: never a wish to serve nothing.
            kept = replace(before.reading, absent=reading.absent)
            return _stale(before, kept, before.places, reading.absent)
        places = self._source.places(reading)
        try:
            snapshot = self._compile(reading, before.snapshot)
        except FlagFileError as error:
            return _stale(before, reading, places, error.problems)
        return _good(snapshot, reading, places)

    def _compile(self, reading: Reading, previous: Snapshot | None) -> Snapshot:
        return self._source.compile(reading, format_timestamp(self._clock()), previous)


def _good(snapshot: Snapshot, reading: Reading, places: Places) -> _State:
    return _State(snapshot, reading, reading, places, snapshot.warnings, frozenset(map(str, snapshot.warnings)))


def _stale(before: _State, reading: Reading, places: Places, problems: tuple[Problem, ...]) -> _State:
    told = before.told.union(map(str, _errors(problems)))
    return _State(before.snapshot, before.published, reading, places, problems, told, stale=True)


def _outcome(before: _State, after: _State, *, duration_ms: float) -> Reload:
    new = tuple(problem for problem in after.problems if str(problem) not in before.told)
    # What is published now holds every edit since the last revision, also those that waited for another file's repair.
    saved = after.reading.differing_from(before.reading)
    files = saved if after.stale else after.reading.differing_from(before.published) or saved
    recovered = before.stale and not after.stale
    same_errors = after.stale and before.stale and _errors(after.problems) == _errors(before.problems)
    at_fault = {problem.file for problem in _errors(after.problems)}
    held_up = same_errors and any(file not in at_fault for file in files)
    return Reload(
        previous_revision=before.snapshot.revision,
        revision=after.snapshot.revision,
        files=files,
        changes=_changes(before.snapshot, after.snapshot),
        problems=after.problems,
        new_problems=new,
        duration_ms=duration_ms,
        failed=after.stale,
        recovered=recovered,
        held_up=held_up,
        news=held_up or (not same_errors and bool(files or after.stale or recovered)),
        retry=after.reading.retry,
    )


def _changes(before: Snapshot, after: Snapshot) -> Changes:
    return Changes() if after.revision == before.revision else changes_between(before, after)


def _errors(problems: tuple[Problem, ...]) -> list[Problem]:
    return [problem for problem in problems if problem.severity == "error"]
