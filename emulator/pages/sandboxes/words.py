"""What a sandbox changes, in words: its layers and its clock; and durations."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import assert_never

from emulator.overrides import BanditLayer, Clock, Edited, FlagLayer, Frozen, Mode, Off, Pin, Serve
from emulator.pages.sandboxes.said import Name, Said, joined, names
from emulator.pages.wording import plural

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
_ABSENT: Said = ("is not there: callers get their own default",)

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
