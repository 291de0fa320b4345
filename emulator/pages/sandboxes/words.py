"""What a sandbox changes, in words: its layers, its clock, its faults; and durations."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import assert_never

from emulator.overrides import BanditLayer, Clock, Edited, FlagLayer, Frozen, Mode, Off, Pin, Serve
from emulator.pages.sandboxes.said import Name, Said, joined, names
from emulator.pages.wording import plural
from emulator.sandboxes.faults import Fault, Target

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
_ABSENT: Said = ("is not there: callers get their own default",)

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
_MODES: Mapping[str, str] = {
    "uniform": "chooses each offered action equally often",
    "cold-start": "has learned nothing yet: its model is empty",
}


def layers_words(layers: Sequence[FlagLayer], environment: str) -> Said:
    """Return what *layers*, the last one uppermost, do to their flag, which *environment* serves otherwise."""
    served: list[Said] = []
    for layer in reversed(layers):
        if isinstance(layer, Serve):
            served.append(
                ("serves ", Name(layer.variation), " to ", *_to_whom(layer, "else" if served else ""), *_via(layer))
            )
            if layer.subjects is None:
                return joined(served)
        elif isinstance(layer, Off):
            return joined([*served, ("to nobody else anything",)]) if served else _ABSENT
        elif isinstance(layer, Edited):
            return joined([*served, ("is edited",)])
        else:
            assert_never(layer)
    return (*joined(served), "; all others ", "get what they get in ", Name(environment))


def layers_gist(layers: Sequence[FlagLayer]) -> Said:
    """Return the uppermost of *layers* in a few words."""
    layer = layers[-1]
    if isinstance(layer, Serve):
        return ("serves ", Name(layer.variation), " to ", *_to_whom(layer, ""))
    return ("is off",) if isinstance(layer, Off) else ("is edited",)


def _to_whom(layer: Serve, other: str) -> Said:
    if layer.subjects is None:
        return (f"everybody {other}".rstrip(),)
    return names(layer.subjects) if layer.subjects else ("nobody",)


def _via(layer: Serve) -> Said:
    return () if layer.via is None else (", logged as ", Name(layer.via))


def bandit_words(layer: BanditLayer) -> Said:
    if isinstance(layer, Pin):
        return ("chooses ", Name(layer.action), " whenever it is offered")
    return (_MODES.get(layer.mode, layer.mode),) if isinstance(layer, Mode) else assert_never(layer)


def clock_words(clock: Clock) -> str:
    if isinstance(clock, Frozen):
        return f"Time stands still at {moment_words(clock.at)}"
    if not clock.offset:
        return "Time goes on as it does"
    return f"Time is {duration_words(abs(clock.offset))} {'ahead' if clock.offset > timedelta() else 'behind'}"


def fault_words(fault: Fault, left: int | None) -> str:
    """Return what happens to which requests; *left* is how many it still meets, None for all."""
    asked = _ASKED[fault.on]
    if left == 0:
        return f"Used up: requests {asked} were {_effect(fault)}"
    if left is None:
        return f"Every request {asked} is {_effect(fault)}"
    which = "The next request" if left == 1 else f"The next {left:,} requests"
    return f"{which} {asked} {'is' if left == 1 else 'are'} {_effect(fault)}"


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


def moment_words(moment: datetime) -> str:
    seconds = moment.strftime(":%S") if moment.second or moment.microsecond else ""
    return f"{moment.year:04}-{moment:%m-%d %H:%M}{seconds} UTC"


def duration_words(duration: timedelta) -> str:
    """Return the two greatest units of *duration*: ``1 day 3 hours``."""
    left, said = round(duration.total_seconds()), []
    for size, unit in _UNITS:
        number, rest = divmod(left, size)
        if number:
            said.append(plural(number, unit))
            left = rest
        if len(said) == 2 or (said and not number):
            break
    return " ".join(said) or "less than a second"
