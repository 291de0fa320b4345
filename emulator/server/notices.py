"""Lines for the person who runs the emulator: each thing is said once, not at every poll."""

import logging
from collections.abc import Callable
from threading import Lock

from emulator.snapshot import Snapshot
from emulator.snapshot.keys import Selection, unknown_key_line

# Past this many different keys and paths somebody is sending noise, and one more line would help nobody.
_REMEMBERED = 1_000


_log = logging.getLogger("emulator")


class Notices:
    """Remembers what was said; thread-safe. *listener* is called with each line, and may block."""

    def __init__(self, listener: Callable[[str], None]) -> None:
        self._listener = listener
        self._claimed: set[tuple[str, str]] = set()
        self._lock = Lock()

    def say(self, line: str) -> None:
        """Hand *line* to the listener; never raises."""
        try:
            self._listener(line)
        except Exception:
            # Foreign code, or a terminal that has gone: no reason to fail the request that happened to bring the news.
            _log.exception("could not say: %s", line)

    def line_about(self, selection: Selection, snapshot: Snapshot) -> str:
        """Return the line that is due about the key of a request; empty when there is none, or no longer."""
        key = selection.unknown_key
        return unknown_key_line(selection, snapshot) if key and self._claim("key", key) else ""

    def say_once(self, line: str) -> None:
        """Say *line* the first time that it is handed here."""
        if self._claim("line", line):
            self.say(line)

    def say_once_about_path(self, path: str, line: str) -> None:
        """Say *line* the first time that something is not found at *path*."""
        if self._claim("path", path):
            self.say(line)

    def _claim(self, kind: str, name: str) -> bool:
        claim = (kind, name)
        if claim in self._claimed:
            return False
        with self._lock:
            if claim in self._claimed or len(self._claimed) >= _REMEMBERED:
                return False
            self._claimed.add(claim)
            return True
