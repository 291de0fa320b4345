"""
What people type to find events: one parser for the page, the API and the command line.

``word "two words" flag:banner attr.country:NO -verdict:ok``: all of it must hold. A name and a colon look in that
field, a word in every name that an event holds, in any case. Quotes keep spaces and colons together, a leading ``-``
negates.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from emulator.inbox.match import WORD, MatchError, Term, Terms, read_terms
from emulator.wording import printable

QUERY = "q"
# A name, and a value in quotes or without spaces; inside quotes a backslash stands before a quote or itself.
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_NAME = rf'(?:attr\.(?:{_QUOTED}|[^\s":]+)|[^\s":]+)'
_PIECE = re.compile(rf'\s*(?P<minus>-)?(?:(?P<name>{_NAME}):)?(?P<value>{_QUOTED}|[^\s"]+)(?=\s|$)')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def read_filters(pairs: Iterable[tuple[str, str]]) -> Terms:
    """
    Return the terms of *pairs* of a field and its text, among which ``q`` is a query of this grammar.

    Raises:
        MatchError: as :func:`parse_query` and :func:`~emulator.inbox.match.read_terms`.
    """
    return tuple(
        term for field, text in pairs for term in (parse_query(text) if field == QUERY else read_terms([(field, text)]))
    )


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
    terms: list[Term] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        found = _PIECE.match(text, position)
        if found is None:
            rest = printable(text[position:].strip(), 40)
            raise MatchError(f'cannot read the query at "{rest}": expected words, field:value or field:"two words"')
        terms.append(_term(_Piece(found["minus"] is not None, _plain(found["name"] or ""), _plain(found["value"]))))
        position = found.end()
    return tuple(terms)


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
