"""The source line that a problem is about, with the part of it that is at fault. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from emulator.errors import Problem

# What one finds at a column: a quoted text, else everything up to a blank or a flow delimiter.
_TOKEN = re.compile(r"""'(?:[^']|'')*'|"(?:[^"\\]|\\.)*"|[^\s,\[\]{}]+""")
_WIDEST = 110
_LEFT_OF_COLUMN = 60
# What libyaml counts as the end of a line.
_LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """
    A line, or the part of a long one, as it can be shown: *before*, the part at fault, which is empty at the end of a
    line, and *after*.
    """

    before: str
    fault: str
    after: str

    @property
    def line(self) -> str:
        return f"{self.before}{self.fault}{self.after}"


def lines_of(text: str, last: int = 0) -> list[str]:
    """Return the lines of *text*, those up to number *last* at least; 0 is all of them."""
    return _LINE_END.split(text, maxsplit=last)


def excerpt_of(problem: Problem, lines: Sequence[str]) -> Excerpt | None:
    """Return the excerpt of *lines*, those of the problem's file; None where there is nothing to see."""
    if not 0 < problem.line <= len(lines) or not lines[problem.line - 1].strip():
        return None
    line, column = lines[problem.line - 1], problem.column - 1
    # A long line is shown from a little before the column on, which then moves left with it.
    start = max(0, column - _LEFT_OF_COLUMN) if len(line) > _WIDEST else 0
    shown = shown_line(line[start : start + _WIDEST])
    column -= start
    token = _TOKEN.match(shown, column)
    end = token.end() if token else column
    return Excerpt(shown[:column].ljust(column), shown[column:end], shown[end:])


def shown_line(line: str) -> str:
    """Return *line* with a space for every character that would move a cursor or change a colour."""
    return "".join(character if character.isprintable() else " " for character in line).rstrip()
