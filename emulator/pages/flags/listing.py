"""
The list of an environment's flags: which of them somebody asks for, and each at a glance.

Ten thousand flags are gone through for every look, so what costs something is done for the rows that are shown.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emulator.definitions.model import Flag as Definition
from emulator.errors import Position
from emulator.evaluation.flag import Flag
from emulator.pages.flag.variations import bandits_of_all, hue_of
from emulator.pages.flag.windows import duration_words
from emulator.pages.flags.population import population
from emulator.pages.flags.search import found_keys, near_keys, words_of
from emulator.pages.flags.standing import Standing, served_standing, standing_of
from emulator.snapshot import EnvironmentSnapshot, Snapshot

PAGE_ROWS = 100
TYPES = ("boolean", "string", "integer", "numeric", "json")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks for: *text* as typed; *has* is ``experiment``, ``schedule`` or ``bandit``; *page* from 1."""

    text: str = ""
    type: str = ""
    state: str = ""
    has: str = ""
    changed: bool = False
    page: int = 1

    @property
    def is_narrow(self) -> bool:
        return bool(self.text.strip() or self.type or self.state or self.has or self.changed)


@dataclass(frozen=True, slots=True)
class Served:
    """A part of those of whom nothing is known; *variation* None gets the caller's default."""

    variation: str | None
    share: float
    start: float
    hue: str


@dataclass(frozen=True, slots=True)
class Row:
    """*changed*: a sandbox has another flag than its environment. *broken* says why no SDK can read it."""

    key: str
    name: str
    description: str
    type: str
    standing: Standing
    served: tuple[Served, ...]
    schedule: str
    bandits: tuple[str, ...]
    allocations: int
    at: Position | None
    changed: bool
    broken: str

    @property
    def most(self) -> Served:
        """What the most get; of equal shares the first. There is something that is *served*."""
        return max(self.served, key=lambda one: one.share)


@dataclass(frozen=True, slots=True)
class Listing:
    """*found* of *total* flags are what was asked for; *near*: they only resemble it."""

    rows: tuple[Row, ...]
    total: int
    found: int
    page: int
    pages: int
    near: bool

    @property
    def first(self) -> int:
        return (self.page - 1) * PAGE_ROWS + 1 if self.rows else 0


