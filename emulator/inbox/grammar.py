"""
What people type to find events: one parser for the page, the API and the command line.

``word "two words" flag:banner attr.country:NO -verdict:ok``: all of it must hold. A name and a colon look in that
field, a word in every name that an event holds, in any case. Quotes keep spaces and colons together, a leading ``-``
negates.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from emulator.inbox.match import ATTRIBUTE, WORD, MatchError, Term, Terms, read_terms
from emulator.wording import printable

QUERY = "q"
# Each is one more condition of the database's, on each event.
MOST_TERMS = 100
# A name, and a value in quotes or without spaces; inside quotes a backslash stands before a quote or itself.
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_NAME = rf'(?:attr\.(?:{_QUOTED}|[^\s":]+)|[^\s":]+)'
_PIECE = re.compile(rf'\s*(?P<minus>-)?(?:(?P<name>{_NAME}):)?(?P<value>{_QUOTED}|[^\s"]+)(?=\s|$)')
_BARE = re.compile(r'[^\s"]+')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def read_filters(pairs: Iterable[tuple[str, str]]) -> Terms:
    """
    Return the terms of *pairs* of a field and its text, among which ``q`` is a query of this grammar.

    Raises:
        MatchError: as :func:`parse_query` and :func:`~emulator.inbox.match.read_terms`.
    """
    terms: list[Term] = []
    for field, text in pairs:
        terms += parse_query(text) if field == QUERY else read_terms([(field, text)])
        _check_number(len(terms))
    return tuple(terms)


def write_term(field: str, value: str, *, negated: bool = False) -> str:
    """Return the words of this grammar that :func:`parse_query` reads as *field* with the text *value*."""
    name = f"{ATTRIBUTE}{_quoted(field.removeprefix(ATTRIBUTE))}" if field.startswith(ATTRIBUTE) else field
    # A colon is the end of a name, but may be in a value.
    return f"{'-' if negated else ''}{name}:{_quoted(value, colons=True)}"


def _quoted(text: str, *, colons: bool = False) -> str:
    """Return *text*, in quotes where it cannot stand without."""
    if _BARE.fullmatch(text) and (colons or ":" not in text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


class _Piece(NamedTuple):
    negated: bool
    name: str
    value: str


def parse_query(text: str) -> Terms:
    """
    Return the terms of *text*; an empty one has none.

    Raises:
        MatchError: a quote without its end, a field that does not exist, or a value that it cannot have.
    """
    return tuple(term for term, _ in split_query(text))


def split_query(text: str) -> tuple[tuple[Term, str], ...]:
    """
    Return each term of *text* with the words that say it.

    Raises:
        MatchError: as :func:`parse_query`.
    """
    terms: list[tuple[Term, str]] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        found = _PIECE.match(text, position)
        if found is None:
            rest = printable(text[position:].strip(), 40)
            raise MatchError(f'cannot read the query at "{rest}": expected words, field:value or field:"two words"')
        piece = _Piece(found["minus"] is not None, _plain(found["name"] or ""), _plain(found["value"]))
        terms.append((_term(piece), found[0].strip()))
        _check_number(len(terms))
        position = found.end()
    return tuple(terms)


def _check_number(terms: int) -> None:
    if terms > MOST_TERMS:
        raise MatchError(f"expected at most {MOST_TERMS} words and filters, found more")


def _term(piece: _Piece) -> Term:
    if not piece.name:
        return Term(WORD, piece.value, piece.negated)
    (term,) = read_terms([(piece.name, piece.value)])
    return term._replace(negated=piece.negated)


def _plain(text: str) -> str:
    """Return *text* without its quotes, which may stand after ``attr.``."""
    prefix, quote, _ = text.partition('"')
    if not quote:
        return text
    return prefix + _ESCAPED.sub(r"\1", text[len(prefix) + 1 : -1])
