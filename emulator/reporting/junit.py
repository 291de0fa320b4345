"""
Results as JUnit's XML, which CI services read: a suite per file, a case per entry and environment.

Elements and attributes are those that pytest and jest-junit write, and that GitHub's actions, GitLab and Jenkins know.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from emulator.expectations import Entry, Result
from emulator.reporting.expectations import WHY_SKIPPED, Ran, Run

# What no XML document may hold in any spelling. Source: Extensible Markup Language 1.0, section 2.2.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_junit(ran: Ran) -> bytes:
    """Return the document, in the encoding that it names."""
    suites = Element("testsuites", {"name": "eppo-emulator", **_counts(ran.runs, ran.skipped)})
    started = ran.started.strftime("%Y-%m-%dT%H:%M:%S")
    for file, (runs, skipped) in _by_file(ran).items():
        named = {"name": _legal(file), **_counts(runs, skipped), "timestamp": started}
        _fill(SubElement(suites, "testsuite", named), runs, skipped)
    indent(suites)
    document: bytes = tostring(suites, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _by_file(ran: Ran) -> dict[str, tuple[list[Run], list[Entry]]]:
    """Return what was run and what was skipped of each file."""
    files: defaultdict[str, tuple[list[Run], list[Entry]]] = defaultdict(lambda: ([], []))
    for run in ran.runs:
        files[run.result.entry.position.file][0].append(run)
    for entry in ran.skipped:
        files[entry.position.file][1].append(entry)
    return files


def _fill(suite: Element, runs: Sequence[Run], skipped: Sequence[Entry]) -> None:
    for run in runs:
        result = run.result
        case = SubElement(suite, "testcase", _case(result.entry, f" in {result.environment}", run.seconds))
        if not result.passed:
            failure = SubElement(case, "failure", {"message": _legal(result.message), "type": "E901"})
            failure.text = _legal(_told(result))
    for entry in skipped:
        SubElement(SubElement(suite, "testcase", _case(entry, "", 0.0)), "skipped", {"message": WHY_SKIPPED})


def _case(entry: Entry, where: str, seconds: float) -> dict[str, str]:
    """
    Return the attributes of a case.

    Services follow a case from run to run by ``classname`` and ``name``, which therefore hold no line number.
    """
    return {
        "classname": _legal(entry.flag),
        "name": _legal(f"#{entry.number} {entry.words}{where}"),
        "file": _legal(entry.position.file),
        "line": str(entry.position.line),
        "time": _seconds(seconds),
    }


def _told(result: Result) -> str:
    return f"{result.entry.position}\nexpected {result.expected}\ngot {result.got}\n\n{result.trace}"


def _counts(runs: Sequence[Run], skipped: Sequence[Entry]) -> dict[str, str]:
    return {
        "tests": str(len(runs) + len(skipped)),
        "failures": str(sum(not run.result.passed for run in runs)),
        "errors": "0",
        "skipped": str(len(skipped)),
        "time": _seconds(sum(run.seconds for run in runs)),
    }


def _seconds(seconds: float) -> str:
    return f"{seconds:.6f}"


def _legal(text: str) -> str:
    """Return *text* with an escape for each character that would spoil the document."""
    return _ILLEGAL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
