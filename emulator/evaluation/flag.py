"""
One flag, ready to answer: conditions are closures, salts are bytes, always-true shards are gone, events are half built.

Read strictly, as eppo_core does: a member that is missing or mistyped spoils the flag, and only that flag. What goes
wrong only for those who reach it (a condition that makes no sense, a value that does not suit the type, a variation
that is not there) spoils nothing before. Source: evaluation.md sections 1.1 and 7.1, decisions 8.4.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from json import loads
from typing import Any

from emulator.evaluation.members import (
    BrokenFlagError,
    boolean,
    bound,
    instant,
    mapping,
    member,
    objects,
    positive,
    text,
    texts,
)
from emulator.evaluation.operators import Check, Condition, prepare_condition
from emulator.evaluation.sharding import prefix_of
from emulator.evaluation.values import SERVED, UnsuitableValueError, interpolated, served_value

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


@dataclass(frozen=True, slots=True)
class Shard:
    """Ranges are half-open; *always* where one of them is everybody."""

    salt: str
    prefix: bytes
    ranges: tuple[tuple[int, int], ...]
    always: bool


@dataclass(frozen=True, slots=True)
class Split:
    """*deciding* are the shards that are not always true, as evaluation needs them; *shards* are all of them."""

    variation_key: str
    shards: tuple[Shard, ...]
    deciding: tuple[tuple[bytes, tuple[tuple[int, int], ...]], ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Rule:
    """*raw* is the rule as it stands in the configuration; *checks* its conditions as evaluation needs them."""

    raw: Any
    conditions: tuple[Condition, ...]
    checks: tuple[tuple[str, Check], ...]


@dataclass(frozen=True, slots=True)
class Allocation:
    """*start* and *end* are inclusive. *sole* is the split that everybody gets who comes this far, if that is known."""

    key: str
    start: datetime | None
    end: datetime | None
    rules: tuple[Rule, ...]
    splits: tuple[Split, ...]
    sole: Split | None


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


def prepare_flag(raw: Any) -> Flag:
    """Return *raw* ready to answer, or broken with the reason."""
    try:
        return _flag(raw)
    except BrokenFlagError as error:
        return Flag("", "", True, 1, (), False, True, str(error))


def _flag(raw: Any) -> Flag:
    key = member(raw, "key", text)
    kind = member(raw, "variationType", text)
    if kind not in SERVED:
        raise BrokenFlagError(f'variationType is "{kind}", expected one of {", ".join(SERVED)}')
    enabled = member(raw, "enabled", boolean)
    total = member(raw, "totalShards", positive)
    reader = _Reader(key, kind, total, member(raw, "variations", mapping))
    allocations = tuple(
        reader.allocation(one, place, f"allocations[{place}]")
        for place, one in enumerate(member(raw, "allocations", objects))
    )
    return Flag(key, kind, enabled, total, allocations, any(map(_reads_id, allocations)), not enabled)


def _reads_id(allocation: Allocation) -> bool:
    return any(attribute == "id" for rule in allocation.rules for attribute, _ in rule.checks)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the allocations of one flag."""

    flag_key: str
    kind: str
    total: int
    variations: Mapping[str, Any]

    def allocation(self, raw: Any, place: int, at: str) -> Allocation:
        key = member(raw, "key", text, at)
        rules = tuple(
            _rule(one, f"{at}.rules[{number}]") for number, one in enumerate(member(raw, "rules", objects, at, []))
        )
        log = member(raw, "doLog", boolean, at, True)
        configured = member(raw, "splits", objects, at)
        read = [self._split(one, f"{at}.splits[{number}]") for number, one in enumerate(configured)]
        several = len(read) > 1
        splits = tuple(
            Split(
                variation_key,
                shards,
                tuple((shard.prefix, shard.ranges) for shard in shards if not shard.always),
                self._verdict(
                    variation_key,
                    key,
                    place,
                    _sentence(key, variation_key, rules, several or len(shards) > 1),
                    log,
                    extra,
                ),
            )
            for variation_key, shards, extra in read
        )
        sole = splits[0] if splits and not splits[0].deciding else None
        return Allocation(
            key, member(raw, "startAt", instant, at, None), member(raw, "endAt", instant, at, None), rules, splits, sole
        )

    def _split(self, raw: Any, at: str) -> tuple[str, tuple[Shard, ...], Mapping[str, str] | None]:
        shards = tuple(
            self._shard(one, f"{at}.shards[{number}]") for number, one in enumerate(member(raw, "shards", objects, at))
        )
        extra = member(raw, "extraLogging", texts, at, {})
        return member(raw, "variationKey", text, at), shards, extra or None

    def _shard(self, raw: Any, at: str) -> Shard:
        salt = member(raw, "salt", text, at)
        ranges = tuple(
            (
                member(one, "start", bound, f"{at}.ranges[{number}]"),
                member(one, "end", bound, f"{at}.ranges[{number}]"),
            )
            for number, one in enumerate(member(raw, "ranges", objects, at))
        )
        return Shard(salt, prefix_of(salt), ranges, any(start == 0 and end >= self.total for start, end in ranges))

    def _verdict(
        self,
        variation_key: str,
        allocation_key: str,
        place: int,
        sentence: tuple[str, ...],
        log: bool,
        extra_logging: Mapping[str, str] | None,
    ) -> Verdict:
        variation = self.variations.get(variation_key)
        if not isinstance(variation, Mapping) or "value" not in variation:
            missing = f'Assignment Error: variation "{variation_key}" of allocation "{allocation_key}" does not exist'
            return Verdict(ASSIGNMENT_ERROR, (missing,))
        raw = variation["value"]
        try:
            value = served_value(self.kind, raw)
        except UnsuitableValueError:
            unsuitable = (
                f"Variation ({variation_key}) is configured for type {self.kind}, "
                f"but is set to incompatible value ({interpolated(raw)})"
            )
            return Verdict(ASSIGNMENT_ERROR, (unsuitable,), variation_key, raw, None, place, allocation_key)
        event = {
            **(extra_logging or {}),
            "featureFlag": self.flag_key,
            "allocation": allocation_key,
            "experiment": f"{self.flag_key}-{allocation_key}",
            "variation": variation_key,
        }
        document = raw if self.kind == "JSON" and isinstance(value, dict | list) else None
        return Verdict(
            MATCH,
            sentence,
            variation_key,
            value,
            document,
            place,
            allocation_key,
            log,
            extra_logging,
            event if log else None,
        )


def _sentence(allocation: str, variation: str, rules: tuple[Rule, ...], traffic: bool) -> tuple[str, ...]:
    """Return the sentence of a match, cut at the subject's key. Source: evaluation.md section 1.6."""
    if not rules:
        return ("", f' belongs to the range of traffic assigned to "{variation}" defined in allocation "{allocation}".')
    matched = f'Supplied attributes match rules defined in allocation "{allocation}"'
    return (
        (f"{matched} and ", f' belongs to the range of traffic assigned to "{variation}".')
        if traffic
        else (f"{matched}.",)
    )


def _rule(raw: Any, at: str) -> Rule:
    conditions = tuple(map(prepare_condition, member(raw, "conditions", objects, at)))
    return Rule(raw, conditions, tuple((condition.attribute, condition.check) for condition in conditions))
