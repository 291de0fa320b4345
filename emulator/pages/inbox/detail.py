"""One event with all that is known of it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any

from emulator.events import attribute_text
from emulator.inbox.record import Record
from emulator.pages.inbox.address import Address, term_of
from emulator.pages.inbox.comparing import Comparison, compared
from emulator.pages.inbox.cut import cut
from emulator.pages.inbox.rows import Cell
from emulator.pages.inbox.steps import Way, way_of
from emulator.pages.inbox.verdicts import meaning_of
from emulator.pages.wording import path_of, query_of, short_json
from emulator.queries.written import written
from emulator.ufc.timestamps import format_timestamp

# A browser lays out a page of text at once; the whole event is an address away.
_LONGEST_RAW = 50_000
# Addresses beyond this length are refused on their way; what does not fit has to be typed.
_LONGEST_ADDRESS = 6_000
_MOST_ATTRIBUTES = 200
# Beyond it JSON for people has texts, so that no reader rounds them.
_EXACT = 2.0**53
_LONGEST_NUMBER = 10**30
_BRIEF = Context(prec=6)


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    value: Cell
    href: str = ""


@dataclass(frozen=True, slots=True)
class Attribute:
    name: str
    kind: str
    value: Cell


@dataclass(frozen=True, slots=True)
class Raw:
    """*text* is indented where it is JSON; *is_cut* where there is more of it."""

    text: str
    size_bytes: int
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Detail:
    """
    *why* says why the verdict is what it is. *newer* and *older* are the addresses of its neighbours in the list, empty
    at its ends; *flag_href* leads to the flag, *try_href* to its playground with this subject filled in, *api* to all
    of it as data.
    """

    seq: int
    title: str
    verdict: str
    tone: str
    meaning: str
    why: str
    facts: tuple[Fact, ...]
    attributes: tuple[Attribute, ...]
    more_attributes: int
    extra: tuple[tuple[str, str], ...]
    comparison: Comparison | None
    ways: tuple[Way, ...]
    raw: Raw
    flag_href: str
    try_href: str
    newer: str
    older: str
    back: str
    api: str


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The numbers of the events before and after one in its list; None at the ends."""

    newer: int | None
    older: int | None


def detail_of(
    record: Record,
    told: Mapping[str, Any],
    address: Address,
    neighbours: Neighbours,
    sandboxes: Mapping[str, str],
    *,
    is_served: bool = True,
) -> Detail:
    """
    Return the story of *record*; *told* is what the flags say of it, then and now.

    *is_served* is whether its flag has a page now.
    """
    meaning, event = meaning_of(record.verdict), record.event
    attributes = list(event.attributes.items())
    return Detail(
        seq=record.seq,
        title=_title(record),
        verdict=record.verdict or "",
        tone=meaning.tone,
        meaning=meaning.sentence,
        why=cut(f"{record.reason[:1].upper()}{record.reason[1:]}"),
        facts=tuple(_facts(record, address, sandboxes)),
        attributes=tuple(_attribute(name, value, address) for name, value in attributes[:_MOST_ATTRIBUTES]),
        more_attributes=max(0, len(attributes) - _MOST_ATTRIBUTES),
        extra=tuple((cut(str(name)), _text(value)) for name, value in list(event.extra.items())[:_MOST_ATTRIBUTES]),
        comparison=compared(record, told),
        ways=tuple(_ways(told)),
        raw=_raw(record),
        flag_href=_flag_href(record, {}) if is_served else "",
        try_href=_flag_href(record, dict(_filled_in(record))) if is_served and record.subject is not None else "",
        newer=address.of(neighbours.newer) if neighbours.newer is not None else "",
        older=address.of(neighbours.older) if neighbours.older is not None else "",
        back=f"{address.list()}#e{record.seq}",
        api=f"/emulator/v1/events/{record.seq}",
    )


def _title(record: Record) -> str:
    what = {"assignment": "Assignment", "bandit": "Bandit's action", "tracked": "Tracked event"}
    return what.get(record.kind, "Unreadable event")


