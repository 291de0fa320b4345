"""What goes wrong on purpose, in words: the faults of a sandbox in the order in which requests meet them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from emulator.pages.wording import plural
from emulator.sandboxes.faults import Fault, Target
from emulator.sandboxes.telling import fault_document

_ASKED: Mapping[Target, str] = {
    "config": "for the flags",
    "bandits": "for the bandits' models",
    "assignments": "of precomputed clients",
    "events": "with events",
}
_DAMAGED: Mapping[str, str] = {
    "garbage": "answered with something that is no JSON",
    "truncated": "cut off in the middle of the answer",
    "empty": "answered with nothing",
}

# When requests meet a fault: now, once others of the same requests are used up, never, or no more.
Turn = Literal["now", "then", "never", "over"]
Left = tuple[Fault, int | None]


@dataclass(frozen=True, slots=True)
class FaultLine:
    """*document* is what puts the fault back as it now is; None for one that is used up."""

    said: str
    left: int | None
    times: int | None
    document: dict[str, object] | None


def fault_lines(faults: Sequence[Left]) -> tuple[FaultLine, ...]:
    """Return what each of *faults* does, given with the number of requests that it still lasts, None for ever."""
    return tuple(
        FaultLine(fault_words(fault, left, turn), left, fault.times, _again(fault_document(fault, left), left))
        for (fault, left), turn in zip(faults, turns(faults), strict=True)
    )


def turns(faults: Sequence[Left]) -> tuple[Turn, ...]:
    """Return when each fault's turn is: a request meets the first one that is left of those for its kind."""
    found: dict[int, Turn] = {}
    behind: dict[tuple[Target, bool], Turn] = {}
    # Events of a batch can fail only where it is read: whatever keeps it from that goes before, wherever it stands.
    for place in sorted(range(len(faults)), key=lambda place: faults[place][0].failed is not None):
        fault, left = faults[place]
        kind = (fault.on, fault.failed is not None)
        turn = behind.get(kind, "now")
        found[place] = "over" if left == 0 else turn
        if left == 0 or turn == "never":
            continue
        behind[kind] = "never" if left is None else "then"
        if fault.status is not None or fault.drop:
            behind[fault.on, True] = behind[kind]
    return tuple(found[place] for place in range(len(faults)))


def fault_words(fault: Fault, left: int | None, turn: Turn) -> str:
    """Return what happens to which requests; *left* is how many it still meets, None for all."""
    asked = _ASKED[fault.on]
    if turn == "over":
        return f"Used up: requests {asked} were {_effect(fault)}"
    if turn == "never":
        return f"Never reached, because another fault meets every request {asked}: it would be {_effect(fault)}"
    number = "every request" if left is None else "the next request" if left == 1 else f"the next {left:,} requests"
    is_one = left is None or left == 1
    said = f"{number} {asked} {'is' if is_one else 'are'} {_effect(fault)}"
    return f"After that, {said}" if turn == "then" else f"{said[0].upper()}{said[1:]}"


def _effect(fault: Fault) -> str:
    if fault.failed is not None:
        some = plural(fault.failed, "event") if isinstance(fault.failed, int) else f"{len(fault.failed):,} named events"
        return f"answered as if {some} had failed"
    late = f"{fault.delay_ms:,} ms late" if fault.delay_ms else ""
    what = (
        f"answered with status {fault.status}" if fault.status is not None
        else _DAMAGED[fault.body] if fault.body is not None
        else "closed without an answer" if fault.drop
        else ""
    )  # fmt: skip
    return f"{what}, {late}" if what and late else what or f"answered {late}"


def _again(document: dict[str, object], left: int | None) -> dict[str, object] | None:
    """Return the document that the control API takes for the rest of a fault."""
    if left == 0:
        return None
    kept = {name: value for name, value in document.items() if name not in ("times", "timesLeft")}
    return kept if left is None else {**kept, "times": left}
