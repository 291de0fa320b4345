"""read: one flag, its variations, overlays and expectations."""

from typing import Any

from emulator.definitions.model import (
    UNSET,
    FileReference,
    Flag,
    Name,
    Overlay,
    Override,
)
from emulator.definitions.parsing.document import Mapping, Node, Scalar
from emulator.definitions.reading.allocation import read_allocation
from emulator.definitions.reading.expect import expectation
from emulator.definitions.reading.shared import (
    exclude,
    extra_members,
    file_reference,
    name,
    raw_object,
)
from emulator.definitions.reading.values import (
    boolean,
    integer,
    is_missing,
    list_of,
    mapping,
    members,
    node_itself,
    one_of,
    positive,
    scalar,
    text,
    texts,
)
from emulator.definitions.reading.variations import read_variations
from emulator.definitions.report import Report
from emulator.suggest import closest

TYPES = ("boolean", "string", "integer", "numeric", "json")
_OTHER_TYPES = {"bool": "boolean", "str": "string", "int": "integer", "number": "numeric", "float": "numeric"}
DEFAULT_SHARDS = 10_000


def read_flag(key: Scalar, node: Node, report: Report) -> Flag | None:
    """Read the flag *key*; None when it is no mapping or its type is unknown."""
    values = members(node, report, _FLAG, "a flag")
    if values is None:
        return None
    assert isinstance(node, Mapping)
    if "raw" in node.members:
        return _raw_flag(key.text, node, report, values)
    flag_type = values.get("type")
    if is_missing(node, "type", _FLAG):
        report(node, "E120", "a flag needs a type", f"type: {' | '.join(TYPES)}")
    if flag_type is None:
        return None
    return Flag(
        key=key.text,
        type=flag_type,
        variations=read_variations(node, flag_type, report),
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
        extra_at=report.position(node.members.get("extra", node)),
        expect=values.get("expect", ()),
        name=values.get("name", ""),
        description=values.get("description", ""),
        owner=values.get("owner", ""),
        at=report.position(key),
    )


def _raw_flag(key: str, node: Mapping, report: Report, values: dict[str, Any]) -> Flag:
    free = {"raw", "name", "description", "owner", "tags"}
    exclude(node, report, node.members, "raw", tuple(key for key in node.members if key not in free), "a flag")
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
    meant = _OTHER_TYPES.get(found.text.lower()) or closest(found.text, TYPES)
    hint = f'did you mean "{meant}"?' if meant else f"one of {', '.join(TYPES)}"
    report(found, "E120", f'unknown type "{found.text}"', hint)
    # Going on with what was meant finds the flag's other problems too.
    return meant


# ── overlays and overrides


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
    "extra": extra_members,
    "raw": raw_object,
    "emit": one_of("disabled"),
}
KEYS = {"flag": _FLAG}
