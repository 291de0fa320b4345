"""read: Document → FileDefinitions, section by section; and files merged to Definitions."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from emulator.definitions.model import (
    Audience,
    Bandit,
    Definitions,
    Environment,
    FileDefinitions,
    Flag,
    Holdout,
)
from emulator.definitions.parsing.document import Document, Mapping, Node, Scalar, parse
from emulator.definitions.reading.bandit import read_bandit
from emulator.definitions.reading.conditions import read_condition
from emulator.definitions.reading.flag import read_flag
from emulator.definitions.reading.layer import read_layer
from emulator.definitions.reading.shared import file_reference, names
from emulator.definitions.reading.values import end_time, mapping, members, percentage, text, texts, time, unknown_key
from emulator.definitions.report import Report
from emulator.errors import Position, Problem

_ReadOne = Callable[[Scalar, Node, Report], Any]


def read_file(source: str, file: str) -> FileDefinitions:
    """Parse and read one flag file; whatever is wrong is among its problems."""
    report = Report(file)
    return _read(parse(source, file, report), report)


def _read(document: Document, report: Report) -> FileDefinitions:
    sections: dict[str, dict[str, Any]] = {home: {} for _, home, _ in _SECTIONS.values()}
    places: dict[tuple[str, str], Position] = {}
    lost = set(document.lost)
    for key, node in _top_level(document, report):
        what, home, read_one = _SECTIONS[key]
        # An empty section is what remains of one whose only entry was blanked, and harmless otherwise.
        found = None if isinstance(node, Scalar) and node.is_null else mapping(node, report, f"a mapping of {what}s")
        for name, member in found.members.items() if found else ():
            with report.about(name if home in ("flags", "bandits") else ""):
                _read_member(name, found, member, home, read_one, sections[home], places, report)
            if name not in sections[home]:
                lost.add(name)
    return FileDefinitions(
        file=document.file,
        **sections,
        places=places,
        problems=tuple(report.problems),
        referenced=frozenset(report.referenced),
        lost=frozenset(lost),
    )


def _read_member(
    name: str,
    found: Mapping | None,
    node: Node,
    home: str,
    read_one: _ReadOne,
    section: dict[str, Any],
    places: dict[tuple[str, str], Position],
    report: Report,
) -> None:
    assert found is not None
    place = found.keys[name]
    if home == "flags" and len(name) > 40:
        report(place, "W124", f"flag key of {len(name)} characters; Eppo's limit is 40")
    if name in section:
        # Flags and layers share one namespace: a layer is served as a flag of its key.
        message = f'"{name}" is a flag and a layer, first at line {places[home, name].line}'
        report(place, "E103", message, "a layer is served as a flag of its key; rename one")
        return
    if not name:
        report(place, "E107", "a key is empty", "give it a name")
        return
    value = read_one(place, node, report)
    if value is not None:
        section[name] = value
        places[home, name] = report.position(place)


def _top_level(document: Document, report: Report) -> Iterable[tuple[str, Node]]:
    if document.root is None or (isinstance(document.root, Scalar) and document.root.is_null):
        return
    root = mapping(document.root, report, "the sections flags, environments, bandits …")
    for key, node in root.members.items() if root else ():
        assert root is not None
        if key == "version":
            _check_version(node, report)
        elif key in _SECTIONS:
            yield key, node
        elif not key.startswith("x-"):
            _unknown_section(root, key, node, report)


def _unknown_section(root: Mapping, key: str, node: Node, report: Report) -> None:
    if isinstance(node, Mapping) and {"type", "variations", "allocations", "serve"} & node.members.keys():
        message = f'a flag file: unknown key "{key}"'
        report(root.keys[key], "E105", message, "it looks like a flag: indent it below `flags:`")
    else:
        unknown_key(root, key, report, {"version": None, **_SECTIONS}, "a flag file")


def _check_version(node: Node, report: Report) -> None:
    version = text(node, report)
    if version not in (None, "1"):
        report(node, "E107", f"version {version} of the language is not known here", "write version: 1")


# ── the small sections ──────────────────────────────────────────────────────────────────────────────────────────


def _read_environment(key: Scalar, node: Node, report: Report) -> Environment | None:
    if isinstance(node, Scalar) and node.is_null:
        return Environment(key.text, at=report.position(key))
    values = members(node, report, ENVIRONMENT, "an environment")
    return None if values is None else Environment(key.text, **values, at=report.position(key))


def _read_audience(key: Scalar, node: Node, report: Report) -> Audience | None:
    described = isinstance(node, Mapping) and bool({"if", "description"} & node.members.keys())
    if described:
        values = members(node, report, AUDIENCE, "an audience", required=("if",))
        condition = values.get("if") if values else None
    else:
        condition = read_condition(node, report)
    return None if condition is None else Audience(key.text, condition, report.position(key))


def _read_holdout(key: Scalar, node: Node, report: Report) -> Holdout | None:
    values = members(node, report, HOLDOUT, "a holdout", required=("traffic",))
    if values is None or "traffic" not in values:
        return None
    start, end = values.get("start"), values.get("end")
    if start and end and end < start:
        report(node, "E502", "the holdout ends before it starts", "swap start and end")
    return Holdout(
        key=key.text,
        traffic=values["traffic"],
        split=values.get("split", Fraction(1, 2)),
        shipped_name=values.get("shipped_name", "all_shipped"),
        start=start,
        end=end,
        at=report.position(key),
    )


ENVIRONMENT: dict[str, Any] = {
    "name": text,
    "sdk_keys": names,
    "client_tokens": names,
    "tags": texts,
    "base": file_reference,
    "base_bandits": file_reference,
    "created_at": time,
}
AUDIENCE: dict[str, Any] = {"description": text, "if": read_condition}
HOLDOUT: dict[str, Any] = {
    "traffic": percentage,
    "split": percentage,
    "shipped_name": text,
    "start": time,
    "end": end_time,
    "description": text,
}

# Section → what one entry is, the part of FileDefinitions it goes to, and its reader. Audiences and holdouts first
# would not matter: names are resolved when all files are read.
_SECTIONS: dict[str, tuple[str, str, _ReadOne]] = {
    "environments": ("environment", "environments", _read_environment),
    "audiences": ("audience", "audiences", _read_audience),
    "holdouts": ("holdout", "holdouts", _read_holdout),
    "layers": ("layer", "flags", read_layer),
    "bandits": ("bandit", "bandits", read_bandit),
    "flags": ("flag", "flags", read_flag),
}


# ── merging ─────────────────────────────────────────────────────────────────────────────────────────────────────

_HOMES: dict[str, type] = {
    "environments": Environment,
    "audiences": Audience,
    "holdouts": Holdout,
    "bandits": Bandit,
    "flags": Flag,
}


def merge(files: Iterable[FileDefinitions]) -> tuple[Definitions, list[Problem]]:
    """Return all files as one, by section and in file order, with a problem per key that two files define."""
    merged: dict[str, dict[str, Any]] = {home: {} for home in _HOMES}
    first: dict[tuple[str, str], Position] = {}
    problems: list[Problem] = []
    lost: set[str] = set()
    for file in files:
        lost |= file.lost
        for home, section in merged.items():
            own = getattr(file, home)
            for key in (key for key in own if key in section):
                problems.append(_duplicate(home, key, file.places[home, key], first[home, key]))
            section.update({key: value for key, value in own.items() if key not in section})
        for place, position in file.places.items():
            first.setdefault(place, position)
    return Definitions(**merged, lost=frozenset(lost)), problems


def _duplicate(home: str, key: str, place: Position, first: Position) -> Problem:
    flag = key if home in ("flags", "bandits") else ""
    message = f'duplicate key "{key}" in {home}, first at {first.file}:{first.line}'
    return Problem(*place, "E103", "error", message, "remove one of them", flag)
