"""
The documents as they travel, spelled as in the JSON.

They stay plain dictionaries: unknown fields survive, and published snapshots load as they are. These types only name
the shapes. Source: eppo_core ``ufc/models.rs``, js-sdk-common ``interfaces.ts``.
"""

from typing import Any, Literal, NotRequired, TypedDict

VariationType = Literal["BOOLEAN", "STRING", "INTEGER", "NUMERIC", "JSON"]
Operator = Literal["MATCHES", "NOT_MATCHES", "GTE", "GT", "LTE", "LT", "ONE_OF", "NOT_ONE_OF", "IS_NULL"]
Format = Literal["SERVER", "CLIENT"]

OPERATORS: tuple[Operator, ...] = (
    "MATCHES", "NOT_MATCHES", "GTE", "GT", "LTE", "LT", "ONE_OF", "NOT_ONE_OF", "IS_NULL",
)  # fmt: skip


class Environment(TypedDict):
    name: str


class Condition(TypedDict):
    attribute: str
    operator: str
    value: Any


class Rule(TypedDict):
    conditions: list[Condition]


class Range(TypedDict):
    """Start inclusive, end exclusive."""

    start: int
    end: int


class Shard(TypedDict):
    salt: str
    ranges: list[Range]


class Split(TypedDict):
    variationKey: str
    shards: list[Shard]
    extraLogging: NotRequired[dict[str, str]]


class Allocation(TypedDict):
    key: str
    rules: NotRequired[list[Rule]]
    startAt: NotRequired[str]
    endAt: NotRequired[str]
    splits: list[Split]
    doLog: bool


class Variation(TypedDict):
    key: str
    value: Any


class Flag(TypedDict):
    key: str
    enabled: bool
    variationType: str
    variations: dict[str, Variation]
    allocations: list[Allocation]
    totalShards: int
    entityId: NotRequired[int]


class BanditVariation(TypedDict):
    """One entry of the old shape ``bandits`` (without *allocationKey*) or of ``flagVariations``."""

    key: str
    flagKey: str
    allocationKey: NotRequired[str]
    variationKey: str
    variationValue: str


class BanditReference(TypedDict):
    modelVersion: str
    flagVariations: list[BanditVariation]


class Config(TypedDict):
    """The answer to ``/flag-config/v1/config``; *bandits* is absent when there are none."""

    createdAt: str
    format: Format
    environment: Environment
    flags: dict[str, Any]
    bandits: NotRequired[dict[str, list[BanditVariation]]]
    banditReferences: dict[str, BanditReference]


class NumericCoefficient(TypedDict):
    attributeKey: str
    coefficient: float
    missingValueCoefficient: float


class CategoricalCoefficient(TypedDict):
    attributeKey: str
    valueCoefficients: dict[str, float]
    missingValueCoefficient: float


class ActionCoefficients(TypedDict):
    actionKey: str
    intercept: float
    subjectNumericCoefficients: list[NumericCoefficient]
    subjectCategoricalCoefficients: list[CategoricalCoefficient]
    actionNumericCoefficients: list[NumericCoefficient]
    actionCategoricalCoefficients: list[CategoricalCoefficient]


class ModelData(TypedDict):
    gamma: float
    defaultActionScore: float
    actionProbabilityFloor: float
    coefficients: dict[str, ActionCoefficients]


class BanditModel(TypedDict):
    banditKey: str
    modelName: str
    updatedAt: str
    modelVersion: str
    modelData: ModelData


class Models(TypedDict):
    """The answer to ``/flag-config/v1/bandits``."""

    updatedAt: str
    environment: Environment
    bandits: dict[str, Any]
