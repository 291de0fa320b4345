"""
Reloads a workspace when its files change: signs of change → a burst that settles → one reload, on one thread.

Signs come from the operating system, or from comparing what the disk says about each file; the second way also runs,
slowly, beside the first, for the changes that a system fails to report (network drives, overflowing queues).
"""

import logging
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread, current_thread
from typing import TYPE_CHECKING, Literal

from emulator.watcher.settling import Settling
from emulator.watcher.signs import Sign, sign_of
from emulator.workspace import Reload, Workspace
from emulator.workspace.disk import trail

if TYPE_CHECKING:
    from emulator.watcher.native import NativeEvents

Mode = Literal["native", "polling"]

_LOOK_EVERY_S = {"native": 2.0, "polling": 0.2}
# Network drives stamp their files by the second: for this long after a change, equal stamps prove nothing.
_STAMPS_DOUBTED_S = 2.5
_FIRST_RETRY_S, _SLOWEST_RETRY_S = 0.05, 1.0

_log = logging.getLogger(__name__)
_Signal = tuple[Sign, str, float]


class Watcher:
    """
    Keeps *workspace* up to date between :meth:`start` and :meth:`stop`.

    *on_reload* is called on the watcher's thread with every outcome that is worth telling: other files, another
    revision, other problems. *debounce_s* is the quiet that ends a burst of changes, *look_every_s* how often the disk
    is compared with the last look.
    """

    def __init__(
        self,
        workspace: Workspace,
        on_reload: Callable[[Reload], None],
        *,
        poll: bool = False,
        debounce_s: float = 0.05,
        look_every_s: float | None = None,
    ) -> None:
        self._workspace = workspace
        self._on_reload = on_reload
        self._debounce_s = debounce_s
        self._look_every_s = look_every_s
        self._mode: Mode = "polling" if poll else "native"
        self._native: NativeEvents | None = None
        self._signals: SimpleQueue[_Signal | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="eppo-emulator-watcher", daemon=True)
        self._stopping = False
        self._seen = workspace.fingerprint()
        self._retry_s = 0.0
        self._doubtful_until = 0.0

    @property
    def mode(self) -> Mode:
        """How changes are found; a system without (free) watches is polled, whatever was asked for."""
        return self._mode

    def start(self) -> None:
        """Start watching; a change made since the workspace read its files is found too."""
        if self._mode == "native":
            self._open_native()
        self._thread.start()

    def stop(self) -> None:
        """Stop watching and wait for the threads to end; a reload under way is finished first."""
        self._stopping = True
        self._signals.put(None)
        if self._thread.is_alive() and self._thread is not current_thread():
            self._thread.join()
        self._close_native()

    def _run(self) -> None:
        self._reload(self._look_now())
        while not self._stopping:
            burst = self._next_burst()
            if burst:
                self._settle(burst)
                self._reload(burst)

    def _next_burst(self) -> Settling | None:
        """Return the burst that begins, or None when there was no sign of one for a while."""
        signal = self._signal_within(self._retry_s or self._look_every_s or _LOOK_EVERY_S[self._mode])
        burst = Settling(signal[2] if signal else time.monotonic(), self._debounce_s)
        if signal:
            burst.note(*signal)
            return burst
        changed = self._look(burst) or self._watch_places()
        return burst if changed or self._retry_s or self._stamps_are_doubtful() else None

    def _look_now(self) -> Settling:
        """Return what a look at the disk finds, settled."""
        burst = Settling(time.monotonic(), self._debounce_s)
        if self._look(burst) or burst.waits:
            self._settle(burst)
        return burst

    def _settle(self, burst: Settling) -> None:
        """Wait until *burst* is over and the disk agrees: what happened last may not have been told yet."""
        while not self._stopping:
            self._wait_out(burst)
            self._look(burst)
            if burst.over_at <= time.monotonic():
                return

    def _wait_out(self, burst: Settling) -> None:
        while not self._stopping and (left_s := burst.over_at - time.monotonic()) > 0:
            if self._told_within(left_s / 2, burst):
                continue
            if self._mode == "native":
                # What was told shows on the disk by now; what a later look finds beyond it is new.
                self._seen = self._workspace.fingerprint()
            self._told_within(burst.over_at - time.monotonic(), burst)

    def _told_within(self, seconds: float, burst: Settling) -> bool:
        signal = self._signal_within(max(seconds, 0.0))
        if signal:
            burst.note(*signal)
        return signal is not None

    def _look(self, burst: Settling) -> bool:
        """Compare the disk with the last look and note in *burst* what differs; return whether anything did."""
        before, self._seen = self._seen, self._workspace.fingerprint()
        differing = [path for path in {**before, **self._seen} if before.get(path) != self._seen.get(path)]
        for path in differing:
            burst.find(sign_of(path), _end_of(path), time.monotonic())
        for path in self._workspace.missing_from(self._seen):
            burst.miss(_end_of(path), time.monotonic())
        return bool(differing)

    def _stamps_are_doubtful(self) -> bool:
        return self._mode == "polling" and time.monotonic() < self._doubtful_until

    def _reload(self, burst: Settling) -> None:
        while not self._stopping:
            self._reload_once(burst.since)
            if not self._watch_places():
                return
            # A file in a directory that is watched only now may have changed before that.
            burst = self._look_now()

    def _reload_once(self, since: float) -> None:
        try:
            outcome = self._workspace.reload(since=since, settled=self._seen)
            if outcome.files or outcome.news:
                self._doubtful_until = time.monotonic() + _STAMPS_DOUBTED_S
                self._on_reload(outcome)
        except Exception:
            # The edge of the thread: whatever went wrong with this edit, the next one must still be seen.
            _log.exception("reloading failed; still serving revision %d", self._workspace.current.revision)
            return
        self._retry_s = min(self._retry_s * 2 or _FIRST_RETRY_S, _SLOWEST_RETRY_S) if outcome.retry else 0.0

    def _watch_places(self) -> bool:
        """Watch what has to be watched by now; return whether there was something new."""
        if self._native is None:
            return False
        try:
            return self._native.watch(self._workspace.watched)
        except OSError as error:
            self._fall_back(error)
            return True

    def _open_native(self) -> None:
        from emulator.watcher.native import NativeEvents

        try:
            self._native = NativeEvents(self._signal)
        except OSError as error:
            self._fall_back(error)
        self._watch_places()

    def _fall_back(self, error: OSError) -> None:
        _log.warning("no file events from the system (%s); polling instead", error.strerror or error)
        self._mode = "polling"
        self._close_native()

    def _close_native(self) -> None:
        native, self._native = self._native, None
        if native:
            native.close()

    def _signal(self, sign: Sign, path: str) -> None:
        if self._workspace.concerns(path):
            self._signals.put((sign, path, time.monotonic()))

    def _signal_within(self, seconds: float) -> _Signal | None:
        try:
            return self._signals.get(timeout=seconds)
        except Empty:
            return None


def _end_of(path: str) -> str:
    """Return what the system calls the file at *path* in its events."""
    return list(trail(path))[-1]
