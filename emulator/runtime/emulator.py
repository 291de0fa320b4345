"""The Emulator itself."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path
from socket import socket
from threading import Event, Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from emulator.asking import Asking
from emulator.errors import EmulatorError
from emulator.inbox import Inbox, place_of
from emulator.runtime.server_thread import ServerThread
from emulator.runtime.signals import first_signal
from emulator.server.notices import Notices
from emulator.server.parts import BODY_LIMIT_BYTES, Parts, Settings
from emulator.server.serving import listening_socket
from emulator.workspace import Reload, Workspace

if TYPE_CHECKING:
    from emulator.queries import Resolver
    from emulator.testing import Sandbox
    from emulator.watcher import Watcher

_EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}
_log = logging.getLogger("emulator")

Paths = str | Path | Sequence[str | Path]


def _now() -> datetime:
    return datetime.now(UTC)


def _paths(flags: Any) -> tuple[str | Path, ...]:
    """Return the paths that a caller gave, one or several; whatever else it is, he may have meant another argument."""
    is_one = isinstance(flags, str | bytes | PathLike | Mapping) or not isinstance(flags, Iterable)
    several = (flags,) if is_one else tuple(flags)
    if not several or not all(isinstance(one, str | PathLike) for one in several):
        raise EmulatorError(f"flags: a folder of flag files, a file, or a list of both, found {flags!r:.80}")
    return tuple(one if isinstance(one, str) else Path(one) for one in several)


class Emulator(Asking):
    """
    An emulator in this process: flag files in, a server on *host* and *port* (0: any free one) out.

    *flags* is a folder of flag files, a file, or a list of both. *ufc* and *bandits* are published snapshots that are
    served byte for byte in their place. Edits are served at the next request; *poll* looks for them without the
    system's file events, ``watch=False`` not at all. *strict_keys* refuses SDK keys that no environment lists. *token*
    is demanded on control routes, which answer under loopback names, *host* and *allow_hosts* only.

    *db* is where events are kept: ``memory`` (as None), a file of SQLite's, or a database by its URL.

    *on_event* is called with each line for a person, *on_reload* with the outcome of each reload that is worth telling
    (by default these become lines too); both from other threads. Without them, lines go to the logger ``emulator``.

    Questions (``evaluate``, ``subjects``, ``simulate``) are answered without a server, too.

    A context manager; several may run in one process. ``start``, ``serve_forever`` and ``close`` belong to one thread.
    """

    def __init__(
        self,
        flags: Paths = "flags/",
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        ufc: str | Path | None = None,
        bandits: str | Path | None = None,
        strict_keys: bool = False,
        watch: bool = True,
        poll: bool = False,
        token: str | None = None,
        allow_hosts: Sequence[str] = (),
        body_limit_bytes: int = BODY_LIMIT_BYTES,
        db: str | Path | None = None,
        clock: Callable[[], datetime] = _now,
        on_event: Callable[[str], None] | None = None,
        on_reload: Callable[[Reload], None] | None = None,
    ) -> None:
        self._flags = _paths(flags) if ufc is None else ()
        self._published = (ufc, bandits)
        self._host, self._wanted_port = host, port
        self._watch, self._poll = watch, poll
        own_names = () if host in _EVERY_ADDRESS else (host,)
        self._settings = Settings(strict_keys, token, (*allow_hosts, *own_names), body_limit_bytes)
        self._clock = clock
        self._inbox = Inbox(place_of(db), clock=clock)
        self._notices = Notices(on_event or _log.info)
        self._on_reload = on_reload or self._say_reload
        self._workspace: Workspace | None = None
        self._parts: Parts | None = None
        self._listener: socket | None = None
        self._watcher: Watcher | None = None
        self._port = 0
        self._has_started = False
        self._starting = Lock()
        self._running: ExitStack | None = None
        self._ended = Event()

    def start(self) -> Self:
        """
        Read the files, listen, watch; return when requests are answered and edits are seen.

        Raises:
            FlagFileError: the flag files do not compile.
            EmulatorError: nothing to read, an address that cannot be listened on, or started before.
        """
        if self._has_started:
            raise EmulatorError("this emulator was started before; make another one")
        with ExitStack() as starting:
            parts = self.parts
            listener = starting.enter_context(self._listen())
            self._has_started = True
            server = ServerThread(parts, listener, self._ended.set)
            starting.callback(server.close)
            # The server waits for those who wait for events.
            starting.callback(self._inbox.interrupt)
            server.start()
            if self._watch:
                self._watcher = starting.enter_context(self._watching(self.workspace))
            self._running = starting.pop_all()
        return self

    def ensure_started(self) -> Self:
        """Start, unless that was done; from any thread."""
        with self._starting:
            return self if self._has_started else self.start()

    def serve_forever(self, on_waiting: Callable[[], object] = lambda: None) -> None:
        """
        Block until SIGINT or SIGTERM, then close. For the main thread, after ``start``.

        *on_waiting* is called when a signal already ends it cleanly: the moment to tell others that it runs. A second
        signal does what it always does.

        Raises:
            EmulatorError: not started, or the server ended by itself.
        """
        if self._running is None:
            raise EmulatorError("this emulator has not been started")
        with first_signal(self._ended.set):
            on_waiting()
            # Only a wait with an end lets signals through on every system.
            while not self._ended.wait(0.5):
                pass
        self.close()

    def sandbox(
        self,
        environment: str | None = None,
        *,
        at: datetime | str | None = None,
        name: str = "",
        ttl_seconds: int | None = None,
    ) -> "Sandbox":
        """
        Return a new sandbox over *environment* (None: the first), with its clock stopped at *at* if that is given.

        It binds the socket; the server starts when somebody reads the sandbox's ``base_url``. Without *ttl_seconds* it
        lives until it is closed. *name* is for people who look at the list.

        Raises:
            QueryError: there is no such environment, or a value cannot be read.
        """
        from emulator.testing.changing import creation
        from emulator.testing.local import LocalControl
        from emulator.testing.sandbox import Sandbox

        with self._starting:
            self._listen()
        document = creation(environment, at, name, ttl_seconds)
        return Sandbox(LocalControl(self, document), at=document.get("at"))

    def close(self) -> None:
        """Stop watching and serving, within about a second; harmless when repeated."""
        if self._running is not None:
            self._running.close()
        elif self._listener is not None:
            self._listener.close()
        self._inbox.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def workspace(self) -> Workspace:
        """The flag files, read when somebody first asks for them; questions need no running server."""
        if self._workspace is None:
            self._workspace = self._read()
        return self._workspace

    @property
    def has_started(self) -> bool:
        """Whether it was started, which is once."""
        return self._has_started

    @property
    def parts(self) -> Parts:
        """What the server, and whoever asks without one, work with."""
        if self._parts is None:
            self._parts = Parts(
                self.workspace,
                self._settings,
                self._notices,
                watcher_mode=lambda: self.watcher_mode,
                clock=self._clock,
                inbox=self._inbox,
            )
        return self._parts

    @property
    def inbox(self) -> Inbox:
        """Every event that arrived; it is there before the start, too."""
        return self._inbox

    @property
    def port(self) -> int:
        """The port that is listened on."""
        if self._listener is None:
            raise EmulatorError("this emulator has not been started")
        return self._port

    @property
    def url(self) -> str:
        """The address of the pages and the control API, without a slash at the end."""
        host = _EVERY_ADDRESS.get(self._host, self._host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def base_url(self) -> str:
        """What an SDK takes as its base URL."""
        return f"{self.url}/api"

    @property
    def watcher_mode(self) -> str:
        """How edits are found: ``native``, ``polling`` or ``off``."""
        return self._watcher.mode if self._watcher else "off"

    def _resolver(self) -> "Resolver":
        from emulator.server.scopes import resolver_of

        return resolver_of(self.parts)

    def _listen(self) -> socket:
        """Return the socket at which clients connect; before the start they have to wait for an answer."""
        if self._listener is None:
            self._listener = listening_socket(self._host, self._wanted_port)
            self._port = self._listener.getsockname()[1]
        return self._listener

    def _read(self) -> Workspace:
        ufc, bandits = self._published
        if ufc is None:
            if bandits is not None:
                raise EmulatorError("bandit models are served beside a published configuration only: give ufc too")
            return Workspace(self._flags, clock=self._clock)
        return Workspace.of_ufc(ufc, bandits, clock=self._clock)

    @contextmanager
    def _watching(self, workspace: Workspace) -> Iterator["Watcher"]:
        from emulator.watcher import Watcher

        watcher = Watcher(workspace, self._on_reload, poll=self._poll)
        watcher.start()
        try:
            yield watcher
        finally:
            watcher.stop()

    def _say_reload(self, outcome: Reload) -> None:
        from emulator.reporting.ink import plain
        from emulator.reporting.serving import reload_lines

        for line in reload_lines(outcome, f"{self._clock().astimezone():%H:%M:%S}"):
            self._notices.say(plain(line))
