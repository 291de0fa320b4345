"""Between arrivals, rows of the database and records."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from emulator.events import Event, invalid_event, plain_json, raw_json, read_event
from emulator.inbox.arrival import Arrival, Judgement
from emulator.inbox.columns import attribute_columns, column_or_none, column_text, microseconds, moment_of
from emulator.inbox.record import Record
from emulator.inbox.store import NewRow
from emulator.inbox.views import added_of


def columns_of(arrival: Arrival, judgement: Judgement, received_at: datetime) -> dict[str, Any]:
    """Return the columns of the table ``events``, but for ``seq``."""
    event = arrival.event
    return {
        "received_us": microseconds(received_at),
        "kind": event.kind,
        "source": column_text(arrival.source),
        "environment": column_text(arrival.environment),
        "sandbox": column_or_none(arrival.sandbox),
        "message_id": _scoped(arrival),
        "flag": column_or_none(event.flag),
        "allocation": column_or_none(event.allocation),
        "experiment": column_or_none(event.experiment),
        "variation": column_or_none(event.variation),
        "subject": column_or_none(event.subject),
        "bandit": column_or_none(event.bandit),
        "action": column_or_none(event.action),
        "sdk": column_or_none(event.sdk),
        "timestamp_us": microseconds(event.timestamp) if event.timestamp else None,
        "verdict": judgement.verdict,
        "reason": column_text(judgement.reason),
        "revision": judgement.revision,
        "duplicate_of": None,
    }


def as_kept(arrival: Arrival) -> tuple[Arrival, bytes]:
    """Return the body that is kept of *arrival*, and the arrival as whoever reads that body will see it."""
    event = arrival.event
    plain = plain_json(event.raw)
    if plain is not None:
        return arrival, plain
    body = raw_json(event.raw)
    return arrival if event.kind == "invalid" else replace(arrival, event=read_event(json.loads(body))), body


def new_row(arrival: Arrival, body: bytes, judgement: Judgement, received_at: datetime) -> NewRow:
    columns = columns_of(arrival, judgement, received_at)
    return NewRow(columns, body, attributes_of(arrival.event), added_of(arrival.event, columns, body))


def attributes_of(event: Event) -> tuple[tuple[str, str], ...]:
    return tuple(attribute_columns(event.attributes))


def attributes_of_row(row: Any) -> Iterator[tuple[str, str]]:
    """Yield what :func:`attributes_of` returned when the row was inserted."""
    return attribute_columns(read_event(json.loads(row.body)).attributes)


def record_of(row: Any) -> Record:
    raw = json.loads(row.body)
    return Record(
        seq=row.seq,
        received_at=moment_of(row.received_us),
        source=row.source,
        environment=row.environment,
        sandbox=row.sandbox,
        event=invalid_event(raw, row.reason) if row.kind == "invalid" else read_event(raw),
        raw=row.body,
        verdict=row.verdict,
        reason=row.reason,
        revision=row.revision,
        duplicate_of=row.duplicate_of,
    )


def _scoped(arrival: Arrival) -> str | None:
    """Return the message id within its sandbox: tests that run side by side may send the same ones."""
    if arrival.message_id is None:
        return None
    return f"{column_text(arrival.sandbox or '')} {column_text(arrival.message_id)}"
