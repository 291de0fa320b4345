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
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from bench.flag_files import write_folder
from bench.measures import FULL, QUICK, Effort
from bench.processes import emulator
from bench.report import Row, table
from emulator.events import read_event
from emulator.inbox import Arrival, Inbox, Retention, parse_query, place_of
from emulator.inbox.export import export

_EVENTS = "/emulator/v1/events"
_BATCH = 100
_FULL_EVENTS = 1_000_000
_QUICK_EVENTS = 20_000
QUERIES = (
    "", "flag:feature-00017", "subject:user-4321", "user-4321", "nobody", "feature-00017", "variation:rare",
    "variation:none", "kind:bandit", "sdk:go", "allocation:allocation-5 variation:rare", "attr.country:NO",
    "attr.country:XX", "attr.country:NO flag:feature-00017", "verdict:drift", "-verdict:ok",
    "flag:feature-00017 -verdict:ok", "flag:feature-00017 nobody", "-flag:feature-00017", "-kind:assignment",
    "after:2100-01-01", "before:2000-01-01", "source:dispatcher", "sandbox:none",
)  # fmt: skip


def inbox(effort: Effort, folder: Path) -> list[Row]:
    """Commits, queries, an export, and retention."""
    quick = effort is QUICK
    return [
        *_commits(folder, batches=20 if quick else 200, singles=100 if quick else 1_000),
        *_among_many(folder / "many.db", _QUICK_EVENTS if quick else _FULL_EVENTS),
    ]


def event(number: int) -> dict[str, Any]:
    flag = number % 100
    return {
        "featureFlag": f"feature-{flag:05}",
        "allocation": f"allocation-{flag}",
        "experiment": f"feature-{flag:05}-allocation-{flag}",
        "variation": "rare" if number % 50_000 == 7 else ("on", "off", "control")[number // 100 % 3],
        "subject": f"user-{number * 7919 % 1_000_003}",
        "subjectAttributes": {"country": ("NO", "SE", "DK", "DE")[number // 7 % 4], "age": number // 3 % 80},
        "timestamp": "2026-03-01T09:00:00.000Z",
        "metaData": {"sdkName": "python", "sdkLibVersion": "4.4.1"},
    }


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
    with Inbox(place_of(path), retention=Retention(count=events)) as box:
        _append(box, 0, events)
        slowest, query = max((_query_p95(box, one), one) for one in QUERIES)
        yield Row.at_most(f'query among {events:,} events, p95, slowest is "{query}"', slowest, "s", 0.100)
        yield _export(box, events)
        more = max(events // 20, 5_000)
        yield Row.measured(
            f"appended beyond the {events:,} that are kept", more / _append(box, events, more), "per s", "kept", events
        )
        if box.count() > events + 1_000:
            raise SystemExit(f"{box.count():,} events are kept, more than {events:,}")


def _append(box: Inbox, first: int, count: int) -> float:
    started = time.perf_counter()
    for start in range(first, first + count, 1_000):
        numbers = range(start, min(start + 1_000, first + count))
        box.append([Arrival(read_event(event(number)), environment="test") for number in numbers])
    return time.perf_counter() - started


def _query_p95(box: Inbox, query: str) -> float:
    terms, took = parse_query(query), []
    for number in range(20):
        started = time.perf_counter()
        box.find(terms, limit=100, descending=number % 2 == 0)
        took.append(time.perf_counter() - started)
    return sorted(took)[18]


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
