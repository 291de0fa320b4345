"""What an attribute is compared with: numbers, versions and list items, as both forms of a condition write them."""

import re
from dataclasses import dataclass

from emulator.definitions.reading.values import INTEGER, NUMBER, VERSION, number_of
from emulator.definitions.report import Placed, Report


@dataclass(frozen=True, slots=True)
class Refused:
    code: str
    message: str
    hint: str


def comparand(attribute: str, literal: str, *, quoted: bool) -> int | float | str | Refused:
    """
    Type what an attribute is compared with: a JSON number, or ``MAJOR.MINOR.PATCH`` as text.

    Nothing else is read alike by every SDK.
    """
    if VERSION.match(literal):
        return literal
    hint = "compare with a number like 18, or a version like 2.3.0"
    value = None if quoted else number_of(literal)
    if value is None:
        if quoted and NUMBER.match(literal):
            hint = f"write {literal} without quotes to compare numbers"
        elif re.match(r"[0-9]+\.[0-9]+\.[0-9]+[-+]", literal):
            hint = "prereleases and build metadata are ordered differently by the SDKs; use MAJOR.MINOR.PATCH, or raw"
        return Refused("E203", f'cannot compare "{attribute}" with "{literal}"', hint)
    if "version" in attribute.lower() and re.match(r"[0-9]+\.[0-9]+\Z", literal):
        return Refused("E203", f'cannot compare "{attribute}" with the number {literal}', f"write {literal}.0")
    return value


def is_odd_number(literal: str) -> bool:
    """Tell whether a list item looks like a number but is not spelled as SDKs spell that number."""
    if INTEGER.match(literal):
        return literal == "-0"
    return (
        bool(re.match(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?\Z", literal)) and _number_spelling(literal) != literal
    )


def _number_spelling(literal: str) -> str:
    value = float(literal)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def warn_odd_number(literal: str, place: Placed, report: Report) -> None:
    spelling = _number_spelling(literal)
    report(
        place,
        "W208",
        f"list item {literal} never equals the number {spelling}",
        f'write {spelling} for the number, or quote it for the text: "{literal}"',
    )
