"""
Regular expressions: what no SDK compiles, and what only some of them do.

Nine engines read a pattern. RE2 and Rust know no look-around and no backreferences, JavaScript knows no inline flags,
PHP wraps the pattern in slashes.
"""

import re
import warnings
from collections.abc import Callable
from typing import NamedTuple

_SYNTAX = re.compile(
    r"\\[pP]\{[^}]*\}|\\.|\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]|\(\?(?:<[=!]|[=!>]|P[=<]|[a-zA-Z-]+[:)])|[*+?}]\+|/",
    re.DOTALL,
)


_IN_RE2 = "in Go, Rust, Python, Ruby and C++"


class PatternFinding(NamedTuple):
    """What only some SDKs do with a pattern; *code* is that of the language's problems."""

    code: str
    message: str
    hint: str


def pattern_problem(pattern: str) -> str:
    """Return why *pattern* cannot be compiled by anybody, or an empty text."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(_as_python(pattern))
    except (re.error, RecursionError, OverflowError) as error:
        return str(error)
    return ""


# What some engine knows and Python's does not, made harmless so that Python's compiler judges the rest.
_PYTHON_ESCAPES = "aAbBdDfnrsStvwWZ"
_TRANSLATIONS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"\(\?<(?![=!])(\w+)>"), r"(?P<\1>"),
    (re.compile(r"\\([pP]\{\^?\w+\}|.)", re.DOTALL), lambda match: _python_escape(match.group(), match.group(1))),
    (re.compile(r"\(\?[a-zA-Z]*-?[a-zA-Z]+\)"), "(?:)"),
    (re.compile(r"\(\?[a-zA-Z]+(?:-[a-zA-Z]+)?:"), "(?:"),
)


def _as_python(pattern: str) -> str:
    for other, ours in _TRANSLATIONS:
        pattern = other.sub(ours, pattern)
    return pattern


def _python_escape(whole: str, escaped: str) -> str:
    return whole if escaped in _PYTHON_ESCAPES or not escaped[0].isalnum() else "w"


def pattern_findings(pattern: str) -> list[PatternFinding]:
    """Return what only some SDKs do with *pattern*: the first finding of each code."""
    found = (_judge(match.group()) for match in _SYNTAX.finditer(pattern))
    first: dict[str, PatternFinding] = {}
    for finding in found:
        if finding is not None:
            first.setdefault(finding.code, finding)
    return list(first.values())


def _judge(token: str) -> PatternFinding | None:
    if token == "/" or (token[0] == "[" and re.search(r"(?<!\\)/", token)):
        return PatternFinding("P2", "an unescaped / ends the pattern in PHP", r"write \/")
    if re.match(r"\(\?(<[=!]|[=!])", token):
        return PatternFinding("P1", f"look-around {token} never matches {_IN_RE2}", "rewrite it")
    if token.startswith("(?>") or (len(token) == 2 and token[1] == "+" and token[0] != "\\"):
        return PatternFinding("P1", f"{token} (no backtracking) never matches {_IN_RE2}", "rewrite it")
    if re.match(r"\\[1-9]|\\k|\(\?P=", token):
        return PatternFinding("P1", f"backreference {token} never matches {_IN_RE2}", "rewrite it")
    if token == "(?P<":
        return PatternFinding("P1", "a group named by (?P<…>) is an error in JavaScript", "use a plain group")
    if token.startswith("(?"):
        return PatternFinding("P1", f"inline flags {token} are an error in JavaScript", "write both cases: [aA]")
    if token in (r"\A", r"\z", r"\Z"):
        return PatternFinding("P1", f"{token} is a plain letter in JavaScript", "write ^ or $")
    return None
