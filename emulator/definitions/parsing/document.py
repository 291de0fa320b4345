"""
parse: text → Document, plain data with the line and column of every key and value.

Scalars keep their text and whether they were plain; what they mean is decided where they stand, never here. Built on
libyaml's events: the composer above them resolves YAML 1.1 types that this language does not have.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import yaml

from emulator.definitions.parsing.recovery import FLAG_SECTIONS, blank_conflicts, blank_entry, cut_document, syntax_hint
from emulator.definitions.report import Report
from emulator.errors import EmulatorError

try:
    from yaml import CSafeLoader as _Events
except ImportError as error:  # pragma: no cover - every published PyYAML wheel holds the binding
    raise EmulatorError(
        "PyYAML was built without its libyaml binding; install a PyYAML wheel, or build it with libyaml's headers"
    ) from error

MAX_DEPTH = 100
MAX_EXPANDED_NODES = 10_000
_MAX_RECOVERIES = 50

# What YAML 1.2 does not allow in a stream; found first, because libyaml reports them without a line.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Scalar:
    """A scalar's text; *plain* when it stood without quotes, *wrapped* when it spans lines."""

    __slots__ = ("column", "line", "plain", "text", "wrapped")

    def __init__(self, text: str, plain: bool, line: int, column: int, wrapped: bool = False) -> None:
        self.text = text
        self.plain = plain
        self.wrapped = wrapped
        self.line = line
        self.column = column

    @property
    def is_null(self) -> bool:
        return self.plain and self.text in ("", "null", "~")


class Mapping:
    """A mapping in file order; *keys* holds each key's own scalar; *merged* when it had a merge key."""

    __slots__ = ("column", "flow", "keys", "line", "members", "merged")

    def __init__(self, flow: bool, line: int, column: int) -> None:
        self.keys: dict[str, Scalar] = {}
        self.members: dict[str, Node] = {}
        self.merged = False
        self.flow = flow
        self.line = line
        self.column = column


class Sequence:
    __slots__ = ("column", "flow", "items", "line")

    def __init__(self, flow: bool, line: int, column: int) -> None:
        self.items: list[Node] = []
        self.flow = flow
        self.line = line
        self.column = column


Node = Scalar | Mapping | Sequence


@dataclass(slots=True)
class Document:
    """
    One parsed file. *root* is None for an empty file or one that could not be read.

    *lost* names the top-level entries that were left out because their YAML is broken: references to them are not
    reported on top.
    """

    file: str
    root: Node | None = None
    lost: set[str] = field(default_factory=set)


def parse(text: str, file: str, report: Report) -> Document:
    """
    Return the Document of *text*; every problem goes to *report*.

    What cannot be read costs the entry (flag, bandit …) it stands in, not the file: that entry is blanked and the rest
    is parsed again, so one bad flag never hides the others' problems.
    """
    document = Document(file)
    lines = text.removeprefix("\ufeff").split("\n")
    lost_anchors: set[str] = set()
    for line in blank_conflicts(lines):
        hint = "resolve the merge; only the first side was checked"
        report.at(line + 1, 1, "E101", "YAML syntax: a conflict marker of git", hint)
    for _ in range(_MAX_RECOVERIES):
        attempt = _Attempt(report)
        try:
            _refuse_unprintable(lines)
            document.root = attempt.run("\n".join(lines))
        except yaml.MarkedYAMLError as error:
            fault = _fault_of(error, *attempt.place_of(error), lines)
        except _Fault as refused:
            fault = refused
        else:
            report.extend(attempt.report)
            return document
        entry = cut_document(lines, fault.line) if fault.ends_document else blank_entry(lines, fault.line)
        # An alias of something that was blanked is no mistake of its own.
        if fault.anchor not in lost_anchors:
            with report.about(entry.flag if entry else ""):
                report.at(fault.line + 1, fault.column + 1, fault.code, fault.message, fault.hint)
        if entry is None:
            return document
        document.lost.add(entry.name)
        lost_anchors |= entry.anchors
    return document


