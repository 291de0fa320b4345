"""
Where an SDK documents to answer otherwise: each a name, its row of the divergence table, and when it applies.

Those of the Rust core and of JavaScript are shared with ``tests/differential``. Like there, a divergence looks at the
question and at our own answer, never at the SDK's; the emulator does the canonical thing. What concerns bandits is
apart, for its answers are.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emulator.evaluation import BanditEvaluation
from emulator.evaluation.attributes import text_of
from emulator.queries import Result
from tests.differential.flag_divergences import NODE as NODE_FLAGS
from tests.differential.flag_divergences import RUST as RUST_FLAGS
from tests.differential.flag_divergences import Asked, Divergence, Met, any_met, names_event_fields

_COMPARISONS = ("GTE", "GT", "LTE", "LT")
_MEMBERSHIPS = ("ONE_OF", "NOT_ONE_OF")
_PATTERNS = ("MATCHES", "NOT_MATCHES")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A bandit call: what was served to it, and our own answer."""

    config: Mapping[str, Any]
    result: Result

    @property
    def evaluation(self) -> BanditEvaluation:
        assert isinstance(self.result.evaluation, BanditEvaluation)
        return self.result.evaluation


@dataclass(frozen=True, slots=True)
class BanditDivergence:
    """Where it applies, the call is not compared."""

    name: str
    evidence: str
    applies: Callable[[Chosen], bool]


@dataclass(frozen=True, slots=True)
class Divergences:
    flags: tuple[Divergence, ...]
    bandits: tuple[BanditDivergence, ...] = ()

    @property
    def all(self) -> Sequence[Divergence | BanditDivergence]:
        return (*self.flags, *self.bandits)


def _without(divergences: Sequence[Divergence], *names: str) -> list[Divergence]:
    return [one for one in divergences if one.name not in names]


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _compares_across(met: Met) -> bool:
    """Tell whether a comparison is not of two numbers, nor of two texts that are none."""
    sides = (met.wanted, met.actual)
    if met.actual is None or all(is_number(side) for side in sides):
        return False
    return not all(isinstance(side, str) and not _NUMBER.fullmatch(side) for side in sides)


def has_value(*odd: Callable[[str, Any], bool]) -> Callable[[Asked], bool]:
    """Return whether some variation of the flag is odd, by the flag's type and the value."""

    def says(asked: Asked) -> bool:
        kind = asked.flag["variationType"] if asked.flag else ""
        return any(is_odd(kind, one["value"]) for _, one in asked.variations() for is_odd in odd)

    return says


def is_fractional_integer(kind: str, value: Any) -> bool:
    return kind == "INTEGER" and isinstance(value, float)


def _is_boolean_number(kind: str, value: Any) -> bool:
    return kind in ("INTEGER", "NUMERIC") and isinstance(value, bool)


def _is_beyond_32_bits(kind: str, value: Any) -> bool:
    return kind == "INTEGER" and is_number(value) and abs(value) >= 2**31


def _is_beyond_64_bits(kind: str, value: Any) -> bool:
    return kind == "INTEGER" and is_number(value) and abs(value) >= 2**63


def _is_unsuitable(asked: Asked) -> bool:
    return asked.ours.code == "ASSIGNMENT_ERROR"


def _is_no_document(asked: Asked) -> bool:
    return asked.question.kind == "JSON" and asked.ours.code == "ASSIGNMENT_ERROR"


def is_foreign_pattern(met: Met) -> bool:
    """Tell whether engines read the pattern in different ways, or not at all."""
    if not isinstance(met.wanted, str):
        return True
    parts = ("[bad", "(?=", "\\1", "a{1001}", "\\p", "\\z")
    return met.wanted in ("(", "*") or any(part in met.wanted for part in parts)


def _ends_before_newline(met: Met) -> bool:
    return "$" in str(met.wanted) and (text_of(met.actual) or "").endswith("\n")


def _ill_typed(met: Met) -> bool:
    if met.operator == "IS_NULL":
        return not isinstance(met.wanted, bool)
    return not isinstance(met.wanted, list) or not all(isinstance(one, str) for one in met.wanted)


def _meets_unicode_class(met: Met) -> bool:
    text = text_of(met.actual)
    return bool(text and not text.isascii() and re.search(r"\\[dwbsDWBS]", str(met.wanted)))


def _prints_in_python(met: Met) -> bool:
    """Tell whether Python 3 prints the number in another way: with an exponent, or to the last digit."""
    value = met.actual
    if not is_number(value):
        return False
    return repr(value) == "-0.0" or abs(value) > 2**53 or 0 < abs(value) < 1e-4


def _prints_in_java(met: Met) -> bool:
    value = met.actual
    if not is_number(value):
        return False
    return met.operator in _PATTERNS or abs(value) >= 2**31 or 0 < abs(value) < 1e-3


