"""Flag files as an editor's YAML language server sees them: YAML 1.2 scalars, every key a text."""

import json
import re
from typing import Any

import yaml

_NUMBER = re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


def load(text: str) -> Any:
    """Return the plain data of one YAML document, typed by the core schema of YAML 1.2."""
    return _value(yaml.compose(text, Loader=yaml.CSafeLoader))


def _value(node: yaml.Node | None) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {key.value: _value(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_value(item) for item in node.value]
    return _scalar(node) if isinstance(node, yaml.ScalarNode) else None


def _scalar(node: yaml.ScalarNode) -> Any:
    if node.style:  # quoted or a block: always text
        return node.value
    if node.value in _WORDS:
        return _WORDS[node.value]
    return json.loads(_json_number(node.value)) if _NUMBER.fullmatch(node.value) else node.value


def _json_number(text: str) -> str:
    return repr(float(text)) if re.search(r"[.eE]", text) else str(int(text))
