"""
What many evaluations over HTTP take, beside the same in process.

Run alone as ``python -m bench.bulk``, or with everything else. One client, one connection, one request after another:
each asks for every flag of one subject, 100 in all, with details and events; traces are rows of their own.
"""

import gc
import http.client
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.evaluation import ATTRIBUTES, body_of
from bench.flag_files import write_folder
from bench.processes import Server, emulator
from bench.report import Row, table
from emulator.evaluation import Prepared, assignment_event, details, evaluate, prepare, trace

FLAGS = 100
PATH = "/emulator/v1/evaluate/bulk"
# Traces are ten times as long as the rest, and cost as much.
_TRACED_SHARE = 10


def bulk_rows(folder: Path, requests: int) -> list[Row]:
    """Return what *requests* requests take, and a tenth of them with traces."""
    flags = folder / "bulk"
    write_folder(flags, FLAGS, 1)
    prepared = prepare(json.loads(body_of(FLAGS)))
    with emulator(flags) as server:
        return [
            *_rows("bulk over HTTP", server, prepared, requests, traced=False),
            *_rows("bulk with traces", server, prepared, max(1, requests // _TRACED_SHARE), traced=True),
        ]


def _rows(what: str, server: Server, prepared: Prepared, requests: int, *, traced: bool) -> Iterator[Row]:
    keys = prepared.flag_keys
    bodies = [body(f"user-{number}", keys, traced=traced) for number in range(requests)]
    over_http = _seconds(lambda: _post(server, bodies))
    in_process = _seconds(lambda: _ask(prepared, requests, traced=traced))
    yield Row.measured(
        f"{what}, requests of {FLAGS}", requests / over_http, "per s", "in process", requests / in_process
    )
    many = requests * FLAGS
    yield Row.measured(f"{what}, evaluations", many / over_http, "per s", "in process", many / in_process)


def body(subject: str, keys: tuple[str, ...], *, traced: bool) -> bytes:
    asked = [{"flag": key, "subject": subject, "attributes": ATTRIBUTES, "trace": traced} for key in keys]
    return json.dumps({"requests": asked}).encode()


def _post(server: Server, bodies: list[bytes]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    for body in bodies:
        connection.request("POST", PATH, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        answered = response.read()
        if response.status != 200 or answered.count(b'"evaluationDetails"') != FLAGS:
            raise SystemExit(f"{PATH} answered {response.status}: {answered[:500]!r}")
    connection.close()


def _ask(prepared: Prepared, subjects: int, *, traced: bool) -> None:
    """Evaluate the same, and tell as much of it, without reading a request or writing an answer."""
    now = datetime.now(UTC)
    for number in range(subjects):
        for key in prepared.flag_keys:
            found = evaluate(prepared, key, f"user-{number}", ATTRIBUTES, now=now)
            details(found), assignment_event(found), traced and trace(found)


def _seconds(work: Callable[[], Any]) -> float:
    gc.collect()
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="eppo-emulator-bench-") as scratch:
        print(table(bulk_rows(Path(scratch), requests=1_000)))