def _facts(record: Record, address: Address, sandboxes: Mapping[str, str]) -> Iterator[Fact]:
    event, choice = record.event, record.event.choice
    for name in ("flag", "variation", "allocation", "experiment", "subject", "bandit", "action", "sdk"):
        value = getattr(record, name)
        if value is not None:
            yield Fact(_NAMES.get(name, name.capitalize()), _cell(name, value, address))
    if choice is not None:
        for name, number in (("Probability", choice.probability), ("Optimality gap", choice.optimality_gap)):
            if number is not None:
                yield Fact(name, Cell(_text(number)))
        if choice.model_version is not None:
            yield Fact("Model version", Cell(_text(choice.model_version)))
    if record.environment:
        yield Fact("Environment", _cell("environment", record.environment, address))
    if record.sandbox is not None:
        yield Fact(
            "Sandbox", _cell("sandbox", record.sandbox, address), f"/sandboxes{query_of({'sdkKey': record.sandbox})}"
        )
    yield Fact("Sent to", _cell("source", record.source, address))
    for name, moment in (("Happened", event.timestamp), ("Arrived", record.received_at)):
        if moment is not None:
            yield Fact(name, Cell(format_timestamp(moment)))
    if record.duplicate_of is not None:
        yield Fact("Came first as", Cell(f"event {record.duplicate_of}", href=address.of(record.duplicate_of)))


_NAMES = {"sdk": "SDK"}


def _cell(field: str, value: str, address: Address) -> Cell:
    term = term_of(field, value)
    return Cell(_text(value), term, address.narrowed(term))


def _attribute(name: str, value: Any, address: Address) -> Attribute:
    # A nameless one cannot be asked for.
    term = term_of(f"attr.{name}", attribute_text(value)) if name else ""
    cell = Cell(_text(value), term, address.narrowed(term) if term else "")
    return Attribute(cut(str(name)), _kind(value), cell)


def _kind(value: Any) -> str:
    kinds = ((bool, "boolean"), (int | float, "number"), (str, "text"), (Mapping, "object"), (list, "list"))
    return next((word for kind, word in kinds if isinstance(value, kind)), "null")


def _text(value: Any) -> str:
    """Return *value* as people read it: a number of hundreds of digits, as some SDKs write it, in brief."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value if abs(value) < _LONGEST_NUMBER else Decimal(value).normalize(_BRIEF))
    if isinstance(value, float) and abs(value) > _EXACT:
        return repr(value)
    return cut(value if isinstance(value, str) else short_json(value))


def _ways(told: Mapping[str, Any]) -> Iterator[Way]:
    then, now = told["then"], told["now"]
    if now is not None:
        yield way_of(f"Now, at revision {now['revision']}", now["trace"])
    if then is not None and now is not None and then["revision"] != now["revision"]:
        yield way_of(f"Then, at revision {then['revision']}", then["trace"])


def _raw(record: Record) -> Raw:
    text = _indented(record)
    return Raw(text[:_LONGEST_RAW], len(record.raw), len(text) > _LONGEST_RAW)


def _indented(record: Record) -> str:
    raw = json.loads(record.raw)
    if isinstance(raw, str):
        return raw
    try:
        return json.dumps(raw, indent=2, ensure_ascii=False)
    except RecursionError:
        return record.raw.decode("ascii")


def _flag_href(record: Record, filled_in: Mapping[str, str]) -> str:
    if not record.flag or len(record.flag) > _LONGEST_ADDRESS:
        return ""
    scope = {"sdkKey": record.sandbox} if record.sandbox else {"environment": record.environment}
    return f"/flags/{path_of(record.flag)}{query_of({**scope, **filled_in})}"


def _filled_in(record: Record) -> Iterator[tuple[str, str]]:
    left = _LONGEST_ADDRESS
    if record.subject is not None and len(record.subject) < left:
        yield "subject", record.subject
    if record.timestamp is not None:
        yield "at", format_timestamp(record.timestamp)
    for name, value in record.attributes.items():
        spelled, text = written(name, value)
        left -= len(spelled) + len(text)
        if left > 0:
            yield f"attr.{spelled}", text
