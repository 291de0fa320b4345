"""check: whether a layer names what is there, when it is made; the mistake is then still where it was made."""

from collections.abc import Mapping
from typing import Any

from emulator.overrides.bandits import gap_of, known_bandits
from emulator.overrides.collection import Overrides
from emulator.overrides.flags import Flags, current
from emulator.overrides.layers import BanditLayer, Edited, FlagLayer, Layer, Mode, Off, OverrideError, Pin, Serve
from emulator.overrides.missing import Missing, missing_flag, missing_in_flag
from emulator.suggest import nearest
from emulator.ufc.bandit_modes import MODES
from emulator.ufc.wire import Config, Models
from emulator.wording import printable


def check(
    config: Config,
    models: Models,
    layer: Layer,
    elsewhere: Flags | None = None,
    *,
    beneath: Overrides | None = None,
) -> None:
    """
    Check a *layer* that is to lie on top of *beneath* (edited flags have their own names) in a sandbox.

    *config*, *models* and *elsewhere* are those of :func:`override`.

    Raises:
        OverrideError: a name is unknown; the message offers the nearest one.
    """
    if isinstance(layer, Pin | Mode):
        _check_bandit(layer, known_bandits(config, models))
    elif isinstance(layer, Serve | Off | Edited):
        _check_flag(layer, config["flags"], elsewhere or {}, beneath or Overrides())


def _check_bandit(layer: BanditLayer, bandits: Mapping[str, Any]) -> None:
    _raise(gap_of(layer, bandits))
    if isinstance(layer, Mode) and layer.mode not in MODES:
        found = printable(str(layer.mode))
        raise OverrideError("mode", found, f'no mode "{found}" of a bandit', nearest(found, MODES))


def _check_flag(layer: FlagLayer, flags: Flags, elsewhere: Flags, beneath: Overrides) -> None:
    base = flags[layer.flag] if layer.flag in flags else elsewhere.get(layer.flag)
    if base is None and layer.flag not in flags:
        _raise(missing_flag(layer, flags, elsewhere))
    if not isinstance(layer, Serve):
        return
    _raise(missing_in_flag(layer, current(base, beneath.flags.get(layer.flag, ()))))
    if layer.subjects == ():
        message = f'flag "{printable(layer.flag)}" is to serve "{printable(layer.variation)}" to no subjects'
        raise OverrideError("subjects", "", message, "name one, or leave them out for everybody")


def _raise(gap: Missing | None) -> None:
    if gap is not None:
        raise OverrideError(gap.member, gap.name, gap.message, gap.hint)
