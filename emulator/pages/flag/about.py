"""What stands above a flag's waterfall: what people call it, where it is defined, and how it stands elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass

from emulator.errors import Position
from emulator.pages.flags.standing import Standing, standing_of
from emulator.snapshot import EnvironmentSnapshot, Snapshot


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An environment; *standing* None where it has no such flag, *same* where it serves exactly what is shown."""

    key: str
    name: str
    standing: Standing | None
    same: bool


@dataclass(frozen=True, slots=True)
class About:
    """
    *standing* None: nothing of that key is known to the environment that is looked at. *is_published*: no flag file
    defines anything, for what is served was published elsewhere.
    """

    name: str
    description: str
    owner: str
    tags: tuple[str, ...]
    at: Position | None
    is_published: bool
    standing: Standing | None
    elsewhere: tuple[Elsewhere, ...]

    @property
    def is_known(self) -> bool:
        return self.at is not None or any(one.standing is not None for one in self.elsewhere)


def about(snapshot: Snapshot, environment: EnvironmentSnapshot, key: str) -> About:
    """Return what is known of the flag; *environment* is the one looked at, perhaps changed by a sandbox."""
    definition = snapshot.build.definitions.flags.get(key) if snapshot.build else None
    return About(
        name=definition.name if definition else "",
        description=definition.description if definition else "",
        owner=definition.owner if definition else "",
        tags=definition.tags if definition else (),
        at=snapshot.place_of(key),
        is_published=snapshot.build is None,
        standing=standing_of(snapshot, environment, key),
        elsewhere=tuple(_elsewhere(snapshot, environment, key)),
    )


def _elsewhere(snapshot: Snapshot, environment: EnvironmentSnapshot, key: str) -> Iterator[Elsewhere]:
    here = environment.config["flags"].get(key)
    for one in snapshot.environments:
        there = one.config["flags"].get(key)
        yield Elsewhere(one.key, one.name, standing_of(snapshot, one, key), there is not None and there == here)
