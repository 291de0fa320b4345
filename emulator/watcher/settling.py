"""
When is a burst of changes over? Pure: the caller says what happened at what time.

Times are seconds on any one monotonic clock.
"""

from emulator.watcher.signs import Sign

# Changes that never stop coming are looked at this often all the same.
_LONGEST_BURST_S = 0.5
# How long a writer may hold a file open, because half a file can look like a whole one. Then it counts as it is.
_LONGEST_WAIT_S = 1.0
# How long a file that went away, or is empty, gets to come back: many programs save by deleting and writing anew.
_ABSENT_S = 0.25

_GRACE_S = {Sign.WRITING: _LONGEST_WAIT_S, Sign.ABSENT: _ABSENT_S}


class Settling:
    """
    One burst of changes, from its first sign at *since* until :attr:`over_at`. Not thread-safe.

    What a file gets to become whole counts from its own last change, however long ago the burst began.
    """

    def __init__(self, since: float, debounce_s: float) -> None:
        self.since = since
        self._last = since
        self._debounce_s = debounce_s
        self._unfinished: dict[str, tuple[Sign, float]] = {}

    def note(self, sign: Sign, path: str, now: float) -> None:
        """Take in what was told of *path*; a file that is writing or absent is waited for."""
        self._last = now
        known = self._unfinished.pop(path, None)
        if known and known[0] is sign is Sign.WRITING:
            self._unfinished[path] = known
        elif sign in _GRACE_S:
            self._unfinished[path] = (sign, now + _GRACE_S[sign])

    def find(self, sign: Sign, path: str, now: float) -> None:
        """Take in what a look at the disk found of *path*: that tells of no writer, and of none who is done."""
        self._last = now
        if self._unfinished.get(path, (sign, now))[0] is not Sign.WRITING:
            self.note(sign, path, now)

    def miss(self, path: str, now: float) -> None:
        """Wait for *path*, which is served and is gone or empty, unless it is waited for already."""
        self._unfinished.setdefault(path, (Sign.ABSENT, now + _ABSENT_S))

    @property
    def waits(self) -> bool:
        """A file is, or was lately, not whole."""
        return bool(self._unfinished)

    @property
    def over_at(self) -> float:
        """The moment at which to look at the files, unless another sign comes first."""
        quiet = min(self._last + self._debounce_s, self.since + _LONGEST_BURST_S)
        return max([quiet, *(until for _, until in self._unfinished.values())])
