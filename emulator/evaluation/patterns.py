"""
Regular expressions, searched in time linear in the text.

Patterns run on RE2 (PyPI ``google-re2``), never on Python's ``re``, which backtracks: ``^(a+)+b$`` against thirty
letters takes it seconds, RE2 microseconds, and a megabyte of text milliseconds. What RE2 does not know (look-around,
backreferences, repetition above 1000) or cannot hold in 8 MiB is a problem of the pattern, and its condition is false
(evaluation.md 8.4.6). ``\\d``, ``\\w`` and ``\\b`` mean ASCII as in JavaScript, Go and C++ (D-RGX-7); ``\\s`` means
every Unicode space, on which Rust and JavaScript agree.
"""

import re
from collections.abc import Callable
from importlib import import_module

from emulator.evaluation.attributes import utf8
from emulator.wording import printable

Search = Callable[[str], bool]

# Half a surrogate pair is no character, and stays for RE2 to refuse.
_ESCAPE = re.compile(r"\\u(?![dD][89a-fA-F])[0-9A-Fa-f]{4}|\\.", re.DOTALL)
# An escape, or a class with everything in it; possessive, and to the end where it is not closed: each is read once.
_TOKEN = re.compile(rf"{_ESCAPE.pattern}|\[\^?\]?(?:\\.|\[:\^?\w++:\]|[^\]\\])*+(?:\]|\\?\Z)", re.DOTALL)
# What RE2 reads otherwise than Rust and JavaScript: \s lacks what is not ASCII, \u is unknown, \Q quotes, \C is a byte.
_OTHERWISE = re.compile(r"\\[sSuQC]")
_LITERAL = re.compile(r"(\^)?((?:[^\\^$.|?*+()\[\]{}]|\\[!-/:-@\[-`{-~])*)(\$)?", re.DOTALL)
_SPACES = r"\s\v\p{Z}"


class UnsupportedPatternError(ValueError):
    """RE2 cannot compile the pattern; the message says why."""


def compile_pattern(pattern: str) -> Search:
    """
    Return a function that tells whether *pattern* is found anywhere in a text.

    Raises:
        UnsupportedPatternError: RE2 does not know the pattern, or RE2 itself is not installed.
    """
    return _literal_search(pattern) or _re2_search(pattern)


def _literal_search(pattern: str) -> Search | None:
    """Return a plain search of text where *pattern* is nothing else, as most are: ``^beta-``, ``@example\\.com$``."""
    found = _LITERAL.fullmatch(pattern)
    if found is None:
        return None
    starts, escaped, ends = found.groups()
    literal = re.sub(r"\\(.)", r"\1", escaped)
    if starts:
        return literal.__eq__ if ends else lambda text: text.startswith(literal)
    return (lambda text: text.endswith(literal)) if ends else lambda text: literal in text


def _re2_search(pattern: str) -> Search:
    try:
        # Late: it costs 6 ms, and most processes never evaluate a pattern. By name: it comes without types.
        re2 = import_module("re2")
    except ImportError as error:
        raise UnsupportedPatternError("patterns need the package google-re2, which is not installed") from error
    options = re2.Options()
    options.log_errors = False
    translated = utf8(_for_re2(pattern))
    # A set of one: its search answers yes or no without looking for where, at a quarter of the price.
    compiled = re2.Set.SearchSet(options)
    try:
        # Compiled on its own first, for its error says what is wrong; the set's does not.
        re2.compile(translated, options)
        compiled.Add(translated)
        compiled.Compile()
    except re2.error as error:
        raise UnsupportedPatternError(f"the pattern cannot be compiled: {_words(error)}") from error
    found = compiled.Match
    return lambda text: bool(found(utf8(text)))


def _for_re2(pattern: str) -> str:
    return _TOKEN.sub(_token_for_re2, pattern) if _OTHERWISE.search(pattern) else pattern


def _token_for_re2(token: re.Match[str]) -> str:
    text = token.group()
    if text[0] == "[":
        return _ESCAPE.sub(lambda escape: _escape_for_re2(escape.group(), _SPACES, r"\S"), text)
    return _escape_for_re2(text, f"[{_SPACES}]", f"[^{_SPACES}]")


def _escape_for_re2(escape: str, spaces: str, no_spaces: str) -> str:
    if escape in (r"\Q", r"\C"):
        raise UnsupportedPatternError(f"the pattern cannot be compiled: invalid escape sequence: {escape}")
    if len(escape) > 2:
        return rf"\x{{{escape[2:]}}}"
    return {r"\s": spaces, r"\S": no_spaces}.get(escape, escape)


def _words(error: Exception) -> str:
    reason = error.args[0] if error.args else "it does not compile"
    return printable(reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason))
