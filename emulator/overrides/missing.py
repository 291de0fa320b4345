"""Names that a layer needs and nobody knows: mistyped when it is made, or gone from the flag files since."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Literal

from emulator.overrides.content import object_in, objects_in
from emulator.overrides.layers import BanditLayer, FlagLayer, Pin, Serve
from emulator.suggest import nearest
from emulator.ufc.bandit_modes import pinned_action
from emulator.wording import printable

Member = Literal["flag", "variation", "allocation", "bandit", "action"]


@dataclass(frozen=True, slots=True)
class Missing:
    """*name* is that of a *member* which is not there; *message* is a sentence without its full stop."""

    layer: FlagLayer | BanditLayer
    member: Member
    name: str
    message: str
    _known: tuple[Collection[str], ...] = field(repr=False, compare=False)

    def __str__(self) -> str:
        return self.message

    @property
    def hint(self) -> str:
        """The nearest name, else what there is; looked for when it is asked for, as thousands may be compared."""
        return nearest(self.name, chain.from_iterable(self._known)) or f"there are no {self.member}s"


def missing_flag(layer: FlagLayer, *known: Mapping[str, Any]) -> Missing:
    return Missing(layer, "flag", layer.flag, f"no flag {_quoted(layer.flag)}", known)


def missing_in_flag(serve: Serve, flag: Any) -> Missing | None:
    """Return what *serve* needs of the wire *flag* and does not find there."""
    variations = object_in(flag, "variations")
    if serve.variation not in variations:
        return _inside(serve, "variation", serve.variation, variations)
    if serve.via is None:
        return None
    allocations = [one["key"] for one in objects_in(flag, "allocations") if isinstance(one.get("key"), str)]
    return None if serve.via in allocations else _inside(serve, "allocation", serve.via, allocations)


def missing_bandit(layer: BanditLayer, known: Collection[str]) -> Missing:
    return Missing(layer, "bandit", layer.bandit, f"no bandit {_quoted(layer.bandit)}", (known,))


def missing_action(layer: BanditLayer, model: Any) -> Missing | None:
    """
    Return the pinned action when *model* knows others only.

    As in flag files, a model that lists no actions leaves open which there are. So does one that is pinned: it has
    forgotten all others.
    """
    data = object_in(model, "modelData")
    actions = object_in(data, "coefficients")
    if not isinstance(layer, Pin) or layer.action in actions or not actions or pinned_action(data) is not None:
        return None
    message = f"bandit {_quoted(layer.bandit)} has no action {_quoted(layer.action)}"
    return Missing(layer, "action", layer.action, message, (actions,))


def _inside(serve: Serve, member: Member, name: str, known: Collection[str]) -> Missing:
    return Missing(serve, member, name, f"flag {_quoted(serve.flag)} has no {member} {_quoted(name)}", (known,))


def _quoted(name: str) -> str:
    return f'"{printable(name)}"'
