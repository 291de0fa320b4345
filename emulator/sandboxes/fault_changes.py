"""Faults as people send them: JSON documents, read and checked."""

from collections.abc import Mapping, Sequence
from typing import Any

from emulator.queries.members import Reader, boolean, read_members, text, whole_number
from emulator.sandboxes.faults import DAMAGES, TARGETS, Fault
from emulator.sandboxes.refusals import ChangeError, Element
from emulator.sandboxes.sandbox import Sandbox
from emulator.suggest import did_you_mean
from emulator.wording import printable

_LONGEST_DELAY_MS = 600_000
_MOST_TIMES = 1_000_000_000


def _one_of(names: Sequence[str]) -> Reader:
    def read(value: Any) -> str:
        name = text(value)
        if name not in names:
            hint = did_you_mean(name, names)
            found = f'expected one of {", ".join(names)}, found "{printable(name)}"'
            raise ValueError(f"{found}; {hint}" if hint else found)
        return name

    return read


def _failing(value: Any) -> int | frozenset[str]:
    if isinstance(value, list | tuple):
        return frozenset(map(text, value))
    number: int = _count(value)
    return number


_count = whole_number(1, _MOST_TIMES)
_FAULT_READERS: Mapping[str, Reader] = {
    "on": _one_of(TARGETS),
    "status": whole_number(200, 599),
    "delayMs": whole_number(0, _LONGEST_DELAY_MS),
    "body": _one_of(DAMAGES),
    "drop": boolean,
    "times": _count,
    "failed": _failing,
}


def put_faults(sandbox: Sandbox, documents: Any) -> None:
    """
    Replace the faults by those in a list of ``{"on", "status"?, "delayMs"?, "body"?, "drop"?, "failed"?, "times"?}``.

    Raises:
        QueryError: one of them cannot be read.
        ChangeError: one says nothing that goes wrong, or two things that exclude each other.
    """
    given = documents if isinstance(documents, list | tuple) else [documents]
    faults = []
    for place, document in enumerate(given):
        with Element(place, documents):
            faults.append(_fault(document))
    sandbox.set_faults(faults)


def _fault(document: Any) -> Fault:
    known = read_members(document, _FAULT_READERS, required=("on",))
    fault = Fault(
        known["on"],
        status=known.get("status"),
        delay_ms=known.get("delayMs", 0),
        body=known.get("body"),
        drop=known.get("drop", False),
        times=known.get("times"),
        failed=known.get("failed"),
    )
    effects = [name for name in ("status", "body", "drop", "failed") if known.get(name)]
    if len(effects) > 1:
        found = " and ".join(effects)
        raise ChangeError(f"a fault has one of status, body, drop and failed; found {found}", "bad-change")
    if not effects and not fault.delay_ms:
        raise ChangeError("a fault needs status, delayMs, body, drop or failed", "bad-change")
    if fault.failed is not None and (fault.on != "events" or fault.delay_ms):
        raise ChangeError('"failed" is for events, and has no delay; a second fault may have one', "bad-change")
    return fault
