"""
Events in: the batches of Eppo's own event dispatchers, ``POST <any prefix>/v0/i``.

Pure. A batch is read whole or refused whole: the dispatchers resend a refused batch.
"""

import json
from collections.abc import Collection
from typing import Any

from emulator.errors import EmulatorError
from emulator.inbox import InboxError
from emulator.queries import encoded
from emulator.sandboxes.sandbox import Sandbox
from emulator.server.answers import Answer, json_answer, text_answer, too_large
from emulator.server.bodies import BodyTooLargeError, BodyUnreadableError, decoded_body
from emulator.server.scopes import Asker
from emulator.snapshot.keys import refusal
from emulator.ufc.json_text import unreadable

# eppo_core demands the member, and both dispatchers demand JSON in every 2xx (protocol.md §1.8).
_NOTHING_FAILED = json_answer(b'{"failed_events":[]}')


class BatchMalformedError(EmulatorError):
    """A body that is no batch of events; the message says what was expected."""


def refused_sender(asker: Asker, *, strict_keys: bool) -> Answer | None:
    """Return the 401 for whoever the ``x-eppo-token`` stands for, where strict keys do not know him."""
    if not strict_keys or (asker.has_key and not asker.selection.unknown_key):
        return None
    known = refusal(asker.selection, asker.snapshot)
    reason = known if asker.has_key else "the header x-eppo-token is missing or empty"
    return text_answer(401, f"401 Unauthorized: {reason}")


def read_batch(body: bytes, content_encoding: str, limit_bytes: int) -> list[dict[str, Any]]:
    """
    Return the events of a batch as they were sent.

    Raises:
        BatchMalformedError: the body is not JSON, or not ``{"eppo_events": [{…}, …]}``.
        BodyTooLargeError, BodyUnreadableError: see :func:`emulator.server.bodies.decoded_body`.
    """
    try:
        batch = json.loads(decoded_body(body, content_encoding, limit_bytes))
    except (ValueError, RecursionError) as error:
        raise BatchMalformedError(f"the body is not JSON: {unreadable(error)}") from None
    events = batch.get("eppo_events") if isinstance(batch, dict) else None
    if not isinstance(events, list):
        raise BatchMalformedError('expected an object with a list "eppo_events"')
    strangers = [index for index, event in enumerate(events) if not isinstance(event, dict)]
    if strangers:
        raise BatchMalformedError(f"eppo_events[{strangers[0]}] is not an object")
    return events


def message_id(event: dict[str, Any]) -> str | None:
    """Return what a dispatcher tells an event by when it sends it again (W40)."""
    uuid = event.get("uuid")
    return uuid if isinstance(uuid, str) else None


def failing(sandbox: Sandbox | None, batch: list[dict[str, Any]]) -> frozenset[str]:
    """Return the ids of those events that a fault of their sandbox lets fail; that counts as one of its times."""
    fault = sandbox.take_fault("events", partial=True) if sandbox is not None else None
    return frozenset(fault.fails([one for one in map(message_id, batch) if one]) if fault else ())


def accepted(failed: Collection[str] = ()) -> Answer:
    """Return the answer to a batch that was taken, but for those events that are to be sent again."""
    return json_answer(encoded({"failed_events": sorted(failed)})) if failed else _NOTHING_FAILED


def refused(error: BatchMalformedError | BodyUnreadableError | BodyTooLargeError) -> Answer:
    if isinstance(error, BodyTooLargeError):
        return too_large(error)
    return text_answer(400, f"400 Bad Request: {error}")


def unavailable(error: InboxError) -> Answer:
    """Return the answer that makes dispatchers send the batch again later (protocol.md §1.8)."""
    return text_answer(503, f"503 Service Unavailable: {error}")
