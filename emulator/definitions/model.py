"""
Definitions: what the flag files say, in frozen dataclasses; long and short spellings have met here.

Every ``at`` says where a thing stands and takes no part in comparisons: two spellings of one thing are equal.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, Literal

from emulator.errors import Position, Problem

FlagType = Literal["boolean", "string", "integer", "numeric", "json"]
Mode = Literal["model", "cold-start", "uniform"]
Layout = Literal["contiguous", "sticky"]

NOWHERE = Position("", 0, 0)


@dataclass(frozen=True, slots=True)
class Name:
    """A name that refers to something defined elsewhere."""

    text: str
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class FileReference:
    """A file named relative to the file that refers to it; *path* is already resolved against it."""

    path: str
    at: Position = field(default=NOWHERE, compare=False)


# ── conditions ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison, as on the wire. *raw* ones are served as they are, whatever they hold."""

    attribute: str
    operator: str
    value: Any
    at: Position = field(default=NOWHERE, compare=False)
    raw: bool = False


@dataclass(frozen=True, slots=True)
class AudienceRef:
    name: Name


@dataclass(frozen=True, slots=True)
class AnyOf:
    items: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    items: tuple["Expression", ...]


Expression = Condition | AudienceRef | AnyOf | AllOf


@dataclass(frozen=True, slots=True)
class Audience:
    key: str
    condition: Expression
    at: Position = field(default=NOWHERE, compare=False)


# ── flags ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Variation:
    """*value* as on the wire; *source* names the file that holds it instead; *bandit* the bandit it stands for."""

    key: str
    value: Any = None
    source: FileReference | None = None
    bandit: Name | None = None
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Share:
    """
    One variation's part of a split; *weight*, above 0, is relative to the sum of all.

    *percent* when it was written as a percentage, which may be finer than the shards.
    """

    variation: Name
    weight: int
    percent: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Serve:
    """A gate: everybody gets one variation."""

    variation: Name


@dataclass(frozen=True, slots=True)
class Ship:
    """A concluded experiment: everybody gets the winner, but holdouts go on."""

    variation: Name


@dataclass(frozen=True, slots=True)
class Experiment:
    shares: tuple[Share, ...]
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class ExactShard:
    salt: str
    ranges: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ExactSplit:
    variation: Name
    shards: tuple[ExactShard, ...]
    extra_logging: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Exact:
    splits: tuple[ExactSplit, ...]


@dataclass(frozen=True, slots=True)
class Switchback:
    """Every *every*, each value of *attribute* draws one of the variations anew."""

    attribute: str
    values: tuple[str, ...]
    every: timedelta
    shares: tuple[Share, ...]
    at: Position = field(default=NOWHERE, compare=False)


Plan = Serve | Ship | Experiment | Exact | Switchback


