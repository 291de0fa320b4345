"""The line that a problem is about."""

import pytest

from emulator.errors import Problem
from emulator.workspace.excerpts import Excerpt, excerpt_of, lines_of


def excerpt(text: str, line: int, column: int) -> Excerpt | None:
    return excerpt_of(Problem("a.yaml", line, column, "E401", "error", "no"), lines_of(text))


def test_the_part_at_fault_is_told_from_the_rest() -> None:
    assert excerpt("a: 1\nserve: onn, b\n", 2, 8) == Excerpt("serve: ", "onn", ", b")


def test_a_place_without_a_word_has_nothing_at_fault() -> None:
    assert excerpt("a: {b", 1, 4) == Excerpt("a: ", "", "{b")


def test_a_place_behind_the_line_is_reached_with_blanks() -> None:
    assert excerpt("ab", 1, 5) == Excerpt("ab  ", "", "")


@pytest.mark.parametrize(("line", "column"), [(0, 1), (3, 1), (9, 9)])
def test_without_a_line_there_is_no_excerpt(line: int, column: int) -> None:
    assert excerpt("a\nb\n", line, column) is None


def test_a_long_line_is_shown_around_the_place() -> None:
    found = excerpt("x" * 500 + " onn " + "y" * 500, 1, 502)

    assert found is not None
    assert found.fault == "onn"
    assert len(found.line) <= 110


def test_what_moves_a_cursor_is_a_blank() -> None:
    assert excerpt("a: \x1b[31mred", 1, 4) == Excerpt("a: ", "", " [31mred")


def test_only_as_many_lines_as_needed_are_split() -> None:
    assert lines_of("a\nb\nc\nd", 2) == ["a", "b", "c\nd"]
