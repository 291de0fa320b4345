"""
What the pytest fixture adds to a test, and a thousand sandboxes at once.

Run alone as ``python -m bench.fixture``, or with everything else.
"""

import gc
import http.client
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import eppo_client
import psutil

from bench.flag_files import write_folder
from bench.measures import QUICK, Effort, in_scratch_folder
from bench.report import Row, table
from bench.rounds import in_turns
from emulator import Emulator
from emulator.testing import Sandbox

FLAGS = 100
SANDBOXES = 1_000
_TESTS = [str(number) for number in range(5)]
_LOAD = """
import time, pytest
started = time.perf_counter()
import emulator.pytest_plugin
print(time.perf_counter() - started)
"""


def fixture(effort: Effort, folder: Path) -> list[Row]:
    """A test's sandbox with a real SDK in step, loading the plugin, and many sandboxes."""
    write_folder(folder / "flags", FLAGS, 1)
    emulator = Emulator(folder / "flags", watch=False)
    try:
        return [*_per_test(emulator, effort.evaluation_rounds), _load(effort.starts), *_many(emulator)]
    finally:
        emulator.close()


def one_test(emulator: Emulator) -> None:
    """Do what the fixture does for a test that changes one flag and evaluates it."""
    with emulator.sandbox() as sandbox, sandbox.lend_singleton():
        sandbox.serve("feature-00000", False)
        if eppo_client.get_instance().get_boolean_assignment("feature-00000", "ann", {}, True):
            raise SystemExit("the SDK is not in step")


def _per_test(emulator: Emulator, rounds: int) -> list[Row]:
    body = emulator.workspace.current.environments[0].plain.body
    whole, sdk = in_turns(
        (lambda _: one_test(emulator), lambda _: eppo_client.Configuration(flags_configuration=body)), _TESTS, rounds
    )
    what = f"fixture: fresh sandbox, serve, SDK in step, {FLAGS} flags"
    return [Row.at_most(what, whole, "s", 0.003, "SDK reading the same", sdk)]


def _load(times: int) -> Row:
    took = [float(subprocess.check_output([sys.executable, "-c", _LOAD], timeout=60)) for _ in range(max(times, 3))]
    return Row.at_most("plugin load in a run that does not use it", statistics.median(took), "s", 0.020)


def _many(emulator: Emulator) -> list[Row]:
    """Return what it takes to have many sandboxes, each with a change, and to ask each for its configuration."""
    emulator.ensure_started()
    environment = emulator.workspace.current.environments[0].sdk_keys or ("any",)
    _latency(emulator, environment * 20)
    base = _latency(emulator, environment * 100)
    before = _resident_mb()
    sandboxes = [_changed(emulator.sandbox()) for _ in range(SANDBOXES)]
    first = _latency(emulator, [sandbox.sdk_key for sandbox in sandboxes])
    after = _resident_mb()
    for sandbox in sandboxes:
        sandbox.close()
    return [
        Row.measured(f"{SANDBOXES:,} sandboxes, each changed and asked, memory", after, "MB", "without", before),
        Row.measured("the same, config GET after the change", first, "s", "environment's", base),
    ]


def _changed(sandbox: Sandbox) -> Sandbox:
    sandbox.serve("feature-00000", False)
    return sandbox


def _latency(emulator: Emulator, sdk_keys: Sequence[str]) -> float:
    """Return the median of one request for each key, over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", emulator.port, timeout=30)
    took = []
    for sdk_key in sdk_keys:
        started = time.perf_counter()
        connection.request("GET", f"/api/flag-config/v1/config?apiKey={sdk_key}&sdkName=python")
        connection.getresponse().read()
        took.append(time.perf_counter() - started)
    connection.close()
    return statistics.median(took)


def _resident_mb() -> float:
    gc.collect()
    return psutil.Process().memory_info().rss / 1e6


if __name__ == "__main__":
    print(table(in_scratch_folder(fixture, QUICK)))
