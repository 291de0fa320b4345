"""
Rules as people say them: ``country is one of US, CA``.

One row per operator, as in ``evaluation/words``, which tells of one subject's values; this is about everybody's.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.evaluation.operators import Condition
from emulator.evaluation.values import interpolated
from emulator.pages.wording import short_json

# As many values as a sentence holds, and as many as are there on demand.
_SHOWN = 8
_MORE = 500
_LONGEST = 200
# A pattern that is a plain text between anchors; a backslash makes any sign plain.
_PLAIN = re.compile(r"(\^?)((?:[^\\^$.|?*+()\[\]{}]|\\[^A-Za-z0-9])+)(\$?)", re.DOTALL)
_PLACES = {("", ""): "contains", ("^", ""): "starts with", ("", "$"): "ends with", ("^", "$"): "is exactly"}
_NOT_PLACES = {"contains": "does not contain", "starts with": "does not start with", "ends with": "does not end with",
               "is exactly": "is not exactly"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Phrase:
    """
    One condition: *subject* *verb* *values*, of which *more* are not among them.

    *hidden* are those of the rest that are shown on demand. *never* says why nobody meets it, or is empty.
    """

    condition: Condition

    subject: str
    verb: str
    values: tuple[str, ...]
    hidden: tuple[str, ...]
    more: int
    never: str

    @property
    def exact(self) -> str:
        """The condition as an SDK has it."""
        one = self.condition
        return f"{one.attribute} {one.operator} {shortened(short_json(one.value))}"

    @property
    def text(self) -> str:
        more = f" and {self.more:,} more" if self.more else ""
        return f"{self.subject} {self.verb} {', '.join(self.values)}{more}".rstrip()


def phrase_of(condition: Condition) -> Phrase:
    """Return *condition* in words; one that makes no sense is told as it is."""
    subject = "the subject's key" if condition.attribute == "id" else condition.attribute
    build = _WORDS.get(condition.operator) if condition.problem is None else None
    if build is None:
        never = condition.problem or ""
        return Phrase(condition, subject, condition.operator, (_shown(condition.value),), (), 0, never)
    verb, values = build(condition.value)
    shown = tuple(shortened(one) for one in values[:_SHOWN])
    rest = values[_SHOWN:]
    hidden = tuple(shortened(one) for one in rest[:_MORE])
    return Phrase(condition, subject, verb, shown, hidden, len(rest), "")


def shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _shown(value: Any) -> str:
    return shortened(interpolated(value))


def _members(values: list[str]) -> tuple[str, ...]:
    return tuple(one if one.strip() == one and one else f'"{one}"' for one in values)


def _one_of(values: list[str]) -> tuple[str, tuple[str, ...]]:
    return "is" if len(values) == 1 else "is one of", _members(values)


def _not_one_of(values: list[str]) -> tuple[str, tuple[str, ...]]:
    return "is known and is not" if len(values) == 1 else "is known and is none of", _members(values)


def _matches(pattern: str) -> tuple[str, tuple[str, ...]]:
    verb, text = _read(pattern)
    return verb or "matches the pattern", (text,)


def _not_matches(pattern: str) -> tuple[str, tuple[str, ...]]:
    verb, text = _read(pattern)
    return f"is known and {_NOT_PLACES.get(verb, 'does not match the pattern')}", (text,)


def _read(pattern: str) -> tuple[str, str]:
    """Return what a *pattern* without any choice in it says, and of which text; an empty word for others."""
    plain = _PLAIN.fullmatch(pattern)
    if plain is None:
        return "", pattern
    return _PLACES[plain[1], plain[3]], re.sub(r"\\(.)", r"\1", plain[2], flags=re.DOTALL)


def _compared(verb: str) -> Callable[[Any], tuple[str, tuple[str, ...]]]:
    return lambda value: (verb, (_shown(value),))


def _null(value: bool) -> tuple[str, tuple[str, ...]]:
    return "is missing" if value else "is known", ()


_WORDS: Mapping[str, Callable[[Any], tuple[str, tuple[str, ...]]]] = {
    "ONE_OF": _one_of,
    "NOT_ONE_OF": _not_one_of,
    "MATCHES": _matches,
    "NOT_MATCHES": _not_matches,
    "GTE": _compared("is at least"),
    "GT": _compared("is more than"),
    "LTE": _compared("is at most"),
    "LT": _compared("is less than"),
    "IS_NULL": _null,
}
