"""``--eppo-expect``: every ``expect:`` entry of the flag files as a test."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from emulator.errors import EmulatorError
from emulator.expectations import Entry, Result, entries_of, run_entry
from emulator.pytest_plugin.emulators import flags_of
from emulator.snapshot import Snapshot
from emulator.workspace import Workspace


class Expecting:
    """Adds the entries when pytest has collected everything else, so that ``-k`` and ``-m`` choose among them, too."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        items += _items(session, _snapshot(config))


class FlagFile(pytest.File):
    """A flag file that holds entries; it is collected by :class:`Expecting`."""

    def collect(self) -> Iterable[pytest.Item]:
        return ()


class ExpectationFailedError(AssertionError):
    """An entry does not hold; it carries what running it came to."""

    def __init__(self, result: Result) -> None:
        super().__init__(result.message)
        self.result = result


class Expectation(pytest.Item):
    """One entry in one environment."""

    def __init__(self, *, snapshot: Snapshot, entry: Entry, environment: str, **known: Any) -> None:
        super().__init__(**known)
        self.snapshot = snapshot
        self.entry = entry
        self.environment = environment

    def runtest(self) -> None:
        now = datetime.now(UTC)
        covering = self.config.pluginmanager.get_plugin("eppo-coverage")
        if covering is not None:
            covering.note_entry(self.snapshot, self.entry, self.environment, now)
        result = run_entry(self.snapshot, self.entry, self.environment, now=now)
        if not result.passed:
            raise ExpectationFailedError(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: Any, **__: Any) -> str:
        error = excinfo.value
        if not isinstance(error, ExpectationFailedError):
            return str(super().repr_failure(excinfo))
        result = error.result
        head = f"{self.entry.position}: {result.message}\nexpected {result.expected} in {self.environment}"
        return f"{head}\n\n{result.trace}" if result.trace else head

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.entry.position.line - 1, f"{self.entry.flag}: {self.entry.words} in {self.environment}"


def _snapshot(config: pytest.Config) -> Snapshot:
    try:
        return Workspace(flags_of(config), clock=lambda: datetime.now(UTC)).current
    except EmulatorError as error:
        raise pytest.UsageError(f"--eppo-expect: {error}") from None


def _items(session: pytest.Session, snapshot: Snapshot) -> Iterator[Expectation]:
    files: dict[str, FlagFile] = {}
    for entry in entries_of(snapshot):
        name = entry.position.file
        file = files.setdefault(name, FlagFile.from_parent(session, path=Path(name).absolute()))
        for environment in entry.environments:
            yield Expectation.from_parent(
                file, name=f"{entry.id}[{environment}]", snapshot=snapshot, entry=entry, environment=environment
            )
