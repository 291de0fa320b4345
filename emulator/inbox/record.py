"""An event that is kept, as everybody is shown it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emulator.events import Event
from emulator.inbox.arrival import Verdict
from emulator.ufc.timestamps import format_timestamp


@dataclass(frozen=True, slots=True)
class Record:
    """
    One event with its number: *seq* grows by one with each event, also across restarts, and is never given twice.

    *raw* is what came in, as JSON in ASCII. *duplicate_of* is the number of the first event with the same message id.
    """

    seq: int
    received_at: datetime
    source: str
    environment: str
    sandbox: str | None
    event: Event
    raw: bytes
    verdict: Verdict | None
    reason: str
    revision: int | None
    duplicate_of: int | None

    @property
    def kind(self) -> str:
        return self.event.kind

    @property
    def flag(self) -> str | None:
        return self.event.flag

    @property
    def allocation(self) -> str | None:
        return self.event.allocation

    @property
    def experiment(self) -> str | None:
        return self.event.experiment

    @property
    def variation(self) -> str | None:
        return self.event.variation

    @property
    def subject(self) -> str | None:
        return self.event.subject

    @property
    def attributes(self) -> Mapping[str, Any]:
        return self.event.attributes

    @property
    def bandit(self) -> str | None:
        return self.event.bandit

    @property
    def action(self) -> str | None:
        return self.event.action

    @property
    def sdk(self) -> str | None:
        return self.event.sdk

    @property
    def timestamp(self) -> datetime | None:
        return self.event.timestamp

    def as_json(self) -> dict[str, Any]:
        """Return the ``Record`` of the HTTP API."""
        event = self.event
        return {
            "seq": self.seq,
            "receivedAt": format_timestamp(self.received_at),
            "sandbox": self.sandbox,
            "source": self.source,
            "environment": self.environment,
            "kind": event.kind,
            "event": json.loads(self.raw),
            "flag": event.flag,
            "allocation": event.allocation,
            "experiment": event.experiment,
            "variation": event.variation,
            "subject": event.subject,
            "attributes": event.attributes,
            "bandit": event.bandit,
            "action": event.action,
            "timestamp": format_timestamp(event.timestamp) if event.timestamp else None,
            "sdk": event.sdk,
            "verdict": self.verdict,
            "reason": self.reason,
            "revision": self.revision,
            "duplicateOf": self.duplicate_of,
        }
