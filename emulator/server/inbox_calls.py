"""The inbox as the control API shows it: what its calls take and answer. Flask is not needed here."""

from collections.abc import Iterable
from typing import Any

from emulator.inbox import Inbox, Terms, pairs_of, read_filters
from emulator.inbox.match import HIGHEST_SEQ
from emulator.queries import QueryError
from emulator.server.answers import Answer
from emulator.server.parts import Parts
from emulator.server.problem_details import problem_answer
from emulator.suggest import nearest
from emulator.wording import printable

Report = dict[str, Any]
Pairs = Iterable[tuple[str, str]]

_DEFAULT_LIMIT, _MOST = 100, 1_000
_BUCKETS, _DEFAULT_BUCKETS = "buckets", 60
_ORDERS = {"asc": False, "desc": True}
_LONGEST_WAIT_MS = 600_000
_DEFAULT_WAIT_MS = 2_000
_WAIT_MEMBERS = ("match", "count", "timeoutMs")


def event_list(inbox: Inbox, parameters: Pairs) -> Report:
    """
    Return the body of ``GET /emulator/v1/events``.

    ``next`` is what to pass as ``after`` for the events that follow (as ``before``, newest first); null at the end.
    """
    pairs = list(parameters)
    paging = {name: value for name, value in pairs if name in ("limit", "order")}
    limit = _number_of("limit", paging.get("limit"), _DEFAULT_LIMIT)
    descending = _order_of(paging.get("order"))
    terms = read_filters(pair for pair in pairs if pair[0] not in paging)
    page = inbox.find(terms, limit=limit, descending=descending)
    return {"events": [record.as_json() for record in page.records], "next": page.next}


def event_report(parts: Parts, seq: int) -> Report | Answer:
    """Return the body of ``GET /emulator/v1/events/{seq}``: the record, and what the flags say of it, then and now."""
    record = parts.inbox.get(seq) if seq <= HIGHEST_SEQ else None
    if record is None:
        return problem_answer("unknown-event", f"there is no event {seq}; it may have been deleted")
    return {**record.as_json(), **parts.judging.comparison(record)}


def wait(inbox: Inbox, document: Any) -> Report | Answer:
    """Return the body of ``POST /emulator/v1/events/wait``: the events, or the 408 that names the nearest misses."""
    terms, count, timeout_ms = _read_wait(document)
    waited = inbox.wait(terms, count, timeout_ms / 1000)
    events = [record.as_json() for record in waited.records]
    if waited.complete:
        return {"events": events}
    detail = f"{len(events)} of {count} such events in {timeout_ms} ms"
    misses = "; ".join(map(str, waited.misses))
    more = {"events": events, "nearest": [miss.as_json() for miss in waited.misses]}
    return problem_answer("not-arrived", f"{detail}; nearest: {misses}" if misses else detail, more=more)


def histogram(inbox: Inbox, parameters: Pairs) -> Report:
    """Return the body of ``GET /emulator/v1/events/histogram``: events by time of arrival, in at most ``buckets``."""
    pairs = list(parameters)
    asked = next((value for name, value in pairs if name == _BUCKETS), None)
    terms = read_filters(pair for pair in pairs if pair[0] != _BUCKETS)
    buckets = inbox.histogram(terms, _number_of(_BUCKETS, asked, _DEFAULT_BUCKETS))
    return {"buckets": [bucket.as_json() for bucket in buckets]}


def delete(inbox: Inbox, parameters: Pairs) -> Report:
    """Delete what the filters name, all of it without any, and return how many events that were."""
    return {"deleted": inbox.delete(read_filters(parameters))}


def _number_of(name: str, text: str | None, default: int) -> int:
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= _MOST):
        raise QueryError(f'{name}: expected a number from 1 to {_MOST:,}, found "{text[:30]}"')
    return int(text)


def _order_of(text: str | None) -> bool:
    if text is not None and text not in _ORDERS:
        raise QueryError(f'order: expected asc or desc, found "{text[:30]}"')
    return _ORDERS[text or "asc"]


def _read_wait(document: Any) -> tuple[Terms, int, int]:
    if not isinstance(document, dict):
        raise QueryError(f"expected an object with {', '.join(_WAIT_MEMBERS)}")
    strange = next((name for name in document if name not in _WAIT_MEMBERS), None)
    if strange is not None:
        raise QueryError(f'"{printable(strange, 30)}" is not understood here; {nearest(strange, _WAIT_MEMBERS)}')
    match = {} if document.get("match") is None else document["match"]
    if not isinstance(match, dict):
        raise QueryError('"match": expected an object of filters such as {"flag": "banner"}')
    terms = read_filters(pairs_of(match))
    count = _whole(document, "count", 1, 1, _MOST)
    return terms, count, _whole(document, "timeoutMs", _DEFAULT_WAIT_MS, 0, _LONGEST_WAIT_MS)


def _whole(document: dict[str, Any], name: str, default: int, lowest: int, highest: int) -> int:
    value = document.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
        raise QueryError(f'"{name}": expected a whole number from {lowest:,} to {highest:,}')
    return value
