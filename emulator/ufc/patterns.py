"""
Regular expressions: what no SDK compiles, and what only some of them do.

Nine engines read a pattern. RE2 and Rust know no look-around and no backreferences, JavaScript knows no inline flags,
PHP wraps the pattern in slashes. Rust, which Python and Ruby share, has classes within classes, and no lone braces.

Source: the answers of the Python SDK 4.4.1, RE2 and Node.js 20 to each construct, the first two held by tests.
"""

import re
import warnings
from collections.abc import Callable, Iterator
from typing import NamedTuple

_COUNT = r"(?:[*+?]|\{\d+(?:,\d*)?\})"
_CLASS = r"\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]|\[\^?\]"
_SYNTAX = re.compile(
    rf"(?:[\^$]|\\[bB]){_COUNT}+|\\[pPxu]\{{[^}}]*\}}|\\.|{_CLASS}"
    rf"|\(\?(?:<[=!]|[=!>]|P[=<]|[a-zA-Z-]+[:)])|{_COUNT}+|\{{|/",
    re.DOTALL,
)
_COUNTS = re.compile(_COUNT)
_REPEATED = re.compile(rf"(?:[\^$]|\\[bB])?{_COUNT}+")

_IN_RE2 = "in Go, Rust, Python, Ruby and C++"
_IN_RUST = "in Rust, Python and Ruby"


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
    (
        re.compile(rf"((?:[\^$]|\\[bB])(?={_COUNT}))|\\.|(?P<class>{_CLASS})|(?P<counts>{_COUNT}{{2,}})", re.DOTALL),
        lambda match: _python_spelling(match),
    ),
    (re.compile(r"\(\?[a-zA-Z]*-?[a-zA-Z]+\)"), "(?:)"),
    (re.compile(r"\(\?[a-zA-Z]+(?:-[a-zA-Z]+)?:"), "(?:"),
)


def _as_python(pattern: str) -> str:
    for other, ours in _TRANSLATIONS:
        pattern = other.sub(ours, pattern)
    return pattern


def _python_spelling(match: re.Match[str]) -> str:
    """Return what Python's compiler takes in place of repeated anchors, repeated counts and classes."""
    if match[1]:
        return "(?:)"
    if match["counts"]:
        return str(_COUNTS.findall(match["counts"])[0])
    if match["class"]:
        return "w" if match["class"] in ("[]", "[^]") else _SPELLED_OUT.sub("w", match["class"])
    return match.group()


# In a class: ranges that end in another class, and the operators of Rust.
_SPELLED_OUT = re.compile(r"\\[wdsWDS]-|-\\[wdsWDS]|(?<=[^\[\\])--|&&|~~")


def _python_escape(whole: str, escaped: str) -> str:
    return whole if escaped in _PYTHON_ESCAPES or not escaped[0].isalnum() else "w"


def pattern_findings(pattern: str) -> list[PatternFinding]:
    """Return what only some SDKs do with *pattern*: the first finding of each code."""
    first: dict[str, PatternFinding] = {}
    for match in _SYNTAX.finditer(pattern):
        for finding in _findings(match.group()):
            first.setdefault(finding.code, finding)
    return list(first.values())


def _findings(token: str) -> Iterator[PatternFinding]:
    if token == "/" or (token[0] == "[" and re.search(r"(?<!\\)/", token)):
        yield PatternFinding("P2", "an unescaped / ends the pattern in PHP", r"write \/")
    judge = _judge_class if token[0] == "[" else _judge_count if _REPEATED.fullmatch(token) else _judge
    if finding := judge(token):
        yield finding


def _judge_class(token: str) -> PatternFinding | None:
    body = re.sub(r"\[:\w+:\]", "", token[1:-1].removeprefix("^"))
    if re.match(r"\[\^?\]", token):
        return PatternFinding("P1", f"{token} begins with an empty class in JavaScript", r"write \]")
    for spelling, does, hint in _IN_CLASSES:
        if found := spelling.match(body):
            return PatternFinding("P1", f"{found[1]} within a class {does} {_IN_RUST}", f"write {hint}")
    return None


_HEXADECIMAL = r"\x00, or two other hexadecimal digits"
# What means itself in a class, to most engines; escapes are passed over.
_IN_CLASSES = tuple(
    (re.compile(rf"(?:\\.|[^\\])*?{spelling}", re.DOTALL), does, hint)
    for spelling, does, hint in (
        (r"(\[)", "begins another class", r"\["),
        (r"(&&)", "is an intersection", r"\&\&"),
        (r"(~~)", "is a symmetric difference", r"one ~"),
        (r"(?<=[^-])(--)", "is a difference", r"\-"),
        (r"\\[wdsWDS](-)(?=.)", "is an error", r"\-"),
        (r"(-)(?=\\[wdsWDS])", "is an error", r"\-"),
        (r"(\\0)", "is an error", _HEXADECIMAL),
    )
)


def _judge_count(token: str) -> PatternFinding | None:
    if token[0] in "^$\\":
        return PatternFinding("P1", f"{token} is an error in JavaScript", "leave the repetition out")
    counts = _COUNTS.findall(token)
    if counts[1:] == ["+"]:
        message = f"{token} (no backtracking) never matches in Go and C++, is an error in JavaScript"
        return PatternFinding("P1", message, "rewrite it")
    if counts[1:] not in ([], ["?"]):
        return PatternFinding(
            "P1", f"{token} compiles only {_IN_RUST}", "leave one, or put a group around what it repeats"
        )
    return None


def _judge(token: str) -> PatternFinding | None:
    if token == "{":
        return PatternFinding("P1", f"a lone {{ is an error or a count {_IN_RUST}", r"write \{")
    if token == r"\0":
        return PatternFinding("P1", rf"\0 is an error {_IN_RUST}", f"write {_HEXADECIMAL}")
    if re.match(r"\(\?(<[=!]|[=!])", token):
        return PatternFinding("P1", f"look-around {token} never matches {_IN_RE2}", "rewrite it")
    if token.startswith("(?>"):
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
