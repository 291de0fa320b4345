"""``--eppo-coverage``: which flags, variations and allocations no test served, over all workers of pytest-xdist."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from emulator.errors import EmulatorError
from emulator.expectations import Entry
from emulator.expectations.answers import ask
from emulator.expectations.shares import landings
from emulator.pytest_plugin.emulators import emulators_of
from emulator.queries import Result
from emulator.snapshot import Snapshot
from emulator.snapshot.points import Point, points_of
from emulator.testing import Sandbox

_OUTPUT = "eppo_coverage"


class Covering:
    """What there is and what was served. A worker of pytest-xdist hands both to the process that reports."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._minimum: float = config.getoption("eppo_coverage")
        self._known: set[Point] = set()
        self._served: set[Point] = set()

    # ── tests ───────────────────────────────────────────────────────────────────────────────────────────────────

    def begin(self, sandbox: Sandbox) -> None:
        """Take note of what *sandbox* could serve, and from now on of what it does."""
        environment = sandbox.served()
        if environment is not None:
            self._known |= set(points_of(environment))
        sandbox.on_evaluation = self._note_result

    def end(self, sandbox: Sandbox) -> None:
        """Take note of what applications of other processes logged, which is all that one knows of them."""
        for event in sandbox.assignments.all():
            self._note(event.flag, event.variation, event.allocation)
        for event in sandbox.bandit_actions.all():
            self._note(event.flag, None, None)

    def note_entry(self, snapshot: Snapshot, entry: Entry, environment: str, now: datetime) -> None:
        """Take note of where the subjects of an ``expect:`` entry land."""
        served, expected = snapshot.by_key[environment], entry.expectation
        self._known |= set(points_of(served))
        if expected.shares:
            for variation, allocation in landings(served.prepared, entry.flag, expected, expected.moment or now):
                self._note(entry.flag, variation, allocation)
            return
        got = ask(served.prepared, entry.flag, str(expected.subject), expected, expected.moment or now)
        self._note(entry.flag, got.variation, got.allocation)

    def _note_result(self, result: Result) -> None:
        self._note(result.flag_key, result.variation_key, result.allocation_key)

    def _note(self, flag: str | None, variation: str | None, allocation: str | None) -> None:
        if flag is None:
            return
        self._served.add(Point(flag, "flag"))
        if variation is not None:
            self._served.add(Point(flag, "variation", variation))
        if allocation is not None:
            self._served.add(Point(flag, "allocation", allocation))

    # ── the run ─────────────────────────────────────────────────────────────────────────────────────────────────

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        told = getattr(node, "workeroutput", {}).get(_OUTPUT)
        if told is not None:
            self._known |= {Point(*one) for one in told["known"]}
            self._served |= {Point(*one) for one in told["served"]}

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        output = getattr(self._config, "workeroutput", None)
        if output is not None:
            output[_OUTPUT] = {"known": sorted(map(list, self._known)), "served": sorted(map(list, self._served))}
            return
        self._know_the_default()
        if self.percent < self._minimum and session.exitstatus in (
            pytest.ExitCode.OK,
            pytest.ExitCode.NO_TESTS_COLLECTED,
        ):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        reached = len(self._known & self._served)
        terminalreporter.section(f"eppo coverage: {self.percent:.0f}% ({reached} of {len(self._known)})")
        for line in self.lines():
            terminalreporter.write_line(line)
        if self.percent < self._minimum:
            terminalreporter.write_line(
                f"FAIL: expected at least {self._minimum:g}% of flags, variations and allocations to be served",
                red=True,
            )

    @property
    def percent(self) -> float:
        """How much of what there is was served, from 0 to 100."""
        return 100 * len(self._known & self._served) / len(self._known) if self._known else 100

    def lines(self) -> Iterator[str]:
        """Yield what was not served, one line per flag."""
        missing = sorted(self._known - self._served)
        never = [point.flag for point in missing if point.kind == "flag"]
        if never:
            yield f"never evaluated: {', '.join(never)}"
        for flag in dict.fromkeys(point.flag for point in missing if point.flag not in never):
            names = {
                kind: ", ".join(point.name for point in missing if (point.flag, point.kind) == (flag, kind))
                for kind in ("variation", "allocation")
            }
            yield f"{flag}: never served {'; '.join(f'{kind} {name}' for kind, name in names.items() if name)}"

    def _know_the_default(self) -> None:
        """Without any test that used a flag, all that the ini options name was missed."""
        if self._known:
            return
        try:
            with emulators_of(self._config).default().sandbox(self._config.getini("eppo_environment") or None) as one:
                served = one.served()
                self._known |= set() if served is None else set(points_of(served))
        except EmulatorError:
            # There are no flags to cover; whoever uses them is told so.
            return
