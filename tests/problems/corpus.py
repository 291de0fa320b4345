"""
The corpus: for each code a file that has the problem and one where it is mended.

``CODE.fail.yaml`` says in comments what has to be found: ``# expect: CODE at COLUMN`` at the end of a line, or
``# problem: CODE LINE:COLUMN`` at the top where a comment cannot stand on the line. Several may follow each other,
separated by commas; a column may be left out. ``CODE.pass.yaml`` has nothing to report. Where the problem is an edit,
``CODE.before.yaml`` is what was compiled before.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from emulator.errors import FlagFileError, Problem
from emulator.expectations import entries_of, run_entry
from emulator.snapshot import Snapshot, build_snapshot, referenced_files

NOW = datetime(2025, 1, 1, tzinfo=UTC)
HERE = Path(__file__).parent
PAIRS = sorted(path.name.removesuffix(".fail.yaml") for path in HERE.glob("*.fail.yaml"))
# E100 is about files that cannot be read; it has a test of its own.
CODES = [code for code in PAIRS if code != "E100"]

_EXPECT = re.compile(r"  # expect: (?P<marks>.+)$", re.MULTILINE)
_MARK = re.compile(r"(?P<code>[A-Z]\d+)(?: at (?P<column>\d+))?")
_PROBLEM = re.compile(r"^# problem: (?P<code>[A-Z]\d+) (?P<line>\d+):(?P<column>\d+)$", re.MULTILINE)


class Expected(NamedTuple):
    """*column* is 0 where the comment does not name it."""

    code: str
    line: int
    column: int


def read(code: str, part: str) -> str:
    return (HERE / f"{code}.{part}.yaml").read_text("utf-8")


def problems_of(code: str, part: str) -> tuple[Problem, ...]:
    """
    Return every problem of one file of the corpus, compiled after its ``before`` where there is one.

    Expectations that fail are among them, as if ``check`` and ``test`` were one command.
    """
    before = HERE / f"{code}.before.yaml"
    previous = _compiled(before.read_text("utf-8")) if before.exists() else None
    try:
        snapshot = _compiled(read(code, part), previous)
    except FlagFileError as error:
        return error.problems
    return (*snapshot.warnings, *_failed_expectations(snapshot))


def expected_of(code: str) -> list[Expected]:
    """Return what the comments of a failing file ask for, in order."""
    text = read(code, "fail")
    at_top = [Expected(mark["code"], int(mark["line"]), int(mark["column"])) for mark in _PROBLEM.finditer(text)]
    on_lines = [
        Expected(mark["code"], number, int(mark["column"] or 0))
        for number, line in enumerate(text.splitlines(), 1)
        for comment in _EXPECT.finditer(line)
        for mark in _MARK.finditer(comment["marks"])
    ]
    return sorted(at_top + on_lines)


def without_marks(text: str) -> str:
    return _EXPECT.sub("", text)


def _failed_expectations(snapshot: Snapshot) -> Iterator[Problem]:
    for entry in entries_of(snapshot):
        for environment in entry.environments:
            problem = run_entry(snapshot, entry, environment, now=NOW).problem
            if problem:
                yield problem


def _compiled(text: str, previous: Snapshot | None = None) -> Snapshot:
    # One name for the file before and after the edit: the same file, saved twice.
    texts = {"flags.yaml": text}
    files = {name: (HERE / name).read_text("utf-8") for name in referenced_files(texts) if (HERE / name).exists()}
    return build_snapshot(texts, "2025-01-01T00:00:00.000Z", files=files, previous=previous)
