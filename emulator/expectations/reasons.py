"""Why an entry does not hold, in a sentence."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from emulator.definitions.compiling.waterfall import belongs
from emulator.definitions.model import Expectation
from emulator.expectations.answers import Answer, Told
from emulator.expectations.entries import Entry
from emulator.expectations.results import FoundShare
from emulator.expectations.words import points
from emulator.snapshot import Snapshot
from emulator.suggest import nearest

# The codes of evaluations that went through the allocations; any other says why they did not.
_WALKED = ("MATCH", "DEFAULT_ALLOCATION_NULL")
# What became of an allocation, from what nearly did it to what had no chance.
_NEARNESS = ("MATCH", "TRAFFIC_EXPOSURE_MISS", "FAILING_RULE", "BEFORE_START_TIME", "AFTER_END_TIME", "UNEVALUATED")


def obstacle(snapshot: Snapshot, entry: Entry, environment: str) -> str:
    """Return why everybody gets the caller's default from *environment*; empty where the flag is served."""
    key = entry.flag
    found = snapshot.by_key[environment].prepared.flag(key)
    if found is not None and found.enabled:
        return "" if found.broken is None else f"{key} is broken: {found.broken}"
    assert snapshot.build, "only compiled flags have entries"
    flag = snapshot.build.definitions.flags[key]
    if flag.archived:
        return f"{key} is archived"
    if not belongs(flag, snapshot.build.context.environments[environment]):
        return f"{key} has none of the tags that {environment} takes"
    cure = "" if entry.expectation.environments else "; if that is meant, name the others with `in`"
    return f"{key} is disabled in {environment}{cure}"


def reason(unmet: str, expected: Expectation, answer: Answer, told: Told) -> str:
    """Return why the demand *unmet* does not hold for one subject; empty where what there was says it all."""
    return _REASONS[unmet](expected, answer, told)


def off_words(expected: Expectation, shares: Iterable[FoundShare]) -> str:
    """Return by how many points shares fail: ``true is off by 11.2, false by 11.2; 2 points are allowed``."""
    off = [(str(one.variation), points(abs(one.got - (one.expected or 0)))) for one in shares if not one.passed]
    (first, distance), *others = off
    listed = ", ".join([f"{first} is off by {distance}", *(f"{other} by {distance}" for other, distance in others)])
    return f"{listed}; {points(expected.tolerance)} points are allowed"


def _waterfall(expected: Expectation, _answer: Answer, told: Told) -> str:
    """Tell what kept the subject from the allocation that was expected to decide, or what took it."""
    if told["code"] not in _WALKED:
        return str(told["description"])
    if expected.falls_through and expected.via is None:
        return _taken(next(one for one in told["allocations"] if one["allocationEvaluationCode"] == "MATCH"))
    able = list(_able(expected, told["allocations"]))
    if not able:
        return _nobody_does(expected)
    one = min(able, key=_remoteness)
    return f"{one['key']}: {_note(one, expected, told)}"


def _able(expected: Expectation, allocations: Iterable[Told]) -> Iterator[Told]:
    """Yield the allocations that could have led to what was expected."""
    for told in allocations:
        served = [split["variationKey"] for split in told["splits"]]
        serves = bool(served) if expected.gets is None else expected.gets.text in served
        if expected.via in (None, told["key"]) and serves:
            yield told


def _remoteness(one: Told) -> tuple[int, bool]:
    """Return how far the subject was from an allocation; an override for others is the farthest of its kind."""
    asked = {condition["attribute"] for rule in one["rules"] for condition in rule["conditions"]}
    return _NEARNESS.index(one["allocationEvaluationCode"]), asked == {"id"}


def _nobody_does(expected: Expectation) -> str:
    variation = "anything" if expected.gets is None else expected.gets.text
    which = "no allocation" if expected.via is None else f"no allocation {expected.via}"
    return f"{which} serves {variation} there"


def _note(one: Told, expected: Expectation, told: Told) -> str:
    code = one["allocationEvaluationCode"]
    if code == "UNEVALUATED":
        return f"comes after {told['allocationKey']}, which takes the subject"
    if code == "MATCH" and expected.gets is not None:
        # It took the subject, but for another variation; a shard decides between the two.
        split = next(split for split in one["splits"] if split["variationKey"] == expected.gets.text)
        return next((str(shard["note"]) for shard in split["shards"] if not shard["matched"]), str(one["note"]))
    return str(one["note"])


def _taken(one: Told) -> str:
    """Return what of the subject let an allocation take it."""
    rule = next((rule for rule in one["rules"] if rule["matched"]), {"conditions": ()})
    split = next(split for split in one["splits"] if split["matched"])
    notes = [part["note"] for part in (*rule["conditions"], *split["shards"])]
    return f"{one['key']}: {', '.join(notes) or 'takes everybody'}"


def _logs(expected: Expectation, answer: Answer, _told: Told) -> str:
    if answer.allocation is None:
        return "nothing is logged for a default"
    if not isinstance(expected.logs, Mapping) or not answer.fields:
        return f"{answer.allocation} {'logs' if answer.logged else 'does not log'}"
    missing = next((name for name in expected.logs if name not in answer.fields), None)
    return "" if missing is None else f"no field {missing}; {nearest(missing, answer.fields)}"


def _action(expected: Expectation, _answer: Answer, told: Told) -> str:
    actions: list[Mapping[str, Any]] = told["bandit"].get("actions", [])
    notes = {one["action"]: one["note"] for one in actions}
    wanted = str(expected.action)
    if not actions:
        return str(told["bandit"]["description"])
    return f"{wanted}: {notes[wanted]}" if wanted in notes else f"{wanted} is not on offer; {nearest(wanted, notes)}"


_REASONS: Mapping[str, Callable[[Expectation, Answer, Told], str]] = {
    "variation": _waterfall,
    "allocation": _waterfall,
    "logs": _logs,
    "action": _action,
}
