"""
Which events somebody asks for: a tuple of terms that must all hold.

The parameters of a URL, the members of a JSON object and a Python call's arguments become the same terms; the store
makes SQL of them, and :func:`holds` tests a record.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from emulator.errors import EmulatorError
from emulator.events import KINDS, attribute_text
from emulator.inbox.arrival import VERDICTS
from emulator.inbox.record import Record
from emulator.suggest import nearest
from emulator.ufc.timestamps import TimeTextError, parse_time
from emulator.wording import printable

ATTRIBUTE = "attr."
# What a record has one text of.
FIELDS = (
    "kind", "flag", "variation", "allocation", "experiment", "subject", "bandit", "action",
    "sdk", "sandbox", "environment", "source", "verdict",
)  # fmt: skip
# What any of these texts of a record may hold.
WORD = "word"
WORD_FIELDS = ("flag", "variation", "allocation", "experiment", "subject", "bandit", "action", "sdk")
_BOUNDS = ("after", "before")
_CHOICES: Mapping[str, tuple[str, ...]] = {"kind": KINDS, "verdict": VERDICTS}
# The numbers that every database can hold.
HIGHEST_SEQ = 2**63 - 2


class MatchError(EmulatorError):
    """Terms that cannot be read; the message says what was found and what to write."""


class Term(NamedTuple):
    """
    One thing that must hold, or must not when *negated*.

    *field* is one of :data:`FIELDS` or ``attr.NAME``, with *value* a text; :data:`WORD`, with *value* a part of any of
    :data:`WORD_FIELDS`; or ``after`` or ``before``, with *value* a number (a ``seq``, exclusive) or an aware time of
    arrival (exclusive).
    """

    field: str
    value: str | int | datetime
    negated: bool = False

    @property
    def attribute(self) -> str | None:
        return self.field.removeprefix(ATTRIBUTE) if self.field.startswith(ATTRIBUTE) else None


Terms = tuple[Term, ...]


def read_terms(pairs: Iterable[tuple[str, str]]) -> Terms:
    """
    Return the terms of *pairs* of a field and the text that somebody wrote for it.

    Raises:
        MatchError: no such field, or a value that it cannot have.
    """
    return tuple(_term(field, text) for field, text in pairs)


def terms_of(match: Mapping[str, Any]) -> Terms:
    """
    Return the terms of an object of filters.

    Raises:
        MatchError: as :func:`read_terms` and :func:`pairs_of`.
    """
    return read_terms(pairs_of(match))


def holds(term: Term, record: Record) -> bool:
    """Return whether *record* is as *term* says."""
    return _is_so(term, record) is not term.negated


def found_of(term: Term, record: Record) -> str | None:
    """Return what *record* has where *term* looks; None for nothing."""
    if term.attribute is not None:
        value = record.attributes.get(term.attribute, _ABSENT)
        return None if value is _ABSENT else attribute_text(value)
    if term.field in _BOUNDS:
        return str(record.seq)
    if term.field == WORD:
        return " ".join(filter(None, (getattr(record, field) for field in WORD_FIELDS)))
    found: str | None = getattr(record, term.field)
    return found


_ABSENT = object()


def pairs_of(match: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """
    Yield the filters of an object such as ``{"flag": "banner", "attr.country": "NO"}``; null asks for nothing.

    ``attributes`` may hold the attributes in an object of its own.

    Raises:
        MatchError: a value that is no text, number, boolean or time.
    """
    for field, value in match.items():
        if field == "attributes" and isinstance(value, Mapping):
            yield from ((f"{ATTRIBUTE}{name}", attribute_text(one)) for name, one in value.items())
        elif isinstance(value, datetime):
            yield field, value.isoformat()
        elif isinstance(value, str | int | float):
            yield field, attribute_text(value)
        elif value is not None:
            raise MatchError(f'"{printable(str(field))}": expected a text, found {type(value).__name__}')


def _term(field: str, text: str) -> Term:
    if field in _BOUNDS:
        return Term(field, _bound(field, text))
    choices = _CHOICES.get(field)
    if choices is not None and text not in choices:
        raise MatchError(f'{field} "{printable(text)}" does not exist; {nearest(text, choices)}')
    if field in FIELDS or (field.startswith(ATTRIBUTE) and field != ATTRIBUTE):
        return Term(field, text)
    raise MatchError(f'"{printable(field)}" is not understood here; {nearest(field, _KNOWN)}')


_KNOWN = (*FIELDS, *_BOUNDS, f"{ATTRIBUTE}NAME")


def _bound(field: str, text: str) -> int | datetime:
    if text.isascii() and text.isdigit():
        # Longer ones are beyond every number, and Python reads no digits without end.
        return min(int(text), HIGHEST_SEQ) if len(text) < 30 else HIGHEST_SEQ
    try:
        return parse_time(text)
    except TimeTextError as error:
        hint = f"; {error.hint}" if error.hint else ""
        raise MatchError(f"{field}: {printable(str(error))}{hint}, or give the seq of an event") from None


def _is_so(term: Term, record: Record) -> bool:
    bound = _BOUND_TESTS.get(term.field)
    if bound is not None:
        return bound(record.seq if isinstance(term.value, int) else record.received_at, term.value)
    if term.field == WORD:
        word = str(term.value).lower()
        return any(word in (getattr(record, field) or "").lower() for field in WORD_FIELDS)
    found = found_of(term, record)
    if term.field == "sdk" and found is not None:
        return found == term.value or found.startswith(f"{term.value}/")
    return found == term.value


_BOUND_TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "after": lambda found, bound: found > bound,
    "before": lambda found, bound: found < bound,
}
