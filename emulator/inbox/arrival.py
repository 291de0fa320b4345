"""An event on its way in: what a door knows about it, and what was found to be right or wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from emulator.events import Event

Verdict = Literal["ok", "drift", "stale", "unknown-flag", "not-logged", "malformed", "duplicate"]
VERDICTS: tuple[Verdict, ...] = ("ok", "drift", "stale", "unknown-flag", "not-logged", "malformed", "duplicate")


@dataclass(frozen=True, slots=True)
class Judgement:
    """*verdict* is None for what there is nothing to say about; *revision* is the one that the client held."""

    verdict: Verdict | None
    reason: str = ""
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """
    One event as a door hands it in.

    *source* names the door. *sandbox* is the SDK key of the sandbox that it belongs to, *message_id* what its sender
    tells resent events by.
    """

    event: Event
    source: str = "native"
    environment: str = ""
    sandbox: str | None = None
    message_id: str | None = None


Judge = Callable[[Arrival], Judgement]
"""Never raises for what is in an event."""


def shape_judgement(arrival: Arrival) -> Judgement:
    """Return what can be said of an event without knowing any flags."""
    event = arrival.event
    if event.faults:
        return Judgement("malformed", "; ".join(map(str, event.faults)))
    return Judgement(None if event.kind == "tracked" else "ok")
