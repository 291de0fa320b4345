"""The connections that are open."""

from emulator.sandboxes.ledger import Peer


class Peers:
    """A set of addresses; written by the event loop, read by any thread."""

    def __init__(self) -> None:
        self._open: set[Peer] = set()

    def opened(self, peer: Peer | None) -> None:
        if peer is not None:
            self._open.add(peer)

    def closed(self, peer: Peer | None) -> None:
        if peer is not None:
            self._open.discard(peer)

    def is_open(self, peer: Peer) -> bool:
        return peer in self._open
