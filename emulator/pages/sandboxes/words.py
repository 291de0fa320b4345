"""What a sandbox changes, in words: its layers and its clock; and durations."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeGuard, assert_never

from emulator.overrides import BanditLayer, Clock, Edited, FlagLayer, Frozen, Mode, Off, Pin, Serve, Shifted
from emulator.pages.sandboxes.said import Name, Said, joined, names
from emulator.pages.wording import plural

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
# So many subjects are named in full sentences, and so many layers of a flag in short ones.
_SUBJECTS = 3
_TOLD = 3
_ABSENT: Said = ("is not there: callers get their own default",)

_MODES: Mapping[str, str] = {
    "uniform": "chooses each offered action equally often",
    "cold-start": "has learned nothing yet: its model is empty",
}


def layers_words(layers: Sequence[FlagLayer], environment: str) -> Said:
    """Return what *layers*, the last one uppermost, do to their flag, which *environment* serves otherwise."""
    items, is_all = _items(layers, _SUBJECTS)
    if not items:
        return _ABSENT
    return joined(items) if is_all else (*joined(items), "; all others get what they get in ", Name(environment))


def layers_gist(layers: Sequence[FlagLayer]) -> Said:
    """Return the same in a few words: of many layers the uppermost, and what everybody else gets."""
    items, _ = _items([replace(layer, via=None) if isinstance(layer, Serve) else layer for layer in layers], 1)
    if len(items) > _TOLD:
        items[1:-1] = [(f"{len(items) - 2:,} more",)]
    return joined(items) or ("is off",)


def _items(layers: Sequence[FlagLayer], subjects: int) -> tuple[list[Said], bool]:
    """
    Return what each layer does, from the uppermost down to the first that is for everybody, and whether there is one.

    Nothing, where that takes the flag away from everybody. So many *subjects* are named for each.
    """
    items: list[Said] = []
    for layer in reversed(layers):
        if isinstance(layer, Serve):
            whom = _to_whom(layer, "else" if items else "", subjects)
            items.append(("serves ", Name(layer.variation), " to ", *whom, *_via(layer)))
            if layer.subjects is None:
                return items, True
        elif isinstance(layer, Off):
            return [*items, ("to nobody else anything",)] if items else [], True
        elif isinstance(layer, Edited):
            return [*items, ("is edited",)], True
        else:
            assert_never(layer)
    return items, False


def _to_whom(layer: Serve, other: str, subjects: int) -> Said:
    if layer.subjects is None:
        return (f"everybody {other}".rstrip(),)
    return names(layer.subjects, subjects) if layer.subjects else ("nobody",)


def _via(layer: Serve) -> Said:
    return () if layer.via is None else (", logged as ", Name(layer.via))


def bandit_words(layer: BanditLayer) -> Said:
    if isinstance(layer, Pin):
        return ("chooses ", Name(layer.action), " whenever it is offered")
    return (_MODES.get(layer.mode, layer.mode),) if isinstance(layer, Mode) else assert_never(layer)


def is_set(clock: Clock | None) -> TypeGuard[Clock]:
    """Return whether *clock* tells another time than the real one: not where it is shifted by nothing."""
    return clock is not None and clock != Shifted(timedelta())


def clock_words(clock: Clock) -> str:
    if isinstance(clock, Frozen):
        return f"Time stands still at {moment_words(clock.at)}"
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
