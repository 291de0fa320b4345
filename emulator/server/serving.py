"""
From a socket to answers: uvicorn carries an ASGI application, without signals, log configuration or polling.

Nothing of the process is changed: an application under test may run uvicorn too, and keeps its own loggers and
signal handlers.
"""

import asyncio
import errno
import os
import socket
import time
from collections.abc import Callable
from typing import Any

import uvicorn

from emulator.errors import EmulatorError
from emulator.server.front import Front
from emulator.server.protocol import Protocol

# SDKs poll every 30 s by default, some every 5 minutes. A connection closed between two polls costs some of them an
# error: a request may be on its way while the server closes.
_KEEP_ALIVE_S = 330
# What still runs when the server is told to stop gets this long, then it is cut off.
_GRACE_S = 0.5
_HIGHEST_PORT = 65_535
_BACKLOG = 2048


class ListenError(EmulatorError):
    """The address cannot be listened on; the message says why and what to do."""


def listening_socket(host: str, port: int) -> socket.socket:
    """
    Return a socket that listens on *host* and *port*; 0 is any free port. The caller closes it.

    Raises:
        ListenError: the port is none, taken or forbidden, or *host* is no address of this machine.
    """
    # The system takes 99999 for 34463, and a text for the name of a service.
    if not isinstance(port, int) or isinstance(port, bool) or not 0 <= port <= _HIGHEST_PORT:
        raise ListenError(f"port: a number from 0 to {_HIGHEST_PORT}, found {port!r:.40}")
    try:
        family, kind, protocol, _, address = _resolved(host, port)
        listener = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError, OverflowError) as error:
        raise ListenError(f'cannot listen on host "{host}": {error}') from None
    try:
        if os.name == "posix":
            # A port whose last connections are still winding down is free; elsewhere the option means "share it".
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise ListenError(_why_not(host, port, error)) from None
    return listener


class Server(uvicorn.Server):
    """
    Serves *application* on *listener* until :meth:`stop`; made and used on the event loop of a thread of its own.

    *on_listening* is called once requests are answered.
    """

    def __init__(self, application: Front, listener: socket.socket, on_listening: Callable[[], None]) -> None:
        super().__init__(
            _Config(
                application,
                http=Protocol,
                loop="asyncio",
                ws="none",
                lifespan="off",
                log_config=None,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=_KEEP_ALIVE_S,
                backlog=_BACKLOG,
            )
        )
        self._listener = listener
        self._on_listening = on_listening
        self._stopping = asyncio.Event()

    async def run_until_stopped(self) -> None:
        await self.serve([self._listener])

    def stop(self) -> None:
        self._stopping.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_listening()

    async def main_loop(self) -> None:
        # uvicorn looks ten times a second whether it should stop; all there is to do is to move the Date header on.
        stopping = asyncio.create_task(self._stopping.wait())
        while not stopping.done():
            await self.on_tick(0)
            await asyncio.wait((stopping,), timeout=1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close: idle connections at once, the others when they are answered, or cut off after a grace."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await self._connections_closed()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await self._tasks_ended()

    async def _connections_closed(self) -> None:
        give_up_at = time.monotonic() + _GRACE_S
        while self.server_state.connections and time.monotonic() < give_up_at:
            await asyncio.sleep(0.01)

    async def _tasks_ended(self) -> None:
        """Let whoever answers a client that was cut off notice it; then end those who wait for something else."""
        tasks = set(self.server_state.tasks)
        if tasks:
            _, left = await asyncio.wait(tasks, timeout=_GRACE_S)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)


class _Config(uvicorn.Config):
    def configure_logging(self) -> None:
        """Leave all loggers alone."""


def _resolved(host: str, port: int) -> tuple[Any, ...]:
    found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    # "localhost" may list ::1 first, where nobody who types 127.0.0.1 would find us.
    return min(found, key=lambda row: row[0] != socket.AF_INET)


def _why_not(host: str, port: int, error: OSError) -> str:
    place = f"port {port} on {host}"
    advice = "choose another one with --port, or any free one with --port 0"
    if error.errno == errno.EADDRINUSE:
        return f"{place} is taken{_occupant(host, port)}; stop what runs there, or {advice}"
    if error.errno == errno.EACCES:
        return f"{place} is not allowed for this user; {advice}"
    return f"cannot listen on {place}: {error.strerror or error}"


def _occupant(host: str, port: int) -> str:
    """Return who has the port if it is another emulator, told by its status; else a guess."""
    from emulator.server.neighbour import emulator_at

    neighbour = emulator_at(host, port)
    return f" by another eppo-emulator ({neighbour})" if neighbour else ""
