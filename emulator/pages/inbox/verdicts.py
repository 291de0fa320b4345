"""Verdicts in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from emulator.inbox.arrival import VERDICTS


@dataclass(frozen=True, slots=True)
class Meaning:
    """*tone* is how it is coloured, *sentence* what it says of an event."""

    tone: str
    sentence: str


MEANINGS: Mapping[str, Meaning] = {
    "ok": Meaning("ok", "The flags say the same."),
    "stale": Meaning("warn", "Right for what the client held, not for today's flags."),
    "drift": Meaning("bad", "The flags say otherwise, and did so for what the client held."),
    "unknown-flag": Meaning("bad", "No such flag is served."),
    "not-logged": Meaning("warn", "Right, but the allocation does not log: an SDK would have logged nothing."),
    "malformed": Meaning("bad", "A required field is missing or has the wrong type."),
    "duplicate": Meaning("plain", "This message came before; it counts once."),
}
NONE = Meaning("plain", "It is not an event of Eppo's, so the flags say nothing of it.")
assert MEANINGS.keys() == set(VERDICTS)


def meaning_of(verdict: str | None) -> Meaning:
    return MEANINGS.get(verdict or "", NONE)
