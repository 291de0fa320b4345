"""The clients of a sandbox as people are told of them: which revision each holds, and whether that is today's."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from emulator.sandboxes.ledger import Client, Peer, Roll

Standing = Literal["in step", "sent", "behind", "silent"]


@dataclass(frozen=True, slots=True)
class Attendant:
    """
    One client.

    *held* is the last revision sent to it of what it evaluates from, 0 for none; *delivered* that of each document.
    *standing* is ``in step`` where it has come back since it was sent what is served now, ``sent`` until then,
    ``behind`` where it holds something older, ``silent`` where it has fallen silent and a twin goes on in its place.
    """

    sdk_name: str
    sdk_version: str
    remote: str
    connected: bool
    last_seen: datetime
    requests: int
    held: int
    delivered: Mapping[str, int]
    standing: Standing


def attendance(roll: Roll, wanted: int, is_connected: Callable[[Peer], bool]) -> tuple[Attendant, ...]:
    """Return who is on *roll*, where revision *wanted* is served: those present, those without a name, the silent."""
    return tuple(
        Attendant(
            client.sdk_name,
            client.sdk_version,
            client.remote,
            is_connected(client.peer),
            client.last_seen,
            client.requests,
            client.held,
            dict(client.delivered),
            standing,
        )
        for client, standing in _standings(roll, wanted)
    )


def _standings(roll: Roll, wanted: int) -> Iterator[tuple[Client, Standing]]:
    for client in (*roll.present, *roll.nameless):
        yield client, "in step" if client.applied >= wanted else "sent" if client.held >= wanted else "behind"
    for client in roll.silent:
        yield client, "silent"
