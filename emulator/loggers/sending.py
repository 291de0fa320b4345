"""A queue of events and the thread that posts them, for one process."""

import encodings.idna  # noqa: F401  # the first connection imports it: a fork meanwhile would leave its lock held
import json
import logging
import os
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Condition, Thread
from typing import Literal
from urllib.parse import quote, urlsplit

_PATH = "/emulator/v1/events"
_TIMEOUT_S = 10.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 5.0
# Statuses after which the same request may succeed: it took too long, there are too many, the server has a problem.
_LATER = frozenset({408, 429})
_TOO_LARGE = 413
_SHOWN_CHARACTERS = 300
_log = logging.getLogger("emulator.loggers")

_Outcome = Literal["sent", "refused", "too large", "away"]


@dataclass(frozen=True, slots=True)
class Address:
    """Where to post: *target* is the path with its query, *shown* is for messages."""

    host: str
    port: int | None
    is_secure: bool
    target: str
    shown: str

    @classmethod
    def of(cls, url: str, sdk_key: str | None) -> "Address":
        """
        Return the address of the inbox of the emulator at *url*; the ``/api`` of an SDK's base URL is left out.

        Raises:
            ValueError: *url* is no address of HTTP.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"expected the address of an emulator such as http://127.0.0.1:8378, found {url!r}")
        prefix = parts.path.rstrip("/").removesuffix("/api")
        query = f"?sdkKey={quote(sdk_key, safe='')}" if sdk_key else ""
        root = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        return cls(parts.hostname, parts.port, parts.scheme == "https", f"{prefix}{_PATH}{query}", root)

    def connection(self) -> HTTPConnection:
        kind = HTTPSConnection if self.is_secure else HTTPConnection
        return kind(self.host, self.port, timeout=_TIMEOUT_S)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many events may wait, and how many go into one request."""

    queue_size: int
    batch_size: int


class Sender:
    """Sends events in the order in which they are put; its thread starts with the first one. Thread-safe."""

    def __init__(self, address: Address, limits: Limits) -> None:
        self._address = address
        self._limits = limits
        self._waiting: deque[bytes] = deque()
        # Guards all that follows, and wakes whoever waits for any of it.
        self._changed = Condition()
        self._put = 0
        self._settled = 0
        self._failures = 0
        self._hurries = 0
        self._stopping = False
        self._is_away = False
        self._overflows = False
        self._thread: Thread | None = None
        self._connection: HTTPConnection | None = None

    def put(self, event: bytes) -> None:
        """Have *event* sent; never blocks and never raises. When too many wait, the oldest goes."""
        with self._changed:
            self._waiting.append(event)
            self._put += 1
            lost = len(self._waiting) > self._limits.queue_size
            if lost:
                self._waiting.popleft()
                self._settled += 1
            # Told once, until all that waited has gone: one that is on its way makes room for a moment only.
            news = lost and not self._overflows
            self._overflows = self._overflows or lost
            self._start_thread()
            self._changed.notify_all()
        if news:
            _log.warning("more than %s events wait for the emulator; the oldest are lost", self._limits.queue_size)

    def flush(self, timeout_s: float, *, is_patient: bool = True) -> bool:
        """
        Try at once to send what waits, and return whether all of it was settled within *timeout_s*.

        Without patience a failed try ends it: the emulator is not there.
        """
        with self._changed:
            wanted, failed = self._put, self._failures
            self._hurries += 1
            self._changed.notify_all()

            def is_over() -> bool:
                return self._settled >= wanted or (not is_patient and self._failures > failed)

            self._changed.wait_for(is_over, timeout_s)
            return self._settled >= wanted

    def close(self, timeout_s: float) -> None:
        """Send what waits if the emulator is there, and end the thread."""
        if not self.flush(timeout_s, is_patient=False):
            _log.warning("%s events were not sent to %s", self._put - self._settled, self._address.shown)
        with self._changed:
            self._stopping = True
            thread = self._thread
            self._changed.notify_all()
        if thread is not None:
            thread.join(timeout_s)

    def _start_thread(self) -> None:
        if self._thread is None:
            # A daemon: a program that ends must not wait for an emulator that is away.
            self._thread = Thread(target=self._run, name="eppo-emulator-logger", daemon=True)
            try:
                self._thread.start()
            except RuntimeError:
                # The interpreter is ending, and starts none any more.
                self._settled = self._put

    def _run(self) -> None:
        while batch := self._next_batch():
            self._deliver(batch)
            with self._changed:
                self._settled += len(batch)
                self._overflows = self._overflows and bool(self._waiting)
                self._changed.notify_all()
        self._disconnect()

    def _next_batch(self) -> list[bytes]:
        """Wait for events and return some; none when it is time to end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._stopping)
            if self._stopping:
                return []
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), self._limits.batch_size))]

    def _deliver(self, batch: Sequence[bytes]) -> None:
        """Post *batch* until the emulator has it, refuses it, or the sender is closed."""
        # The same for each try: the emulator may have kept the events and its answer been lost.
        key = os.urandom(16).hex()
        pause_s = _FIRST_PAUSE_S
        while (outcome := self._post(batch, key)) == "away":
            hurried = self._pause(pause_s)
            if self._stopping:
                return
            pause_s = _FIRST_PAUSE_S if hurried else min(pause_s * 2, _LONGEST_PAUSE_S)
        if outcome == "too large":
            self._deliver_halves(batch)

    def _pause(self, pause_s: float) -> bool:
        """Wait before the next try; return whether somebody was in a hurry."""
        with self._changed:
            self._failures += 1
            hurries = self._hurries
            self._changed.notify_all()
            return self._changed.wait_for(lambda: self._stopping or self._hurries != hurries, pause_s)

    def _deliver_halves(self, batch: Sequence[bytes]) -> None:
        if len(batch) == 1:
            _log.warning("an event of %s bytes is too large for %s", len(batch[0]), self._address.shown)
            return
        middle = len(batch) // 2
        self._deliver(batch[:middle])
        self._deliver(batch[middle:])

    def _post(self, batch: Sequence[bytes], key: str) -> _Outcome:
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        try:
            connection = self._connection = self._connection or self._address.connection()
            connection.request("POST", self._address.target, b"[" + b",".join(batch) + b"]", headers)
            response = connection.getresponse()
            status, body = response.status, response.read()
        except (OSError, HTTPException) as error:
            self._disconnect()
            return self._away(str(error) or type(error).__name__)
        if status == _TOO_LARGE:
            return "too large"
        if status in _LATER or status >= 500:
            return self._away(f"status {status}")
        return self._taken(status, body)

    def _taken(self, status: int, body: bytes) -> _Outcome:
        if self._is_away:
            self._is_away = False
            _log.info("%s answers again", self._address.shown)
        problem = _problem_in(body) if status < 300 else body.decode("utf-8", "replace")
        if problem:
            _log.warning("%s refused events: %s", self._address.shown, problem[:_SHOWN_CHARACTERS])
        return "sent" if status < 300 else "refused"

    def _away(self, reason: str) -> _Outcome:
        if not self._is_away:
            self._is_away = True
            _log.warning("%s does not take events (%s); they wait until it does", self._address.shown, reason)
        return "away"

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _problem_in(body: bytes) -> str:
    """Return why the emulator did not understand some of the events; empty where it did."""
    try:
        rejected = json.loads(body)["rejected"]
        return str(rejected[0]["reason"]) if rejected else ""
    except (ValueError, LookupError, TypeError):
        return "the answer is not an emulator's; is the address right?"
