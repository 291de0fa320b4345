"""
Conditions: the compact expression and the long form, read to one Expression; and Expressions expanded to rules.

UFC knows only OR of ANDs, so every Expression becomes that, with audiences written out.
"""

import re
from collections.abc import Callable, Iterator
from collections.abc import Mapping as Table
from dataclasses import dataclass
from typing import Any, NoReturn

from emulator.definitions import regexes
from emulator.definitions.document import Mapping, Node, Scalar, Sequence
from emulator.definitions.model import AllOf, AnyOf, Audience, AudienceRef, Condition, Expression, Name
from emulator.definitions.report import Placed, Report
from emulator.definitions.values import (
    INTEGER,
    NUMBER,
    VERSION,
    boolean,
    json_value,
    kind_of,
    list_of,
    members,
    number_of,
    scalar,
    text,
    unknown_key,
)
from emulator.errors import Position
from emulator.suggest import did_you_mean

MAX_RULES = 64
_MAX_NESTING = 50

# A bare word ends where the grammar's own signs begin.
_TOKEN = re.compile(
    r"""\s*(?:(?P<quoted>"(?:[^"]|"")*"|'(?:[^']|'')*')|(?P<sign>>=|<=|!=|==|&&|\|\||[=<>\[\](),])
    |(?P<word>[^\s"'\[\](),=!<>]+)|(?P<other>\S))""",
    re.VERBOSE,
)
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


def read_condition(node: Node, report: Report) -> Expression | None:
    """Read a condition in either form; None after it was reported unreadable."""
    if isinstance(node, Sequence):
        return AnyOf(_items(node, report))
    if isinstance(node, Mapping):
        return _long_form(node, report)
    found = scalar(node, report, "a condition")
    return None if found is None else _compact(found, report)


# ── the compact form ────────────────────────────────────────────────────────────────────────────────────────────


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


def _compact(found: Scalar, report: Report) -> Expression | None:
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
        one_line = "\n" not in found.text and '"' not in found.text and "'" not in found.text
        exact = found.plain or one_line
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
            return ("ONE_OF" if token.text == "=" else "NOT_ONE_OF"), [self._item("a value").text]
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

    def _list(self) -> list[str]:
        self._take_sign("[") or self._expected("[ and a list, like `in [US, CA]`")
        values = [self._item("a value").text]
        while not self._take_sign("]"):
            self._take_sign(",") or self._expected(", or ] (quote a value that holds spaces or signs)")
            values.append(self._item("a value").text)
        return values

    def _item(self, expected: str) -> _Token:
        token = self._text(expected)
        if token.bare and _is_odd_number(token.text):
            _warn_odd_number(token.text, _Place(self._found, token.start), self._report)
        return token

    def _pattern(self) -> str:
        token = self._text("a regular expression")
        regexes.check(token.text, _Place(self._found, token.start), self._report)
        return token.text

    def _comparand(self, attribute: _Token) -> int | float | str:
        token = self._text("a number or a version")
        value = comparand(attribute.text, token.text, quoted=not token.bare)
        if isinstance(value, _Refused):
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
        if kind == "other":
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
    return _Unreadable(start, "E201", f'cannot read the condition near "{sign}"', "quote a value that holds signs")


def _unknown_operator(token: _Token) -> _Unreadable:
    other = _OTHER_SPELLINGS.get(token.text.lower())
    meant = f"write {other}" if other else did_you_mean(token.text, _OPERATORS)
    hint = f"{meant}; {_operators_hint()}" if meant else _operators_hint()
    return _Unreadable(token.start, "E202", f'unknown operator "{token.text}"', hint)


def _operators_hint() -> str:
    return f"operators are {', '.join(_OPERATORS)}"


# ── the long form ───────────────────────────────────────────────────────────────────────────────────────────────


def _items(node: Sequence, report: Report) -> tuple[Expression, ...]:
    read = (read_condition(item, report) for item in node.items)
    return tuple(item for item in read if item is not None)


def _group_of(join: Callable[[tuple[Expression, ...]], Expression]) -> Callable[[Node, Report], Expression | None]:
    def read(node: Node, report: Report) -> Expression | None:
        if not isinstance(node, Sequence):
            report(node, "E107", f"expected a list of conditions, found {kind_of(node)}")
            return None
        return join(_items(node, report))

    return read


def _audience(node: Node, report: Report) -> Expression | None:
    name = text(node, report)
    return None if name is None else AudienceRef(Name(name, report.position(node)))


def _raw(node: Node, report: Report) -> Expression | None:
    readers = {"attribute": text, "operator": text, "value": json_value}
    values = members(node, report, readers, "a raw condition", required=("attribute", "operator"))
    if values is None or "attribute" not in values or "operator" not in values:
        return None
    return Condition(values["attribute"], values["operator"], values.get("value"), report.position(node), raw=True)


_GROUPS: Table[str, Callable[[Node, Report], Expression | None]] = {
    "any": _group_of(AnyOf),
    "all": _group_of(AllOf),
    "audience": _audience,
    "raw": _raw,
}


def _long_form(node: Mapping, report: Report) -> Expression | None:
    for key, read in _GROUPS.items():
        if key in node.members:
            for other in node.members.keys() - {key}:
                report(node.keys[other], "E109", f'"{other}" cannot stand beside "{key}" in one condition')
            return read(node.members[key], report)
    return _long_comparison(node, report)


