"""
The first paint of each page with much to show, in Chromium, beside a page of the same server that shows nothing.

Run alone as ``python -m bench --only pages``, or with everything else. Without a browser it says so.
"""

import http.client
import json
import shutil
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.flag_files import write_folder
from bench.inbox import event
from bench.measures import QUICK, Effort
from bench.processes import Server, emulator
from bench.report import Row
from emulator.events import read_event
from emulator.inbox import Arrival, Inbox, Retention, place_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_BUDGET_S = 0.200
ALLOCATIONS = 300
_FULL_EVENTS = 1_000_000
_QUICK_EVENTS = 5_000
_FULL_SANDBOXES = 1_000
_QUICK_SANDBOXES = 20
_CHANGES = 20
_EMPTY = "/sign-in"
_FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
_PAGES = {
    "/": "flags, {flags:,} of them",
    "/?q=feature-00017": "flags, one found among {flags:,}",
    "/flags/long": f"a flag, {ALLOCATIONS} allocations",
    "/flags/long?subject=user-1&attr.country=NO": f"a flag, {ALLOCATIONS} allocations, a subject",
    "/inbox": "inbox, {events:,} events",
    "/inbox?q=flag%3Afeature-00017": "inbox, one flag among {events:,} events",
    "/inbox/100": "an event among {events:,}",
    "/sandboxes": "sandboxes, {sandboxes:,} of them",
    "/sandboxes/{key}": "a sandbox that changes 20 of {flags:,} flags",
}


def pages(effort: Effort, folder: Path) -> list[Row]:
    """First contentful paint of every page, and of the empty one, in turns."""
    quick = effort is QUICK
    events = _QUICK_EVENTS if quick else _FULL_EVENTS
    sandboxes = _QUICK_SANDBOXES if quick else _FULL_SANDBOXES
    amounts = {"flags": effort.many_flags, "events": events, "sandboxes": sandboxes}
    names = {path: f"first paint: {text.format(**amounts)}" for path, text in _PAGES.items()}
    lack = _lack()
    if lack:
        return [Row.unmeasured(name, lack) for name in names.values()]
    flags = folder / "flags"
    write_folder(flags, effort.many_flags, 100)
    (flags / "long.yaml").write_text(long_flag(), "utf-8")
    _fill(folder / "inbox.db", events)
    with emulator(flags, "--db", str(folder / "inbox.db")) as server, _chromium() as browser:
        key = _sandboxes(server, sandboxes)
        paths = {path: path.format(key=key) for path in (_EMPTY, *names)}
        took = _in_turns(browser, server, paths, rounds=2 if quick else 9)
    empty = took[_EMPTY]
    return [Row.at_most(name, took[path], "s", _BUDGET_S, "empty page", empty) for path, name in names.items()]


def _lack() -> str:
    """Return what is missing for a browser; empty for nothing."""
    try:
        import playwright  # noqa: F401  # whether it is there is all
    except ImportError:
        return "no playwright"
    return "" if shutil.which("chromium") else "no chromium"


@contextmanager
def _chromium() -> "Iterator[Browser]":
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        yield browser
        browser.close()


def _in_turns(browser: "Browser", server: Server, paths: dict[str, str], rounds: int) -> dict[str, float]:
    """Return the median of each page, all of them asked for in turns; the first round only warms up."""
    took: dict[str, list[float]] = {path: [] for path in paths}
    context = browser.new_context(base_url=f"http://127.0.0.1:{server.port}")
    page = context.new_page()
    for _ in range(rounds + 1):
        for path, address in paths.items():
            answer = page.goto(address)
            if answer is None or not answer.ok:
                raise SystemExit(f"{address} answered {answer.status if answer else 'nothing'}")
            page.locator("body").screenshot()
            took[path].append(page.evaluate(_FIRST_PAINT) / 1000)
    return {path: statistics.median(found[1:]) for path, found in took.items()}


def long_flag() -> str:
    allocations = "".join(
        f"      - {{ key: step-{number}, if: 'plan = p{number} and country in [NO, SE]', traffic: 50%, serve: true }}\n"
        for number in range(ALLOCATIONS)
    )
    return f"flags:\n  long:\n    type: boolean\n    allocations:\n{allocations}    serve: false\n"


def _sandboxes(server: Server, count: int) -> str:
    """Make *count* sandboxes, of which the last changes some flags; return its SDK key."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)

    def call(method: str, path: str, document: Any) -> Any:
        connection.request(method, f"/emulator/v1/sandboxes{path}", json.dumps(document))
        return json.loads(connection.getresponse().read())

    keys = [str(call("POST", "", {"name": f"tests/test_all.py::test_{number}"})["sdkKey"]) for number in range(count)]
    for number in range(_CHANGES):
        call("PUT", f"/{keys[-1]}/flags/feature-{number:05}", {"off": True})
    connection.close()
    return keys[-1]


def _fill(path: Path, events: int) -> None:
    with Inbox(place_of(path), retention=Retention(count=events)) as box:
        for start in range(0, events, 1_000):
            box.append(
                [Arrival(read_event(event(number)), environment="test") for number in range(start, start + 1_000)]
            )
