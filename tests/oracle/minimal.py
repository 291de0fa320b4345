"""Takes a description apart until only what a disagreement needs is left."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from tests.oracle.description import Allocation, Description, Flag, Overlay


def smallest(description: Description, still_fails: Callable[[Description], bool]) -> Description:
    """Return a description that still fails and of which nothing more can be taken away."""
    for simpler in _simpler(description):
        if still_fails(simpler):
            return smallest(simpler, still_fails)
    return description


def _simpler(description: Description) -> Iterator[Description]:
    for name in ("flags", "layers", "bandits", "holdouts"):
        for members in _one_less(getattr(description, name)):
            change: dict[str, Any] = {name: members}
            yield replace(description, **change)
    for audiences in _one_key_less(description.audiences):
        yield replace(description, audiences=audiences)
    for place, flag in enumerate(description.flags):
        for simpler in _simpler_flags(flag):
            flags = (*description.flags[:place], simpler, *description.flags[place + 1 :])
            yield replace(description, flags=flags)
    for place, layer in enumerate(description.layers):
        for experiments in _one_less(layer.experiments):
            smaller = replace(layer, experiments=experiments)
            layers = (*description.layers[:place], smaller, *description.layers[place + 1 :])
            yield replace(description, layers=layers)


def _simpler_flags(flag: Flag) -> Iterator[Flag]:
    for environments in _one_key_less(flag.environments):
        yield replace(flag, environments=environments)
    for allocations in _one_less(flag.allocations):
        yield replace(flag, allocations=allocations)
    for overrides in _one_key_less(flag.overrides):
        yield replace(flag, overrides=overrides)
    if flag.tags:
        yield replace(flag, tags=())
    for allocations in _with_one_simpler(flag.allocations):
        yield replace(flag, allocations=allocations)
    for key, overlay in flag.environments.items():
        for simpler in _simpler_overlays(overlay):
            yield replace(flag, environments={**flag.environments, key: simpler})


def _simpler_overlays(overlay: Overlay) -> Iterator[Overlay]:
    for allocations in (*_one_less(overlay.allocations or ()), *_with_one_simpler(overlay.allocations or ())):
        yield replace(overlay, allocations=allocations)


def _with_one_simpler(allocations: tuple[Allocation, ...]) -> Iterator[tuple[Allocation, ...]]:
    plain: Mapping[str, Any] = {
        "condition": None,
        "exclusive": None,
        "holdouts": (),
        "salt": None,
        "logged": True,
        "extra_logging": {},
        "start": None,
        "end": None,
    }
    for place, allocation in enumerate(allocations):
        for name, value in plain.items():
            if getattr(allocation, name) != value:
                simpler = replace(allocation, **{name: value})
                yield (*allocations[:place], simpler, *allocations[place + 1 :])


def _one_less(members: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    for place in range(len(members)):
        yield members[:place] + members[place + 1 :]


def _one_key_less(members: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for left_out in members:
        yield {key: member for key, member in members.items() if key != left_out}
