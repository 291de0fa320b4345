"""
What goes wrong, as values and as exceptions.

A *problem* is something in a user's file: a value with a place. An *exception* is a broken contract or the outside
world. Evaluation never raises for data, so nothing of it lives here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]


class Position(NamedTuple):
    """A place in a file; *line* and *column* count from 1, columns in characters."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """
    One thing that is wrong, or risky, in a flag file.

    *code* is stable (docs/problems.md lists all of them); *hint* is the fix in a few words, or empty; *flag* is the
    key of the flag, layer or bandit it belongs to, or empty.
    """

    file: str
    line: int
    column: int
    code: str
    severity: Severity
    message: str
    hint: str = ""
    flag: str = ""

    def __str__(self) -> str:
        subject = f"flag {self.flag}: " if self.flag else ""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{self.file}:{self.line}:{self.column} {self.code} {subject}{self.message}{hint}"

    def as_json(self) -> dict[str, str | int]:
        """Return the ``Problem`` of the HTTP API and of ``check --format json``."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "hint": self.hint,
            "flag": self.flag,
        }


class EmulatorError(Exception):
    """Base of every exception that this package raises on purpose."""


class FlagFileError(EmulatorError):
    """Flag files do not compile. *problems* holds every problem found, errors and warnings, in file order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        errors = [problem for problem in self.problems if problem.severity == "error"]
        super().__init__("\n".join(str(problem) for problem in errors))