@dataclass(frozen=True, slots=True)
class Phase:
    starts: datetime
    traffic: Fraction
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Exclusive:
    """Slots of a group's traffic, as shares of the whole; allocations of one group never share a slot."""

    group: str
    first: Fraction
    last: Fraction
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Allocation:
    """
    One step of the waterfall.

    *condition* None is "no condition"; an empty ``AnyOf`` is an empty rule list. *raw* replaces everything else.
    """

    key: str
    plan: Plan | None = None
    condition: Expression | None = None
    traffic: Fraction | None = None
    traffic_at: Position = field(default=NOWHERE, compare=False)
    phases: tuple[Phase, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    layout: Layout = "contiguous"
    salt: str | None = None
    traffic_salt: str | None = None
    split_salt: str | None = None
    exclusive: Exclusive | None = None
    holdouts: tuple[Name, ...] = ()
    log: bool = True
    extra_logging: Mapping[str, str] | None = None
    extra: Mapping[str, Any] | None = None
    extra_at: Position = field(default=NOWHERE, compare=False)
    raw: Any = None
    raw_source: FileReference | None = None
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Override:
    subject: str
    variation: Name


class Unset:
    """The value of an overlay's key that is not written: the flag's own holds."""

    __slots__ = ()


UNSET = Unset()


@dataclass(frozen=True, slots=True)
class Overlay:
    """What one environment replaces, key by key, whole."""

    enabled: bool | Unset = UNSET
    allocations: tuple[Allocation, ...] | Unset = UNSET
    serve: Name | Unset | None = UNSET
    overrides: tuple[Override, ...] | Unset = UNSET
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class ExpectedShare:
    variation: Name
    share: Fraction


@dataclass(frozen=True, slots=True)
class Expectation:
    """
    One ``expect:`` entry, run by the evaluator.

    Exactly one of *gets*, *falls_through* and *shares* says what is expected. *attributes* and *actions* are plain
    JSON values; *logs* is None, a boolean or the fields to find in the event; *tolerance* is in absolute points.
    """

    subject: str | None
    attributes: Mapping[str, Any]
    environments: tuple[Name, ...]
    moment: datetime | None
    gets: Name | None
    falls_through: bool
    via: str | None
    logs: bool | Mapping[str, Any] | None
    action: str | None
    actions: Mapping[str, Any] | None
    subjects: int | None
    shares: tuple[ExpectedShare, ...]
    tolerance: Fraction
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Flag:
    key: str
    type: FlagType
    variations: tuple[Variation, ...]
    allocations: tuple[Allocation, ...] = ()
    serve: Name | None = None
    overrides: tuple[Override, ...] = ()
    environments: Mapping[str, Overlay] = field(default_factory=dict)
    enabled: bool = True
    archived: bool = False
    emit_disabled: bool = False
    entity: int | None = None
    shards: int = 10_000
    schema: FileReference | None = None
    status_quo: Name | None = None
    tags: tuple[str, ...] = ()
    extra: Mapping[str, Any] | None = None
    extra_at: Position = field(default=NOWHERE, compare=False)
    raw: Any = None
    raw_source: FileReference | None = None
    expect: tuple[Expectation, ...] = field(default=(), compare=False)
    name: str = field(default="", compare=False)
    description: str = field(default="", compare=False)
    owner: str = field(default="", compare=False)
    layer: bool = False
    at: Position = field(default=NOWHERE, compare=False)


# ── everything beside flags ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Environment:
    key: str
    name: str | None = None
    sdk_keys: tuple[Name, ...] = ()
    client_tokens: tuple[Name, ...] = ()
    tags: tuple[str, ...] = ()
    base: FileReference | None = None
    base_bandits: FileReference | None = None
    created_at: datetime | None = None
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Holdout:
    """*traffic* of all subjects are held out; once shipped, *split* of those stay on the status quo."""

    key: str
    traffic: Fraction
    split: Fraction
    shipped_name: str
    start: datetime | None = None
    end: datetime | None = None
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class BanditSettings:
    """What a bandit or one of its environments says; None is "not said"."""

    model: str | None = None
    version: str | None = None
    gamma: float | None = None
    default_score: float | None = None
    floor: float | None = None
    mode: Mode | None = None
    pin: Name | None = None
    actions: Mapping[str, Any] | None = None
    """Action key → its coefficients as on the wire."""
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Bandit:
    key: str
    settings: BanditSettings
    environments: Mapping[str, BanditSettings] = field(default_factory=dict)
    raw: Any = None
    raw_source: FileReference | None = None
    references: Mapping[str, Any] | None = None
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class FileDefinitions:
    """
    What one file defines, and the problems met while reading it.

    *referenced* are the files it names; *lost* are top-level keys that did not read, so that a reference to one of
    them is not reported on top.
    """

    file: str
    environments: Mapping[str, Environment]
    audiences: Mapping[str, Audience]
    holdouts: Mapping[str, Holdout]
    bandits: Mapping[str, Bandit]
    flags: Mapping[str, Flag]
    places: Mapping[tuple[str, str], Position]
    """(section, key) → where it is defined; flags and layers share the section ``flags``."""
    problems: tuple[Problem, ...]
    referenced: frozenset[str]
    lost: frozenset[str]


@dataclass(frozen=True, slots=True)
class Definitions:
    """All files merged by section, in file order."""

    environments: Mapping[str, Environment]
    audiences: Mapping[str, Audience]
    holdouts: Mapping[str, Holdout]
    bandits: Mapping[str, Bandit]
    flags: Mapping[str, Flag]
    lost: frozenset[str]
