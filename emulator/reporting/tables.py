"""Columns that line up on a terminal, whatever letters and colours are in them."""

import unicodedata
from collections.abc import Collection, Iterable, Sequence

from emulator.reporting.ink import faint, plain


def width(text: str) -> int:
    """Return how many columns of a terminal *text*, without colour, takes."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    combining = sum(unicodedata.combining(character) > 0 for character in text)
    return len(text) + wide - combining


def labelled(rows: Iterable[tuple[str, str]]) -> list[str]:
    """Return one line per row: its label, then its value, which all begin at the same column."""
    listed = list(rows)
    widest = max((width(label) for label, _ in listed), default=0)
    return [f"  {faint(_filled(label, widest))}  {value}" for label, value in listed]


def table(header: Sequence[str], rows: Sequence[Sequence[str]], *, right: Collection[int] = ()) -> list[str]:
    """Return the lines of a table; the columns whose numbers are in *right*, from 0, end at the same place."""
    widths = [max(width(plain(row[column])) for row in (header, *rows)) for column in range(len(header))]
    return [_line([faint(name) for name in header], widths, right), *(_line(row, widths, right) for row in rows)]


def _line(cells: Sequence[str], widths: Sequence[int], right: Collection[int]) -> str:
    filled = (
        _filled(cell, widest, at_the_right=column in right)
        for column, (cell, widest) in enumerate(zip(cells, widths, strict=True))
    )
    return f"  {'  '.join(filled)}".rstrip()


def _filled(cell: str, widest: int, *, at_the_right: bool = False) -> str:
    blanks = " " * (widest - width(plain(cell)))
    return f"{blanks}{cell}" if at_the_right else f"{cell}{blanks}"
