"""Where the steps of one file put what they find: the step says what, the report adds file, severity and flag."""

import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from emulator.definitions.codes import CODES
from emulator.errors import Position, Problem


class Placed(Protocol):
    """Anything that knows where it stands."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


class Report:
    """Collects problems of one file. Not thread-safe; one per file and step."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.referenced: set[str] = set()
        self._flag = ""

    def __call__(self, place: Placed, code: str, message: str, hint: str = "") -> None:
        self.at(place.line, place.column, code, message, hint)

    def at(self, line: int, column: int, code: str, message: str, hint: str = "") -> None:
        severity = CODES[code].severity
        self.problems.append(Problem(self.file, line, column, code, severity, message, hint, self._flag))

    def position(self, place: Placed) -> Position:
        return Position(self.file, place.line, place.column)

    def resolve(self, path: str) -> str:
        """Return *path*, written relative to this file, as the texts name it; it is remembered as referenced."""
        resolved = posixpath.normpath(posixpath.join(posixpath.dirname(self.file), path))
        self.referenced.add(resolved)
        return resolved

    def fresh(self) -> "Report":
        """Return an empty report for the same file."""
        return Report(self.file)

    def extend(self, other: "Report") -> None:
        self.problems.extend(other.problems)

    @property
    def failed(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)

    @contextmanager
    def about(self, flag: str) -> Iterator[None]:
        """Name *flag* in every problem reported inside."""
        outer, self._flag = self._flag, flag
        try:
            yield
        finally:
            self._flag = outer
