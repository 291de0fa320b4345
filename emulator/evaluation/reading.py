"""
Reads a published flag into its prepared form.

Strictly, as eppo_core does: a member that is missing or mistyped spoils the flag, and only that flag. What goes wrong
only for those who reach it (a condition that makes no sense, a value that does not suit the type, a variation that is
not there) spoils nothing before. Source: evaluation.md sections 1.1 and 7.1, decisions 8.4.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.evaluation.flag import (
    ASSIGNMENT_ERROR,
    MATCH,
    Allocation,
    Asked,
    Flag,
    Ranges,
    Rule,
    Shard,
    Split,
    Verdict,
)
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
from emulator.evaluation.operators import prepare_condition
from emulator.evaluation.sharding import prefix_of
from emulator.evaluation.values import SERVED, UnsuitableValueError, interpolated, served_value


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
    variations = member(raw, "variations", mapping)
    allocations = tuple(
        _Reader(key, kind, total, variations, place, one).allocation()
        for place, one in enumerate(member(raw, "allocations", objects))
    )
    return Flag(key, kind, enabled, total, allocations, any(map(_reads_id, allocations)), not enabled)


def _reads_id(allocation: Allocation) -> bool:
    return any(condition.attribute == "id" for rule in allocation.rules for condition in rule.conditions)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the allocation *raw*, which stands at *place* in its flag."""

    flag_key: str
    kind: str
    total: int
    variations: Mapping[str, Any]
    place: int
    raw: Any

    @property
    def at(self) -> str:
        return f"allocations[{self.place}]"

    def allocation(self) -> Allocation:
        raw, at = self.raw, self.at
        key = member(raw, "key", text, at)
        rules = tuple(
            _rule(one, f"{at}.rules[{number}]") for number, one in enumerate(member(raw, "rules", objects, at, []))
        )
        log = member(raw, "doLog", boolean, at, True)
        start, end = (member(raw, name, instant, at, None) for name in ("startAt", "endAt"))
        configured = member(raw, "splits", objects, at)
        several = len(configured) > 1
        splits = tuple(
            self._split(one, f"{at}.splits[{number}]", rules, several=several, log=log)
            for number, one in enumerate(configured)
        )
        asked = [_asked(split) for split in splits]
        common = tuple(_common(asked))
        return Allocation(
            key=key,
            rules=rules,
            splits=splits,
            window=None if start is None and end is None else (start, end),
            tests=tuple((number, rule.checks) for number, rule in enumerate(rules)),
            sole=splits[0].verdict if splits and not asked[0] else None,
            common=common,
            draws=tuple((one[len(common) :], split.verdict) for one, split in zip(asked, splits, strict=True)),
        )

    def _split(self, raw: Any, at: str, rules: tuple[Rule, ...], *, several: bool, log: bool) -> Split:
        shards = tuple(
            self._shard(one, f"{at}.shards[{number}]") for number, one in enumerate(member(raw, "shards", objects, at))
        )
        variation = member(raw, "variationKey", text, at)
        extra = member(raw, "extraLogging", texts, at, {})
        sentence = _sentence(self.raw["key"], variation, rules, several or len(shards) > 1)
        return Split(variation, shards, self._verdict(variation, sentence, extra, log))

    def _shard(self, raw: Any, at: str) -> Shard:
        salt = member(raw, "salt", text, at)
        ranges = tuple(
            _range(one, f"{at}.ranges[{number}]") for number, one in enumerate(member(raw, "ranges", objects, at))
        )
        return Shard(salt, prefix_of(salt), ranges, _holds_all(ranges, self.total))

    def _verdict(self, variation_key: str, sentence: tuple[str, ...], extra: Mapping[str, str], log: bool) -> Verdict:
        allocation_key = self.raw["key"]
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
            return Verdict(ASSIGNMENT_ERROR, (unsuitable,), variation_key, raw, None, self.place, allocation_key)
        return Verdict(
            MATCH,
            sentence,
            variation_key,
            value,
            raw if isinstance(value, dict | list) else None,
            self.place,
            allocation_key,
            log,
            extra or None,
            _event(self.flag_key, allocation_key, variation_key, extra) if log else None,
        )


def _event(flag: str, allocation: str, variation: str, extra: Mapping[str, str]) -> dict[str, Any]:
    """
    Return an event as far as it is known before anybody asks, with the place of every field.

    Its own fields come last, for nothing may hide them.
    """
    return {
        **extra,
        "featureFlag": flag,
        "allocation": allocation,
        "experiment": f"{flag}-{allocation}",
        "variation": variation,
        "subject": None,
        "subjectAttributes": None,
        "timestamp": None,
        "metaData": None,
    }


def _sentence(allocation: str, variation: str, rules: tuple[Rule, ...], traffic: bool) -> tuple[str, ...]:
    """Return the sentence of a match, cut at the subject's key. Source: evaluation.md section 1.6."""
    if not rules:
        return ("", f' belongs to the range of traffic assigned to "{variation}" defined in allocation "{allocation}".')
    matched = f'Supplied attributes match rules defined in allocation "{allocation}"'
    if not traffic:
        return (f"{matched}.",)
    return (f"{matched} and ", f' belongs to the range of traffic assigned to "{variation}".')


def _rule(raw: Any, at: str) -> Rule:
    conditions = tuple(map(prepare_condition, member(raw, "conditions", objects, at)))
    return Rule(raw, conditions, tuple((condition.attribute, condition.check) for condition in conditions))


def _range(raw: Any, at: str) -> tuple[int, int]:
    return member(raw, "start", bound, at), member(raw, "end", bound, at)


def _holds_all(ranges: Ranges, total: int) -> bool:
    return any(start == 0 and end >= total for start, end in ranges)


def _asked(split: Split) -> tuple[Asked, ...]:
    return tuple((shard.prefix, shard.ranges) for shard in split.shards if not shard.always)


def _common(asked: list[tuple[Asked, ...]]) -> Iterator[Asked]:
    """Yield what all splits ask, from the first on."""
    for first, *others in zip(*asked, strict=False):
        if any(other != first for other in others):
            return
        yield first
