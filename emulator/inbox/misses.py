"""The events that come nearest to what somebody waited for in vain: what a failed wait shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from emulator.inbox.match import Term, Terms, found_of, holds
from emulator.inbox.record import Record
from emulator.wording import printable

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Miss:
    """A *record*, and the terms that do not hold for it."""

    record: Record
    differs: Terms

    def as_json(self) -> dict[str, Any]:
        differs = [
            {"field": term.field, "expected": str(term.value), "found": found_of(term, self.record)}
            for term in self.differs
        ]
        return {"event": self.record.as_json(), "differs": differs}

    def __str__(self) -> str:
        shown = "; ".join(_difference(term, self.record) for term in self.differs)
        return f"seq {self.record.seq}: {shown}"


def nearest_misses(records: Iterable[Record], terms: Terms) -> tuple[Miss, ...]:
    """Return the records that fail the fewest *terms* (at least one), newest first among equals."""
    misses = [Miss(record, tuple(term for term in terms if not holds(term, record))) for record in records]
    near = [miss for miss in misses if miss.differs and len(miss.differs) < max(len(terms), 2)]
    return tuple(sorted(near, key=lambda miss: (len(miss.differs), -miss.record.seq))[:_SHOWN])


def _difference(term: Term, record: Record) -> str:
    found = found_of(term, record)
    expected = f'{"not " if term.negated else ""}"{printable(str(term.value))}"'
    return f"{printable(term.field)} is {_quoted(found)}, expected {expected}"


def _quoted(found: str | None) -> str:
    return "missing" if found is None else f'"{printable(found)}"'
