"""
The whole way of one evaluation: every allocation, rule, condition and shard, each with what was seen, in words.

One JSON-able structure for every reader: JSON, the command line (``explain``), the page. It is built from the prepared
flag that gave the answer, with the same checks, and only when somebody asks. Allocations after the matching one are
told too, for what they would have said; their code is ``UNEVALUATED``.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from emulator.evaluation.assignment import NO_ALLOCATION, Evaluation, known_attributes
from emulator.evaluation.attributes import kind_of, text_of, utf8
from emulator.evaluation.events import event_timestamp
from emulator.evaluation.flag import MATCH, Allocation, Rule, Shard, Split
from emulator.evaluation.operators import Condition
from emulator.evaluation.sharding import shard_number
from emulator.evaluation.words import MISSING, condition_words, distance, shard_words

# Deeper than any answer's own structure with an ordinary JSON value in it; of an attribute, fewer levels are shown.
_DEEPEST = 64
_LEVELS_SHOWN = 8
# Misses from the nearest to the farthest.
_NEARNESS = ("TRAFFIC_EXPOSURE_MISS", "FAILING_RULE", "BEFORE_START_TIME", "AFTER_END_TIME")


def trace(evaluation: Evaluation) -> dict[str, Any]:
    """Return how *evaluation* came about, as JSON-able data."""
    allocations = _Telling(evaluation).allocations() if evaluation.flag else []
    return {
        "flag": evaluation.flag_key,
        "subject": evaluation.subject_key,
        "at": event_timestamp(evaluation.now),
        "code": evaluation.code,
        "description": evaluation.description,
        "variationKey": evaluation.variation_key,
        "allocationKey": evaluation.allocation_key,
        "nearest": _nearest(allocations) if evaluation.verdict is NO_ALLOCATION else None,
        "allocations": allocations,
    }


class _Telling:
    """Tells about the allocations of one evaluation; shard numbers are computed once per salt."""

    def __init__(self, evaluation: Evaluation) -> None:
        assert evaluation.flag
        self._evaluation = evaluation
        self._flag = evaluation.flag
        self._known = known_attributes(evaluation.flag, evaluation.subject_key, evaluation.attributes)
        self._subject = utf8(evaluation.subject_key)

    def allocations(self) -> list[dict[str, Any]]:
        codes = [*self._evaluation.unmatched, *(() if self._evaluation.verdict.place is None else (MATCH,))]
        unevaluated = ["UNEVALUATED"] * (len(self._flag.allocations) - len(codes))
        named = enumerate(zip(self._flag.allocations, [*codes, *unevaluated], strict=True), 1)
        return [self._allocation(allocation, code, position) for position, (allocation, code) in named]

    def _allocation(self, allocation: Allocation, code: str, position: int) -> dict[str, Any]:
        told = {
            "key": allocation.key,
            "orderPosition": position,
            "allocationEvaluationCode": code,
            "window": self._window(allocation),
            "rules": [self._rule(rule) for rule in allocation.rules],
            "splits": [self._split(split) for split in allocation.splits],
        }
        return {**told, "note": _note(told)}

    def _window(self, allocation: Allocation) -> dict[str, Any] | None:
        if allocation.window is None:
            return None
        (start, end), now = allocation.window, self._evaluation.now
        begins, ends = (None if moment is None else event_timestamp(moment) for moment in (start, end))
        note = "is running"
        if start is not None and now < start:
            note = f"begins at {begins}; now it is {event_timestamp(now)}"
        elif end is not None and now > end:
            note = f"ended at {ends}; now it is {event_timestamp(now)}"
        return {"startAt": begins, "endAt": ends, "matched": note == "is running", "note": note}

    def _rule(self, rule: Rule) -> dict[str, Any]:
        conditions = [self._condition(condition) for condition in rule.conditions]
        return {"matched": all(told["matched"] for told in conditions), "conditions": conditions}

    def _condition(self, condition: Condition) -> dict[str, Any]:
        actual = self._known.get(condition.attribute, MISSING)
        given = None if actual is MISSING else actual
        holds = condition.check(given)
        return {
            "attribute": condition.attribute,
            "operator": condition.operator,
            "value": shown(condition.value),
            "actual": shown(given),
            "actualType": "missing" if actual is MISSING else kind_of(actual),
            "actualText": text_of(given),
            "matched": holds,
            "note": condition_words(condition, actual, holds, self._evaluation.attributes),
        }

    def _split(self, split: Split) -> dict[str, Any]:
        shards = [self._shard(shard) for shard in split.shards]
        return {
            "variationKey": split.variation_key,
            "matched": all(told["matched"] for told in shards),
            "shards": shards,
        }

    def _shard(self, shard: Shard) -> dict[str, Any]:
        number = shard_number(shard.prefix, self._subject, self._flag.total_shards)
        ranges = [{"start": start, "end": end, "matched": start <= number < end} for start, end in shard.ranges]
        return {
            "salt": shard.salt,
            "shard": number,
            "totalShards": self._flag.total_shards,
            "ranges": ranges,
            "matched": any(one["matched"] for one in ranges),
            "note": shard_words(number, shard.ranges),
        }


def jsonable(value: Any, depth: int = _DEEPEST) -> Any:
    """
    Return *value* as JSON can hold it: what is not finite, huge, of no JSON type or below *depth* becomes a text.

    For doors: events and details carry attributes as they were given, as an SDK hands them to its logger, so they may
    hold NaN, an integer of a thousand digits, anything. Half a surrogate pair stays; ``ufc.encode`` escapes it.
    """
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        return value if abs(value) < 2**64 and math.isfinite(value) else text_of(value)
    if depth == 0:
        return "…"
    if isinstance(value, Mapping):
        return {_text(name): jsonable(one, depth - 1) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [jsonable(one, depth - 1) for one in value]
    return _text(value)


def shown(value: Any) -> Any:
    """Return *value* for a reader of the trace, who does not need to see every level of it."""
    return jsonable(value, _LEVELS_SHOWN)


def _text(value: Any) -> str:
    known = text_of(value)
    try:
        return str(value) if known is None else known
    except ValueError:
        # Something with thousands of digits in it.
        return f"a {kind_of(value)}"


def _note(told: Mapping[str, Any]) -> str:
    """Return why an allocation matched or what kept the subject out, in one line."""
    window = told["window"]
    if window and not window["matched"]:
        return str(window["note"])
    if told["rules"] and not any(rule["matched"] for rule in told["rules"]):
        return _rules_note(told["rules"])
    split = next((one for one in told["splits"] if one["matched"]), None)
    if split is not None:
        return f'serves "{split["variationKey"]}"'
    return _splits_note(told["splits"])


def _rules_note(rules: list[dict[str, Any]]) -> str:
    """Tell the first condition that fails in the rule that came nearest: the one with the fewest that fail."""
    place, rule = min(enumerate(rules, 1), key=lambda one: len(_failing(one[1])))
    failing = _failing(rule)
    others = f", and {len(failing) - 1} more" if len(failing) > 1 else ""
    which = f"rule {place}: " if len(rules) > 1 else ""
    return f"{which}{failing[0]['note']}{others}"


def _failing(rule: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [condition for condition in rule["conditions"] if not condition["matched"]]


def _splits_note(splits: list[dict[str, Any]]) -> str:
    """Tell the first shard that fails in the split that came nearest: fewest that fail, then the smallest distance."""
    if not splits:
        return "has no splits, so it serves nobody"
    nearest = min(splits, key=lambda split: (len(_missed(split)), min(map(_distance, _missed(split)))))
    return f'"{nearest["variationKey"]}": {_missed(nearest)[0]["note"]}'


def _missed(split: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [shard for shard in split["shards"] if not shard["matched"]]


def _distance(shard: Mapping[str, Any]) -> float:
    return min((distance(shard["shard"], (one["start"], one["end"])) for one in shard["ranges"]), default=math.inf)


def _nearest(allocations: Iterable[Mapping[str, Any]]) -> str | None:
    """Return the allocation that came nearest to matching, and what it would have taken; None where none was tried."""
    tried = [told for told in allocations if told["allocationEvaluationCode"] in _NEARNESS]
    if not tried:
        return None
    nearest = min(tried, key=lambda told: _NEARNESS.index(told["allocationEvaluationCode"]))
    return f'allocation "{nearest["key"]}": {nearest["note"]}'
