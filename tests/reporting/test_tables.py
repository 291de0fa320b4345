"""Columns line up, whatever is in them."""

from emulator.reporting.ink import green, plain
from emulator.reporting.tables import labelled, table, width


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    assert [plain(line) for line in table(("Name", "Share"), [("a", "100%"), ("much longer", "5%")], right={1})] == [
        "  Name         Share",
        "  a             100%",
        "  much longer     5%",
    ]


def test_a_last_cell_leaves_no_blanks_behind() -> None:
    assert [plain(line) for line in table(("Name", "Note"), [("a", ""), ("b", "is long")])] == [
        "  Name  Note",
        "  a",
        "  b     is long",
    ]


def test_colour_takes_no_room() -> None:
    coloured, bare = table(("A", "B"), [(green("x"), "y")]), table(("A", "B"), [("x", "y")])

    assert [plain(line) for line in coloured] == [plain(line) for line in bare]


def test_wide_and_combining_letters_take_the_room_they_take() -> None:
    assert (width("旗"), width("e\u0301")) == (2, 1)


def test_a_table_without_rows_has_its_header() -> None:
    assert [plain(line) for line in table(("A",), [])] == ["  A"]


def test_values_begin_at_the_same_column() -> None:
    assert [plain(line) for line in labelled([("Value", "1"), ("旗", "2")])] == ["  Value  1", "  旗     2"]


def test_no_rows_are_no_lines() -> None:
    assert labelled([]) == []
