"""
Conditions and shards in words: what was seen, and what would have been true instead.

One row per operator, as in ``operators``; a check decides, these sentences only say it.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from emulator.evaluation.attributes import kind_of, number_of, text_of
from emulator.evaluation.operators import Condition
from emulator.evaluation.semver import version_of
from emulator.evaluation.values import interpolated
from emulator.suggest import did_you_mean

_SHOWN = 80
_LISTED = 8
MISSING = object()

_COMPARISONS = {"GTE": "at least", "GT": "more than", "LTE": "at most", "LT": "less than"}


def condition_words(condition: Condition, actual: Any, holds: bool, attributes: Iterable[str]) -> str:
    """
    Return one sentence on *condition* for the value *actual*, which may be :data:`MISSING`.

    *attributes* are the names that the caller sent, for the nearest one where the wanted one is missing.
    """
    if condition.problem is not None:
        return f"{condition.operator} is false for everybody: {condition.problem}"
    seen = f"`{condition.attribute}` is {seen_words(actual)}"
    if holds:
        return f"{seen}; {condition.operator} {shortened(interpolated(condition.value))} holds"
    if actual is MISSING or actual is None:
        return _absent(condition, seen, actual, attributes)
    return f"{seen}{_WHY_NOT[condition.operator](condition, actual)}"


def seen_words(actual: Any) -> str:
    """Return a value with its type, and with its text where that is not how it was written: ``number 10.0 ("10")``."""
    if actual is MISSING:
        return "missing"
    kind, text = kind_of(actual), text_of(actual)
    if text is None:
        return kind if actual is None else f"a {kind}"
    if kind == "text":
        return f"text {quoted(text)}"
    written = str(actual) if kind == "number" and isinstance(actual, float) else text
    return f"{kind} {shortened(text)}" if written == text else f"{kind} {shortened(written)} ({quoted(text)})"


def shard_words(number: int, ranges: Iterable[tuple[int, int]]) -> str:
    """Return where shard *number* is with respect to half-open *ranges*."""
    listed = tuple(ranges)
    if not listed:
        return f"shard {number} is in no range, for there is none"
    inside = [one for one in listed if one[0] <= number < one[1]]
    if inside:
        return f"shard {number} is in {_range(inside[0])}"
    return f"shard {number} is outside {_joined(map(_range, sorted(listed, key=lambda one: distance(number, one))))}"


def distance(number: int, one: tuple[int, int]) -> int:
    """Return how far *number* is from the half-open range *one*; 0 is inside."""
    start, end = one
    return start - number if number < start else max(0, number - end + 1)


def quoted(text: str) -> str:
    return f'"{shortened(text)}"'


def shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _absent(condition: Condition, seen: str, actual: Any, attributes: Iterable[str]) -> str:
    # Callers in Python may have other names than texts.
    names = (name for name in attributes if isinstance(name, str))
    near = did_you_mean(condition.attribute, names) if actual is MISSING else ""
    hint = f"; {near}" if near else ""
    if condition.operator == "IS_NULL":
        return f"{seen}; IS_NULL false wants a value{hint}"
    return f"{seen}; {condition.operator} is false without a value{hint}"


def _no_text(condition: Condition) -> str:
    return f"; {condition.operator} takes texts, numbers and booleans"


def _not_member(condition: Condition, actual: Any) -> str:
    text = text_of(actual)
    if text is None:
        return _no_text(condition)
    members = _joined(map(quoted, condition.value), " or ")
    same = next((member for member in condition.value if member.strip().lower() == text.strip().lower()), None)
    near = "" if same is None else f"; {quoted(same)} differs in case or blanks only"
    return f"; ONE_OF wants {members}{near}" if condition.value else "; the list is empty"


def _member(condition: Condition, actual: Any) -> str:
    return _no_text(condition) if text_of(actual) is None else "; NOT_ONE_OF lists it"


def _not_found(condition: Condition, actual: Any) -> str:
    return _no_text(condition) if text_of(actual) is None else f"; {shortened(condition.value)} is not found in it"


def _found(condition: Condition, actual: Any) -> str:
    return _no_text(condition) if text_of(actual) is None else f"; {shortened(condition.value)} is found in it"


def _not_compared(condition: Condition, actual: Any) -> str:
    wanted = f"{condition.operator} wants {_COMPARISONS[condition.operator]} {shortened(interpolated(condition.value))}"
    if isinstance(condition.value, str) and version_of(condition.value):
        is_version = isinstance(actual, str) and version_of(actual) is not None
        return f"; {wanted}" if is_version else f"; {condition.operator} compares versions, texts like 2.10.0"
    return f"; {condition.operator} compares numbers" if number_of(actual) is None else f"; {wanted}"


def _not_null(_condition: Condition, _actual: Any) -> str:
    return "; IS_NULL true wants it missing or null"


_WHY_NOT: Mapping[str, Callable[[Condition, Any], str]] = {
    "MATCHES": _not_found,
    "NOT_MATCHES": _found,
    "GTE": _not_compared,
    "GT": _not_compared,
    "LTE": _not_compared,
    "LT": _not_compared,
    "ONE_OF": _not_member,
    "NOT_ONE_OF": _member,
    "IS_NULL": _not_null,
}


def _range(one: tuple[int, int]) -> str:
    return f"[{one[0]}, {one[1]})"


def _joined(words: Iterable[str], last: str = " and ") -> str:
    listed = list(words)
    if len(listed) > _LISTED:
        listed[_LISTED - 1 :] = [f"{len(listed) - _LISTED + 1} more"]
    return last.join([", ".join(listed[:-1]), listed[-1]] if len(listed) > 1 else listed)
