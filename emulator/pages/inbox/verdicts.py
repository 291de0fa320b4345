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
    "ok": Meaning("ok", "What the application got is what the flags say."),
    "stale": Meaning("warn", "It was right for the flags that the application held; they have changed since."),
    "drift": Meaning("bad", "The flags give this subject something else, also those that the application held."),
    "unknown-flag": Meaning("bad", "The event names a flag that is not served."),
    "not-logged": Meaning("warn", "It is right, but this allocation does not log: an SDK would have sent nothing."),
    "malformed": Meaning("bad", "The event cannot be used: a required field is missing, or has the wrong type."),
    "duplicate": Meaning("plain", "The same message came before; it counts once."),
}
NONE = Meaning("plain", "It is not an event of Eppo's, so the flags say nothing of it.")
assert MEANINGS.keys() == set(VERDICTS)


def meaning_of(verdict: str | None) -> Meaning:
    return MEANINGS.get(verdict or "", NONE)