def listing_of(
    snapshot: Snapshot,
    environment: EnvironmentSnapshot,
    now: datetime,
    wanted: Wanted,
    moved: Collection[str] = (),
) -> Listing:
    """
    Return the flags of *environment*, which a sandbox may have changed, as they stand at *now* (aware).

    *moved* are those that the sandbox's clock changes.
    """
    flags = _Flags(snapshot, environment, now, frozenset(moved))
    keys = [key for key in flags.keys if flags.suits(key, wanted)] if wanted.is_narrow else flags.keys
    words = words_of(wanted.text)
    found = found_keys(keys, words, flags.described) if words else keys
    near = not found and bool(words)
    found = near_keys(keys, words) if near else found
    pages = max(1, -(-len(found) // PAGE_ROWS))
    page = min(max(1, wanted.page), pages)
    shown = found[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
    rows = tuple(map(flags.row, shown))
    return Listing(rows, len(flags.keys), len(found), page, pages, near)


class _Flags:
    def __init__(
        self, snapshot: Snapshot, environment: EnvironmentSnapshot, now: datetime, moved: frozenset[str]
    ) -> None:
        self._snapshot = snapshot
        self._environment = environment
        self._now = now
        self._moved = moved
        self._wires: Mapping[str, Any] = environment.config["flags"]
        self._defined: Mapping[str, Definition] = snapshot.build.definitions.flags if snapshot.build else {}
        own = snapshot.by_key.get(environment.key)
        self._base: Mapping[str, Any] = own.config["flags"] if own else {}
        self._bandits = bandits_of_all(environment.config)
        self.keys = sorted({*self._wires, *self._defined, *self._base})

    def described(self, key: str) -> str:
        one = self._defined.get(key)
        return " ".join((one.name, one.description, one.owner, *one.tags)) if one else ""

    def suits(self, key: str, wanted: Wanted) -> bool:
        return (
            (not wanted.type or self._type(key) == wanted.type)
            and (not wanted.state or self._is_on(key) is (wanted.state == "on"))
            and (not wanted.has or _HAS[wanted.has](self, key))
            and (not wanted.changed or self._changed(key))
        )

    def row(self, key: str) -> Row:
        wire, defined = self._wires.get(key), self._defined.get(key)
        ready = self._environment.prepared.flag(key)
        standing = standing_of(self._snapshot, self._environment, key)
        assert standing is not None
        return Row(
            key=key,
            name=defined.name if defined else "",
            description=defined.description if defined else "",
            type=self._type(key),
            standing=standing,
            served=tuple(_served(ready, wire, self._now)) if standing.is_on else (),
            schedule=_schedule(ready, self._now) if ready else "",
            bandits=tuple(dict.fromkeys(self._bandits.get(key, {}).values())),
            allocations=len(ready.allocations) if ready else 0,
            at=self._snapshot.place_of(key),
            changed=self._changed(key),
            broken=(ready.broken or "") if ready else "",
        )

    def _type(self, key: str) -> str:
        wire = self._wires.get(key, self._base.get(key))
        if isinstance(wire, Mapping):
            kind = wire.get("variationType")
            return kind.lower() if isinstance(kind, str) else ""
        return self._defined[key].type if key in self._defined else ""

    def _is_on(self, key: str) -> bool:
        return key in self._wires and served_standing(self._wires[key]).is_on

    def _changed(self, key: str) -> bool:
        # A sandbox shares the flags that it leaves alone.
        return self._wires.get(key) is not self._base.get(key) or key in self._moved

    def _allocations(self, key: str) -> Iterator[Mapping[str, Any]]:
        wire = self._wires.get(key)
        allocations = wire.get("allocations") if isinstance(wire, Mapping) else None
        return (one for one in allocations if isinstance(one, Mapping)) if isinstance(allocations, list) else iter(())

    def has_experiment(self, key: str) -> bool:
        return any(len(_variations(one)) > 1 for one in self._allocations(key))

    def has_schedule(self, key: str) -> bool:
        return any(one.get("startAt") or one.get("endAt") for one in self._allocations(key))

    def has_bandit(self, key: str) -> bool:
        return key in self._bandits


_HAS: Mapping[str, Callable[[_Flags, str], bool]] = {
    "experiment": _Flags.has_experiment,
    "schedule": _Flags.has_schedule,
    "bandit": _Flags.has_bandit,
}
HAS = tuple(_HAS)


def _variations(allocation: Mapping[str, Any]) -> set[Any]:
    splits = allocation.get("splits")
    listed = splits if isinstance(splits, list) else []
    keys = (one.get("variationKey") for one in listed if isinstance(one, Mapping))
    return {key for key in keys if isinstance(key, str)}


def _served(flag: Flag | None, wire: Any, now: datetime) -> Iterator[Served]:
    variations = wire.get("variations") if isinstance(wire, Mapping) else None
    places = {key: place for place, key in enumerate(variations if isinstance(variations, Mapping) else ())}
    start = 0.0
    # As on the flag's page: in the order of its variations, the caller's default last.
    parts = sorted(
        population(flag, now), key=lambda one: (one.variation is None, places.get(one.variation, len(places)))
    )
    for part in parts:
        hue = hue_of(places[part.variation]) if part.variation in places else "hue-none"
        yield Served(part.variation, part.share, start, hue)
        start += part.share


def _schedule(flag: Flag, now: datetime) -> str:
    """Return what happens next, else what happened last; empty where no allocation has a window."""
    moments = [
        (moment, word)
        for one in flag.allocations
        for moment, word in ((one.start, "start"), (one.end, "end"))
        if moment is not None and moment.year < 9000
    ]
    ahead = min((one for one in moments if one[0] > now), default=None)
    if ahead is not None:
        return f"{ahead[1]}s in {duration_words(ahead[0] - now)}"
    behind = max((one for one in moments if one[0] <= now), default=None)
    return f"{behind[1]}ed {duration_words(now - behind[0])} ago" if behind else ""
