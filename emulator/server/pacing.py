"""What a question that takes long asks now and then: whether anybody still waits for its answer."""

from flask import request

from emulator.evaluation.simulation import Pace
from emulator.queries import QueryError
from emulator.server.parts import Parts
from emulator.server.responses import as_request


def pace_of(parts: Parts) -> Pace:
    """Return the pace of the request that is being answered: it raises when the server ends, or the caller has left."""

    def pace() -> None:
        if parts.ending.is_set():
            raise QueryError("the emulator is being closed", "closing")
        if _has_left(parts):
            raise QueryError("the caller has closed the connection", "closing")

    return pace


def _has_left(parts: Parts) -> bool:
    """Return whether the caller has closed his connection, as far as a server knows about connections."""
    peer = as_request(request).peer
    return peer is not None and peer[1] != 0 and not parts.peers.is_open(peer)
