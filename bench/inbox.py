"""
What the inbox takes: events committed over HTTP beside bare inserts of the same bytes, and queries among many events.

Run alone as ``python -m bench.inbox [--quick]``, or with everything else.
"""

import argparse
import http.client
import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import psutil

from bench.flag_files import write_folder
from bench.inbox_events import arrivals, clock, event, judge
from bench.measures import FULL, QUICK, Effort
from bench.processes import emulator
from bench.report import Row, table
from emulator.inbox import Inbox, Retention, Terms, parse_query, place_of
from emulator.inbox.export import export

_EVENTS = "/emulator/v1/events"
_BATCH = 100
_FULL_EVENTS = 1_000_000
_QUICK_EVENTS = 20_000
# Every field, words, attributes and negations, alone and together, with many, few and no events found.
QUERIES = (
    "", "flag:feature-00017", "flag:none", "subject:user-4321", "user-4321", "nobody", "feature-00017",
    "feature -hatter", "variation:on", "variation:rare", "variation:none", "kind:bandit", "kind:tracked",
    "kind:invalid", "sdk:python", "sdk:go", "allocation:allocation-5 variation:rare", "attr.country:NO",
    "attr.country:XX", "attr.age:30", "attr.country:NO attr.age:30", "attr.country:NO flag:feature-00017",
    "attr.country:NO variation:rare", "attr.age:30 kind:bandit", "verdict:ok", "verdict:drift", "verdict:malformed",
    "verdict:malformed user-43", "-verdict:ok", "flag:feature-00017 -verdict:ok", "flag:feature-00017 verdict:drift",
    "flag:feature-00017 nobody", "flag:feature-00017 variation:rare", "-flag:feature-00017", "-user-4321",
    "-kind:assignment", "-variation:on", "-attr.country:NO", "-attr.country:XX",
    "-attr.country:NO -attr.country:SE -attr.country:DK", "bandit:hatter-1 action:cap", "after:2100-01-01",
    "before:2000-01-01", "after:2026-03-01T12:00:00Z before:2026-03-01T13:00:00Z",
    "after:2026-03-01T12:00:00Z user-4321", "after:10000 user-4321", "before:10000 user-4321", "source:dispatcher",
    "sandbox:none", "environment:test", "-environment:test",
)  # fmt: skip


def inbox(effort: Effort, folder: Path) -> list[Row]:
    """Commits, queries, an export, and retention."""
    quick = effort is QUICK
    return [
        *_commits(folder, batches=20 if quick else 200, singles=100 if quick else 1_000),
        *_among_many(folder / "many.db", _QUICK_EVENTS if quick else _FULL_EVENTS),
    ]


def _commits(folder: Path, batches: int, singles: int) -> Iterator[Row]:
    flags = folder / "flags"
    write_folder(flags, 100, 1)
    many = [json.dumps([event(_BATCH * batch + number) for number in range(_BATCH)]) for batch in range(batches)]
    one = [json.dumps(event(number)) for number in range(singles)]
    with emulator(flags, "--db", str(folder / "inbox.db")) as server:
        for what, bodies, each, budget in (
            (f"events committed, batches of {_BATCH}", many, _BATCH, 10_000.0),
            ("events committed, one by one", one, 1, 500.0),
        ):
            _post(server.port, bodies[:5])
            ours = each * len(bodies) / _post(server.port, bodies)
            bare = each * len(bodies) / _inserted(folder / f"bare-{each}.db", bodies)
            yield Row.at_least(what, ours, "per s", budget, "bare SQLite", bare)


def _post(port: int, bodies: list[str]) -> float:
    """Return the seconds until the last of *bodies*, sent one after the other, was acknowledged."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    started = time.perf_counter()
    for body in bodies:
        connection.request("POST", _EVENTS, body)
        answer = connection.getresponse()
        answered = answer.read()
        if answer.status != 202:
            raise SystemExit(f"{_EVENTS} answered {answer.status}: {answered[:500]!r}")
    took = time.perf_counter() - started
    connection.close()
    return took


def _inserted(path: Path, bodies: list[str]) -> float:
    """Return the seconds that SQLite takes to commit the same events, each in a row, body by body."""
    rows = [
        [(json.dumps(one),) for one in (read if isinstance(read, list) else [read])] for read in map(json.loads, bodies)
    ]
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=NORMAL")
    database.execute("CREATE TABLE events (seq INTEGER PRIMARY KEY, body TEXT)")
    started = time.perf_counter()
    for some in rows:
        with database:
            database.executemany("INSERT INTO events (body) VALUES (?)", some)
    took = time.perf_counter() - started
    database.close()
    return took


def _among_many(path: Path, events: int) -> Iterator[Row]:
    moments = clock()
    with Inbox(place_of(path), judge=judge, clock=lambda: next(moments), retention=Retention(count=events)) as box:
        _append(box, 0, events)
        taken = {query: _both_orders(box, parse_query(query)) for query in QUERIES}
        yield Row.at_most(f"a query among {events:,} events, p95 of {len(QUERIES)} queries", _p95(taken), "s", 0.100)
        slowest, query = max((sorted(times)[-2], query) for query, times in taken.items())
        yield Row.at_most(f'the slowest of them, "{query}"', slowest, "s", 0.100)
        yield from _counts(box, events)
        yield _export(box, events)
        more = max(events // 20, 5_000)
        yield Row.measured(
            f"appended beyond the {events:,} that are kept", more / _append(box, events, more), "per s", "kept", events
        )
        if box.count() > events + max(1_000, events // 200):
            raise SystemExit(f"{box.count():,} events are kept, more than {events:,}")


def _counts(box: Inbox, events: int) -> Iterator[Row]:
    """Return how long each kind of numbers takes when it is asked for again, after some events have come."""
    for name, call in (("summary", box.summary), ("coverage", box.touched), ("histogram", box.histogram)):
        (first,) = _times(call, 1)
        again = []
        for _ in range(5):
            box.append(arrivals(events, 100))
            again += _times(call, 1)
        yield Row.at_most(f"{name} of {events:,} events, asked again", max(again), "s", 0.100, "the first time", first)


def _append(box: Inbox, first: int, count: int) -> float:
    started = time.perf_counter()
    for start in range(first, first + count, 1_000):
        box.append(arrivals(start, min(1_000, first + count - start)))
    return time.perf_counter() - started


def _both_orders(box: Inbox, terms: Terms) -> list[float]:
    return [
        seconds
        for descending in (True, False)
        for seconds in _times(partial(box.find, terms, limit=100, descending=descending), 5)
    ]


def _times(call: Callable[[], object], count: int) -> list[float]:
    times = []
    for _ in range(count):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return times


def _p95(taken: Mapping[str, list[float]]) -> float:
    every = sorted(time for times in taken.values() for time in times)
    return every[int(0.95 * len(every))]


def _export(box: Inbox, events: int) -> Row:
    """Export all of it as CSV, and return how much the memory grew at most, beside the size of the file."""
    before, most, size = _resident_mb(), 0.0, 0
    for piece in export(box, "assignments", "csv"):
        size += len(piece)
        most = max(most, _resident_mb() - before)
    return Row.measured(f"memory for an export of {events:,} events", most, "MB", "the file", size / 1e6)


def _resident_mb() -> float:
    return float(psutil.Process().memory_info().rss / 1e6)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.inbox", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer events")
    with tempfile.TemporaryDirectory(prefix="eppo-emulator-bench-") as scratch:
        print(table(inbox(QUICK if parser.parse_args().quick else FULL, Path(scratch))))
