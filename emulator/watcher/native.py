"""
The operating system's own file events, through watchdog, as signs.

Only what can mean new content is asked for. The opening and closing of a file that is merely read is not: a reload
reads every file, and would call for the next reload.
"""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from watchdog.events import (
    EVENT_TYPE_DELETED,
    EVENT_TYPE_MOVED,
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import ObservedWatch

from emulator.watcher.signs import Sign, sign_of
from emulator.workspace.disk import identity

_EVENTS: list[type[FileSystemEvent]] = [
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileDeletedEvent,
    FileClosedEvent,  # after writing
    DirCreatedEvent,
    DirMovedEvent,
    DirDeletedEvent,
]
# Linux says when a writer closes its file, so that until then it counts as half written. Others never say.
_CLOSING_IS_TOLD = sys.platform == "linux"

Identity = tuple[int, int]


class NativeEvents(FileSystemEventHandler):
    """
    Watches directories, not below them; calls *signal* from watchdog's thread with each sign and its absolute path.

    Raises:
        OSError: the system has no watches left, or none at all.
    """

    def __init__(self, signal: Callable[[Sign, str], None]) -> None:
        self._signal = signal
        self._watches: dict[Path, tuple[ObservedWatch, Identity | None]] = {}
        self._gone: set[Path] = set()
        self._observer = Observer()
        self._observer.start()

    def watch(self, directories: frozenset[Path]) -> bool:
        """
        Watch exactly *directories*; return whether any of them was not watched so far.

        A directory that was deleted and made again is another one, whose events the old watch never sees. Its number
        may be the same, so that only its deletion tells.

        Raises:
            OSError: the system has no watches left.
        """
        found = {directory: identity(str(directory)) for directory in directories}
        for directory, (_, known) in list(self._watches.items()):
            if found.get(directory) != known or directory in self._gone:
                self._gone.discard(directory)
                self._observer.unschedule(self._watches.pop(directory)[0])
        fresh = [directory for directory, there in found.items() if there and directory not in self._watches]
        added = [self._add(directory, found[directory]) for directory in fresh]
        return any(added)

    def close(self) -> None:
        """Stop watching and end watchdog's threads."""
        self._observer.stop()
        self._observer.join()

    def on_any_event(self, event: FileSystemEvent) -> None:
        source = Path(os.fsdecode(event.src_path))
        if event.event_type in (EVENT_TYPE_DELETED, EVENT_TYPE_MOVED) and source in self._watches:
            self._gone.add(source)
        for sign, path in _signs(event):
            self._signal(sign, path)

    def _add(self, directory: Path, there: Identity | None) -> bool:
        try:
            watch = self._observer.schedule(self, str(directory), event_filter=_EVENTS)
        except (FileNotFoundError, NotADirectoryError):
            return False
        self._watches[directory] = (watch, there)
        return True


def _signs(event: FileSystemEvent) -> Iterator[tuple[Sign, str]]:
    source, destination = os.fsdecode(event.src_path), os.fsdecode(event.dest_path)
    if isinstance(event, FileModifiedEvent) and _CLOSING_IS_TOLD:
        yield Sign.WRITING, source
        return
    yield sign_of(source), source
    if destination:
        yield sign_of(destination), destination
