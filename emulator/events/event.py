"""One event as everybody behind the doors sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

Kind = Literal["assignment", "bandit", "tracked", "invalid"]
"""*tracked* is an event of something else than Eppo's, *invalid* what cannot be read as an event at all."""

KINDS: tuple[Kind, ...] = ("assignment", "bandit", "tracked", "invalid")


class Fault(NamedTuple):
    """What is wrong with a field, named as the event spells it; where it is missing, as JavaScript does."""

    field: str
    message: str

    def __str__(self) -> str:
        return f'"{self.field}" {self.message}' if self.field else self.message


@dataclass(frozen=True, slots=True)
class Choice:
    """What a bandit's event tells beside the action."""

    probability: float | None = None
    optimality_gap: float | None = None
    model_version: str | None = None
    subject_numeric: Mapping[str, Any] = field(default_factory=dict)
    subject_categorical: Mapping[str, Any] = field(default_factory=dict)
    action_numeric: Mapping[str, Any] = field(default_factory=dict)
    action_categorical: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """
    An event, normalised; *raw* is what came in.

    Texts are as sent, also where a field holds something else than a text and *faults* says so; None is missing.
    *attributes* are the subject's, a bandit's in one mapping. *timestamp* is in UTC. *sdk* is ``name/version`` as far
    as it is told. *published_at* is the configuration that the client held, *environment* its name there. *extra* is
    the extra logging of the allocation, nested or flattened.
    """

    kind: Kind
    raw: Any
    flag: str | None = None
    allocation: str | None = None
    experiment: str | None = None
    variation: str | None = None
    subject: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    bandit: str | None = None
    action: str | None = None
    choice: Choice | None = None
    timestamp: datetime | None = None
    sdk: str | None = None
    environment: str | None = None
    published_at: datetime | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
