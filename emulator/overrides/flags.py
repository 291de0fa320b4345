"""One flag and its layers → the flag as it is served instead."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from emulator.overrides.content import Wire, list_in, objects_in
from emulator.overrides.layers import Edited, FlagLayer, Serve
from emulator.overrides.missing import Missing, missing_in_flag

Flags = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Layered:
    """
    *wire* is what is served, None where nothing is; *bandits* are the ties that an edit says by name.

    *missing* are the layers that had no effect.
    """

    wire: Any
    missing: tuple[Missing, ...] = ()
    bandits: Mapping[str, str] = field(default_factory=dict)


def current(base: Any, layers: Sequence[FlagLayer]) -> Any:
    """Return the flag whose names count for a layer on top of *layers*: the last edit, else *base*."""
    return next((layer.wire for layer in reversed(layers) if isinstance(layer, Edited)), base)


def lay_over(base: Any, layers: Sequence[FlagLayer], *, served: bool = True) -> Layered:
    """
    Return the wire flag *base* under *layers*; *served* is false for one that only another environment serves.

    Where a flag is off, or disabled, and single subjects are served, all others get their caller's default, as before.
    """
    missing = []
    edit: Edited | None = None
    on = served
    serves: list[Serve] = []
    for layer in layers:
        if isinstance(layer, Serve):
            gap = missing_in_flag(layer, edit.wire if edit else base)
            if gap is not None:
                missing.append(gap)
            elif layer.subjects is None:
                serves = [layer]
            else:
                serves.append(layer)
        else:
            on = isinstance(layer, Edited)
            edit = layer if isinstance(layer, Edited) else edit
            serves = []
    origin = edit.wire if edit else base
    fronts = list(_fronts(serves, origin))
    wire = _opened(origin, fronts, on=on) if fronts else origin if on else None
    return Layered(wire, tuple(missing), edit.bandits if edit else {})


def _opened(flag: Wire, fronts: list[Wire], *, on: bool) -> Wire:
    """Return *flag* with *fronts* before its own allocations, of which one that serves nobody keeps none."""
    own = list_in(flag, "allocations") if on and flag.get("enabled") is True else []
    return {**flag, "enabled": True, "allocations": [*fronts, *own]}


def _fronts(serves: Sequence[Serve], flag: Any) -> Iterator[Wire]:
    """Yield an allocation per layer, the last layer first, with the subjects that no later one has taken."""
    taken: set[str] = set()
    for serve in reversed(serves):
        if serve.subjects is None:
            yield _front(serve, None, flag)
            continue
        own = [subject for subject in dict.fromkeys(serve.subjects) if subject not in taken]
        taken.update(own)
        if own:
            yield _front(serve, own, flag)


def _front(serve: Serve, subjects: list[str] | None, flag: Any) -> Wire:
    log, extra = (True, None) if serve.via is None else _logging(serve.via, serve.variation, flag)
    wire: Wire = {"key": f"override-{serve.variation}" if serve.via is None else serve.via}
    if subjects is not None:
        wire["rules"] = [{"conditions": [{"attribute": "id", "operator": "ONE_OF", "value": subjects}]}]
    split: Wire = {"variationKey": serve.variation, "shards": []}
    if extra is not None:
        split["extraLogging"] = extra
    return {**wire, "splits": [split], "doLog": log}


def _logging(allocation: str, variation: str, flag: Any) -> tuple[bool, Wire | None]:
    """
    Return whether the *allocation* logs, and what it adds to the event of *variation*.

    One that never serves the variation adds what it adds to all others, if that is one and the same: flag files say it
    for the whole allocation. Of several with the key (phases have one key) the first that serves the variation counts.
    """
    named = [one for one in objects_in(flag, "allocations") if one.get("key") == allocation]
    serving = [
        (one, split) for one in named for split in objects_in(one, "splits") if split.get("variationKey") == variation
    ]
    if serving:
        return _logs(serving[0][0]), _extra(serving[0][1])
    extras = [_extra(split) for split in objects_in(named[0], "splits")]
    return _logs(named[0]), extras[0] if extras and all(one == extras[0] for one in extras) else None


def _logs(allocation: Wire) -> bool:
    # Absent means true to most SDKs (D-EVT-1), and what is served always says it.
    return allocation.get("doLog") is not False


def _extra(split: Wire) -> Wire | None:
    extra = split.get("extraLogging")
    return extra if isinstance(extra, dict) else None
