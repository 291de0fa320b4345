"""Events as rows of a list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.inbox.record import Record
from emulator.pages.inbox.address import Address, term_of
from emulator.pages.inbox.verdicts import meaning_of
from emulator.ufc.timestamps import format_timestamp

# Nobody reads more of a name in one line; the event's own page has all of it.
_LONGEST = 160
# Each name's address has all of the query in it; with a longer one a page would be mostly that.
_LONGEST_QUERY = 1_000
# Where libraries of vendors say what happened.
_NAMES = ("event", "event_type", "eventName", "event_name", "name", "type")


@dataclass(frozen=True, slots=True)
class Cell:
    """
    *term* is what finds events with the same value, *href* the list that is narrowed by it; empty for neither.

    *is_aside* is whether *text* only stands where a value would.
    """

    text: str
    term: str = ""
    href: str = ""
    is_aside: bool = False


_NOTHING = Cell("")


@dataclass(frozen=True, slots=True)
class Row:
    """
    One event in one line.

    *choice* is the variation, or what a bandit chose; *where* its sandbox, else its environment. *time* is ISO's.
    """

    seq: int
    href: str
    time: str
    kind: Cell
    flag: Cell
    choice: Cell
    allocation: Cell
    subject: Cell
    sdk: Cell
    where: Cell
    is_sandbox: bool
    verdict: Cell
    tone: str
    why: str


def rows_of(records: Iterable[Record], address: Address, sandboxes: Mapping[str, str]) -> tuple[Row, ...]:
    """Return rows for *records* in their order; *sandboxes* are the names of those that have one, by key."""
    return tuple(_row(record, address, sandboxes) for record in records)


def _row(record: Record, address: Address, sandboxes: Mapping[str, str]) -> Row:
    def cell(field: str, value: str | None, text: str = "") -> Cell:
        if value is None:
            return _NOTHING
        if len(address.query) > _LONGEST_QUERY:
            return Cell((text or value)[:_LONGEST])
        term = term_of(field, value)
        return Cell((text or value)[:_LONGEST], term, address.narrowed(term))

    sandbox, meaning = record.sandbox, meaning_of(record.verdict)
    return Row(
        seq=record.seq,
        href=address.of(record.seq),
        time=format_timestamp(record.received_at),
        kind=cell("kind", record.kind),
        flag=cell("flag", record.flag) if record.flag is not None else Cell(_what(record.event.raw), is_aside=True),
        choice=cell("action", record.action) if record.action is not None else cell("variation", record.variation),
        allocation=cell("allocation", record.allocation),
        subject=cell("subject", record.subject),
        sdk=cell("sdk", record.sdk),
        where=cell("sandbox", sandbox, sandboxes.get(sandbox, ""))
        if sandbox
        else cell("environment", record.environment or None),
        is_sandbox=sandbox is not None,
        verdict=cell("verdict", record.verdict),
        tone=meaning.tone,
        why=f"{meaning.sentence} {record.reason[:1].upper()}{record.reason[1:_LONGEST]}".strip(),
    )


def _what(raw: Any) -> str:
    """Return what an event without a flag calls itself, or that it has none."""
    names = (raw.get(name) for name in _NAMES) if isinstance(raw, Mapping) else ()
    return next((name[:_LONGEST] for name in names if isinstance(name, str) and name), "no flag")
