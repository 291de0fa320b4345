"""Problems of the flag files with the lines that they are about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from emulator.errors import Problem
from emulator.workspace import Findings
from emulator.workspace.excerpts import Excerpt, excerpt_of, lines_of, shown_line

# More than anybody reads before mending the first ones.
_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Trouble:
    """*above* and *below* are the lines around, empty at the ends of a file; *excerpt* None: there is no line."""

    problem: Problem
    above: str
    excerpt: Excerpt | None
    below: str


@dataclass(frozen=True, slots=True)
class Troubles:
    """The first errors and warnings, and how many there are of each."""

    errors: tuple[Trouble, ...]
    warnings: tuple[Trouble, ...]
    error_count: int
    warning_count: int


def troubles_of(findings: Findings) -> Troubles:
    by_severity: dict[str, list[Problem]] = {"error": [], "warning": []}
    for problem in findings.problems:
        by_severity[problem.severity].append(problem)
    errors, warnings = (tuple(_troubles(by_severity[one][:_SHOWN], findings.texts)) for one in ("error", "warning"))
    return Troubles(errors, warnings, len(by_severity["error"]), len(by_severity["warning"]))


def _troubles(problems: list[Problem], texts: Mapping[str, str]) -> Iterator[Trouble]:
    last: dict[str, int] = {}
    for problem in problems:
        last[problem.file] = max(last.get(problem.file, 0), problem.line + 1)
    # Of a long file only its beginning is looked at, where that is enough.
    lines = {file: lines_of(texts.get(file, ""), line) for file, line in last.items()}
    for problem in problems:
        own = lines[problem.file][: last[problem.file]]
        excerpt = excerpt_of(problem, own)
        above, below = (_line(own, number) if excerpt else "" for number in (problem.line - 1, problem.line + 1))
        yield Trouble(problem, above, excerpt, below)


def _line(lines: list[str], number: int) -> str:
    return shown_line(lines[number - 1][:200]) if 0 < number <= len(lines) else ""
