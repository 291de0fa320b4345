"""
The nine operators, four meanings: membership, pattern, comparison, null.

Each row of :data:`OPERATORS` turns a condition's value into a check of an attribute's value, once. A check never
raises: what cannot be compared is false, also for the negated operators, and None stands for null and for missing
alike. Source: evaluation.md section 2.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from emulator.evaluation.attributes import kind_of, number_of, text_of
from emulator.evaluation.patterns import UnsupportedPatternError, compile_pattern
from emulator.evaluation.semver import REMEMBERED_LENGTH, Version, version_of
from emulator.suggest import nearest

Check = Callable[[Any], bool]


class IllTypedError(ValueError):
    """The condition's value does not suit its operator; the message says why."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition, ready; *problem* says why it can never be true."""

    attribute: str
    operator: str
    value: Any
    check: Check
    problem: str | None = None


def prepare_condition(raw: Any) -> Condition:
    """Return *raw* ready to check; one that makes no sense is false for everybody, with its reason (8.4.6)."""
    condition = raw if isinstance(raw, Mapping) else {}
    attribute, name, value = (condition.get(member) for member in ("attribute", "operator", "value"))
    try:
        check = _checking(attribute, name, value)
    except (IllTypedError, UnsupportedPatternError) as error:
        return Condition(str(attribute), str(name), value, _never, str(error))
    return Condition(str(attribute), str(name), value, check)


def _checking(attribute: Any, name: Any, value: Any) -> Check:
    if not isinstance(attribute, str):
        raise IllTypedError(f"the attribute's name is {_named(attribute)}, expected a text")
    build = OPERATORS.get(name) if isinstance(name, str) else None
    if build is None:
        raise IllTypedError(_unknown(name))
    return build(value)


def _unknown(name: Any) -> str:
    if not isinstance(name, str):
        return f"the operator is {_named(name)}, expected a text"
    return f'operator "{name}" is unknown; {nearest(name, OPERATORS)}'


def _never(_actual: Any) -> bool:
    return False


def _member(value: Any, *, expected: bool) -> Check:
    if not isinstance(value, list) or not all(isinstance(member, str) for member in value):
        raise IllTypedError(f"the value is {_named(value)}, expected a list of texts")
    members = frozenset(value)

    def check(actual: Any) -> bool:
        if type(actual) is str:
            return (actual in members) is expected
        text = text_of(actual)
        return text is not None and (text in members) is expected

    return check


def _pattern(value: Any, *, expected: bool) -> Check:
    if not isinstance(value, str):
        raise IllTypedError(f"the value is {_named(value)}, expected a regular expression")
    found = compile_pattern(value)

    def check(actual: Any) -> bool:
        if type(actual) is str:
            return found(actual) is expected
        text = text_of(actual)
        return text is not None and found(text) is expected

    return check


def _compared(value: Any, *, holds: Callable[[Any, Any], bool]) -> Check:
    version = version_of(value) if isinstance(value, str) else None
    if version is not None:
        return _compared_as_version(version, holds)
    number = number_of(value)
    if number is None:
        raise IllTypedError(f"the value is {_named(value)}, expected a number or a version like 2.10.0")
    return _compared_as_number(number, holds)


def _compared_as_version(wanted: Version, holds: Callable[[Any, Any], bool]) -> Check:
    def compared(actual: str) -> bool:
        version = version_of(actual)
        return version is not None and holds(version, wanted)

    # Applications come in few versions, which are asked about again and again.
    remembered = lru_cache(maxsize=128)(compared)

    def check(actual: Any) -> bool:
        if type(actual) is not str:
            return isinstance(actual, str) and compared(actual)
        return remembered(actual) if len(actual) <= REMEMBERED_LENGTH else compared(actual)

    return check


def _compared_as_number(wanted: float, holds: Callable[[Any, Any], bool]) -> Check:
    def check(actual: Any) -> bool:
        number = number_of(actual)
        return number is not None and holds(number, wanted)

    return check


def _null(value: Any) -> Check:
    if not isinstance(value, bool):
        raise IllTypedError(f"the value is {_named(value)}, expected true or false")
    return lambda actual: (actual is None) is value


OPERATORS: Mapping[str, Callable[[Any], Check]] = {
    "MATCHES": partial(_pattern, expected=True),
    "NOT_MATCHES": partial(_pattern, expected=False),
    "GTE": partial(_compared, holds=operator.ge),
    "GT": partial(_compared, holds=operator.gt),
    "LTE": partial(_compared, holds=operator.le),
    "LT": partial(_compared, holds=operator.lt),
    "ONE_OF": partial(_member, expected=True),
    "NOT_ONE_OF": partial(_member, expected=False),
    "IS_NULL": _null,
}


def _named(value: Any) -> str:
    """Return *value* with its kind, for messages."""
    if value is None:
        return "missing or null"
    text = text_of(value)
    return f"a {kind_of(value)}" if text is None else f'the {kind_of(value)} "{text[:80]}"'
