"""
Where a real SDK documents to answer otherwise: each a name, its row of evaluation.md, and when it applies.

A divergence looks at the question and at our own answer, never at the SDK's. Where it applies, the fields it names are
not compared; the emulator does the canonical thing there, and ``test_flag_divergences`` says what that is.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from emulator.evaluation.attributes import text_of
from emulator.evaluation.patterns import UnsupportedPatternError, compile_pattern
from tests.differential.flag_answers import Answer
from tests.differential.flag_questions import Question

WHOLE = frozenset(field.name for field in fields(Answer))
_TEXT_OPERATORS = ("ONE_OF", "NOT_ONE_OF", "MATCHES", "NOT_MATCHES")
_MEMBERSHIPS = ("ONE_OF", "NOT_ONE_OF")
_PATTERNS = ("MATCHES", "NOT_MATCHES")
# What extra logging replaces in an event of the Rust core.
_EVENT_FIELDS = frozenset({"featureFlag", "allocation", "experiment", "variation", "metaData"})
_COMPARISONS = ("GTE", "GT", "LTE", "LT")
_SPECIAL_NUMBER = re.compile(r"[+-]?(inf|infinity|nan)", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_VERSION = re.compile(r"\s*[v=]*\s*\d+\.\d+\.\d+.*")


@dataclass(frozen=True, slots=True)
class Met:
    """A condition and the value that it meets, None for missing and null."""

    operator: Any
    wanted: Any
    actual: Any


@dataclass(frozen=True, slots=True)
class Asked:
    """*flag* is None where there is none of that key."""

    question: Question
    flag: Any
    ours: Answer

    @property
    def is_broken(self) -> bool:
        return " is broken: " in self.ours.description

    @property
    def lacks_variation(self) -> bool:
        return self.ours.code == "ASSIGNMENT_ERROR" and self.ours.variation is None and not self.is_broken

    def met(self) -> Iterator[Met]:
        """Yield every condition of the flag with what it meets."""
        known = {"id": self.question.subject, **self.question.attributes}
        for rule in self._every("allocations", "rules"):
            for one in _list(rule.get("conditions") if isinstance(rule, dict) else None):
                if isinstance(one, dict):
                    name = one.get("attribute")
                    actual = known.get(name) if isinstance(name, str) else None
                    yield Met(one.get("operator"), one.get("value"), actual)

    def variations(self) -> Iterable[tuple[str, Any]]:
        found = self.flag.get("variations") if isinstance(self.flag, dict) else None
        return found.items() if isinstance(found, dict) else ()

    def allocations(self) -> list[Any]:
        return [one for one in self._every("allocations") if isinstance(one, dict)]

    def shards(self) -> Iterator[Any]:
        for split in self._every("allocations", "splits"):
            yield from _list(split.get("shards") if isinstance(split, dict) else None)

    def extra_logging(self) -> Iterator[Mapping[str, Any]]:
        for split in self._every("allocations", "splits"):
            extra = split.get("extraLogging") if isinstance(split, dict) else None
            yield extra if isinstance(extra, dict) else {}

    def _every(self, *names: str) -> list[Any]:
        found = [self.flag]
        for name in names:
            found = [inner for one in found if isinstance(one, dict) for inner in _list(one.get(name))]
        return found


@dataclass(frozen=True, slots=True)
class Divergence:
    """*fields* are those of an answer that are not compared where it applies."""

    name: str
    evidence: str
    applies: Callable[[Asked], bool]
    fields: frozenset[str] = WHOLE


def apart(divergences: Iterable[Divergence], asked: Asked) -> frozenset[str]:
    """Return the fields that are not compared for *asked*."""
    return frozenset().union(*(one.fields for one in divergences if one.applies(asked)))


def any_met(operators: tuple[str, ...], says: Callable[[Met], bool]) -> Callable[[Asked], bool]:
    return lambda asked: any(one.operator in operators and says(one) for one in asked.met())


def _spelled(says: Callable[[str], Any]) -> Callable[[Met], bool]:
    """Return whether one side of a comparison is a text of which *says* is true."""
    return lambda met: any(isinstance(side, str) and says(side) for side in (met.wanted, met.actual))


def _has_odd_variation(asked: Asked) -> bool:
    return any(
        not isinstance(one, dict)
        or one.get("key") != key
        or one.get("value") is None
        or isinstance(one.get("value"), dict | list)
        for key, one in asked.variations()
    )


def _is_beyond_re2(met: Met) -> bool:
    try:
        compile_pattern(met.wanted if isinstance(met.wanted, str) else "")
    except UnsupportedPatternError:
        return True
    return False


def _repeats_too_often(met: Met) -> bool:
    return isinstance(met.wanted, str) and "1001" in met.wanted and met.actual is not None


def _meets_unicode_class(met: Met) -> bool:
    text = text_of(met.actual)
    return bool(text and not text.isascii() and re.search(r"\\[dwbsDWBS]", str(met.wanted)))


def _is_full(shard: Any, total: Any) -> bool:
    ranges = shard.get("ranges") if isinstance(shard, dict) else None
    return any(isinstance(one, dict) and one.get("start") == 0 and one.get("end") == total for one in _list(ranges))


def _has_full_shard(asked: Asked) -> bool:
    return any(_is_full(shard, asked.flag.get("totalShards")) for shard in asked.shards())


def _has_no_shards(asked: Asked) -> bool:
    return isinstance(asked.flag, dict) and asked.flag.get("totalShards") == 0


def _is_minus_zero(met: Met) -> bool:
    return repr(met.actual) == "-0.0"


def names_event_fields(asked: Asked) -> bool:
    """Tell whether the flag has extra logging under a name that an event has itself."""
    return any(not _EVENT_FIELDS.isdisjoint(extra) for extra in asked.extra_logging())


def _has_twins(asked: Asked) -> bool:
    keys = [one.get("key") for one in asked.allocations()]
    return any(keys.count(key) > 1 for key in keys)


RUST: tuple[Divergence, ...] = (
    Divergence("blank subject", "D-SUB-1: evaluates it", lambda asked: not asked.question.subject),
    Divergence("no shards at all", "D-CFG-15: a total of zero panics, or is not missed", _has_no_shards),
    Divergence(
        "words of errors",
        "D-DET-2: one sentence for all of them; its code is renamed to ASSIGNMENT_ERROR",
        lambda asked: asked.ours.code == "ASSIGNMENT_ERROR",
        frozenset({"description"}),
    ),
    Divergence(
        "words of a mismatch",
        "D-DET-3",
        lambda asked: asked.ours.code == "TYPE_MISMATCH",
        frozenset({"description"}),
    ),
    Divergence(
        "allocations of a disabled flag",
        "D-DET-7: lists none",
        lambda asked: asked.ours.code == "FLAG_UNRECOGNIZED_OR_DISABLED",
        frozenset({"allocations"}),
    ),
    Divergence(
        "full shards", "D-DET-4: forgets them before it counts shards", _has_full_shard, frozenset({"description"})
    ),
    Divergence(
        "quotes in keys", "D-DET-5: escapes them", lambda asked: '"' in str(asked.ours.variation),
        frozenset({"description"}),
    ),
    Divergence(
        "missing variation",
        "D-VAR-1, D-DET-8: counts as matched",
        lambda asked: asked.lacks_variation,
        frozenset({"variation", "allocations", "rule"}),
    ),
    Divergence(
        "allocations of one key", "D-ORD-3: merges what it tells of them", _has_twins,
        frozenset({"allocations", "rule"}),
    ),
    Divergence(
        "extra logging under an event's names", "D-EVT-3: takes the place of flag, allocation, experiment, variation",
        names_event_fields, frozenset({"event"}),
    ),
    Divergence(
        "special numbers as text",
        "D-CMP-8: inf, infinity and nan are numbers",
        any_met(_COMPARISONS, _spelled(_SPECIAL_NUMBER.fullmatch)),
    ),
    Divergence(
        "build metadata", "D-SEM-4: takes part in the order",
        any_met(_COMPARISONS, _spelled(lambda text: "+" in text and _VERSION.match(text))),
    ),
    Divergence("minus zero", "D-TXT-14: its text is -0", any_met(_TEXT_OPERATORS, _is_minus_zero)),
    Divergence(
        "classes beyond ASCII", "D-RGX-7: they are Unicode's", any_met(_PATTERNS, _meets_unicode_class)
    ),
    Divergence("repetition above 1000", "D-RGX-14: works", any_met(_PATTERNS, _repeats_too_often)),
    Divergence(
        "variations", "D-CFG-6, D-CFG-25, D-VAL-8: one that is odd spoils the flag; found by the inner key",
        _has_odd_variation,
    ),
)  # fmt: skip


_ODD_NUMBER = re.compile(r"|\s.*|.*\s|0[xX].*|[+-]?Infinity", re.DOTALL)


def _is_ill_typed_comparand(met: Met) -> bool:
    """Tell whether JavaScript makes a number of what is neither number nor text, or of nothing."""
    return not isinstance(met.wanted, int | float | str) or isinstance(met.wanted, bool) or met.wanted == ""


def _prints_otherwise(met: Met) -> bool:
    """Tell whether JavaScript writes the attribute with an exponent, or in a word of its own."""
    value = met.actual
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return value in (float("inf"), float("-inf")) or abs(value) >= 1e21 or 0 < abs(value) < 1e-6


def _is_ill_typed_list(met: Met) -> bool:
    return not isinstance(met.wanted, list) or not all(isinstance(one, str) for one in met.wanted)


def _reads_pattern_otherwise(met: Met) -> bool:
    if not isinstance(met.wanted, str):
        return True
    return _is_beyond_re2(met) or any(part in met.wanted for part in ("(?i)", r"\p", r"\z"))


def _meets_surrogates(met: Met) -> bool:
    return "." in str(met.wanted) and any(ord(letter) > 0xFFFF for letter in text_of(met.actual) or "")


def _is_silent(asked: Asked) -> bool:
    return any("doLog" not in one for one in asked.allocations())


def _has_object_member(asked: Asked) -> bool:
    return "constructor" in json.dumps(asked.flag) and "constructor" not in asked.question.attributes


def _is_exceptional(asked: Asked) -> bool:
    """Tell whether a value is a text that is no JSON, where JavaScript throws."""
    return asked.ours.code == "ASSIGNMENT_ERROR" and asked.question.kind == "JSON"


NODE: tuple[Divergence, ...] = (
    Divergence(
        "odd times",
        "D-DAT-5 to 9, 13: reads them in its own way, or takes them for no bound",
        lambda asked: asked.is_broken,
    ),
    Divergence(
        "disabled and mistyped", "D-TYP-2: says TYPE_MISMATCH",
        lambda asked: asked.ours.code == "FLAG_UNRECOGNIZED_OR_DISABLED" and asked.flag is not None,
        frozenset({"code", "description"}),
    ),
    Divergence("silence", "D-EVT-1: logs nothing where doLog is absent", _is_silent, frozenset({"event"})),
    Divergence(
        "unsuitable values", "D-EVT-2: are logged, but the default is served",
        lambda asked: asked.ours.code == "ASSIGNMENT_ERROR", frozenset({"event"}),
    ),
    Divergence(
        "documents that are none", "D-VAL-18, 19: an exception, in its own words, without a variation", _is_exceptional,
        frozenset({"description", "variation", "allocations", "rule"}),
    ),
    Divergence(
        "missing variation", "D-VAR-1: an exception, in its own words", lambda asked: asked.lacks_variation,
        frozenset({"description"}),
    ),
    Divergence(
        "large integers", "D-VAL-6: serves them",
        lambda asked: any(one.get("value") == 10**19 for _, one in asked.variations() if isinstance(one, dict)),
    ),
    Divergence("booleans as numbers", "D-CMP-3", any_met(_COMPARISONS, lambda met: isinstance(met.actual, bool))),
    Divergence(
        "odd numbers as text", "D-CMP-5 to 8, 18, 19: what Number() reads", any_met(
            _COMPARISONS, _spelled(_ODD_NUMBER.fullmatch)
        ),
    ),
    Divergence(
        "ill-typed comparands", "D-CMP-14, D-CMP-18: Number() of them", any_met(_COMPARISONS, _is_ill_typed_comparand)
    ),
    Divergence(
        "lenient versions", "D-SEM-1, D-SEM-5: takes a prefix and blanks", any_met(
            _COMPARISONS, _spelled(lambda text: _VERSION.fullmatch(text) and not text[0].isdigit())
        ),
    ),
    Divergence("numbers as text", "D-TXT-9, 10, 13", any_met(_TEXT_OPERATORS, _prints_otherwise)),
    Divergence("ill-typed lists", "D-ONE-2 to 5: abandons the flag", any_met(_MEMBERSHIPS, _is_ill_typed_list)),
    Divergence(
        "ill-typed nullness", "D-NUL-3, 4: truthiness",
        any_met(("IS_NULL",), lambda met: not isinstance(met.wanted, bool)),
    ),
    Divergence(
        "patterns", "D-RGX-1 to 4, 8, 10, 14, 16: another engine, and one bad pattern abandons the flag",
        any_met(_PATTERNS, _reads_pattern_otherwise),
    ),
    Divergence("surrogates", "D-RGX-9: an emoji is two characters", any_met(_PATTERNS, _meets_surrogates)),
    Divergence("object members", "D-SUB-4: every subject has an attribute of their name", _has_object_member),
)  # fmt: skip


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
