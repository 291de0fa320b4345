"""read: the variations of a flag, each value typed by the flag's type."""

from collections.abc import Callable
from typing import Any

from emulator.definitions.model import Name, Variation
from emulator.definitions.parsing.document import Mapping, Node, Scalar, Sequence
from emulator.definitions.reading.json_values import json_source, parse_json
from emulator.definitions.reading.shared import file_reference, name
from emulator.definitions.reading.values import (
    INTEGER,
    NUMBER,
    boolean,
    integer,
    kind_of,
    mapping,
    members,
    number,
    text,
)
from emulator.definitions.report import Report


def read_variations(node: Mapping, flag_type: str, report: Report) -> tuple[Variation, ...]:
    found = node.members.get("variations")
    if found is None:
        if flag_type == "boolean":
            return (Variation("true", True), Variation("false", False))
        report(node, "E108", 'a flag: required key "variations" is missing', "only a boolean flag has default ones")
        return ()
    if isinstance(found, Sequence) and flag_type != "json":
        read = [_listed_variation(item, flag_type, report) for item in found.items]
    else:
        expected = (
            "a mapping of variation key to JSON" if flag_type == "json" else "a list, or a mapping of key to value"
        )
        table = mapping(found, report, expected)
        items = table.members.items() if table else ()
        read = [_variation(key, member, flag_type, report) for key, member in items]
    if isinstance(found, Mapping | Sequence) and not read:
        report(found, "E108", "a flag needs at least one variation")
    return _unique([variation for variation in read if variation is not None], report)


def _unique(variations: list[Variation], report: Report) -> tuple[Variation, ...]:
    by_key: dict[str, Variation] = {}
    for variation in variations:
        if variation.key in by_key:
            report(variation.at, "E103", f'variation "{variation.key}" is listed twice', "remove one of them")
        by_key.setdefault(variation.key, variation)
    return tuple(by_key.values())


def _listed_variation(node: Node, flag_type: str, report: Report) -> Variation | None:
    if not isinstance(node, Scalar):
        report(node, "E121", f"expected a {flag_type} value, found {kind_of(node)}", "use a mapping of key to value")
        return None
    return _variation(node.text, node, flag_type, report)


def _variation(key: str, node: Node, flag_type: str, report: Report) -> Variation | None:
    _check_key(key, node, report, "variation")
    # One whose value does not read is still known by name.
    return _VALUES[flag_type](key, node, report) or Variation(key, at=report.position(node))


def _plain_variation(
    read: Callable[[Node, Report], Any], flag_type: str
) -> Callable[[str, Node, Report], Variation | None]:
    def read_variation(key: str, node: Node, report: Report) -> Variation | None:
        if not isinstance(node, Scalar):
            report(node, "E121", f"expected a {flag_type} value, found {kind_of(node)}")
            return None
        value = read(node, report)
        return None if value is None else Variation(key, value, at=report.position(node))

    return read_variation


def _integer_value(node: Node, report: Report) -> int | None:
    if isinstance(node, Scalar) and NUMBER.match(node.text) and not INTEGER.match(node.text):
        report(node, "E121", f"{node.text} does not fit an integer flag", "use type: numeric, or a whole number")
        return None
    return integer(node, report)


def _string_variation(key: str, node: Node, report: Report) -> Variation | None:
    if isinstance(node, Mapping) and "bandit" in node.members:
        values = members(node, report, {"bandit": name, "value": text}, "a bandit variation")
        if values is None or "bandit" not in values:
            return None
        bandit: Name = values["bandit"]
        return Variation(key, values.get("value", bandit.text), bandit=bandit, at=report.position(node))
    variation = _plain_variation(text, "string")(key, node, report)
    if variation is not None and len(variation.value.encode()) > 65 * 1024:
        report(node, "W124", f"a string of {len(variation.value.encode()):,} bytes; Eppo's limit is 65 KB")
    return variation


def _json_variation(key: str, node: Node, report: Report) -> Variation | None:
    at = report.position(node)
    if isinstance(node, Mapping) and node.members.keys() == {"file", "json"}:
        report(node, "E109", 'a variation: "json" cannot stand beside "file"', "keep one of them")
        return None
    if isinstance(node, Mapping) and node.members.keys() == {"file"}:
        source = file_reference(node.members["file"], report)
        return None if source is None else Variation(key, source=source, at=at)
    if isinstance(node, Mapping) and node.members.keys() == {"json"}:
        source_text = text(node.members["json"], report)
        if source_text is not None:
            check_json_text(source_text, node.members["json"], report)
        return None if source_text is None else Variation(key, source_text, at=at)
    if isinstance(node, Scalar):
        message = f"expected a JSON value, found {kind_of(node)}"
        report(node, "E121", message, "write a mapping, {file: x.json}, or {json: '…'}")
        return None
    value = json_source(node, report)
    check_json_size(value, node, report)
    return Variation(key, value, at=at)


def check_json_text(source: str, place: Any, report: Report, file: str = "") -> Any:
    """Return the value of a JSON variation's text; report E122 when it is none."""
    check_json_size(source, place, report)
    try:
        return parse_json(source)
    except (ValueError, RecursionError) as error:
        where = f" in {file}" if file else ""
        report(place, "E122", f"the variation is not JSON{where}: {error}", "check commas, quotes and brackets")
        return None


def check_json_size(source: str, place: Any, report: Report) -> None:
    size = len(source.encode("utf-8", "surrogatepass"))
    if size > 250 * 1024:
        report(place, "W124", f"a JSON text of {size:,} bytes; Eppo's limit is 250 KB")


_VALUES: dict[str, Callable[[str, Node, Report], Variation | None]] = {
    "boolean": _plain_variation(boolean, "boolean"),
    "string": _string_variation,
    "integer": _plain_variation(_integer_value, "integer"),
    "numeric": _plain_variation(number, "numeric"),
    "json": _json_variation,
}


def _check_key(key: str, place: Any, report: Report, what: str) -> None:
    if len(key) > 40:
        report(place, "W124", f"{what} key of {len(key)} characters; Eppo's limit is 40")
