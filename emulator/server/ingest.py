"""
Events in: the batches of Eppo's own event dispatchers, ``POST <any prefix>/v0/i``.

Pure. A batch is read whole or refused whole: the dispatchers resend a refused batch.
"""

import json
from typing import Any

from emulator.errors import EmulatorError
from emulator.server.answers import Answer, json_answer, text_answer
from emulator.server.bodies import BodyTooLargeError, BodyUnreadableError, decoded_body
from emulator.snapshot import Snapshot
from emulator.snapshot.keys import Selection, refusal, select_environment

# eppo_core demands the member, and both dispatchers demand JSON in every 2xx (protocol.md §1.8).
_NOTHING_FAILED = json_answer(b'{"failed_events":[]}')


class BatchMalformedError(EmulatorError):
    """A body that is no batch of events; the message says what was expected."""


def sender_of(snapshot: Snapshot, token: str, *, strict_keys: bool) -> Selection | Answer:
    """Return whom the ``x-eppo-token`` stands for; a 401 where strict keys do not know it."""
    selection = select_environment(snapshot, (token,) if token else ())
    if not strict_keys or (token and not selection.unknown_key):
        return selection
    reason = refusal(selection, snapshot) if token else "the header x-eppo-token is missing or empty"
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
        raise BatchMalformedError(f"the body is not JSON: {error}") from None
    events = batch.get("eppo_events") if isinstance(batch, dict) else None
    if not isinstance(events, list):
        raise BatchMalformedError('expected an object with a list "eppo_events"')
    strangers = [index for index, event in enumerate(events) if not isinstance(event, dict)]
    if strangers:
        raise BatchMalformedError(f"eppo_events[{strangers[0]}] is not an object")
    return events


def accepted() -> Answer:
    return _NOTHING_FAILED


def refused(error: BatchMalformedError | BodyUnreadableError | BodyTooLargeError) -> Answer:
    if isinstance(error, BodyTooLargeError):
        return too_large(error)
    return text_answer(400, f"400 Bad Request: {error}")


def too_large(error: BodyTooLargeError) -> Answer:
    return text_answer(413, f"413 Content Too Large: {error}")
