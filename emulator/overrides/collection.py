"""
All changes of one sandbox, as a value: layers, of which the later ones win.

Adding and removing give a new collection; one that is being served never changes. Two are equal when they hold equal
layers in the same order, flag by flag and bandit by bandit.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from emulator.overrides.layers import BanditLayer, Clock, Edited, FlagLayer, Frozen, Layer, Mode, Pin, Serve, Shifted

L = TypeVar("L")


@dataclass(frozen=True, slots=True)
class Overrides:
    """
    *flags* and *bandits* hold the layers of each name, *clocks* those of the clock, the oldest first.

    Of a bandit's layers and the clock's only the last counts; the others wait beneath until it is removed.
    """

    flags: Mapping[str, tuple[FlagLayer, ...]] = field(default_factory=dict)
    bandits: Mapping[str, tuple[BanditLayer, ...]] = field(default_factory=dict)
    clocks: tuple[Clock, ...] = ()

    @classmethod
    def of(cls, *layers: Layer) -> "Overrides":
        overrides = cls()
        for layer in layers:
            overrides = overrides.plus(layer)
        return overrides

    def __bool__(self) -> bool:
        return bool(self.flags or self.bandits or self.clocks)

    @property
    def clock(self) -> Clock | None:
        """The clock that counts, or None for the real one."""
        return self.clocks[-1] if self.clocks else None

    def now(self, real: datetime) -> datetime:
        """Return the time by this clock when it is *real* (aware) outside."""
        return self.clock.reading(real) if self.clock else real

    def plus(self, layer: Layer) -> "Overrides":
        """Return these with *layer* on top; what it hides comes back when it is removed."""
        if isinstance(layer, Frozen | Shifted):
            return replace(self, clocks=(*self.clocks, layer))
        if isinstance(layer, Pin | Mode):
            return self._with_bandit(layer.bandit, (*self.bandits.get(layer.bandit, ()), layer))
        return self._with_flag(layer.flag, (*self.flags.get(layer.flag, ()), layer))

    def put(self, layer: Layer) -> "Overrides":
        """Return these with *layer* on top; what it hides is forgotten, so that putting for ever takes no memory."""
        if isinstance(layer, Frozen | Shifted):
            return replace(self, clocks=(layer,))
        if isinstance(layer, Pin | Mode):
            return self._with_bandit(layer.bandit, (layer,))
        return self._with_flag(layer.flag, (*_still_seen(self.flags.get(layer.flag, ()), layer), layer))

    def without(self, layer: Layer) -> "Overrides":
        """Return these without *layer*: that very object, else the last that equals it; as they are when it is gone."""
        if isinstance(layer, Frozen | Shifted):
            return replace(self, clocks=_left(self.clocks, layer))
        if isinstance(layer, Pin | Mode):
            return self._with_bandit(layer.bandit, _left(self.bandits.get(layer.bandit, ()), layer))
        return self._with_flag(layer.flag, _left(self.flags.get(layer.flag, ()), layer))

    def without_flag(self, flag: str) -> "Overrides":
        return self._with_flag(flag, ())

    def without_flags(self) -> "Overrides":
        return replace(self, flags={})

    def without_bandit(self, bandit: str) -> "Overrides":
        return self._with_bandit(bandit, ())

    def without_clock(self) -> "Overrides":
        return replace(self, clocks=())

    def _with_flag(self, flag: str, layers: tuple[FlagLayer, ...]) -> "Overrides":
        return replace(self, flags=_with(self.flags, flag, layers))

    def _with_bandit(self, bandit: str, layers: tuple[BanditLayer, ...]) -> "Overrides":
        return replace(self, bandits=_with(self.bandits, bandit, layers))


def _with(known: Mapping[str, tuple[L, ...]], key: str, layers: tuple[L, ...]) -> dict[str, tuple[L, ...]]:
    if layers:
        return {**known, key: layers}
    return {name: own for name, own in known.items() if name != key}


def _left(layers: tuple[L, ...], gone: L) -> tuple[L, ...]:
    """Return *layers* without the one: equal ones of other places stay, for their order matters."""
    same = [place for place, one in enumerate(layers) if one is gone]
    equal = same or [place for place, one in enumerate(layers) if one == gone]
    return layers[: equal[-1]] + layers[equal[-1] + 1 :] if equal else layers


def _still_seen(beneath: Iterable[FlagLayer], layer: FlagLayer) -> tuple[FlagLayer, ...]:
    """Return what *layer* does not hide. An edit stays until the next: its variations are the ones to serve."""
    if isinstance(layer, Edited):
        return ()
    if not isinstance(layer, Serve) or layer.subjects is None:
        return tuple(one for one in beneath if isinstance(one, Edited))
    return tuple(one for one in beneath if not isinstance(one, Serve) or not _within(one, layer.subjects))


def _within(serve: Serve, subjects: tuple[str, ...]) -> bool:
    return serve.subjects is not None and set(serve.subjects) <= set(subjects)