class _Fault(Exception):  # noqa: N818 - a problem on its way to the report
    """Something that has no tree here, at *line* and *column* (from 0)."""

    def __init__(self, line: int, column: int, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.code = code
        self.message = message
        self.hint = hint
        self.ends_document = False
        self.anchor = ""
        """The anchor that an alias named in vain."""


def _refuse_unprintable(lines: list[str]) -> None:
    for number, line in enumerate(lines):
        found = _UNPRINTABLE.search(line)
        if found:
            message = f"YAML syntax: character {found.group()!r} is not allowed in a file"
            hint = "save the file as UTF-8" if found.group() == "\x00" else "remove it"
            raise _Fault(number, found.start(), "E101", message, hint)


def _fault_of(error: yaml.MarkedYAMLError, line: int, column: int, lines: list[str]) -> _Fault:
    problem = error.problem or "unreadable"
    context = f" {error.context}" if error.context and ("flow" in error.context or "quoted" in error.context) else ""
    source = lines[line] if line < len(lines) else ""
    return _Fault(line, column, "E101", f"YAML syntax: {problem}{context}", syntax_hint(problem, source, column))


class _Attempt:
    """Builds the tree from one run over the events."""

    def __init__(self, report: Report) -> None:
        # Problems of a run that a syntax error ends are found again by the next one.
        self.report = report.fresh()
        self._root: Node | None = None
        # Each open collection with the key it stands at, its anchor and the number of its first node.
        self._open: list[tuple[Mapping | Sequence, Scalar | None, str | None, int]] = []
        self._key: Scalar | None = None
        self._anchors: dict[str, tuple[Node, int] | None] = {}
        self._nodes = 0
        self._expanded = 0
        self._documents = 0

    def run(self, text: str) -> Node | None:
        events = _Events(text)
        handlers = self._handlers()
        next_event = events.get_event
        while True:
            event = next_event()
            handler = handlers.get(type(event))
            if handler is not None:
                handler(event)
            elif type(event) is yaml.StreamEndEvent:
                return self._root

    def place_of(self, error: yaml.MarkedYAMLError) -> tuple[int, int]:
        """
        Return line and column (from 0) of the construct at fault.

        An open bracket, an open quote or a key without its colon is noticed only below, often at the end of the file.
        """
        context = error.context or ""
        if "flow" in context and self._open:
            innermost = self._open[-1][0]
            if innermost.flow:
                return innermost.line - 1, innermost.column - 1
        early = "quoted" in context or "simple key" in context
        mark = error.context_mark if early and error.context_mark else error.problem_mark
        return (int(mark.line), int(mark.column)) if mark else (0, 0)

    def _handlers(self) -> dict[type, Callable[[Any], None]]:
        return {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._start,
            yaml.SequenceStartEvent: self._start,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }

    def _document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            fault = self._fault(
                event, "E102", "a second document (`---`) is not supported", "use one file per document"
            )
            fault.ends_document = True
            raise fault

    def _scalar(self, event: Any) -> None:
        mark = event.start_mark
        self._nodes += 1
        wrapped = event.end_mark.line != mark.line
        node = Scalar(event.value, not event.style, mark.line + 1, mark.column + 1, wrapped)
        if event.tag is not None:
            self._refuse_tag(event)
        if event.anchor is not None:
            self._anchors[event.anchor] = (node, 1)
        self._add(node)

    def _start(self, event: Any) -> None:
        mark = event.start_mark
        self._nodes += 1
        kind = Mapping if type(event) is yaml.MappingStartEvent else Sequence
        node = kind(bool(event.flow_style), mark.line + 1, mark.column + 1)
        if event.tag is not None:
            self._refuse_tag(event)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        if len(self._open) >= MAX_DEPTH:
            raise self._fault(event, "E102", f"nested more than {MAX_DEPTH} levels deep", "flatten it")
        if self._open and isinstance(self._open[-1][0], Mapping) and self._key is None:
            raise self._fault(event, "E102", "a key must be text, not a list or mapping", "quote it")
        self._open.append((node, self._key, event.anchor, self._nodes))
        self._key = None

    def _end(self, _event: Any) -> None:
        node, self._key, anchor, first = self._open.pop()
        if anchor is not None:
            self._anchors[anchor] = (node, self._nodes - first + 1)
        self._add(node)

    def _alias(self, event: Any) -> None:
        mark = event.start_mark
        if event.anchor not in self._anchors:
            hint = "quote a text that starts with *"
            fault = self._fault(event, "E101", f'YAML syntax: no anchor "{event.anchor}" above', hint)
            fault.anchor = event.anchor
            raise fault
        known = self._anchors[event.anchor]
        if known is None:
            raise self._fault(event, "E102", f'anchor "{event.anchor}" refers to itself', "write it out")
        node, size = known
        self._nodes += size
        self._expanded += size
        if self._expanded > MAX_EXPANDED_NODES:
            message = f"aliases expand to more than {MAX_EXPANDED_NODES:,} nodes"
            raise self._fault(event, "E102", message, "write less by alias")
        if isinstance(node, Scalar):
            # An alias stands at its own place, so that a problem names the line that uses it.
            node = Scalar(node.text, node.plain, mark.line + 1, mark.column + 1)
        self._add(node)

    def _add(self, node: Node) -> None:
        if not self._open:
            self._root = node
            return
        parent = self._open[-1][0]
        if isinstance(parent, Sequence):
            parent.items.append(node)
        elif self._key is None:
            self._take_key(node)
        else:
            self._member(parent, self._key, node)
            self._key = None

    def _take_key(self, node: Node) -> None:
        if not isinstance(node, Scalar):
            raise _Fault(
                node.line - 1, node.column - 1, "E102", "a key must be text, not a list or mapping", "quote it"
            )
        self._key = node

    def _member(self, parent: Mapping, key: Scalar, node: Node) -> None:
        if key.plain and key.text == "<<":
            parent.merged = True
            with self.report.about(self._about()):
                self.report(key, "E104", "merge keys (<<) are not supported", "use audiences, or repeat the keys")
        elif key.text in parent.keys:
            first = parent.keys[key.text]
            with self.report.about(self._about()):
                message = f'duplicate key "{key.text}", first at {first.line}:{first.column}'
                self.report(key, "E103", message, "remove one of them")
        else:
            parent.keys[key.text] = key
            parent.members[key.text] = node

    def _refuse_tag(self, event: Any) -> None:
        tag = event.tag.replace("tag:yaml.org,2002:", "!!")
        hint = "types follow from the position; remove the tag, or quote a text that starts with !"
        with self.report.about(self._about()):
            mark = event.start_mark
            self.report.at(mark.line + 1, mark.column + 1, "E102", f"tag {tag} is not supported", hint)

    def _fault(self, event: Any, code: str, message: str, hint: str) -> _Fault:
        return _Fault(event.start_mark.line, event.start_mark.column, code, message, hint)

    def _about(self) -> str:
        """Return the key of the flag, layer or bandit that is being read, or an empty text."""
        if len(self._open) < 2:
            return ""
        section = self._open[1][1]
        entry = self._open[2][1] if len(self._open) > 2 else self._key
        return entry.text if section and entry and section.text in FLAG_SECTIONS else ""
