"""The connections that are open, and when those that are not any more were closed."""

from datetime import datetime

from emulator.sandboxes.ledger import Peer

# Whoever waits for a client that has gone wants to know of the last ones only.
_MOST_CLOSED = 1_000


class Peers:
    """Addresses of clients; written by the event loop, read by any thread."""

    def __init__(self) -> None:
        self._open: set[Peer] = set()
        self._closed: dict[Peer, datetime] = {}

    def opened(self, peer: Peer | None) -> None:
        if peer is not None:
            self._closed.pop(peer, None)
            self._open.add(peer)

    def closed(self, peer: Peer | None, at: datetime | None = None) -> None:
        """Write down that a connection was closed *at* (aware); None is nobody knows when."""
        if peer is None:
            return
        self._open.discard(peer)
        if at is not None:
            if len(self._closed) >= _MOST_CLOSED:
                del self._closed[next(iter(self._closed))]
            self._closed[peer] = at

    def is_open(self, peer: Peer) -> bool:
        return peer in self._open

    def closed_at(self, peer: Peer) -> datetime | None:
        """Return when the connection was closed; None for one that is open, or closed long ago."""
        return self._closed.get(peer)
