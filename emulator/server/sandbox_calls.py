"""
What the control API does with sandboxes: made, changed, watched, ended.

Each call takes the parts, the names in its path, and the JSON of its body; what a change means is decided in the room
of sandboxes.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from emulator.overrides import Frozen, Overrides
from emulator.queries import QueryError, Scope
from emulator.queries.members import Reader, moment, read_members, text, whole_number
from emulator.queries.scope import served
from emulator.sandboxes import DEFAULT_TTL, LONGEST_NAME
from emulator.sandboxes.changes import (
    delete_bandit,
    delete_clock,
    delete_flag,
    delete_flags,
    put_bandit,
    put_clock,
    put_flag,
)
from emulator.sandboxes.fault_changes import put_faults
from emulator.sandboxes.sandbox import Sandbox
from emulator.sandboxes.telling import sandbox_document
from emulator.server.answers import Answer
from emulator.server.parts import Parts
from emulator.server.problem_details import control_answer, problem_answer
from emulator.snapshot.keys import shown_key
from emulator.suggest import nearest
from emulator.ufc.encode import canonical

Report = dict[str, Any]

_LONGEST_TTL_S = 366 * 24 * 3600
_LONGEST_WAIT_MS = 600_000
_DEFAULT_WAIT_MS = 10_000


def _name(value: Any) -> str:
    name = text(value)
    if len(name) > LONGEST_NAME:
        raise ValueError(f"expected at most {LONGEST_NAME} characters, found {len(name):,}")
    return name


_CREATION: Mapping[str, Reader] = {
    "environment": text,
    "at": moment,
    "name": _name,
    "ttlSeconds": whole_number(1, _LONGEST_TTL_S),
}
_AWAITING: Mapping[str, Reader] = {
    "revision": whole_number(1, 2**53),
    "clients": whole_number(0, 10_000),
    "timeoutMs": whole_number(0, _LONGEST_WAIT_MS),
}


def create(parts: Parts, url: str, document: Any) -> Answer:
    """Answer ``POST /emulator/v1/sandboxes``; *url* is how the caller reached this server."""
    members = read_members({} if document is None else document, _CREATION, required=())
    where = served(parts.workspace.current, Scope(members.get("environment")), parts.clock())
    overrides = Overrides.of(Frozen(members["at"])) if "at" in members else Overrides()
    ttl = timedelta(seconds=members["ttlSeconds"]) if "ttlSeconds" in members else DEFAULT_TTL
    sandbox = parts.sandboxes.create(
        parts.world, url, where.environment.key, name=members.get("name", ""), ttl=ttl, overrides=overrides
    )
    return control_answer(canonical(report(sandbox, url)), status=201)


def listing(parts: Parts, url: str) -> Report:
    return {"sandboxes": [report(sandbox, url) for sandbox in parts.sandboxes.all()]}


def report(sandbox: Sandbox, url: str) -> Report:
    """Return the sandbox as JSON, with the addresses that SDKs take: *edgeUrl* is that of precomputed clients."""
    told = sandbox_document(sandbox)
    return {"sdkKey": told.pop("sdkKey"), "baseUrl": f"{url}/api", "edgeUrl": url, **told}


def sandbox_of(parts: Parts, sdk_key: str) -> Sandbox:
    """
    Return the living sandbox of that key.

    Raises:
        QueryError: there is none, or no more.
    """
    found = parts.sandboxes.find((sdk_key,))
    if found is None:
        names = [one.identity.name for one in parts.sandboxes.all() if one.identity.name]
        hint = nearest(sdk_key, names) or "POST /emulator/v1/sandboxes creates one"
        raise QueryError(f"no sandbox has the SDK key {shown_key(sdk_key)}; {hint}", "unknown-sandbox")
    found.used()
    return found


def end(parts: Parts, sdk_key: str) -> Answer:
    sandbox = sandbox_of(parts, sdk_key)
    parts.sandboxes.delete(sandbox.sdk_key)
    return Answer(204, ((b"Cache-Control", b"no-store"),))


# What each change is called in the path, and what is done for PUT and for DELETE. Those that name nothing come first.
PUTS: Mapping[str, Callable[[Sandbox, Any], None]] = {"clock": put_clock, "faults": put_faults}
DELETES: Mapping[str, Callable[[Sandbox], None]] = {
    "clock": delete_clock,
    "faults": lambda sandbox: sandbox.set_faults(()),
    "flags": delete_flags,
}
NAMED_PUTS: Mapping[str, Callable[[Sandbox, str, Any], None]] = {"flags": put_flag, "bandits": put_bandit}
NAMED_DELETES: Mapping[str, Callable[[Sandbox, str], None]] = {"flags": delete_flag, "bandits": delete_bandit}


def clients(sandbox: Sandbox) -> Report:
    return {"revision": sandbox.current.number, "clients": sandbox.clients()}


def wait(parts: Parts, sandbox: Sandbox, document: Any) -> Report | Answer:
    """Answer ``POST …/await``: at once when every client is in step, else when it is; or 408 with who is behind."""
    members = read_members({} if document is None else document, _AWAITING, required=())
    revision = members.get("revision", sandbox.current.number)
    expected, timeout_ms = members.get("clients", 1), members.get("timeoutMs", _DEFAULT_WAIT_MS)
    late = sandbox.wait_until_applied(revision, expected, timeout_ms / 1000, parts.ending.is_set)
    if late is None:
        return {"revision": revision, "clients": sandbox.clients()}
    if late.has_ended:
        raise QueryError("the sandbox has ended while its clients were waited for", "unknown-sandbox")
    if parts.ending.is_set():
        raise QueryError("the emulator is being closed", "closing")
    return problem_answer(
        "not-in-step",
        f"after {timeout_ms} ms: {late.reason}",
        more={"revision": revision, "behind": [one.as_json(revision) for one in late.behind]},
    )
