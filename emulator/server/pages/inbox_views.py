"""``/inbox`` and what belongs to it: the list, its newest rows, one event, and what comes after the first paint."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import Any

from flask import request

from emulator.inbox import FIELDS, MatchError, Page, Term, Terms, read_filters
from emulator.inbox.match import ATTRIBUTE, HIGHEST_SEQ
from emulator.inbox.record import Record
from emulator.pages.inbox.address import LAST, Address
from emulator.pages.inbox.completing import completion
from emulator.pages.inbox.counting import counts
from emulator.pages.inbox.detail import Detail, Neighbours, detail_of
from emulator.pages.inbox.listing import PER_PAGE, Listing, listing
from emulator.pages.inbox.snippets import snippets
from emulator.pages.inbox.timeline import timeline
from emulator.pages.rendering import render
from emulator.pages.shell import page
from emulator.pages.wording import showable
from emulator.queries import QueryError, encoded
from emulator.server.answers import Answer
from emulator.server.inbox_summary import summary
from emulator.server.pages.answering import page_answer, see_other
from emulator.server.pages.shelling import Asked, address_about, asked_for, shell_of
from emulator.server.parts import Parts
from emulator.server.problem_details import control_answer, problem_answer
from emulator.ufc.timestamps import format_timestamp
from emulator.wording import printable

_BARS = 60
_OFFERED = 10
# Nobody types a query of that length; whoever pastes one needs no completion.
_LONGEST_TYPED = 2_000


@dataclass(frozen=True, slots=True)
class _Looking:
    """What somebody looks at: *filters* are the parameters of the control API for the same events."""

    asked: Asked
    address: Address
    filters: Mapping[str, str]

    def terms(self) -> Terms:
        """
        Return the terms of the filters.

        Raises:
            MatchError: the query cannot be read.
        """
        return read_filters(self.filters.items())


def inbox_page(parts: Parts) -> Answer:
    looking = _looking(parts)
    last = LAST.get(request.args.get("last", ""))
    if last is not None:
        # A time of its own, so that the address shows the same tomorrow.
        return see_other(looking.address.since(parts.clock() - last))
    shown = _listing(parts, looking)
    is_live = not ({"before", "after"} & request.args.keys())
    is_all = is_live and not looking.address.query
    opened = _number("open")
    detail = None if opened is None else _detail(parts, looking, opened)
    shell = shell_of(
        parts,
        "inbox",
        "Inbox",
        looking.asked.scope,
        partial(address_about, request.path, request.args),
        everything="All environments",
    )
    return page_answer(
        page(
            "inbox/page.html",
            shell,
            address=looking.address,
            filters=looking.filters,
            listing=shown,
            is_live=is_live,
            is_empty=not (shown.rows or shown.error) and (is_all or shown.seen == 0),
            event=detail,
            last=tuple(LAST),
            gone=opened if detail is None else None,
            formats=_formats(),
            snippets=snippets(_root(), _sdk_key(looking.asked), format_timestamp(parts.clock())),
            root=_root(),
        )
    )


def newest_rows(parts: Parts) -> Answer:
    """Answer the rows that came after ``after``, newest first, at most a page of them."""
    looking = _looking(parts)
    shown = _listing(parts, looking)
    return page_answer(render("inbox/rows.html", {"listing": shown}))


def event_page(parts: Parts, seq: int) -> Answer:
    looking = _looking(parts)
    detail = _detail(parts, looking, seq)
    if detail is None:
        raise QueryError(f"there is no event {seq}; it may have been deleted", "unknown-event")
    title = f"Event {seq}"
    shell = shell_of(parts, "inbox", title, looking.asked.scope)
    return page_answer(page("inbox/event.html", shell, event=detail))


def no_page(name: str) -> Answer:
    raise QueryError(f'the inbox has no page "{printable(name)}"', "unknown-event")


def count(parts: Parts) -> Answer:
    """Answer how many events there are, with what deletes them and no later one."""
    looking = _looking(parts)
    before = parts.inbox.last_seq() + 1
    try:
        events = parts.inbox.count((*looking.terms(), Term("before", before)), duplicates=True)
    except MatchError as error:
        return problem_answer("bad-parameters", str(error))
    return control_answer(encoded({"events": events, "before": before, "filters": looking.filters}))


def timeline_page(parts: Parts) -> Answer:
    looking = _looking(parts)
    shown = timeline(parts.inbox.histogram(looking.terms(), _BARS), looking.address)
    return _part(parts, looking, "timeline", timeline=shown)


def summary_page(parts: Parts) -> Answer:
    looking = _looking(parts)
    shown = counts(summary(parts, looking.filters.items()), looking.address)
    return _part(parts, looking, "summary", counts=shown)


def _part(parts: Parts, looking: _Looking, name: str, **values: Any) -> Answer:
    shell = shell_of(parts, "inbox", "Inbox", looking.asked.scope)
    return page_answer(page(f"inbox/{name}.html", shell, **values))


def completions(parts: Parts) -> Answer:
    """Answer how the query in ``q``, of which somebody types the end, may go on."""
    looking = _looking(parts)
    found = completion(looking.address.query[-_LONGEST_TYPED:], partial(_values, parts, looking.asked))
    skipped = max(0, len(looking.address.query) - _LONGEST_TYPED)
    offers = [{"text": showable(one.text), "note": one.note, "goesOn": one.goes_on} for one in found.offers]
    return control_answer(encoded({"start": skipped + found.start, "offers": offers}))


def _values(parts: Parts, asked: Asked, field: str, begun: str) -> Iterator[str]:
    """Yield what *field* may hold: what is served or declared, then what occurs."""
    served: Mapping[str, Iterable[str]] = {
        "flag": asked.served.environment.config["flags"],
        "environment": parts.workspace.current.by_key,
        "sandbox": [one.sdk_key for one in parts.sandboxes.all()],
    }
    known = sorted(one for one in served.get(field, ()) if begun.lower() in one.lower())
    yield from sorted(known, key=lambda one: not one.startswith(begun))[:_OFFERED]
    if field in FIELDS or field.startswith(ATTRIBUTE):
        yield from parts.inbox.values(field, begun, _OFFERED)


def _looking(parts: Parts) -> _Looking:
    asked = asked_for(parts, request.args)
    query = request.args.get("q", "")
    filters = {**_scope_filter(parts, asked), "q": query} if query else _scope_filter(parts, asked)
    return _Looking(asked, Address(asked.scope, query), filters)


def _scope_filter(parts: Parts, asked: Asked) -> dict[str, str]:
    """Return what narrows events to the environment or the sandbox that the page is about; nothing for all of them."""
    key = asked.scope.get("sdkKey")
    if key and parts.sandboxes.find((key,)) is not None:
        return {"sandbox": key}
    return {"environment": asked.served.environment.key} if asked.scope else {}


def _listing(parts: Parts, looking: _Looking) -> Listing:
    # Taken before looking: what comes meanwhile comes after it.
    seen = parts.inbox.last_seq()
    try:
        terms = looking.terms()
    except MatchError as error:
        return Listing((), seen, error=str(error))
    before, after = _number("before"), _number("after")
    bounds = (("before", before), ("after", after))
    terms += tuple(Term(name, seq) for name, seq in bounds if seq is not None)
    found = parts.inbox.find(terms, limit=PER_PAGE, descending=True)
    return listing(found, looking.address, _names(parts), seen=seen, is_newest=before is None)


def _detail(parts: Parts, looking: _Looking, seq: int) -> Detail | None:
    record = parts.inbox.get(seq) if seq <= HIGHEST_SEQ else None
    if record is None:
        return None
    told = parts.judging.comparison(record)
    neighbours = _neighbours(parts, looking, seq)
    return detail_of(record, told, looking.address, neighbours, _names(parts), is_served=_is_served(parts, record))


def _is_served(parts: Parts, record: Record) -> bool:
    environment = parts.workspace.current.by_key.get(record.environment)
    return environment is not None and record.flag in environment.config["flags"]


def _neighbours(parts: Parts, looking: _Looking, seq: int) -> Neighbours:
    try:
        terms = looking.terms()
    except MatchError:
        terms = ()
    newer = parts.inbox.find((*terms, Term("after", seq)), limit=1)
    older = parts.inbox.find((*terms, Term("before", seq)), limit=1, descending=True)
    return Neighbours(_first(newer), _first(older))


def _first(found: Page) -> int | None:
    return found.records[0].seq if found.records else None


def _names(parts: Parts) -> Mapping[str, str]:
    return {one.sdk_key: one.identity.name for one in parts.sandboxes.all() if one.identity.name}


def _root() -> str:
    return request.host_url.rstrip("/")


def _sdk_key(asked: Asked) -> str:
    """Return a key that stands for whom the page is about."""
    keys = asked.served.environment.sdk_keys
    return asked.scope.get("sdkKey") or (keys[0] if keys else "any-key")


def _number(name: str) -> int | None:
    """Return the number of an event in the parameter *name*; None without one, and for what is none."""
    text = request.args.get(name, "")
    return min(int(text), HIGHEST_SEQ) if text.isascii() and text.isdigit() and len(text) < 20 else None


def _formats() -> tuple[str, ...]:
    """Return the formats that can be exported here."""
    return ("jsonl", "csv", *(("parquet",) if find_spec("pyarrow") else ()))


def routes(parts: Parts) -> tuple[tuple[str, str, Any], ...]:
    return (
        ("GET", "/inbox", lambda: inbox_page(parts)),
        ("GET", "/inbox/rows", lambda: newest_rows(parts)),
        ("GET", "/inbox/timeline", lambda: timeline_page(parts)),
        ("GET", "/inbox/summary", lambda: summary_page(parts)),
        ("GET", "/inbox/completion", lambda: completions(parts)),
        ("GET", "/inbox/count", lambda: count(parts)),
        ("GET", "/inbox/<int:seq>", lambda seq: event_page(parts, seq)),
        ("GET", "/inbox/<path:name>", no_page),
    )