def _is_tied_by_value(chosen: Chosen) -> bool:
    """Tell whether the served value is not the key of the bandit, or is that of one tied to other flags only."""
    variation, bandits = chosen.result.variation, chosen.config.get("bandits", {})
    return (chosen.evaluation.bandit_key or "") != (variation if variation in bandits else "")


_PYTHON_3_FLAGS = (
    Divergence("blank subject", "D-SUB-1: raises ValueError", lambda asked: not asked.question.subject),
    Divergence(
        "numbers in texts",
        "D-CMP-1 to 4, 12, 16: a number and a text are never compared, a version with a number raises, true is 1",
        any_met(_COMPARISONS, _compares_across),
    ),
    Divergence(
        "patterns", "D-RGX-1, 3, 8, 10, 14, 16: another engine; a bad one serves the default",
        any_met(_PATTERNS, is_foreign_pattern),
    ),
    Divergence("classes beyond ASCII", "D-RGX-7: they are Unicode's", any_met(_PATTERNS, _meets_unicode_class)),
    Divergence("last lines", "D-RGX-6: $ is before a final newline, too", any_met(_PATTERNS, _ends_before_newline)),
    Divergence(
        "numbers as text", "D-TXT-10, 14, 15: 1e-07, -0, and every digit",
        any_met((*_PATTERNS, *_MEMBERSHIPS), _prints_in_python),
    ),
    Divergence("ill-typed lists", "D-ONE-2 to 5: members as Python prints them", any_met(_MEMBERSHIPS, _ill_typed)),
    Divergence("ill-typed nullness", "D-NUL-3, 4: truthiness", any_met(("IS_NULL",), _ill_typed)),
    Divergence(
        "values of another type", "D-VAL-2, 6, 7, 11: 3.0 is no integer, true is one, 10^19 is served",
        has_value(is_fractional_integer, _is_boolean_number, _is_beyond_64_bits),
    ),
    Divergence("documents that are none", "D-VAL-18, 19: raises JSONDecodeError, and logs", _is_no_document),
    Divergence("missing variation", "D-VAR-1: logs no variation", lambda asked: asked.lacks_variation),
)  # fmt: skip
_JAVA_FLAGS = (
    Divergence(
        "numbers in texts", "D-CMP-1, 2, 4, 16: a number and a text are never compared",
        any_met(_COMPARISONS, _compares_across),
    ),
    Divergence(
        "numbers as text", "D-TXT-3, 4, 8 to 13: patterns see 10.0, lists 3.0E9",
        any_met((*_PATTERNS, *_MEMBERSHIPS), _prints_in_java),
    ),
    Divergence(
        "patterns", "D-RGX-1, 3, 14, 16, 18: another engine; a bad one serves the default",
        any_met(_PATTERNS, is_foreign_pattern),
    ),
    Divergence("last lines", "D-RGX-6: $ is before a final newline, too", any_met(_PATTERNS, _ends_before_newline)),
    Divergence("ill-typed lists", "D-ONE-2 to 5: dropped, or the default", any_met(_MEMBERSHIPS, _ill_typed)),
    Divergence("ill-typed nullness", "D-NUL-3, 4: the default", any_met(("IS_NULL",), _ill_typed)),
    Divergence(
        "many shards", "D-CFG-19: has 32 bits for them",
        lambda asked: asked.flag is not None and asked.flag["totalShards"] >= 2**31,
    ),
    Divergence("large integers", "D-VAL-4, 6: has 32 bits for them", has_value(_is_beyond_32_bits)),
    Divergence("documents that are none", "D-VAL-17, 19, 20: served as they are, and logged", _is_no_document),
    Divergence(
        "extra logging under an event's names", "D-EVT-3, 4: is there, for extra logging is apart", names_event_fields,
        frozenset({"event"}),
    ),
)  # fmt: skip
_OBFUSCATED = (
    Divergence(
        "unsuitable values", "D-VAL: in the form for clients values travel as texts, and are read as the flag's type",
        _is_unsuitable,
    ),
)  # fmt: skip
_ENCODED_EXTRA = Divergence(
    "extra logging of clients",
    "D-OBF, seen here: logs names and values as they travel, in base64",
    lambda asked: "extraLogging" in str(asked.flag),
    frozenset({"event"}),
)

RUST = Divergences(RUST_FLAGS)
PYTHON_3 = Divergences(
    _PYTHON_3_FLAGS,
    (BanditDivergence("bandits by value", "protocol.md 3.2: the value has to be the bandit's key", _is_tied_by_value),),
)
NODE = Divergences(NODE_FLAGS)
JAVA = Divergences(_JAVA_FLAGS)
# What the form for clients leaves of them: names and texts are hashed there, and hashes are well-typed.
ANDROID = Divergences((*_without(_JAVA_FLAGS, "ill-typed lists", "ill-typed nullness"), *_OBFUSCATED, _ENCODED_EXTRA))
CLIENT = Divergences((*_without(NODE_FLAGS, "object members"), *_OBFUSCATED))
