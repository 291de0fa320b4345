"""Addresses of the inbox: what is asked for stays, and each name that is shown asks for more of its kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote_plus

from emulator.inbox import MatchError, split_query, write_term
from emulator.inbox.columns import column_text
from emulator.pages.wording import query_of
from emulator.ufc.timestamps import format_timestamp

INBOX = "/inbox"
# What one asks for most, by its name in addresses.
LAST: Mapping[str, timedelta] = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
_TIMES = ("after", "before")


@dataclass(frozen=True, slots=True)
class Address:
    """*scope* are the parameters for the environment or sandbox, *query* is what somebody searches for."""

    scope: Mapping[str, str]
    query: str = ""

    @property
    def parameters(self) -> Mapping[str, str]:
        """What each way from here keeps."""
        return {**self.scope, "q": self.query} if self.query else dict(self.scope)

    def list(self, **more: Any) -> str:
        """Return the address of the list."""
        return f"{INBOX}{query_of({**self.parameters, **more})}"

    def of(self, part: str | int, **more: Any) -> str:
        """Return the address of an event, or of another part of the inbox, such as ``timeline``."""
        return f"{INBOX}/{part}{query_of({**self.parameters, **more})}"

    def asking(self, query: str) -> str:
        """Return the address of the list for another *query*."""
        return f"{INBOX}{query_of({**self.scope, 'q': query})}"

    def since(self, moment: datetime) -> str:
        """Return the address of the list for what came after *moment*, whatever times this query has."""
        return self.asking(f"{without_times(self.query)} after:{format_timestamp(moment)}".strip())

    def last(self, name: str) -> str:
        """Return the address that leads to what came in the *name* (of LAST) before now."""
        return self.list(last=name)

    def narrowed(self, term: str) -> str:
        """Return the address of the list for this query and *term*; for the query itself where it says so already."""
        words = f"{self.query.strip()} "
        query = self.query if f" {term} " in f" {words}" else f"{words.lstrip()}{term}"
        scope = query_of(self.scope)
        return f"{INBOX}{scope}{'&' if scope else '?'}q={quote_plus(query, errors='surrogatepass')}"


def without_times(query: str) -> str:
    """Return *query* without the times that bound it; one that cannot be read as it is."""
    try:
        terms = split_query(query)
    except MatchError:
        return query.strip()
    kept = [words for term, words in terms if term.negated or term.field not in _TIMES or isinstance(term.value, int)]
    return " ".join(kept)


def term_of(field: str, value: str) -> str:
    """Return what to write in a query for events with *value* in *field*: as it is kept, shortened where it is long."""
    return write_term(field, column_text(value))
