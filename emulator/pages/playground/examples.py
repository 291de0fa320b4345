"""
A text that a regular expression finds, made up for people who have to fill in a form.

It reads the plain part of the syntax: literals, classes, groups, repetitions, the first of several alternatives. Of
anything else, and of an expression that does not find what came out, there is no example.
"""

import re
from collections.abc import Callable

_CLASSES = {"d": "1", "w": "a", "s": " ", "D": "a", "W": "-", "S": "a", "t": "\t", "n": "\n", "r": "\r"}
_NOWHERE = frozenset("bBAzZ")
_QUOTED = frozenset(r"\.^$*+?()[]{}|/-_@:;,!#%&'\"<>=~` ")
# What a class in brackets with a ^ may hold.
_OTHERS = "a1-_ A~"
_HEAD = re.compile(r"\?(?:[is]*[:)]|P?<[A-Za-z_]\w*>)")
_LONGEST = 200


class _NoExampleError(Exception):
    """The expression is beyond this module."""


def example_of(pattern: str, is_found: Callable[[str], bool]) -> str:
    """Return a text in which *pattern* is found, says *is_found*; empty for none, and where the empty text will do."""
    if len(pattern) > _LONGEST:
        return ""
    try:
        text = _Reading(pattern).everything()
    except _NoExampleError:
        return ""
    # Most that begin with an @ look for the end of a mail address; an example that is one looks better.
    candidates = (f"ann{text}", text) if text.startswith("@") else (text,)
    return next(filter(is_found, candidates), "")


class _Reading:
    """One pattern, read from left to right."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def everything(self) -> str:
        text = self._alternatives()
        if self._at < len(self._pattern):
            raise _NoExampleError
        return text

    def _alternatives(self) -> str:
        """Read until a closing parenthesis or the end; the first alternative is the example."""
        first = self._sequence()
        while self._peek() == "|":
            self._at += 1
            self._sequence()
        return first

    def _sequence(self) -> str:
        text = ""
        while self._peek() not in ("", "|", ")"):
            text += self._repeated(self._one())
            if len(text) > _LONGEST:
                raise _NoExampleError
        return text

    def _one(self) -> str:
        sign = self._next()
        if sign in "^$":
            return ""
        if sign == ".":
            return "a"
        if sign == "(":
            return self._group()
        if sign == "[":
            return self._class()
        if sign == "\\":
            return self._escaped()
        if sign in "*+?{":
            raise _NoExampleError
        return sign

    def _group(self) -> str:
        if self._peek() == "?" and self._head().endswith(")"):
            return ""
        text = self._alternatives()
        if self._next() != ")":
            raise _NoExampleError
        return text

    def _head(self) -> str:
        """Read what stands behind a parenthesis that opens: flags, a name, or that nothing is to be kept."""
        found = _HEAD.match(self._pattern, self._at)
        if found is None:
            raise _NoExampleError
        self._at = found.end()
        return found[0]

    def _class(self) -> str:
        negated = self._peek() == "^"
        self._at += negated
        first = self._at
        members = ""
        while self._peek() != "]" or self._at == first:
            sign = self._next()
            if sign == "[":
                raise _NoExampleError
            members += self._escaped() if sign == "\\" else sign
        self._at += 1
        if not negated:
            return members[:1]
        return next((one for one in _OTHERS if one not in members), "")

    def _escaped(self) -> str:
        sign = self._next()
        if sign in _NOWHERE:
            return ""
        if sign in _CLASSES:
            return _CLASSES[sign]
        if sign in _QUOTED:
            return sign
        raise _NoExampleError

    def _repeated(self, text: str) -> str:
        """Read a repetition, if there is one: at least once looks better, as often as it must be is right."""
        sign = self._peek()
        if sign and sign in "*+?":
            self._at += 1
        elif sign == "{":
            inside, end, _ = self._pattern[self._at + 1 :].partition("}")
            low = inside.partition(",")[0]
            if not end or not low.isdecimal() or int(low) > _LONGEST:
                raise _NoExampleError
            self._at = self._pattern.index("}", self._at) + 1
            text *= int(low)
        else:
            return text
        # Lazy ones find the same.
        self._at += self._peek() == "?"
        return text

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _next(self) -> str:
        sign = self._peek()
        if not sign:
            raise _NoExampleError
        self._at += 1
        return sign
