"""Where the Go SDK documents to answer otherwise; its program hands on every number as a float64, as JSON has them."""

import math
import re

from emulator.evaluation.attributes import text_of
from tests.compatibility.divergences import Divergences, has_value, is_foreign_pattern, is_fractional_integer, is_number
from tests.differential.flag_divergences import Asked, Divergence, Met, any_met, names_event_fields

_TEXTS = ("ONE_OF", "NOT_ONE_OF", "MATCHES", "NOT_MATCHES")
_MEMBERSHIPS = ("ONE_OF", "NOT_ONE_OF")
_PATTERNS = ("MATCHES", "NOT_MATCHES")
_COMPARISONS = ("GTE", "GT", "LTE", "LT")
_BOOLEANS = {True: {"1", "t", "T", "TRUE", "True"}, False: {"0", "f", "F", "FALSE", "False"}}
_SPECIAL = re.compile(r"[+-]?(inf|infinity|nan)", re.IGNORECASE)
# What Masterminds/semver takes and a strict reader does not: a prefix, one or two parts, zeros in front.
_VERSION = re.compile(r"v?\d+(\.\d+){0,2}([-+].*)?")
_STRICT = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)([-+].*)?")


def _has_null(asked: Asked) -> bool:
    null = any(value is None for value in asked.question.attributes.values())
    return null and any_met(_TEXTS, lambda met: met.actual is None)(asked)


def _is_ill_typed(met: Met) -> bool:
    return not isinstance(met.wanted, list) or not all(isinstance(one, str) for one in met.wanted)


def _is_member_by_value(met: Met) -> bool:
    """Tell whether some member is the attribute's value, but not its text."""
    if not isinstance(met.wanted, list):
        return False
    others = [one for one in met.wanted if isinstance(one, str) and one != text_of(met.actual)]
    if isinstance(met.actual, bool):
        return not _BOOLEANS[met.actual].isdisjoint(others)
    return is_number(met.actual) and any(_number(one) == met.actual for one in others)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _is_odd_number(met: Met) -> bool:
    sides = [side for side in (met.wanted, met.actual) if isinstance(side, str)]
    return any(_SPECIAL.fullmatch(side) or "_" in side for side in sides)


def _is_lenient_version(met: Met) -> bool:
    """Tell whether one side is a version in the eyes of Go alone."""
    if not isinstance(met.wanted, str):
        return False
    return any(
        isinstance(side, str) and _VERSION.fullmatch(side) is not None and _STRICT.fullmatch(side) is None
        for side in (met.wanted, met.actual)
    )


GO = Divergences(
    (
        Divergence("nulls", "D-NUL-1, 2: their text is <nil>", _has_null),
        Divergence("ill-typed lists", "D-ONE-2 to 5: panics", any_met(_MEMBERSHIPS, _is_ill_typed)),
        Divergence(
            "patterns", "D-RGX-1, 3, 14, 16: NOT_MATCHES is true of a bad one; one that is no text panics",
            any_met(_PATTERNS, is_foreign_pattern),
        ),
        Divergence(
            "numbers in patterns", "D-TXT-3: a float64 has no text",
            any_met(_PATTERNS, lambda met: is_number(met.actual)),
        ),
        Divergence(
            "values in lists", "D-TXT-2, 5: members are read as numbers, or as truth values",
            any_met(_MEMBERSHIPS, _is_member_by_value),
        ),
        Divergence(
            "odd numbers as text", "D-CMP-8, 9: inf, infinity, nan and 1_0 are numbers",
            any_met(_COMPARISONS, _is_odd_number),
        ),
        Divergence(
            "lenient versions", "D-SEM-1, 2, 6: takes a prefix, fewer parts, zeros in front",
            any_met(_COMPARISONS, _is_lenient_version),
        ),
        Divergence("values of another type", "D-VAL-2: 3.0 is no integer", has_value(is_fractional_integer)),
        Divergence(
            "extra logging under an event's names", "D-EVT-3, 4: is there, for extra logging is apart",
            names_event_fields, frozenset({"event"}),
        ),
    )
)  # fmt: skip
