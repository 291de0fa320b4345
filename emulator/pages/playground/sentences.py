"""Why a subject gets what it gets, in plain English: one sentence, and a line for each allocation that passed it on."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emulator.evaluation.operators import Condition
from emulator.evaluation.values import interpolated
from emulator.evaluation.words import shortened
from emulator.pages.flag.phrases import phrase_of
from emulator.pages.wording import counted, percent, showable, unturned

Told = Mapping[str, Any]

# A page shows all of a flag's 300 allocations in the waterfall; here those that stand nearest will do.
_MOST_LINES = 8
_LISTED = 6


@dataclass(frozen=True, slots=True)
class Why:
    """*because* goes on after "gets …"; *before* says of each allocation above why it did not decide."""

    because: str
    before: tuple[tuple[str, str], ...]
    more: int


def why(trace: Told, *, is_match: bool, hint: str) -> Why:
    """Return why the evaluation of *trace* came out; *hint* is what is known of a flag that is not there."""
    allocations: Sequence[Told] = trace["allocations"]
    decided = next((one for one in allocations if one["allocationEvaluationCode"] == "MATCH"), None)
    passed = [one for one in allocations if one["allocationEvaluationCode"] not in ("MATCH", "UNEVALUATED")]
    steps = _steps(allocations)
    if is_match and decided:
        because = _because_of(decided, steps[id(decided)], bool(passed))
    else:
        because = _because_of_nothing(trace, passed, hint)
    lines = tuple((f"{one['key']}{steps[id(one)]}", passed_on(one)) for one in passed[-_MOST_LINES:])
    return Why(because, lines, max(0, len(passed) - _MOST_LINES))


def _steps(allocations: Sequence[Told]) -> dict[int, str]:
    """Return what tells each allocation from others of its key, by its id: its step in the waterfall."""
    counts = Counter(one["key"] for one in allocations)
    return {id(one): f" (step {number})" if counts[one["key"]] > 1 else "" for number, one in enumerate(allocations, 1)}


def passed_on(allocation: Told) -> str:
    """Return why *allocation*, told by a trace, did not decide."""
    return _PASSED_ON[allocation["allocationEvaluationCode"]](allocation)


def seen(condition: Told) -> str:
    """Return what a condition saw, and whether that is what it wants: "country is NO, but must be one of US or CA"."""
    if "is false for everybody" in condition["note"]:
        return showable(condition["note"])
    name, holds = _named(condition["attribute"]), condition["matched"]
    name = "the subject's key" if name == "id" else name
    given = _GIVEN.get(condition["actualType"])
    if given is not None:
        return f"{name} {given}" if holds else f"{name} {given}; it must {_phrase(condition, 1)}"
    if condition["operator"] == "IS_NULL" and holds:
        return f"{name} is given"
    is_named = holds and condition["operator"] == "ONE_OF" and len(condition["value"]) == 1
    which = "" if is_named else f", which {_phrase(condition, 0)}" if holds else f", but must {_phrase(condition, 1)}"
    return f"{name} is {_text(condition)}{which}"


def _because_of(decided: Told, step: str, has_passed: bool) -> str:
    key = f'allocation "{_named(decided["key"])}"{step}'
    rule = next((one for one in decided["rules"] if one["matched"]), None)
    split = next(one for one in decided["splits"] if one["matched"])
    drawn = [shard for shard in split["shards"] if _share(shard) < 1]
    first = "is the first that takes this subject" if has_passed else "takes this subject"
    if rule is None and not drawn:
        everybody = "everybody whom none above it took" if has_passed else "everybody"
        return f"because {key} takes {everybody}."
    reasons = [seen(condition) for condition in rule["conditions"]] if rule else []
    told = f": {_joined(reasons, ' and ')}." if reasons else "."
    return f"because {key} {first}{told}{_drawn_words(split, drawn)}"


def _drawn_words(split: Told, drawn: Sequence[Told]) -> str:
    if not drawn:
        return ""
    share = 1.0
    for shard in drawn:
        share *= _share(shard)
    key = _named(split["variationKey"])
    return f' A hash of the subject\'s key puts it among the {percent(share)} that get "{key}" there.'


def _because_of_nothing(trace: Told, passed: Sequence[Told], hint: str) -> str:
    code = trace["code"]
    if code == "FLAG_UNRECOGNIZED_OR_DISABLED":
        stop = "" if hint.endswith("?") else "."
        return f"because the flag is not served here: {hint}{stop}" if hint else "because the flag is not served here."
    if code != "DEFAULT_ALLOCATION_NULL":
        return f"because the flag cannot be evaluated: {trace['description']}"
    if not passed:
        return "because the flag has no allocations, so it serves nobody."
    if len(passed) == 1:
        return "because the flag's only allocation does not take this subject."
    return f"because none of the flag's {len(passed)} allocations takes this subject."


def _failing_words(allocation: Told) -> str:
    """Tell the rule that came nearest: the one with the fewest conditions that fail."""
    rules = allocation["rules"]
    failing = min(([one for one in rule["conditions"] if not one["matched"]] for rule in rules), key=len)
    others = f" (the nearest of {len(rules)} rules)" if len(rules) > 1 else ""
    return f"{_joined([seen(one) for one in failing], ', and ')}{others}"


def _missed_words(allocation: Told) -> str:
    if not allocation["splits"]:
        return "it has no splits, so it serves nobody"
    return f"it takes only {_taken(allocation)} of all subjects, and a hash of this one's key puts it outside"


def _taken(allocation: Told) -> str:
    """Return the part that all splits ask for first, which misses: traffic, say, or the slots of a group."""
    first = [split["shards"][0] for split in allocation["splits"] if split["shards"]]
    same = len(first) == len(allocation["splits"]) and all(shard["salt"] == first[0]["salt"] for shard in first)
    if not same or first[0]["matched"] or any(shard["ranges"] != first[0]["ranges"] for shard in first):
        return "a part"
    return percent(_share(first[0]))


_PASSED_ON: Mapping[str, Callable[[Told], str]] = {
    "BEFORE_START_TIME": lambda told: f"it {told['window']['note']}",
    "AFTER_END_TIME": lambda told: f"it {told['window']['note']}",
    "FAILING_RULE": _failing_words,
    "TRAFFIC_EXPOSURE_MISS": _missed_words,
}


def _share(shard: Told) -> float:
    covered = sum(max(0, one["end"] - one["start"]) for one in shard["ranges"])
    return min(1.0, covered / shard["totalShards"]) if shard["totalShards"] else 0.0


# What holds, and what must be, of each operator.
_PHRASES: Mapping[str, tuple[str, str]] = {
    "ONE_OF": ("is {}", "be {}"),
    "NOT_ONE_OF": ("is not {}", "not be {}"),
    "GTE": ("is at least {}", "be at least {}"),
    "GT": ("is more than {}", "be more than {}"),
    "LTE": ("is at most {}", "be at most {}"),
    "LT": ("is less than {}", "be less than {}"),
}
# What must be, and what does not hold, of each verb for a pattern.
_PATTERNS: Mapping[str, tuple[str, str]] = {
    "contains": ("contain", "does not contain"),
    "starts with": ("start with", "does not start with"),
    "ends with": ("end with", "does not end with"),
    "is exactly": ("be exactly", "is not exactly"),
    "matches the pattern": ("match the pattern", "does not match the pattern"),
}
_GIVEN: Mapping[str, str] = {"missing": "is not given", "null": "is null"}


def _phrase(condition: Told, place: int) -> str:
    operator, value = condition["operator"], condition["value"]
    if operator == "IS_NULL":
        return "not be given" if value is True else "be given"
    if operator in ("MATCHES", "NOT_MATCHES"):
        return _pattern_phrase(operator, value, place)
    return _PHRASES[operator][place].format(_wanted(value))


def _pattern_phrase(operator: str, value: Any, place: int) -> str:
    """Return what a pattern wants, in the words of the waterfall."""
    phrase = phrase_of(Condition("", "MATCHES", value, bool))
    must, does_not = _PATTERNS[phrase.verb]
    said = (phrase.verb, must) if operator == "MATCHES" else (does_not, f"not {must}")
    return f"{said[place]} {phrase.values[0]}"


def _wanted(value: Any) -> str:
    if not isinstance(value, list):
        return _named(interpolated(value))
    members = [_named(interpolated(one)) for one in value]
    return f"one of {_joined(members, ' or ')}" if len(members) > 1 else members[0] if members else "one of no values"


def _named(text: str) -> str:
    """Return what somebody else has named or written, as it can stand in a sentence."""
    return shortened(unturned(text))


def _text(condition: Told) -> str:
    text = condition["actualText"]
    if text is None:
        return f"a {condition['actualType']}"
    return _named(text) if text.strip() else f'"{text}"'


def _joined(words: Sequence[str], last: str) -> str:
    listed = list(words)
    if len(listed) > _LISTED:
        listed[_LISTED - 1 :] = [f"{counted(len(listed) - _LISTED + 1)} more"]
    return last.join([", ".join(listed[:-1]), listed[-1]] if len(listed) > 1 else listed)


def logged(result_events: Mapping[str, Any], *, is_match: bool, allocation: str | None) -> str:
    """Return whether an SDK hands an assignment to its logger, in a sentence."""
    event = result_events["assignment"]
    if event is not None:
        return f"An SDK logs this assignment, as experiment {_named(str(event.get('experiment')))}."
    if not is_match:
        return "An SDK logs nothing: a caller's default is never logged."
    return f'An SDK logs no assignment: allocation "{_named(allocation or "")}" does not log.'
