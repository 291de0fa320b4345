"""read: one flag, its variations, overlays and expectations."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from emulator.definitions.document import Mapping, Node, Scalar, Sequence
from emulator.definitions.model import (
    UNSET,
    Expectation,
    ExpectedShare,
    FileReference,
    Flag,
    Name,
    Overlay,
    Override,
    Variation,
)
from emulator.definitions.read_allocation import read_allocation
from emulator.definitions.read_values import (
    exclude,
    file_reference,
    json_mapping,
    name,
    names,
    raw_object,
    shares,
)
from emulator.definitions.report import Report
from emulator.definitions.values import (
    INTEGER,
    NUMBER,
    boolean,
    integer,
    json_source,
    kind_of,
    list_of,
    mapping,
    members,
    node_itself,
    number,
    one_of,
    parse_json,
    percentage,
    positive,
    scalar,
    text,
    texts,
    time,
)
from emulator.suggest import did_you_mean

TYPES = ("boolean", "string", "integer", "numeric", "json")
_OTHER_TYPES = {"bool": "boolean", "str": "string", "int": "integer", "number": "numeric", "float": "numeric"}
DEFAULT_SHARDS = 10_000


def read_flag(key: str, node: Node, report: Report) -> Flag | None:
    """Read the flag *key*; None when it is no mapping or its type is unknown."""
    values = members(node, report, _FLAG, "a flag")
    if values is None:
        return None
    assert isinstance(node, Mapping)
    if "raw" in node.members:
        return _raw_flag(key, node, report, values)
    flag_type = values.get("type")
    if "type" not in node.members:
        report(node, "E120", "a flag needs a type", f"type: {' | '.join(TYPES)}")
    if flag_type is None:
        return None
    return Flag(
        key=key,
        type=flag_type,
        variations=_variations(node, flag_type, report),
        allocations=values.get("allocations", ()),
        serve=values.get("serve"),
        overrides=values.get("overrides", ()),
        environments=values.get("environments", {}),
        enabled=values.get("enabled", True),
        archived=values.get("archived", False),
        emit_disabled="emit" in values,
        entity=values.get("entity"),
        shards=values.get("shards", DEFAULT_SHARDS),
        schema=values.get("schema"),
        status_quo=values.get("status_quo"),
        tags=values.get("tags", ()),
        extra=values.get("extra"),
        expect=values.get("expect", ()),
        name=values.get("name", ""),
        description=values.get("description", ""),
        owner=values.get("owner", ""),
        at=report.position(node),
    )


def _raw_flag(key: str, node: Mapping, report: Report, values: dict[str, Any]) -> Flag:
    free = {"raw", "name", "description", "owner", "tags"}
    exclude(node, report, node.members, "raw", tuple(node.members.keys() - free), "a flag")
    raw = values.get("raw")
    source = raw if isinstance(raw, FileReference) else None
    return Flag(
        key=key,
        type="string",
        variations=(),
        raw=None if source else raw,
        raw_source=source,
        tags=values.get("tags", ()),
        name=values.get("name", ""),
        description=values.get("description", ""),
        owner=values.get("owner", ""),
        at=report.position(node.members["raw"]),
    )


def _type(node: Node, report: Report) -> str | None:
    found = scalar(node, report, "a type")
    if found is None or found.text in TYPES:
        return None if found is None else found.text
    meant = _OTHER_TYPES.get(found.text.lower())
    hint = f'did you mean "{meant}"?' if meant else did_you_mean(found.text, TYPES) or f"one of {', '.join(TYPES)}"
    report(found, "E120", f'unknown type "{found.text}"', hint)
    return None


# ── variations ──────────────────────────────────────────────────────────────────────────────────────────────────


def _variations(node: Mapping, flag_type: str, report: Report) -> tuple[Variation, ...]:
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
    return _VALUES[flag_type](key, node, report)


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


# ── overlays, overrides, expectations ───────────────────────────────────────────────────────────────────────────


def overrides(node: Node, report: Report) -> tuple[Override, ...] | None:
    found = mapping(node, report, "a mapping of subject to variation")
    if found is None:
        return None
    read = ((subject, name(member, report)) for subject, member in found.members.items())
    return tuple(Override(subject, variation) for subject, variation in read if variation is not None)


allocations = list_of(read_allocation)


def _served(node: Node, report: Report) -> Any:
    """Read ``serve`` of an overlay, where null removes the default rule."""
    if isinstance(node, Scalar) and node.is_null:
        return _NO_DEFAULT
    return name(node, report)


_NO_DEFAULT = Name("\0")


def _overlay(node: Node, report: Report) -> Overlay | None:
    readers = {"enabled": boolean, "allocations": allocations, "serve": _served, "overrides": overrides}
    values = members(node, report, readers, "an environment of a flag")
    if values is None:
        return None
    serve = values.get("serve", UNSET)
    return Overlay(
        enabled=values.get("enabled", UNSET),
        allocations=values.get("allocations", UNSET),
        serve=None if serve is _NO_DEFAULT else serve,
        overrides=values.get("overrides", UNSET),
    )


def _environments(node: Node, report: Report) -> dict[str, Overlay] | None:
    found = mapping(node, report, "a mapping of environment to what it replaces")
    if found is None:
        return None
    overlays: dict[str, Overlay] = {}
    for key, member in found.members.items():
        overlay = _overlay(member, report)
        if overlay is not None:
            at = report.position(found.keys[key])
            overlays[key] = Overlay(overlay.enabled, overlay.allocations, overlay.serve, overlay.overrides, at)
    return overlays


def _environment_names(node: Node, report: Report) -> tuple[Name, ...] | None:
    if isinstance(node, Scalar):
        one = name(node, report)
        return None if one is None else (one,)
    return names(node, report)


def _actions(node: Node, report: Report) -> dict[str, Any] | None:
    if isinstance(node, Sequence):
        return {action: {} for action in texts(node, report) or ()}
    return json_mapping(node, report)


def _logs(node: Node, report: Report) -> Any:
    return json_mapping(node, report) if isinstance(node, Mapping) else boolean(node, report)


def _expected_shares(node: Node, report: Report) -> tuple[ExpectedShare, ...] | None:
    """Read expected shares: percentages that need not sum to 100%, for subjects may fall through."""
    found = mapping(node, report, "a mapping of variation to percentage")
    if found is None:
        return None
    read = ((key, percentage(member, report)) for key, member in found.members.items())
    return tuple(
        ExpectedShare(Name(key, report.position(found.keys[key])), share) for key, share in read if share is not None
    )


_EXPECT: dict[str, Any] = {
    "subject": text,
    "with": json_mapping,
    "in": _environment_names,
    "at": time,
    "gets": name,
    "falls_through": boolean,
    "via": text,
    "logs": _logs,
    "action": text,
    "actions": _actions,
    "subjects": positive,
    "shares": _expected_shares,
    "tolerance": percentage,
}
_GOALS = ("gets", "falls_through", "shares")


def expectation(node: Node, report: Report) -> Expectation | None:
    values = members(node, report, _EXPECT, "an expectation")
    if values is None:
        return None
    assert isinstance(node, Mapping)
    subject = "subjects" if "shares" in node.members else "subject"
    goals = [goal for goal in (*_GOALS, "action") if goal in node.members]
    if subject not in node.members:
        report(node, "E108", f'an expectation: required key "{subject}" is missing')
    if not goals:
        report(node, "E108", f"an expectation needs one of {', '.join(_GOALS)}")
    for other in [goal for goal in goals if goal in _GOALS][1:]:
        report(node.keys[other], "E109", f'an expectation: "{other}" cannot stand beside "{goals[0]}"')
    return Expectation(
        subject=values.get("subject"),
        attributes=values.get("with", {}),
        environments=values.get("in", ()),
        moment=values.get("at"),
        gets=values.get("gets"),
        falls_through=values.get("falls_through", False),
        via=values.get("via"),
        logs=values.get("logs"),
        action=values.get("action"),
        actions=values.get("actions"),
        subjects=values.get("subjects"),
        shares=values.get("shares", ()),
        tolerance=values.get("tolerance", Fraction(2, 100)),
        at=report.position(node),
    )


_FLAG: dict[str, Any] = {
    "type": _type,
    "name": text,
    "description": text,
    "owner": text,
    "tags": texts,
    "enabled": boolean,
    "archived": boolean,
    "entity": integer,
    "shards": positive,
    "variations": node_itself,
    "schema": file_reference,
    "status_quo": name,
    "overrides": overrides,
    "allocations": allocations,
    "serve": name,
    "environments": _environments,
    "expect": list_of(expectation),
    "extra": json_mapping,
    "raw": raw_object,
    "emit": one_of("disabled"),
}
KEYS = {"flag": _FLAG, "expect": _EXPECT}
__all__ = ["DEFAULT_SHARDS", "TYPES", "allocations", "check_json_text", "expectation", "read_flag", "shares"]