def _long_comparison(node: Mapping, report: Report) -> Expression | None:
    known = {"attribute": text, **_LONG_OPERATORS}
    operators = [key for key in node.members if key in _LONG_OPERATORS]
    for key in node.members.keys() - known.keys():
        if "attribute" in node.members and not operators:
            hint = did_you_mean(key, _LONG_OPERATORS) or f"operators are {', '.join(_LONG_OPERATORS)}"
            report(node.keys[key], "E202", f'unknown operator "{key}"', hint)
            return None
        unknown_key(node, key, report, {**known, **_GROUPS}, "a condition")
    if "attribute" not in node.members:
        report(node, "E108", 'a condition: required key "attribute" is missing')
        return None
    if len(operators) != 1:
        found = " and ".join(operators) or "none"
        report(
            node, "E109", f"a condition takes exactly one operator, found {found}", "write one condition per operator"
        )
        return None
    attribute = text(node.members["attribute"], report)
    if attribute is None:
        return None
    operator, read = _LONG_OPERATORS[operators[0]]
    value = read(attribute, node.members[operators[0]], report)
    return None if value is None else Condition(attribute, operator, value, report.position(node))


def _long_list(_attribute: str, node: Node, report: Report) -> list[str] | None:
    values = list_of(_long_item)(node, report)
    if values is not None and isinstance(node, Sequence) and not node.items:
        report(node, "E107", "expected at least one value in the list", "an empty list matches nobody, or everybody")
        return None
    return None if values is None else list(values)


def _long_item(node: Node, report: Report) -> str | None:
    found = scalar(node, report)
    if found is None:
        return None
    if found.plain and _is_odd_number(found.text):
        _warn_odd_number(found.text, found, report)
    return found.text


def _long_pattern(_attribute: str, node: Node, report: Report) -> str | None:
    found = text(node, report)
    if found is not None:
        regexes.check(found, node, report)
    return found


def _long_comparand(attribute: str, node: Node, report: Report) -> int | float | str | None:
    found = scalar(node, report, "a number or a version")
    if found is None:
        return None
    value = comparand(attribute, found.text, quoted=not found.plain)
    if isinstance(value, _Refused):
        report(found, value.code, value.message, value.hint)
        return None
    return value


def _long_null(_attribute: str, node: Node, report: Report) -> bool | None:
    return boolean(node, report)


_LONG_OPERATORS: Table[str, tuple[str, Callable[[str, Node, Report], Any]]] = {
    "one_of": ("ONE_OF", _long_list),
    "not_one_of": ("NOT_ONE_OF", _long_list),
    "matches": ("MATCHES", _long_pattern),
    "not_matches": ("NOT_MATCHES", _long_pattern),
    "gt": ("GT", _long_comparand),
    "gte": ("GTE", _long_comparand),
    "lt": ("LT", _long_comparand),
    "lte": ("LTE", _long_comparand),
    "is_null": ("IS_NULL", _long_null),
}


# ── what both forms share ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Refused:
    code: str
    message: str
    hint: str


def comparand(attribute: str, literal: str, *, quoted: bool) -> int | float | str | _Refused:
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
        return _Refused("E203", f'cannot compare "{attribute}" with "{literal}"', hint)
    if "version" in attribute.lower() and re.match(r"[0-9]+\.[0-9]+\Z", literal):
        return _Refused("E203", f'cannot compare "{attribute}" with the number {literal}', f"write {literal}.0")
    return value


def _is_odd_number(literal: str) -> bool:
    """Tell whether a list item looks like a number but is not spelled as SDKs spell that number."""
    if INTEGER.match(literal):
        return literal == "-0"
    return (
        bool(re.match(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?\Z", literal)) and _number_spelling(literal) != literal
    )


def _number_spelling(literal: str) -> str:
    value = float(literal)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _warn_odd_number(literal: str, place: Placed, report: Report) -> None:
    spelling = _number_spelling(literal)
    report(
        place,
        "W208",
        f"list item {literal} never equals the number {spelling}",
        f'write {spelling} for the number, or quote it for the text: "{literal}"',
    )


# ── expansion ───────────────────────────────────────────────────────────────────────────────────────────────────

Rules = tuple[tuple[Condition, ...], ...]


class TooManyRulesError(Exception):
    """The expression multiplies to more than ``MAX_RULES`` rules; *count* says to how many at least."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


def expand(expression: Expression, audiences: Table[str, Audience]) -> Rules:
    """
    Return *expression* as OR of ANDs, audiences written out. Unknown audiences match nobody (they are reported).

    Raises:
        TooManyRulesError: more than ``MAX_RULES`` rules.
    """
    return _expand(expression, audiences, ())


def _expand(expression: Expression, audiences: Table[str, Audience], within: tuple[str, ...]) -> Rules:
    if isinstance(expression, Condition):
        return ((expression,),)
    if isinstance(expression, AudienceRef):
        name = expression.name.text
        if name in within or name not in audiences:
            return ()
        return _expand(audiences[name].condition, audiences, (*within, name))
    parts = [_expand(item, audiences, within) for item in expression.items]
    if isinstance(expression, AnyOf):
        return _limited(tuple(rule for part in parts for rule in part))
    rules: Rules = ((),)
    for part in parts:
        if len(rules) * len(part) > MAX_RULES:
            raise TooManyRulesError(len(rules) * len(part))
        rules = tuple((*left, *right) for left in rules for right in part)
    return rules


def _limited(rules: Rules) -> Rules:
    if len(rules) > MAX_RULES:
        raise TooManyRulesError(len(rules))
    return rules


def audience_names(expression: Expression) -> Iterator[Name]:
    """Yield every audience that *expression* itself names."""
    if isinstance(expression, AudienceRef):
        yield expression.name
    elif isinstance(expression, AnyOf | AllOf):
        for item in expression.items:
            yield from audience_names(item)


def conditions_of(expression: Expression) -> Iterator[Condition]:
    """Yield every condition that *expression* itself writes."""
    if isinstance(expression, Condition):
        yield expression
    elif isinstance(expression, AnyOf | AllOf):
        for item in expression.items:
            yield from conditions_of(item)
