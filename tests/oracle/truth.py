"""
Whether a condition holds for a subject, in the words of evaluation.md §2.

Stays within what all SDKs agree on, plus numeric text where the canonical profile decides (§8.4).
"""

import operator
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from tests.oracle.description import AllOf, AnyOf, Condition, Expression, InAudience, Number, Version

Attributes = Mapping[str, Any]
Audiences = Mapping[str, Expression]

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_VERSION = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*)"
    r"(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*))*))?",
    re.ASCII,
)
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


def holds(expression: Expression | None, attributes: Attributes, audiences: Audiences) -> bool:
    """Tell whether *expression* is true of *attributes*; no expression is true of everybody."""
    match expression:
        case None:
            return True
        case AllOf(terms):
            return all(holds(term, attributes, audiences) for term in terms)
        case AnyOf(terms):
            return any(holds(term, attributes, audiences) for term in terms)
        case InAudience(name):
            return holds(audiences[name], attributes, audiences)
        case Condition():
            return is_true(expression, attributes.get(expression.attribute))


def is_true(condition: Condition, actual: Any) -> bool:
    """Tell whether *condition* holds for its attribute's value; None stands for missing and for null."""
    if condition.relation == "is null":
        return actual is None
    if actual is None:
        return False
    match condition.relation, condition.operand:
        case "is not null", _:
            return True
        case "one of", tuple(members):
            return text_of(actual) in members
        case "none of", tuple(members):
            return text_of(actual) not in members
        case "matches", str(pattern):
            return re.search(pattern, text_of(actual)) is not None
        case "does not match", str(pattern):
            return re.search(pattern, text_of(actual)) is None
        case relation, Number(text):
            number = number_in(actual)
            return number is not None and _COMPARISONS[relation](number, float(text))
        case relation, Version(text):
            return _compares_as_version(relation, actual, text)
    raise AssertionError(f"no such condition: {condition}")


def text_of(actual: Any) -> str:
    """Return an attribute as the text that lists and patterns see: ``true``, ``10`` for 10.0, ``0.0000001``."""
    if isinstance(actual, bool):
        return "true" if actual else "false"
    if isinstance(actual, float):
        return str(int(actual)) if actual.is_integer() else format(Decimal(repr(actual)), "f")
    return str(actual)


def number_in(actual: Any) -> float | None:
    """Return the number that *actual* is or spells; a boolean is none."""
    if isinstance(actual, bool):
        return None
    if isinstance(actual, int | float):
        return float(actual)
    return float(actual) if isinstance(actual, str) and _NUMBER.fullmatch(actual) else None


def _compares_as_version(relation: str, actual: Any, wanted: str) -> bool:
    if not isinstance(actual, str) or not _VERSION.fullmatch(actual):
        return False
    return _COMPARISONS[relation](_version_order(actual), _version_order(wanted))


def _version_order(text: str) -> tuple[Any, ...]:
    found = _VERSION.fullmatch(text)
    assert found
    *numbers, prerelease = found.groups()
    # A release comes after all its prereleases; numeric identifiers come before words.
    identifiers = tuple(
        (0, int(one), "") if one.isdigit() else (1, 0, one) for one in (prerelease.split(".") if prerelease else ())
    )
    return (*map(int, numbers), prerelease is None, identifiers)
