"""
Conditions, in either form, read to one Expression: a text is the compact form, a mapping the long one, a list is `any`.
"""

from collections.abc import Callable
from collections.abc import Mapping as Table
from typing import Any

from emulator.definitions.model import AllOf, AnyOf, AudienceRef, Condition, Expression, Name
from emulator.definitions.parsing.document import Mapping, Node, Sequence
from emulator.definitions.reading import regexes
from emulator.definitions.reading.compact import read_compact
from emulator.definitions.reading.comparands import Refused, comparand, is_odd_number, warn_odd_number
from emulator.definitions.reading.json_values import json_value
from emulator.definitions.reading.values import boolean, kind_of, list_of, members, scalar, text, unknown_key
from emulator.definitions.report import Report
from emulator.suggest import did_you_mean


def read_condition(node: Node, report: Report) -> Expression | None:
    """Read a condition in either form; None after it was reported unreadable."""
    if isinstance(node, Sequence):
        return _group(node, report, AnyOf)
    if isinstance(node, Mapping):
        return _long_form(node, report)
    found = scalar(node, report, "a condition")
    return None if found is None else read_compact(found, report)


def _group(node: Sequence, report: Report, join: Callable[[tuple[Expression, ...]], Expression]) -> Expression | None:
    if not node.items:
        # A list that a template left empty would let everybody in.
        hint = "leave `if` out for everybody, or write `if: []`"
        report(node, "E107", "expected at least one condition in the list, found none", hint)
        return None
    read = [read_condition(item, report) for item in node.items]
    found = tuple(item for item in read if item is not None)
    return join(found) if len(found) == len(read) else None


def _group_of(join: Callable[[tuple[Expression, ...]], Expression]) -> Callable[[Node, Report], Expression | None]:
    def read(node: Node, report: Report) -> Expression | None:
        if not isinstance(node, Sequence):
            report(node, "E107", f"expected a list of conditions, found {kind_of(node)}")
            return None
        return _group(node, report, join)

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
            for other in (other for other in node.members if other != key):
                report(node.keys[other], "E109", f'"{other}" cannot stand beside "{key}" in one condition')
            return read(node.members[key], report)
    return _long_comparison(node, report)


def _long_comparison(node: Mapping, report: Report) -> Expression | None:
    known = {"attribute": text, **_LONG_OPERATORS}
    operators = [key for key in node.members if key in _LONG_OPERATORS]
    for key in (key for key in node.members if key not in known):
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
    if found.plain and is_odd_number(found.text):
        warn_odd_number(found.text, found, report)
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
    if isinstance(value, Refused):
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
