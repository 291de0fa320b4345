"""
Problems for people and for machines: one function per output of ``check``, and FORMATS.

Pure: the texts of the files come in, so that nothing is read twice and the line shown is the line that was judged.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

from emulator.errors import Problem
from emulator.reporting.ink import bold, cyan, faint, green, printable, red, yellow
from emulator.reporting.sarif import sarif_log
from emulator.reporting.tables import width
from emulator.reporting.words import count
from emulator.workspace import Findings
from emulator.workspace.excerpts import excerpt_of, lines_of

_MARGIN = 5


def as_text(findings: Findings) -> str:
    """Return each problem on a line of its own with the offending source line below, then a summary."""
    lines = {path: lines_of(text) for path, text in findings.texts.items()}
    paragraphs = ["\n".join([problem_line(one), *_excerpt(one, lines.get(one.file, []))]) for one in findings.problems]
    return "\n\n".join([*paragraphs, summary(findings)]) + "\n"


def as_json(findings: Findings) -> str:
    problems = [problem.as_json() for problem in findings.problems]
    return _json({"problems": problems, "errors": findings.errors, "warnings": findings.warnings})


def as_github(findings: Findings) -> str:
    """Return workflow commands, which GitHub shows beside the lines of a pull request."""
    return "".join(f"{_workflow_command(problem)}\n" for problem in findings.problems)


def as_sarif(findings: Findings) -> str:
    return _json(sarif_log(findings.problems))


FORMATS: Mapping[str, Callable[[Findings], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}


def problem_line(problem: Problem) -> str:
    """Return *problem* on one line, as ``str(problem)`` has it, with colour."""
    place = f"{problem.file}:{problem.line}:{problem.column}"
    rest = printable(str(problem)).removeprefix(f"{printable(place)} {problem.code} ")
    paint = red if problem.severity == "error" else yellow
    return f"{bold(printable(place))} {paint(problem.code)} {rest}"


def summary(findings: Findings) -> str:
    """
    Return the last line: ``2 errors, 1 warning in 3 files`` or ``12 flags, 1 bandit in 3 files: no problems``.

    Those are the files with problems, or all files where there are none.
    """
    if not findings.problems:
        held = contents(findings.flags, findings.bandits)
        return f"{held} in {count(findings.files, 'file')}: {green('no problems')}"
    errors = red(count(findings.errors, "error")) if findings.errors else ""
    warnings = yellow(count(findings.warnings, "warning")) if findings.warnings else ""
    files = {problem.file for problem in findings.problems}
    return f"{', '.join(filter(None, [errors, warnings]))} in {count(len(files), 'file')}"


def contents(flags: int, bandits: int) -> str:
    """Return ``12 flags, 1 bandit``; bandits are named only where there are any."""
    return count(flags, "flag") + (f", {count(bandits, 'bandit')}" if bandits else "")


def _excerpt(problem: Problem, lines: Sequence[str]) -> Iterator[str]:
    excerpt = excerpt_of(problem, lines)
    if excerpt is None:
        return
    number = str(problem.line).rjust(_MARGIN)
    pointer = " " * width(excerpt.before) + cyan("^" * max(1, width(excerpt.fault)))
    yield f"{faint(f'{number} |')} {excerpt.line.rstrip()}"
    yield f"{faint(' ' * len(number) + ' |')} {pointer}"


def _workflow_command(problem: Problem) -> str:
    title = f"{problem.code} flag {problem.flag}" if problem.flag else problem.code
    properties = {"file": problem.file, "line": problem.line, "col": problem.column, "title": title}
    listed = ",".join(f"{name}={_escaped_property(str(value))}" for name, value in properties.items())
    message = f"{problem.message}; {problem.hint}" if problem.hint else problem.message
    return f"::{problem.severity} {listed}::{_escaped(message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
