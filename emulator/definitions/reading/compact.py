"""
The compact form of a condition: a text, read to one Expression.

``expr = and ("or" and)*``, ``and = term ("and" term)*``, ``term = "(" expr ")" | "audience" name | comparison``.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from emulator.definitions.model import AllOf, AnyOf, AudienceRef, Condition, Expression, Name
from emulator.definitions.parsing.document import Scalar
from emulator.definitions.reading import regexes
from emulator.definitions.reading.comparands import Refused, comparand, is_odd_number, warn_odd_number
from emulator.definitions.report import Report
from emulator.errors import Position
from emulator.suggest import did_you_mean

_MAX_NESTING = 50

# A bare word ends where the grammar's own signs begin.
_TOKEN = re.compile(
    r"""\s*(?:(?P<quoted>"(?:[^"]|"")*"|'(?:[^']|'')*')|(?P<sign>>=|<=|!=|==|&&|\|\||[=<>\[\](),])
    |(?P<word>[^\s"'\[\](),=!<>]+)|(?P<other>\S))""",
    re.VERBOSE,
)
# What word processors make of quotes; inside plain quotes they are letters like others.
_TYPOGRAPHIC = re.compile("[\u201c\u201d\u201e\u201f\u00ab\u00bb]")
_COMPARISONS = {">": "GT", ">=": "GTE", "<": "LT", "<=": "LTE"}
_OPERATORS = ("=", "!=", "in", "not in", "matches", "not matches", ">", ">=", "<", "<=", "is null", "is not null")
# What people write who come from other languages, and what it is called here.
_OTHER_SPELLINGS = {
    "==": "=",
    "is": "is null",
    "eq": "=",
    "equals": "=",
    "neq": "!=",
    "<>": "!=",
    "like": "matches",
    "~": "matches",
    "=~": "matches",
    "contains": "matches",
    "startswith": "matches",
    "starts_with": "matches",
    "endswith": "matches",
    "ends_with": "matches",
    "one_of": "in",
    "not_in": "not in",
    "gte": ">=",
    "gt": ">",
    "lte": "<=",
    "lt": "<",
}


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    bare: bool
    """A word without quotes: it may be a keyword or a number."""
    sign: bool = False


class _Unreadable(Exception):  # noqa: N818 - carries a problem out of the parser
    def __init__(self, place: int, code: str, message: str, hint: str = "") -> None:
        self.problem = (place, code, message, hint)


def read_compact(found: Scalar, report: Report) -> Expression | None:
    try:
        return _Parser(found, report).read()
    except _Unreadable as unreadable:
        offset, code, message, hint = unreadable.problem
        report(_Place(found, offset), code, message, hint)
        return None


class _Place:
    """A place inside a scalar. In a block or escaped scalar offsets do not map to columns: the scalar's start it is."""

    __slots__ = ("column", "line")

    def __init__(self, found: Scalar, offset: int) -> None:
        self.line = found.line
        quoted = not found.plain and ('"' in found.text or "'" in found.text)
        exact = not found.wrapped and not quoted
        self.column = found.column + (offset + (0 if found.plain else 1) if exact else 0)


class _Parser:
    """Recursive descent over the grammar of the compact form: or of ands of terms."""

    def __init__(self, found: Scalar, report: Report) -> None:
        self._found = found
        self._report = report
        self._tokens = tuple(_tokens(found))
        self._next = 0
        self._depth = 0

    def read(self) -> Expression:
        if not self._tokens:
            raise _Unreadable(0, "E201", "the condition is empty", "write one, or remove `if`")
        expression = self._any()
        if self._peek() is not None:
            self._expected("and, or, or the end")
        return expression

    def _any(self) -> Expression:
        return self._joined("or", self._all, AnyOf)

    def _all(self) -> Expression:
        return self._joined("and", self._term, AllOf)

    def _joined(
        self, word: str, part: Callable[[], Expression], join: Callable[[tuple[Expression, ...]], Expression]
    ) -> Expression:
        parts = [part()]
        while self._take_word(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else join(tuple(parts))

    def _term(self) -> Expression:
        token = self._peek()
        if token is not None and token.sign and token.text == "(":
            return self._group()
        if self._take_word("audience"):
            name = self._text("the name of an audience")
            return AudienceRef(Name(name.text, self._position(name)))
        if token is not None and token.bare and token.text == "not":
            hint = "negate the comparison instead: `x not in [a]` or `x is not null`"
            raise _Unreadable(
                token.start, "E201", "there is no general `not`: it would hold for missing attributes", hint
            )
        return self._comparison()

    def _group(self) -> Expression:
        self._depth += 1
        if self._depth > _MAX_NESTING:
            raise _Unreadable(self._at(), "E201", f"parentheses are nested more than {_MAX_NESTING} deep")
        self._next += 1
        inner = self._any()
        self._take_sign(")") or self._expected("and, or, or )")
        self._depth -= 1
        return inner

    def _comparison(self) -> Condition:
        attribute = self._text("an attribute")
        operator = self._peek()
        if operator is None:
            raise _Unreadable(self._at(), "E201", f'expected an operator after "{attribute.text}"', _operators_hint())
        self._next += 1
        known, value = self._operator(attribute, operator)
        return Condition(attribute.text, known, value, self._position(attribute))

    def _operator(self, attribute: _Token, token: _Token) -> tuple[str, Any]:
        if token.sign and token.text in ("=", "!="):
            return ("ONE_OF" if token.text == "=" else "NOT_ONE_OF"), [self._compared(attribute, token)]
        if token.sign and token.text in _COMPARISONS:
            return _COMPARISONS[token.text], self._comparand(attribute)
        if token.bare and token.text in ("in", "matches", "not", "is"):
            return self._word_operator(token)
        raise _unknown_operator(token)

    def _word_operator(self, token: _Token) -> tuple[str, Any]:
        if token.text == "is":
            negated = self._take_word("not")
            self._take_word("null") or self._expected("null")
            return "IS_NULL", not negated
        negated = token.text == "not"
        word = token
        if negated:
            following = self._peek()
            if following is None or not following.bare or following.text not in ("in", "matches"):
                self._expected("in or matches")
            assert following is not None
            word = following
            self._next += 1
        prefix = "NOT_" if negated else ""
        if word.text == "in":
            return f"{prefix}ONE_OF", self._list()
        return f"{prefix}MATCHES", self._pattern()

    def _compared(self, attribute: _Token, sign: _Token) -> str:
        token = self._item("a value")
        if token.bare and token.text == "null":
            message = f'{attribute.text} {sign.text} null compares with the text "null"'
            meant = "is null" if sign.text == "=" else "is not null"
            self._report(_Place(self._found, token.start), "W113", message, f"write {attribute.text} {meant}")
        return token.text

    def _list(self) -> list[str]:
        self._take_sign("[") or self._expected("[ and a list, like `in [US, CA]`")
        values = [self._item("a value").text]
        while not self._take_sign("]"):
            self._take_sign(",") or self._expected(", or ] (quote a value that holds spaces or signs)")
            values.append(self._item("a value").text)
        return values

    def _item(self, expected: str) -> _Token:
        token = self._text(expected)
        if token.bare and is_odd_number(token.text):
            warn_odd_number(token.text, _Place(self._found, token.start), self._report)
        return token

    def _pattern(self) -> str:
        token = self._text("a regular expression")
        regexes.check(token.text, _Place(self._found, token.start), self._report)
        return token.text

    def _comparand(self, attribute: _Token) -> int | float | str:
        token = self._text("a number or a version")
        value = comparand(attribute.text, token.text, quoted=not token.bare)
        if isinstance(value, Refused):
            raise _Unreadable(token.start, value.code, value.message, value.hint)
        return value

    def _text(self, expected: str) -> _Token:
        token = self._peek()
        if token is None or token.sign:
            self._expected(expected)
        assert token is not None
        self._next += 1
        return token

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _take_word(self, word: str) -> bool:
        token = self._peek()
        taken = token is not None and token.bare and token.text == word
        self._next += taken
        return taken

    def _take_sign(self, sign: str) -> bool:
        token = self._peek()
        taken = token is not None and token.sign and token.text == sign
        self._next += taken
        return taken

    def _at(self) -> int:
        token = self._peek()
        return token.start if token else len(self._found.text)

    def _position(self, token: _Token) -> Position:
        return self._report.position(_Place(self._found, token.start))

    def _expected(self, expected: str) -> NoReturn:
        token = self._peek()
        near = f'near "{token.text}"' if token else "at its end"
        hint = ""
        if token is not None and token.text in ("&&", "||", "AND", "OR"):
            hint = f"write {'and' if token.text in ('&&', 'AND') else 'or'}"
        raise _Unreadable(self._at(), "E201", f"cannot read the condition {near}: expected {expected}", hint)


def _tokens(found: Scalar) -> Iterator[_Token]:
    position = 0
    while match := _TOKEN.match(found.text, position):
        position = match.end()
        kind = str(match.lastgroup)
        start = match.start(kind)
        token = match.group(kind)
        if kind == "other" or (kind == "word" and _TYPOGRAPHIC.search(token)):
            raise _unreadable_sign(found, token, start)
        if kind == "quoted":
            mark = token[0]
            yield _Token(token[1:-1].replace(mark * 2, mark), start, bare=False)
        else:
            yield _Token(token, start, bare=kind == "word", sign=kind == "sign")


def _unreadable_sign(found: Scalar, sign: str, start: int) -> _Unreadable:
    if sign in "\"'":
        hint = "close it; in YAML ` #` starts a comment, so quote the whole condition" if found.plain else "close it"
        return _Unreadable(start, "E201", "cannot read the condition: unbalanced quote", hint)
    hint = "use plain quotes" if _TYPOGRAPHIC.search(sign) else "quote a value that holds signs"
    return _Unreadable(start, "E201", f'cannot read the condition near "{sign}"', hint)


def _unknown_operator(token: _Token) -> _Unreadable:
    other = _OTHER_SPELLINGS.get(token.text.lower())
    meant = f"write {other}" if other else did_you_mean(token.text, _OPERATORS)
    hint = f"{meant.removesuffix('?')}? {_operators_hint()}" if meant.endswith("?") else _operators_hint()
    hint = f"{meant}; {hint}" if meant and not meant.endswith("?") else hint
    return _Unreadable(token.start, "E202", f'unknown operator "{token.text}"', hint)


def _operators_hint() -> str:
    return f"operators are {', '.join(_OPERATORS)}"
