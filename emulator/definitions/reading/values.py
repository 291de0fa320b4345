"""
Scalars typed by position: one reader per kind of value.

A reader takes a node and the report and returns the value, or None after it reported why there is none. Nothing is
guessed from how a scalar looks; only the untyped positions (``with``, inline JSON) follow JSON's own rules.
"""

import math
import re
from collections.abc import Callable
from collections.abc import Mapping as Table
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any, TypeVar

from emulator.definitions.parsing.document import Mapping, Node, Scalar, Sequence
from emulator.definitions.report import Report
from emulator.suggest import closest, did_you_mean, known_names
from emulator.ufc.timestamps import TimeTextError, parse_time

T = TypeVar("T")
Reader = Callable[[Node, Report], T | None]

INTEGER = re.compile(r"-?(0|[1-9][0-9]*)\Z")
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\Z")
VERSION = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\Z")
_PERCENTAGE = re.compile(r"([0-9]+)(?:\.([0-9]+))?%\Z")
_DURATION = re.compile(r"([1-9][0-9]*)(s|m|h|d)\Z")
NEVER = datetime(9999, 12, 31, tzinfo=UTC)

# Longer literals are beyond every reader's range, and Python refuses to convert them.
_MAX_DIGITS = 400


def kind_of(node: Node) -> str:
    """Return what *node* is, for messages."""
    if isinstance(node, Mapping):
        return "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    return "nothing" if node.is_null else f'"{node.text}"'


def scalar(node: Node, report: Report, expected: str = "a text") -> Scalar | None:
    """Return *node* when it is a scalar with a value."""
    if not isinstance(node, Scalar):
        report(node, "E107", f"expected {expected}, found {kind_of(node)}")
        return None
    if node.is_null:
        report(node, "E106", f"missing value: expected {expected}", "write a value, or remove the key")
        return None
    return node


def mapping(node: Node, report: Report, expected: str = "a mapping") -> Mapping | None:
    if isinstance(node, Mapping):
        return node
    code = "E106" if isinstance(node, Scalar) and node.is_null else "E107"
    report(node, code, f"expected {expected}, found {kind_of(node)}")
    return None


def sequence(node: Node, report: Report, expected: str = "a list") -> Sequence | None:
    if isinstance(node, Sequence):
        return node
    if isinstance(node, Scalar) and not node.is_null:
        report(node, "E107", f"expected {expected}, found {kind_of(node)}", f"write [{node.text}]")
        return None
    code = "E106" if isinstance(node, Scalar) else "E107"
    report(node, code, f"expected {expected}, found {kind_of(node)}")
    return None


def text(node: Node, report: Report) -> str | None:
    found = scalar(node, report)
    return None if found is None else found.text


def texts(node: Node, report: Report) -> tuple[str, ...] | None:
    return list_of(text)(node, report)


def list_of(read: Reader[T]) -> Reader[tuple[T, ...]]:
    """Return a reader of lists; items that do not read are left out, after they were reported."""

    def read_list(node: Node, report: Report) -> tuple[T, ...] | None:
        found = sequence(node, report)
        if found is None:
            return None
        items = (read(item, report) for item in found.items)
        return tuple(item for item in items if item is not None)

    return read_list


def one_of(*words: str) -> Reader[str]:
    """Return a reader of one of a few words."""

    def read_word(node: Node, report: Report) -> str | None:
        found = scalar(node, report, f"one of {', '.join(words)}")
        if found is None or found.text in words:
            return None if found is None else found.text
        report(
            found, "E107", f'expected one of {", ".join(words)}, found "{found.text}"', did_you_mean(found.text, words)
        )
        return None

    return read_word


def boolean(node: Node, report: Report) -> bool | None:
    found = scalar(node, report, "true or false")
    if found is None:
        return None
    if found.text not in ("true", "false"):
        report(found, "E110", f'expected true or false, found "{found.text}"', "write true or false, in lower case")
        return None
    return found.text == "true"


def integer(node: Node, report: Report) -> int | None:
    found = scalar(node, report, "an integer")
    if found is None:
        return None
    if not INTEGER.match(found.text) or len(found.text) > _MAX_DIGITS:
        report(found, "E111", f'expected a plain decimal integer, found "{found.text}"', _integer_hint(found.text))
        return None
    return int(found.text)


def positive(node: Node, report: Report) -> int | None:
    """Read an integer above 0 that 32-bit readers hold."""
    value = integer(node, report)
    if value is None or 0 < value < 2**31:
        return value
    report(node, "E307", f"expected an integer from 1 to {2**31 - 1}, found {value}")
    return None


def number(node: Node, report: Report) -> float | None:
    """Read a JSON number as a double."""
    found = scalar(node, report, "a number")
    value = None if found is None else number_of(found.text)
    if found is not None and value is None:
        report(found, "E112", f'expected a JSON number, found "{found.text}"', "write it like 5, 0.5 or 1e3")
    return None if value is None else float(value)


