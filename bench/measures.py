"""What is measured: each function runs one comparison and returns its rows."""

import http.client
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import yaml

from bench.bulk import bulk_rows
from bench.evaluation import evaluation_rows
from bench.flag_files import flag_file, write_folder
from bench.processes import (
    CONFIG,
    Server,
    emulator,
    emulator_command,
    express,
    requests_per_second,
    seconds_of,
)
from bench.report import Row

_SAVE_LIMIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Effort:
    """How often each thing is repeated."""

    starts: int
    saves: int
    slow_saves: int
    checks: int
    load_rounds: int
    load_s: int
    many_flags: int
    evaluations: int
    evaluation_rounds: int
    bulk_requests: int


FULL = Effort(
    starts=7,
    saves=40,
    slow_saves=5,
    checks=5,
    load_rounds=3,
    load_s=3,
    many_flags=10_000,
    evaluations=100,
    evaluation_rounds=1_001,
    bulk_requests=1_000,
)
QUICK = Effort(
    starts=2,
    saves=4,
    slow_saves=2,
    checks=1,
    load_rounds=1,
    load_s=1,
    many_flags=1_000,
    evaluations=100,
    evaluation_rounds=20,
    bulk_requests=20,
)


def start(effort: Effort, folder: Path) -> list[Row]:
    """From the start of the process to the first configuration, 100 flags."""
    flags = folder / "start"
    write_folder(flags, 100, 1)
    body = _served_body(flags, folder / "start.json")
    ours, theirs, flask = [], [], []
    for _ in range(effort.starts):
        ours.append(_first_200(emulator(flags)))
        theirs.append(_first_200(express(body)))
        flask.append(seconds_of([sys.executable, "-c", "import flask"]))
    mine, reference = statistics.median(ours), statistics.median(theirs)
    return [
        Row.at_most("start to first 200, 100 flags", mine, "s", 1.5 * reference, "Express", reference),
        Row.measured("the same, beside an import of Flask", mine, "s", "import", statistics.median(flask)),
    ]


def save_to_served(effort: Effort, folder: Path) -> list[Row]:
    """From the write of a flag file to the first answer that holds it."""
    many = effort.many_flags
    return [
        *_saves(folder / "small", 100, 1, effort.saves, 0.100),
        *_saves(folder / "parts", many, 100, effort.saves, 0.250),
        *_saves(folder / "single", many, 1, effort.slow_saves, 5.0),
    ]


def check(effort: Effort, folder: Path) -> list[Row]:
    """``eppo-emulator check``, as a command."""
    return [_check(folder, flags, files, budget, effort) for flags, files, budget in (
        (100, 1, 0.4),
        (effort.many_flags, 100, 6.0),
    )]  # fmt: skip


def load(effort: Effort, folder: Path) -> list[Row]:
    """Configuration requests per second, answered 200 and 304."""
    flags = folder / "load"
    write_folder(flags, 100, 1)
    body = _served_body(flags, folder / "load.json")
    size = f"{body.stat().st_size / 1000:.0f} KB"
    with emulator(flags) as ours, express(body) as text, express(body, "bytes") as prebuilt:
        full = _rates((ours, text, prebuilt), effort, conditional=False)
        unchanged = _rates((ours, text, prebuilt), effort, conditional=True)
    return [
        Row.at_least(f"config GET 200, {size}", full[0], "per s", 3 * full[1], "Express", full[1]),
        Row.at_least(f"config GET 304, {size}", unchanged[0], "per s", 1.5 * unchanged[1], "Express", unchanged[1]),
        Row.measured("the same 200, beside prebuilt bytes", full[0], "per s", "Express", full[2]),
        Row.measured("the same 304, beside prebuilt bytes", unchanged[0], "per s", "Express", unchanged[2]),
    ]


