"""A server on an event loop in a thread of its own."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from socket import socket
from threading import Event, Thread

from emulator.errors import EmulatorError
from emulator.server.front import Front
from emulator.server.parts import Parts
from emulator.server.serving import Server

# By then the first SDKs have their configuration; whoever asks for something else earlier has Flask imported at once.
_FLASK_AFTER_S = 1.0


class ServerThread:
    """
    An event loop in a thread of its own, and on it the server.

    *on_end* is called there at the very end; Flask is imported *flask_after_s* seconds after the start.
    """

    def __init__(
        self,
        parts: Parts,
        listener: socket,
        on_end: Callable[[], None] = lambda: None,
        *,
        flask_after_s: float = _FLASK_AFTER_S,
    ) -> None:
        self._front = Front(parts)
        self._listener = listener
        self._on_end = on_end
        self._flask_after_s = flask_after_s
        self._ready = Event()
        self._stop: Callable[[], object] | None = None
        self._failure: BaseException | None = None
        self._thread = Thread(target=self._run, name="eppo-emulator-server", daemon=True)

    def start(self) -> None:
        """Return when requests are answered."""
        self._thread.start()
        self._ready.wait()
        self._report_failure()

    def close(self) -> None:
        """Answer what is being answered, then end the loop and its threads."""
        if self._stop is not None:
            # A loop that ended by itself is closed, and takes no calls any more.
            with suppress(RuntimeError):
                self._stop()
        self._thread.join()
        self._report_failure()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            self._failure = error
        finally:
            self._front.close()
            self._ready.set()
            self._on_end()

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        server = Server(self._front, self._listener, self._ready.set)
        self._stop = partial(loop.call_soon_threadsafe, server.stop)
        loop.call_later(self._flask_after_s, self._front.prepare_flask)
        await server.run_until_stopped()

    def _report_failure(self) -> None:
        failure, self._failure = self._failure, None
        if failure is not None:
            raise EmulatorError(f"the server ended by itself: {type(failure).__name__}: {failure}") from failure
