"""Untyped positions (``with``, inline JSON, raw): JSON's own words and numbers, and everything else is text."""

import json
import re
from collections.abc import Callable
from typing import Any

from emulator.definitions.parsing.document import Mapping, Node, Scalar, Sequence
from emulator.definitions.reading.values import NUMBER, number_of
from emulator.definitions.report import Report
from emulator.ufc.encode import canonical

# What a YAML 1.1 loader would have turned into something else than text.
_YAML_1_1 = re.compile(
    r"""(?:y|Y|yes|Yes|YES|n|N|no|No|NO|True|TRUE|False|FALSE|on|On|ON|off|Off|OFF|Null|NULL
    |[-+]?0b[01_]+|[-+]?0o?[0-7_]+|[-+]?0x[0-9a-fA-F_]+|[-+]?[0-9][0-9_]*|[-+]?[0-9]+(:[0-5]?[0-9])+(\.[0-9]*)?
    |[-+]?(\.[0-9]+|[0-9]+\.[0-9]*)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\Z""",
    re.VERBOSE,
)
_LOSES_A_DIGIT = re.compile(r"-?[0-9]+\.[0-9]+0\Z")


def json_value(node: Node, report: Report) -> Any:
    """Return the JSON value of an untyped position: JSON's words and numbers, everything else is text."""
    if isinstance(node, Mapping):
        return {key: json_value(member, report) for key, member in node.members.items()}
    if isinstance(node, Sequence):
        return [json_value(item, report) for item in node.items]
    return _untyped(node, report, lambda literal, value: value)


def json_source(node: Node, report: Report) -> str:
    """Return the compact JSON text of an untyped position, numbers with the digits that were typed."""
    if isinstance(node, Mapping):
        pairs = (f"{_quoted(key)}:{json_source(member, report)}" for key, member in node.members.items())
        return "{" + ",".join(pairs) + "}"
    if isinstance(node, Sequence):
        return "[" + ",".join(json_source(item, report) for item in node.items) + "]"
    return str(_untyped(node, report, lambda literal, value: literal if literal is not None else _quoted(value)))


def _quoted(value: Any) -> str:
    return canonical(value).decode()


def _untyped(node: Scalar, report: Report, result: Callable[[str | None, Any], Any]) -> Any:
    """Type one scalar and hand *result* its JSON literal (None for a text) and its value."""
    if not node.plain:
        return result(None, node.text)
    if node.is_null:
        return result("null", None)
    if node.text in ("true", "false"):
        return result(node.text, node.text == "true")
    value = number_of(node.text)
    if value is not None:
        if _LOSES_A_DIGIT.match(node.text):
            hint = f'quote it if it is a version: "{node.text}"'
            report(node, "W113", f"{node.text} is the number {value}; the last digit is lost", hint)
        return result(node.text, value)
    if NUMBER.match(node.text):
        report(node, "E112", f"{node.text[:40]} is beyond the range of a double", "quote it if it is a text")
    elif _YAML_1_1.match(node.text):
        report(node, "W113", f'{node.text} is taken as the text "{node.text}"', "quote it to say so, or write JSON")
    return result(None, node.text)


def parse_json(source: str) -> Any:
    """
    Return the value of a JSON text.

    Raises:
        ValueError: not JSON; NaN and infinities, which no other reader takes, are not JSON either.
    """

    def refuse(word: str) -> Any:
        raise ValueError(f"{word} is not JSON")

    return json.loads(source, parse_constant=refuse)