def number_of(literal: str) -> int | float | None:
    """Return the number that a JSON literal writes; None when it is no JSON number or beyond a double's range."""
    if not NUMBER.match(literal) or len(literal) > _MAX_DIGITS:
        return None
    if INTEGER.match(literal):
        return int(literal) if abs(int(literal)) < 10**308 else None
    value = float(literal)
    return value if math.isfinite(value) else None


def percentage(node: Node, report: Report) -> Fraction | None:
    """Read ``20%`` or ``33.33%``, from 0% to 100%, exactly."""
    found = scalar(node, report, "a percentage")
    if found is None:
        return None
    share = percentage_of(found.text)
    if share is None:
        report(found, "E301", f'expected a percentage like 20%, found "{found.text}"', _percentage_hint(found.text))
    elif share > 1:
        report(found, "E301", f"expected a percentage from 0% to 100%, found {found.text}")
        return None
    return share


def percentage_of(literal: str) -> Fraction | None:
    match = _PERCENTAGE.match(literal)
    if not match or len(literal) > _MAX_DIGITS:
        return None
    whole, decimals = match.group(1), match.group(2) or ""
    return Fraction(int(whole + decimals), 100 * 10 ** len(decimals))


def time(node: Node, report: Report) -> datetime | None:
    """Read an instant: a date (UTC midnight), or a time with ``Z`` or an offset. Finer than a millisecond is cut."""
    found = scalar(node, report, "a time")
    if found is None:
        return None
    try:
        return parse_time(found.text)
    except TimeTextError as error:
        report(found, "E501", str(error), error.hint)
        return None


def end_time(node: Node, report: Report) -> datetime | None:
    """Read a time, or ``never``."""
    if isinstance(node, Scalar) and node.text == "never":
        return NEVER
    return time(node, report)


def duration(node: Node, report: Report) -> timedelta | None:
    """Read ``90s``, ``60m``, ``24h`` or ``7d``."""
    found = scalar(node, report, "a duration")
    if found is None:
        return None
    match = _DURATION.match(found.text)
    if match is None or len(match.group(1)) > 7:
        report(found, "E502", f'expected a duration, found "{found.text}"', "write it like 60m, 24h or 7d")
        return None
    seconds = {"s": 1, "m": 60, "h": 3600, "d": 86_400}[match.group(2)]
    return timedelta(seconds=int(match.group(1)) * seconds)


def members(
    node: Node, report: Report, readers: Table[str, Reader[Any]], what: str, required: tuple[str, ...] = ()
) -> dict[str, Any] | None:
    """
    Read the members of a mapping by a table of readers; members that do not read are left out.

    Reports unknown keys, with the nearest known one, and required ones that are missing.
    """
    found = mapping(node, report, f"a mapping ({what})")
    if found is None:
        return None
    values: dict[str, Any] = {}
    for key, member in found.members.items():
        read = readers.get(key)
        if read is None:
            unknown_key(found, key, report, readers, what)
        elif (value := read(member, report)) is not None:
            values[key] = value
    for key in required:
        if is_missing(found, key, readers):
            report(found, "E108", f'{what}: required key "{key}" is missing')
    return values


def is_missing(found: Mapping, key: str, known: Table[str, Any]) -> bool:
    """
    Tell whether *key* is missing from a mapping, and nothing else was reported that explains why.

    A mistyped key was, and so was a merge that might have brought it.
    """
    if key in found.members or found.merged:
        return False
    unknown = (member for member in found.members if member not in known)
    return all(closest(member, known) != key for member in unknown)


def unknown_key(found: Mapping, key: str, report: Report, known: Table[str, Any], what: str) -> None:
    member = found.members[key]
    if found.flow and "if" in found.members and isinstance(member, Scalar) and member.is_null:
        hint = "a comma ended the condition; quote the whole condition"
    else:
        hint = did_you_mean(key, known) or f"expected {known_names(known, 12)}"
    report(found.keys[key], "E105", f'{what}: unknown key "{key}"', hint)


def node_itself(node: Node, _report: Report) -> Node:
    """Leave the reading to a later step that knows more."""
    return node


def _integer_hint(literal: str) -> str:
    digits = literal.replace("_", "").lstrip("+")
    if INTEGER.match(digits):
        return f"write {digits}"
    return "write digits only, without sign, underscore, leading zero or colon" if literal else ""


def _percentage_hint(literal: str) -> str:
    value = number_of(literal)
    if value is None:
        return "write digits and a percent sign"
    # 0.2 is read as a fraction by most other tools, 20 as percent.
    share = value * 100 if 0 < abs(value) < 1 else value
    return f"write {share:g}%"
