"""Which configuration an SDK was sent: what its next events are judged by."""

from emulator.inbox.revisions import scope_of
from emulator.server.parts import Parts
from emulator.server.sdk import Delivery, Request, note, read_query
from emulator.snapshot import Snapshot


def remember(parts: Parts, request: Request, delivery: Delivery, snapshot: Snapshot) -> None:
    """Write down that *request* is answered with *delivery*, a document of *snapshot* or of a sandbox."""
    note(request, delivery)
    if delivery.document != "config":
        return
    _, sdk_name, _ = read_query(request.query)
    environment, sandbox = delivery.selection.environment, delivery.sandbox
    number = snapshot.revision if sandbox is None else delivery.revision
    scope = scope_of(environment.key, sandbox.sdk_key if sandbox else None)
    parts.revisions.delivered(scope, sdk_name, environment, number, parts.clock())
