"""
parse: text → Document, plain data with the line and column of every key and value.

Scalars keep their text and whether they were plain; what they mean is decided where they stand, never here. Built on
libyaml's events: the composer above them resolves YAML 1.1 types that this language does not have.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml

from emulator.definitions.parsing.recovery import blank_entry, syntax_hint
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
    """A scalar's text; *plain* when it stood without quotes."""

    __slots__ = ("column", "line", "plain", "text")

    def __init__(self, text: str, plain: bool, line: int, column: int) -> None:
        self.text = text
        self.plain = plain
        self.line = line
        self.column = column

    @property
    def is_null(self) -> bool:
        return self.plain and self.text in ("", "null", "~")


class Mapping:
    """A mapping in file order; *keys* holds each key's own scalar."""

    __slots__ = ("column", "flow", "keys", "line", "members")

    def __init__(self, flow: bool, line: int, column: int) -> None:
        self.keys: dict[str, Scalar] = {}
        self.members: dict[str, Node] = {}
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

    A syntax error costs the entry (flag, bandit …) it stands in, not the file: that entry is blanked and the rest is
    parsed again, so one bad flag never hides the others' problems.
    """
    text = text.removeprefix("\ufeff")
    document = Document(file)
    unprintable = _UNPRINTABLE.search(text)
    if unprintable:
        line = text.count("\n", 0, unprintable.start()) + 1
        column = unprintable.start() - text.rfind("\n", 0, unprintable.start())
        report.at(line, column, "E101", f"YAML syntax: character {unprintable.group()!r} is not allowed in a file")
        return document
    lines = text.split("\n")
    for _ in range(_MAX_RECOVERIES):
        attempt = _Attempt(report)
        try:
            document.root = attempt.run("\n".join(lines))
        except yaml.MarkedYAMLError as error:
            line, column = attempt.fault(error)
            _report_syntax(error, line, column, lines, report)
            name = blank_entry(lines, line)
            if name is None:
                return document
            document.lost.add(name)
        except _StopParsing:
            return document
        else:
            report.extend(attempt.report)
            return document
    return document


class _StopParsing(Exception):  # noqa: N818 - a jump, not an error
    """The document uses something that has no tree here; it was reported."""


class _Attempt:
    """Builds the tree from one run over the events."""

    def __init__(self, report: Report) -> None:
        # Problems of a run that a syntax error ends are found again by the next one.
        self.report = report.fresh()
        self._outer = report
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

    def fault(self, error: yaml.MarkedYAMLError) -> tuple[int, int]:
        """
        Return line and column (from 0) of the construct at fault.

        An open bracket or quote is noticed only far below, often at the end of the file.
        """
        context = error.context or ""
        if "flow" in context and self._open:
            innermost = self._open[-1][0]
            if innermost.flow:
                return innermost.line - 1, innermost.column - 1
        mark = error.context_mark if "quoted" in context and error.context_mark else error.problem_mark
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
            self._stop(event, "E102", "a second document (`---`) is not supported", "use one file per document")

    def _scalar(self, event: Any) -> None:
        mark = event.start_mark
        self._nodes += 1
        node = Scalar(event.value, not event.style, mark.line + 1, mark.column + 1)
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
            self._stop(event, "E102", f"nested more than {MAX_DEPTH} levels deep", "flatten it")
        if self._open and isinstance(self._open[-1][0], Mapping) and self._key is None:
            self._stop(event, "E102", "a key must be text, not a list or mapping", "quote it")
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
            self._stop(event, "E101", f'YAML syntax: no anchor "{event.anchor}" above', hint)
        known = self._anchors[event.anchor]
        if known is None:
            self._stop(event, "E102", f'anchor "{event.anchor}" refers to itself', "write it out")
        node, size = known
        self._nodes += size
        self._expanded += size
        if self._expanded > MAX_EXPANDED_NODES:
            self._stop(
                event, "E102", f"aliases expand to more than {MAX_EXPANDED_NODES:,} nodes", "write less by alias"
            )
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
            self.report(node, "E102", "a key must be text, not a list or mapping")
            raise _StopParsing
        self._key = node

    def _member(self, parent: Mapping, key: Scalar, node: Node) -> None:
        if key.plain and key.text == "<<":
            self.report(key, "E104", "merge keys (<<) are not supported", "use audiences, or repeat the keys")
        elif key.text in parent.keys:
            first = parent.keys[key.text]
            self.report(key, "E103", f'duplicate key "{key.text}", first at line {first.line}', "remove one of them")
        else:
            parent.keys[key.text] = key
            parent.members[key.text] = node

    def _refuse_tag(self, event: Any) -> None:
        tag = event.tag.replace("tag:yaml.org,2002:", "!!")
        self.report.at(
            event.start_mark.line + 1,
            event.start_mark.column + 1,
            "E102",
            f"tag {tag} is not supported",
            "types follow from the position; remove the tag, or quote a text that starts with !",
        )

    def _stop(self, event: Any, code: str, message: str, hint: str) -> NoReturn:
        self.report.at(event.start_mark.line + 1, event.start_mark.column + 1, code, message, hint)
        self._outer.extend(self.report)
        raise _StopParsing


def _report_syntax(error: yaml.MarkedYAMLError, line: int, column: int, lines: list[str], report: Report) -> None:
    problem = error.problem or "unreadable"
    context = f" {error.context}" if error.context and ("flow" in error.context or "quoted" in error.context) else ""
    source = lines[line] if line < len(lines) else ""
    hint = syntax_hint(problem, source, column)
    report.at(line + 1, column + 1, "E101", f"YAML syntax: {problem}{context}", hint)
