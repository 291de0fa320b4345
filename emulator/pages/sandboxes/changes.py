"""What one sandbox changes: flag by flag and bandit by bandit, how it is there and how it is in its environment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emulator.overrides import Clock, Edited, FlagLayer, Frozen, Off, Serve
from emulator.overrides.bandits import known_bandits
from emulator.overrides.content import object_in
from emulator.overrides.schedule import at_clock
from emulator.pages.sandboxes.difference import Line, difference
from emulator.pages.sandboxes.gist import Gist, gist_of
from emulator.pages.sandboxes.said import Said, names, plain
from emulator.pages.sandboxes.words import bandit_words, is_set, layers_words
from emulator.sandboxes.sandbox import Revision, Sandbox
from emulator.ufc.bandit_modes import pinned_action

# So many flags are shown at once, so many edits with their differences, and so many schedules are looked through.
FLAGS = 100
_DIFFERENCES = 5
_MOST_SCHEDULED = 1_000


@dataclass(frozen=True, slots=True)
class FlagChange:
    """
    One flag that is another one here: *before* is what the environment serves, *after* what the sandbox serves.

    *said* is what was done to it in words; *by_hand* is false where only the clock changes it. *difference* is that of
    the documents, None where nobody asked for it.
    """

    key: str
    said: Said
    before: Gist
    after: Gist
    by_hand: bool
    difference: tuple[Line, ...] | None

    @property
    def is_told(self) -> bool:
        """Whether *said* tells already what *after* does."""
        return plain(self.after.said) in plain(self.said) or "; all others " in self.said


@dataclass(frozen=True, slots=True)
class BanditChange:
    key: str
    said: Said
    before: Said


@dataclass(frozen=True, slots=True)
class Changes:
    """*flags* are the first of *count* flags; *by_clock* says what the clock does, empty where it is the real one."""

    flags: tuple[FlagChange, ...]
    count: int
    bandits: tuple[BanditChange, ...]
    by_clock: Said

    def __bool__(self) -> bool:
        return bool(self.count or self.bandits)


def changes_of(sandbox: Sandbox, now: datetime, asked: str | None = None) -> Changes:
    """Return what *sandbox* changes, at the real time *now*; *asked* is the flag whose difference is wanted."""
    current = sandbox.current
    overrides = current.overrides
    moved = moved_by_clock(current, now)
    keys = list(dict.fromkeys((*overrides.flags, *(moved or ()))))
    teller = _Teller(sandbox, current, now, asked)
    flags = tuple(teller.told(key) for key in keys[:FLAGS])
    known = known_bandits(current.base.config, current.base.models) if overrides.bandits else {}
    bandits = tuple(
        BanditChange(key, bandit_words(layers[-1]), _model_words(known.get(key)))
        for key, layers in overrides.bandits.items()
    )
    return Changes(flags, len(keys), bandits, _clock_words(current, moved))


class _Teller:
    """Tells of one flag after the other; the first edits come with their differences."""

    def __init__(self, sandbox: Sandbox, current: Revision, now: datetime, asked: str | None) -> None:
        self._environment = sandbox.identity.environment
        self._current = current
        self._now = now
        self._asked = asked
        self._differences = 0

    def told(self, key: str) -> FlagChange:
        layers = self._current.overrides.flags.get(key, ())
        before = gist_of(self._current.base, key, self._now)
        after = gist_of(self._current.environment, key, self._now)
        return FlagChange(key, self._said(layers, after), before, after, bool(layers), self._difference(key, layers))

    def _said(self, layers: tuple[FlagLayer, ...], after: Gist) -> Said:
        if not layers:
            return after.said
        said = layers_words(layers, self._environment)
        return (*said, "; it ", *after.said) if isinstance(layers[-1], Edited) else said

    def _difference(self, key: str, layers: tuple[FlagLayer, ...]) -> tuple[Line, ...] | None:
        is_edited = any(isinstance(layer, Edited) for layer in layers)
        if key != self._asked and not (is_edited and self._differences < _DIFFERENCES):
            return None
        self._differences += key != self._asked
        before, after = (one.config["flags"].get(key) for one in (self._current.base, self._current.environment))
        return difference(before, after)


def moved_by_clock(current: Revision, now: datetime) -> tuple[str, ...] | None:
    """Return the flags that serve now what they would not without the sandbox's clock; None: too many to look at."""
    clock, timeless = current.overrides.clock, current.timeless.config["flags"]
    if not is_set(clock):
        return ()
    scheduled = current.base.scheduled_flags
    if len(scheduled) > _MOST_SCHEDULED:
        return None
    real, layered = Frozen(now), current.overrides.flags
    among = (key for key in dict.fromkeys((*layered, *scheduled)) if key in timeless)
    return tuple(
        key for key in among if not any(map(_is_for_all, layered.get(key, ()))) and _differs(timeless[key], clock, real)
    )


def _is_for_all(layer: FlagLayer) -> bool:
    """Return whether nobody comes to the flag's own allocations, and to their schedules."""
    return isinstance(layer, Off) or (isinstance(layer, Serve) and layer.subjects is None)


def _clock_words(current: Revision, moved: tuple[str, ...] | None) -> Said:
    if not is_set(current.overrides.clock):
        return ()
    if moved is None:
        return (f"{len(current.base.scheduled_flags):,} flags with a schedule go by it",)
    return ("It changes ", *names(moved)) if moved else ("No flag has a schedule that it changes",)


def _differs(flag: Any, clock: Clock, real: Frozen) -> bool:
    return bool(at_clock(flag, Frozen(clock.reading(real.at))) != at_clock(flag, real))


def _model_words(model: Any) -> Said:
    """Return how the bandit of *model*, None where none is delivered, chooses."""
    if not isinstance(model, Mapping):
        return ("has no model",)
    data = object_in(model, "modelData")
    action = pinned_action(data) if data else None
    if action is not None:
        return ("is pinned to one action in the files, too",)
    if data.get("gamma") == 0 and data.get("actionProbabilityFloor") == 0:
        return ("chooses each offered action equally often",)
    actions = len(object_in(data, "coefficients"))
    return (
        f"weighs {actions:,} known actions by their scores" if actions else "has learned nothing: its model is empty",
    )


def parts_of(sandbox: Sandbox, changes: Changes) -> Iterator[Said]:
    """Yield what is changed, in a few words each, as the first sentence lists it."""
    if changes.count:
        yield (f"{changes.count:,} flag{'' if changes.count == 1 else 's'}",)
    if changes.bandits:
        yield (f"{len(changes.bandits):,} bandit{'' if len(changes.bandits) == 1 else 's'}",)
    if is_set(sandbox.overrides.clock):
        yield ("the clock",)
