"""What one environment makes of a flag: its overlay laid over the flag's own allocations."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from emulator.definitions.model import (
    Allocation,
    Audience,
    Environment,
    Flag,
    Holdout,
    Name,
    Overlay,
    Override,
    Unset,
)
from emulator.errors import Position


@dataclass(frozen=True, slots=True)
class Context:
    """What flags refer to. Flags compile alike in equal contexts."""

    environments: Mapping[str, Environment]
    audiences: Mapping[str, Audience]
    holdouts: Mapping[str, Holdout]
    bandits: tuple[str, ...]
    lost: frozenset[str]


@dataclass(frozen=True, slots=True)
class Waterfall:
    """*environment* is None for what all environments without an overlay share."""

    environment: str | None
    enabled: bool
    overrides: tuple[Override, ...]
    allocations: tuple[Allocation, ...]
    serve: Name | None
    at: Position


def waterfalls(flag: Flag, context: Context) -> Iterator[Waterfall]:
    """Yield the shared waterfall, then one per known environment with an overlay."""
    yield Waterfall(None, flag.enabled, flag.overrides, flag.allocations, flag.serve, flag.at)
    for key, overlay in flag.environments.items():
        if key in context.environments:
            yield _laid_over(flag, key, overlay)


def _laid_over(flag: Flag, environment: str, overlay: Overlay) -> Waterfall:
    return Waterfall(
        environment=environment,
        enabled=flag.enabled if isinstance(overlay.enabled, Unset) else overlay.enabled,
        overrides=flag.overrides if isinstance(overlay.overrides, Unset) else overlay.overrides,
        allocations=flag.allocations if isinstance(overlay.allocations, Unset) else overlay.allocations,
        serve=flag.serve if isinstance(overlay.serve, Unset) else overlay.serve,
        at=overlay.at,
    )


def belongs(flag: Flag, environment: Environment) -> bool:
    """Tell whether *environment* takes the flag, by its tags, unless the flag is archived; it may be disabled there."""
    tagged = not environment.tags or bool(set(environment.tags) & set(flag.tags))
    return tagged and not flag.archived


def reaches(flag: Flag, waterfall: Waterfall, environment: Environment) -> bool:
    """Tell whether the flag is served in *environment* at all."""
    return belongs(flag, environment) and (waterfall.enabled or flag.emit_disabled)
