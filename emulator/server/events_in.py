"""
Events in, ``POST /emulator/v1/events`` and ``POST <any prefix>/v0/i``: from a body to arrivals, and what to answer.

Whatever comes is kept: what cannot be read as an event becomes an ``invalid`` one with the reason, so that whoever
wired a logger wrongly sees what arrived.
"""

import json
from collections.abc import Iterable, Sequence

from emulator.events import Event, invalid_event, read_event
from emulator.inbox import Arrival
from emulator.queries import encoded
from emulator.server.answers import ANY_ORIGIN, Answer
from emulator.server.bodies import BodyUnreadableError, decoded_body
from emulator.server.parts import Parts
from emulator.server.problem_details import control_answer
from emulator.server.scopes import Asker
from emulator.ufc.json_text import unreadable

# The one door of the control API that is open to every origin: applications in browsers log, too.
OPEN_PATH = "/emulator/v1/events"
OPEN_METHODS = frozenset({"POST", "OPTIONS"})

# Of a body that is no JSON this much is kept.
_KEPT_CHARACTERS = 1_000_000


def read_events(body: bytes, content_encoding: str, limit_bytes: int) -> list[Event]:
    """
    Return the events of a body: one, or a list of them, in any SDK family's spelling.

    Raises:
        BodyTooLargeError: see :func:`emulator.server.bodies.decoded_body`.
    """
    try:
        plain = decoded_body(body, content_encoding, limit_bytes)
    except BodyUnreadableError as error:
        return [invalid_event(text_of(body), str(error))]
    return _events_of(plain)


def arrivals_of(events: Iterable[Event], asker: Asker, *, source: str, ids: Sequence[str | None]) -> list[Arrival]:
    """
    Return *events* with where they belong: what the sender's key stands for, or the environment that they name.

    *ids* are the message ids, one for each event.
    """
    selection = asker.selection
    # Loggers send their last events after a test has ended its sandbox: these are no events of the environment's.
    ended = selection.unknown_key if selection.is_of_a_sandbox else None
    sandbox = asker.sandbox.sdk_key if asker.sandbox else ended
    return [
        Arrival(event, source, _environment_of(event, asker), sandbox, message_id)
        for event, message_id in zip(events, ids, strict=True)
    ]


def keep(parts: Parts, events: Sequence[Event], asker: Asker, *, source: str, ids: Sequence[str | None]) -> None:
    """
    Commit *events* of whoever *asker* is; say so once where nobody knows his key.

    Raises:
        InboxError: they could not be kept; whoever sent them should send them again.
    """
    parts.inbox.append(arrivals_of(events, asker, source=source, ids=ids))
    line = parts.notices.line_about(asker.selection, asker.snapshot)
    if line:
        parts.notices.say(line)


def receipt(events: Sequence[Event]) -> Answer:
    """Return the answer once *events* are committed: which were taken for events, and why others were not."""
    rejected = [
        {"index": index, "reason": "; ".join(map(str, event.faults))}
        for index, event in enumerate(events)
        if event.kind == "invalid"
    ]
    document = {"accepted": len(events) - len(rejected), "rejected": rejected}
    return control_answer(encoded(document), ANY_ORIGIN, status=202)


def _events_of(body: bytes) -> list[Event]:
    if not body.strip():
        return [invalid_event("", "the body is empty; expected an event, or a list of them, as JSON")]
    try:
        # Python's writers say NaN; what JSON has no word for is kept as text.
        document = json.loads(body.removeprefix(b"\xef\xbb\xbf"), parse_constant=str)
    except (ValueError, RecursionError) as error:
        return [invalid_event(text_of(body), f"the body is not JSON: {unreadable(error)}")]
    return [read_event(one) for one in document] if isinstance(document, list) else [read_event(document)]


def text_of(body: bytes) -> str:
    """Return what is kept of a body that cannot be read."""
    return body[:_KEPT_CHARACTERS].decode("utf-8", "backslashreplace")


def _environment_of(event: Event, asker: Asker) -> str:
    if asker.has_key or event.environment is None:
        return asker.selection.environment.key
    environments = asker.snapshot.environments
    named = next((one for one in environments if event.environment in (one.name, one.key)), None)
    return (named or asker.selection.environment).key
