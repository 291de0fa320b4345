"""Problems as text, JSON and workflow commands."""

import json
from typing import Any

import pytest

from emulator.errors import Problem
from emulator.reporting.ink import plain
from emulator.reporting.problems import as_github, as_json, as_text
from emulator.workspace import Findings

TYPO = Problem("flags/a.yaml", 3, 13, "E401", "error", 'no variation "onn"', 'did you mean "on"?', "new-checkout")
RISK = Problem("flags/b.yaml", 1, 1, "W210", "warning", "never reached")
TEXT = "flags:\n  new-checkout:\n    serve:  onn  # on\n"


def text_of(*problems: Problem, text: str = TEXT) -> list[str]:
    return plain(as_text(Findings(problems, {"flags/a.yaml": text}))).splitlines()


def at(column: int, line: int = 1) -> Problem:
    return Problem("flags/a.yaml", line, column, "E101", "error", "here")


# ── text ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_first_line_of_a_problem_is_the_problem_itself() -> None:
    assert text_of(TYPO)[0] == ('flags/a.yaml:3:13 E401 flag new-checkout: no variation "onn"; did you mean "on"?')


def test_source_line_is_shown_with_what_stands_at_the_column_marked() -> None:
    assert text_of(TYPO)[1:3] == [
        "    3 |     serve:  onn  # on",
        "      |             ^^^",
    ]


@pytest.mark.parametrize(
    ("line", "column", "marked"),
    [
        ("serve: onn", 8, "onn"),
        ("serve: 'o n'", 8, "'o n'"),
        ('serve: "o\\"n"', 8, '"o\\"n"'),
        ("[a, bb]", 5, "bb"),
        ("{a: b}", 1, "{"),
        ("serve:", 7, ""),
    ],
)
def test_marks_reach_to_the_end_of_a_token(line: str, column: int, marked: str) -> None:
    marks = text_of(at(column), text=line)[2]

    assert marks == "      | " + " " * (column - 1) + "^" * max(1, len(marked))


def test_marks_stand_below_wide_letters_and_tabs() -> None:
    _, line, marks = text_of(at(4), text="\t值 x")[:3]

    assert line == "    1 |  值 x"
    assert marks == "      |     ^"


def test_long_line_is_shown_around_the_column() -> None:
    _, line, marks = text_of(at(1001), text="a" * 999 + " x " + "b" * 999)[:3]

    assert len(line) <= 120
    assert line[marks.index("^")] == "x"


def test_problem_in_a_line_that_does_not_exist_has_no_excerpt() -> None:
    assert text_of(at(1, line=99)) == ["flags/a.yaml:99:1 E101 here", "", "1 error in 1 file"]


def test_lines_end_where_yaml_ends_them() -> None:
    assert text_of(at(1, line=2), text="a: \x0b\x0c\r\nb: 1\r\n")[1] == "    2 | b: 1"


def test_escape_codes_of_a_file_never_reach_the_terminal() -> None:
    evil = Problem("a\x1b[2J.yaml", 1, 1, "E105", "error", "unknown key \x1b[31m")
    shown = as_text(Findings([evil], {"a\x1b[2J.yaml": "\x1b[31m: 1"}))

    assert "\x1b" not in plain(shown)


@pytest.mark.parametrize(
    ("problems", "counts", "summary"),
    [
        ([], {"files": 3, "flags": 12, "bandits": 1}, "12 flags, 1 bandit in 3 files: no problems"),
        ([], {"files": 1, "flags": 1}, "1 flag in 1 file: no problems"),
        ([], {"files": 1, "flags": 1_200}, "1,200 flags in 1 file: no problems"),
        ([TYPO, TYPO, RISK], {"files": 3}, "2 errors, 1 warning in 2 files"),
        ([RISK], {"files": 1}, "1 warning in 1 file"),
    ],
)
def test_last_line_counts(problems: list[Problem], counts: dict[str, Any], summary: str) -> None:
    assert plain(as_text(Findings(problems, **counts))).splitlines()[-1] == summary


# ── JSON ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_json_holds_the_problems_of_the_control_interface_and_their_counts() -> None:
    found = json.loads(as_json(Findings([TYPO, RISK])))

    assert found == {"problems": [TYPO.as_json(), RISK.as_json()], "errors": 1, "warnings": 1}


# ── GitHub ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_workflow_command_names_place_code_and_flag() -> None:
    assert as_github(Findings([TYPO, RISK])).splitlines() == [
        '::error file=flags/a.yaml,line=3,col=13,title=E401 flag new-checkout::no variation "onn"; did you mean "on"?',
        "::warning file=flags/b.yaml,line=1,col=1,title=W210::never reached",
    ]


def test_workflow_command_escapes_what_would_end_it() -> None:
    nasty = Problem("a,b:c.yaml", 1, 1, "E105", "error", "50% of\r\n::error::lines", flag="x,y:z")

    assert as_github(Findings([nasty])) == (
        "::error file=a%2Cb%3Ac.yaml,line=1,col=1,title=E105 flag x%2Cy%3Az::50%25 of%0D%0A::error::lines\n"
    )


def test_nothing_wrong_is_no_workflow_command() -> None:
    assert as_github(Findings([], files=1, flags=1)) == ""
