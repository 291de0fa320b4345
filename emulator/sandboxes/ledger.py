"""
Who asks: the clients of one sandbox, and the revision that each of them holds.

A client has *applied* a revision when it was sent it and came back for the next one: until then it may still read it.
A client that reconnects is the same one: its SDK, version and host are, and its former connection is closed. One that
keeps several connections open (SDKs take them from a pool) falls silent on one and goes on over another: such a silent
one is nobody to wait for, and sooner so when its connection is closed.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from emulator.ufc.timestamps import format_timestamp

Peer = tuple[str, int]
# A client that came once and went is not kept for ever.
_MOST = 1_000
# So often a twin has to come while a connection is silent, and so many of its own intervals it has to be.
_TWIN_POLLS = 2
_SILENT_INTERVALS = 3
# Whoever polls over a new connection each time is back after one interval; a half more is for jitter.
_GONE_INTERVALS = 1.5
# What a client evaluates from; whoever asks for it again has taken in what he was sent before.
_SOURCES = frozenset({"config", "assignments"})


@dataclass(slots=True)
class Client:
    """
    One process that asks.

    *polls* are the last times that it asked for what it evaluates from.
    *delivered* is the last revision sent to it of each document; *applied* the newest one that it evaluates
    from: what it was sent before its last request, 0 for nothing.
    """

    sdk_name: str
    sdk_version: str
    peer: Peer
    last_seen: datetime
    requests: int = 0
    polls: deque[datetime] = field(default_factory=lambda: deque(maxlen=8))
    delivered: dict[str, int] = field(default_factory=dict)
    applied: int = 0

    @property
    def remote(self) -> str:
        return f"{self.peer[0]}:{self.peer[1]}"

    @property
    def held(self) -> int:
        """The last revision sent to it of what it evaluates from; 0 for none."""
        return max(self.delivered.get(document, 0) for document in _SOURCES)

    def as_json(self, *, connected: bool) -> dict[str, Any]:
        return {
            "sdkName": self.sdk_name,
            "sdkVersion": self.sdk_version,
            "remote": self.remote,
            "connected": connected,
            "lastSeen": format_timestamp(self.last_seen),
            "requests": self.requests,
            "delivered": dict(self.delivered),
            "applied": self.applied,
        }


@dataclass(frozen=True, slots=True)
class Visit:
    """One request: who asks for which document. *sdk_name* and *sdk_version* are as the client says, or empty."""

    peer: Peer
    sdk_name: str
    sdk_version: str
    document: str


@dataclass(frozen=True, slots=True)
class Roll:
    """
    The clients of a sandbox, by whether a wait counts them.

    Those *present* are waited for. The *silent* stopped where a twin, of the same SDK and host, goes on. The *nameless*
    do not say which SDK they are, as a browser or a script that looks once does not.
    """

    present: list[Client] = field(default_factory=list)
    silent: list[Client] = field(default_factory=list)
    nameless: list[Client] = field(default_factory=list)


class Ledger:
    """The clients of one sandbox. Not thread-safe: its sandbox holds the lock."""

    def __init__(self, is_connected: Callable[[Peer], bool]) -> None:
        self._is_connected = is_connected
        self._clients: dict[tuple[Peer, str, str], Client] = {}

    def note(self, visit: Visit, revision: int, now: datetime) -> None:
        """Write down that *visit* was answered with *revision* at *now* (aware)."""
        client = self._known(visit) or self._returned(visit) or self._new(visit, now)
        if visit.document in _SOURCES:
            client.applied = max(client.applied, client.delivered.get(visit.document, 0))
            client.polls.append(now)
        client.delivered[visit.document] = revision
        client.requests += 1
        client.last_seen = now

    def roll(self, now: datetime) -> "Roll":
        """Return who is to be waited for at *now*, and who is not."""
        roll = Roll()
        named = [client for client in self._clients.values() if client.sdk_name]
        roll.nameless.extend(client for client in self._clients.values() if not client.sdk_name)
        for client in named:
            is_silent = any(self._is_silent_beside(client, twin, now) for twin in named)
            (roll.silent if is_silent else roll.present).append(client)
        return roll

    def as_json(self) -> list[dict[str, Any]]:
        return [client.as_json(connected=self._is_connected(client.peer)) for client in self._clients.values()]

    def _known(self, visit: Visit) -> Client | None:
        return self._clients.get((visit.peer, visit.sdk_name, visit.sdk_version))

    def _returned(self, visit: Visit) -> Client | None:
        """Return the client that came over another connection before, now closed, and move it to this one."""
        for key, client in self._clients.items():
            (host, _), *sdk = key
            if sdk == [visit.sdk_name, visit.sdk_version] and host == visit.peer[0] and not self._is_connected(key[0]):
                del self._clients[key]
                client.peer = visit.peer
                return self._add(visit, client)
        return None

    def _new(self, visit: Visit, now: datetime) -> Client:
        if len(self._clients) >= _MOST:
            del self._clients[next(iter(self._clients))]
        return self._add(visit, Client(visit.sdk_name, visit.sdk_version, visit.peer, now))

    def _add(self, visit: Visit, client: Client) -> Client:
        self._clients[visit.peer, visit.sdk_name, visit.sdk_version] = client
        return client

    def _is_silent_beside(self, client: Client, twin: Client, now: datetime) -> bool:
        """Whether *twin*, of the same SDK and host, seems to go on where *client* stopped."""
        if (client.sdk_name, client.sdk_version, client.peer[0]) != (twin.sdk_name, twin.sdk_version, twin.peer[0]):
            return False
        polls = sum(poll > client.last_seen for poll in twin.polls)
        # Whoever came but once or twice has no interval yet; then the twin's visits have to do.
        intervals = len(client.polls) - 1
        if intervals < _TWIN_POLLS:
            return polls >= _TWIN_POLLS
        has_gone = not self._is_connected(client.peer)
        patience = _GONE_INTERVALS if has_gone else _SILENT_INTERVALS
        interval = (client.polls[-1] - client.polls[0]) / intervals
        return polls >= (1 if has_gone else _TWIN_POLLS) and now - client.last_seen > patience * interval
