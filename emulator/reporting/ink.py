"""
Colour for terminals, as escape codes in the text; whoever prints decides whether they stay.

Texts that come from a file are cleaned first: nobody else's escape codes reach the terminal.
"""

import re

_CODES = re.compile(r"\x1b\[[0-9;]*m")


def red(text: str) -> str:
    return _painted(text, "31")


def yellow(text: str) -> str:
    return _painted(text, "33")


def green(text: str) -> str:
    return _painted(text, "32")


def cyan(text: str) -> str:
    return _painted(text, "36")


def bold(text: str) -> str:
    return _painted(text, "1")


def faint(text: str) -> str:
    return _painted(text, "2")


def plain(text: str) -> str:
    """Return *text* without colour."""
    return _CODES.sub("", text)


def printable(text: str) -> str:
    """Return *text* with a space for every character that would move a cursor or change a colour."""
    return "".join(character if character.isprintable() else " " for character in text)


def _painted(text: str, code: str) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if text else ""
