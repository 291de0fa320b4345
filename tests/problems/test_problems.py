"""Each code has a file that earns it, at the line it says, and a mended one that earns nothing."""

import re
from pathlib import Path

import pytest

from emulator.definitions.codes import CODES as KNOWN
from tests.problems.corpus import CODES, PAIRS, expected_of, problems_of

PACKAGE = Path(__file__).parents[2] / "emulator"

# Their message already says what to do.
WITHOUT_HINT = {"E107", "E201", "P6", "W124"}


@pytest.mark.parametrize("code", CODES)
def test_failing_file_yields_its_problem_and_no_other(code: str) -> None:
    found = sorted((problem.code, problem.line) for problem in problems_of(code, "fail"))

    assert found == [(expected.code, expected.line) for expected in expected_of(code)]


@pytest.mark.parametrize("code", CODES)
def test_problem_points_at_its_column(code: str) -> None:
    expected = {mark for mark in expected_of(code) if mark.column}

    assert expected <= {(problem.code, problem.line, problem.column) for problem in problems_of(code, "fail")}


@pytest.mark.parametrize("code", CODES)
def test_failing_file_is_about_its_own_code(code: str) -> None:
    assert {expected.code for expected in expected_of(code)} == {code}


@pytest.mark.parametrize("code", CODES)
def test_problem_has_the_severity_of_the_table(code: str) -> None:
    assert {problem.severity for problem in problems_of(code, "fail")} == {KNOWN[code].severity}


@pytest.mark.parametrize("code", CODES)
def test_passing_file_yields_no_problem(code: str) -> None:
    assert [str(problem) for problem in problems_of(code, "pass")] == []


@pytest.mark.parametrize("code", [code for code in CODES if code not in WITHOUT_HINT])
def test_problem_says_what_to_do(code: str) -> None:
    assert all(problem.hint for problem in problems_of(code, "fail"))


@pytest.mark.parametrize("code", KNOWN)
def test_every_code_has_a_pair_of_files(code: str) -> None:
    assert code in PAIRS


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_code_that_a_module_writes_is_in_the_table(path: Path) -> None:
    written = set(re.findall(r'"([EW]\d{3}|P\d)"', path.read_text("utf-8")))

    assert written <= set(KNOWN)
