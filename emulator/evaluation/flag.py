"""
One flag, ready to answer: conditions are closures, salts are bytes, always-true shards are gone, events are half built.

Only the shapes; ``reading`` makes them from a published flag.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from json import loads
from typing import Any

from emulator.evaluation.operators import Check, Condition

# Start and end, both inclusive; at least one of them.
Window = tuple[datetime | None, datetime | None]
Ranges = tuple[tuple[int, int], ...]

MATCH = "MATCH"
ASSIGNMENT_ERROR = "ASSIGNMENT_ERROR"


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    What evaluation comes to, without anything of the subject.

    *sentence* is the description, cut where the subject's key stands. *value* is the one in the details; *document*
    is the text of a JSON value, which every caller gets his own copy of. *event* is None where nothing is logged.
    *place* is the position of the allocation in the flag, from 0.
    """

    code: str
    sentence: tuple[str, ...]
    variation_key: str | None = None
    value: Any = None
    document: str | None = None
    place: int | None = None
    allocation_key: str | None = None
    log: bool = False
    extra_logging: Mapping[str, str] | None = None
    event: dict[str, Any] | None = None

    def fresh_value(self) -> Any:
        """Return the value; lists and objects are nobody else's."""
        return self.value if self.document is None else loads(self.document)


# The salt as it is hashed, and where the subject has to be.
Asked = tuple[bytes, Ranges]
# What a split asks, and what it says.
Draw = tuple[tuple[Asked, ...], Verdict]


@dataclass(frozen=True, slots=True)
class Shard:
    """Ranges are half-open; *always* where one of them is everybody."""

    salt: str
    prefix: bytes
    ranges: Ranges
    always: bool


@dataclass(frozen=True, slots=True)
class Split:
    variation_key: str
    shards: tuple[Shard, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Rule:
    """*raw* is the rule as it stands in the configuration; *checks* its conditions as evaluation needs them."""

    raw: Any
    conditions: tuple[Condition, ...]
    checks: tuple[tuple[str, Check], ...]


@dataclass(frozen=True, slots=True)
class Allocation:
    """
    *rules* and *splits* are for those who explain, the rest for evaluation, without anything that it has to look up.

    *tests* are the rules, each with its number, from 0. *sole* is the verdict of everybody who comes this far, where
    that is known. Else *common* is what all splits ask first (traffic, usually), and *draws* what each of them asks
    then; always-true shards are gone.
    """

    key: str
    rules: tuple[Rule, ...]
    splits: tuple[Split, ...]
    window: Window | None
    tests: tuple[tuple[int, tuple[tuple[str, Check], ...]], ...]
    sole: Verdict | None
    common: tuple[Asked, ...]
    draws: tuple[Draw, ...]

    @property
    def start(self) -> datetime | None:
        return self.window[0] if self.window else None

    @property
    def end(self) -> datetime | None:
        return self.window[1] if self.window else None


@dataclass(frozen=True, slots=True)
class Flag:
    """
    *key* is the one in events. *broken* says why the flag cannot be evaluated; it then has no allocations.

    *closed* where it is broken or disabled, so that nobody is served anything.
    """

    key: str
    type: str
    enabled: bool
    total_shards: int
    allocations: tuple[Allocation, ...]
    reads_id: bool
    closed: bool
    broken: str | None = None
