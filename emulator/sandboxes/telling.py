"""A sandbox as JSON: its changes as the documents that made them, and everything else that people want to see."""

from typing import Any

from emulator.overrides import Clock, Edited, FlagLayer, Frozen, Pin, Serve
from emulator.overrides.layers import BanditLayer
from emulator.sandboxes.faults import Fault
from emulator.sandboxes.sandbox import Sandbox
from emulator.ufc.timestamps import format_timestamp


def sandbox_document(sandbox: Sandbox) -> dict[str, Any]:
    """Return what ``GET /emulator/v1/sandboxes/{sdkKey}`` tells, but for addresses."""
    identity, overrides, current = sandbox.identity, sandbox.overrides, sandbox.current
    return {
        "sdkKey": identity.sdk_key,
        "environment": identity.environment,
        "name": identity.name,
        "createdAt": format_timestamp(identity.created_at),
        "ttlSeconds": None if identity.ttl is None else identity.ttl.total_seconds(),
        "revision": current.number,
        "now": format_timestamp(sandbox.now()),
        "clock": clock_document(overrides.clock),
        "flags": {flag: [flag_document(layer) for layer in layers] for flag, layers in overrides.flags.items()},
        "bandits": {bandit: bandit_document(layers[-1]) for bandit, layers in overrides.bandits.items()},
        "faults": [fault_document(fault, left) for fault, left in sandbox.faults()],
        "missing": list(current.missing),
        "clients": sandbox.clients(),
    }


def flag_document(layer: FlagLayer) -> dict[str, Any]:
    """Return the document of which :func:`put_flag` makes *layer*."""
    if isinstance(layer, Serve):
        subjects = {} if layer.subjects is None else {"subjects": list(layer.subjects)}
        return {"serve": layer.variation, **subjects, **({} if layer.via is None else {"via": layer.via})}
    return {"ufc": layer.wire} if isinstance(layer, Edited) else {"off": True}


def bandit_document(layer: BanditLayer) -> dict[str, Any]:
    return {"pin": layer.action} if isinstance(layer, Pin) else {"mode": layer.mode}


def clock_document(clock: Clock | None) -> dict[str, Any] | None:
    if clock is None:
        return None
    if isinstance(clock, Frozen):
        return {"at": format_timestamp(clock.at)}
    return {"offsetSeconds": clock.offset.total_seconds()}


def fault_document(fault: Fault, left: int | None) -> dict[str, Any]:
    """Return the document of *fault*, with the number of requests that it still lasts."""
    told = {"on": fault.on, "status": fault.status, "delayMs": fault.delay_ms or None, "body": fault.body}
    failed = sorted(fault.failed) if isinstance(fault.failed, frozenset) else fault.failed
    known = {**told, "drop": fault.drop or None, "failed": failed, "times": fault.times}
    shown = {name: value for name, value in known.items() if value is not None}
    return shown if left is None else {**shown, "timesLeft": left}
