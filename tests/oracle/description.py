"""
What a flag file says, as data: the common ground of the generator, the spelling and the oracle.

These are intentions ("20 % of subjects, by this salt"), neither YAML nor UFC. Percentages are exact fractions, times
are aware datetimes, and every default of the language is spelled out by the class that carries it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any, Literal

FlagType = Literal["boolean", "string", "integer", "numeric", "json"]
Relation = Literal["one of", "none of", "matches", "does not match", ">", ">=", "<", "<=", "is null", "is not null"]
BanditMode = Literal["model", "cold-start", "uniform"]

EVERYBODY = Fraction(1)


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a comparison, as its JSON text."""

    text: str


@dataclass(frozen=True, slots=True)
class Version:
    """A ``MAJOR.MINOR.PATCH`` in a comparison."""

    text: str


@dataclass(frozen=True, slots=True)
class Condition:
    """
    One fact about one attribute.

    *operand*: the listed texts for the membership relations, a pattern for the matching ones, a number or version for
    comparisons, None for the null relations.
    """

    attribute: str
    relation: Relation
    operand: tuple[str, ...] | str | Number | Version | None = None


@dataclass(frozen=True, slots=True)
class AllOf:
    terms: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    terms: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class InAudience:
    name: str


Expression = Condition | AllOf | AnyOf | InAudience


@dataclass(frozen=True, slots=True)
class Gate:
    """Everybody who gets here gets *variation*."""

    variation: str


@dataclass(frozen=True, slots=True)
class Experiment:
    """Subjects are divided by *weights* (any positive sum; a zero weight takes no part), laid out as asked."""

    weights: tuple[tuple[str, Fraction], ...]
    sticky: bool = False


@dataclass(frozen=True, slots=True)
class Shipped:
    """A concluded experiment: everybody gets *variation*, except who a holdout keeps on the status quo."""

    variation: str


@dataclass(frozen=True, slots=True)
class ExactSplit:
    """Subjects whose shard under every salt lies in one of its ranges, in shard numbers, ends exclusive."""

    variation: str
    shards: tuple[tuple[str, tuple[tuple[int, int], ...]], ...]
    extra_logging: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Exact:
    splits: tuple[ExactSplit, ...]


@dataclass(frozen=True, slots=True)
class Switchback:
    """Each value of *attribute* gets one variation at a time, drawn anew for every window of *minutes*."""

    attribute: str
    values: tuple[str, ...]
    minutes: int
    weights: tuple[tuple[str, Fraction], ...]


Action = Gate | Experiment | Shipped | Exact | Switchback


@dataclass(frozen=True, slots=True)
class Phase:
    """From *at* on, *traffic* of the subjects are exposed."""

    at: datetime
    traffic: Fraction


@dataclass(frozen=True, slots=True)
class Slots:
    """A share of the subjects that the flags of *group* divide among themselves."""

    group: str
    start: Fraction
    end: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """
    One row of the waterfall.

    *condition* None means everybody. *salt* is the base of both salts; *traffic_salt* and *split_salt* win over it.
    *never_ends* is an end at the end of time.
    """

    key: str
    action: Action
    condition: Expression | None = None
    traffic: Fraction = EVERYBODY
    phases: tuple[Phase, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    never_ends: bool = False
    exclusive: Slots | None = None
    holdouts: tuple[str, ...] = ()
    salt: str | None = None
    traffic_salt: str | None = None
    split_salt: str | None = None
    logged: bool = True
    extra_logging: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Variation:
    """
    *value* is what the caller gets; *text* is how a number or a JSON document is typed in the file.

    *bandit* is the key of the bandit that takes over when this variation is served.
    """

    key: str
    value: Any
    text: str = ""
    bandit: str | None = None


@dataclass(frozen=True, slots=True)
class Unset:
    """Says that an environment leaves something as it is, where None already means "nothing"."""


UNSET = Unset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """What one environment replaces, whole; None (for *serve*: UNSET) leaves the flag's own."""

    enabled: bool | None = None
    allocations: tuple[Allocation, ...] | None = None
    serve: str | Unset | None = UNSET
    overrides: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    key: str
    type: FlagType
    variations: tuple[Variation, ...]
    allocations: tuple[Allocation, ...] = ()
    serve: str | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)
    environments: Mapping[str, Overlay] = field(default_factory=dict)
    status_quo: str | None = None
    enabled: bool = True
    archived: bool = False
    kept_when_disabled: bool = False
    tags: tuple[str, ...] = ()
    entity: int | None = None
    shards: int = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerExperiment:
    key: str
    slots: tuple[Fraction, Fraction]
    weights: tuple[tuple[str, Fraction], ...]
    condition: Expression | None = None
    start: datetime | None = None
    end: datetime | None = None
    holdouts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """
    A set of parameters that experiments on disjoint slots change.

    *variations* holds only what differs from *parameters*; the name ``default`` means the parameters as they are.
    """

    key: str
    parameters: Mapping[str, Any]
    variations: Mapping[str, Mapping[str, Any]]
    opt_outs: tuple[tuple[str, Expression, str], ...] = ()
    experiments: tuple[LayerExperiment, ...] = ()
    rollout: str | None = None


@dataclass(frozen=True, slots=True)
class Holdout:
    """*traffic* of the subjects are held out; once shipped, *split* of those keep the status quo."""

    key: str
    traffic: Fraction
    split: Fraction = Fraction(1, 2)
    shipped_name: str = "all_shipped"
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class NumericCoefficient:
    attribute: str
    coefficient: float
    missing: float = 0.0


@dataclass(frozen=True, slots=True)
class CategoricalCoefficient:
    attribute: str
    values: Mapping[str, float]
    missing: float = 0.0


Coefficient = NumericCoefficient | CategoricalCoefficient


@dataclass(frozen=True, slots=True)
class ActionModel:
    intercept: float
    subject: tuple[Coefficient, ...] = ()
    action: tuple[Coefficient, ...] = ()


@dataclass(frozen=True, slots=True)
class BanditOverlay:
    """What one environment changes of a bandit; None leaves it."""

    mode: BanditMode | None = None
    pin: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bandit:
    key: str
    actions: Mapping[str, ActionModel]
    gamma: float = 1.0
    default_score: float = 0.0
    floor: float = 0.0
    mode: BanditMode = "model"
    pin: str | None = None
    environments: Mapping[str, BanditOverlay] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Environment:
    key: str
    name: str
    tags: tuple[str, ...] = ()


# What stands in when no file declares an environment.
ONLY_ENVIRONMENT = Environment("test", "Test")


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """Everything that a set of flag files says. *environments* is empty when no file declares one."""

    environments: tuple[Environment, ...] = ()
    audiences: Mapping[str, Expression] = field(default_factory=dict)
    holdouts: tuple[Holdout, ...] = ()
    flags: tuple[Flag, ...] = ()
    layers: tuple[Layer, ...] = ()
    bandits: tuple[Bandit, ...] = ()

    @property
    def served_environments(self) -> tuple[Environment, ...]:
        return self.environments or (ONLY_ENVIRONMENT,)