def memory(effort: Effort, folder: Path) -> list[Row]:
    """Resident memory some moments after the first request."""
    rows = []
    for flags, files, budget in ((100, 1, 80.0), (effort.many_flags, 100, 400.0)):
        path = folder / f"memory-{flags}"
        write_folder(path, flags, files)
        with emulator(path) as server:
            server.get()
            time.sleep(1)  # let the start's own garbage go
            rows.append(Row.at_most(f"resident memory, idle, {flags:,} flags", server.resident_mb(), "MB", budget))
    return rows


def evaluation(effort: Effort, _folder: Path) -> list[Row]:
    """One evaluation in process, beside the SDK's and beside hashing alone."""
    return evaluation_rows(effort.evaluations, effort.evaluation_rounds)


def bulk(effort: Effort, folder: Path) -> list[Row]:
    """Many evaluations in one request, beside the same in process."""
    return bulk_rows(folder, effort.bulk_requests)


ALL: tuple[Callable[[Effort, Path], list[Row]], ...] = (start, save_to_served, check, load, memory, evaluation, bulk)


def in_scratch_folder(measure: Callable[[Effort, Path], list[Row]], effort: Effort) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="eppo-emulator-bench-") as folder:
        return measure(effort, Path(folder))


def _first_200(serving: AbstractContextManager[Server]) -> float:
    with serving as server:
        return server.first_200_s


def _served_body(flags: Path, target: Path) -> Path:
    """Write what the emulator serves for *flags* to *target*, for the reference server to serve too."""
    with emulator(flags) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        connection.request("GET", CONFIG)
        target.write_bytes(connection.getresponse().read())
        connection.close()
    return target


def _saves(folder: Path, flags: int, files: int, times: int, budget_s: float) -> list[Row]:
    paths = write_folder(folder, flags, files)
    each = flags // files
    changed = paths[len(paths) // 2]
    first = (len(paths) // 2) * each
    with emulator(folder) as server:
        took = [_save(server, changed, flag_file(first, each), number) for number in range(times)]
    text = changed.read_text("utf-8")
    compose = min(_compose_s(text) for _ in range(3))
    what = f"save to served, {flags:,} flags in {files} file{'s' if files > 1 else ''}"
    return [
        Row.measured(f"{what}, p50", _percentile(took, 50), "s", "libyaml", compose),
        Row.at_most(f"{what}, p95", _percentile(took, 95), "s", budget_s, "libyaml", compose),
    ]


def _save(server: Server, path: Path, text: str, number: int) -> float:
    """Change one flag of a file and return the seconds until its configuration is served."""
    etag = server.get()[1]
    # One version of one flag changes, to another one each time.
    edited = text.replace("app_version >= 2.", f"app_version >= {number + 10}.", 1)
    started = time.perf_counter()
    path.write_text(edited, "utf-8")
    while server.get(etag)[0] == 304:
        if time.perf_counter() - started > _SAVE_LIMIT_S:
            raise SystemExit(f"the change was not served within {_SAVE_LIMIT_S:.0f} s")
        time.sleep(0.002)
    return time.perf_counter() - started


def _compose_s(text: str) -> float:
    started = time.perf_counter()
    yaml.compose(text, Loader=yaml.CSafeLoader)
    return time.perf_counter() - started


def _check(folder: Path, flags: int, files: int, budget_s: float, effort: Effort) -> Row:
    path = folder / f"check-{flags}"
    write_folder(path, flags, files)
    took = statistics.median(seconds_of(emulator_command("check", str(path))) for _ in range(effort.checks))
    return Row.at_most(f"check, {flags:,} flags", took, "s", budget_s)


def _rates(servers: tuple[Server, ...], effort: Effort, *, conditional: bool) -> list[float]:
    """Return the median rate of each server, measured in turns."""
    rates: list[list[float]] = [[] for _ in servers]
    for _ in range(effort.load_rounds):
        for server, found in zip(servers, rates, strict=True):
            etag = server.get()[1] if conditional else None
            found.append(requests_per_second(server, etag, seconds=effort.load_s))
    return [statistics.median(found) for found in rates]


def _percentile(values: list[float], percent: int) -> float:
    """Return the nearest-rank percentile."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
