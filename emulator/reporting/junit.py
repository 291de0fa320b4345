"""
Results as JUnit's XML, which CI services read: a suite per file, a case per entry and environment.

Elements and attributes are those that pytest and jest-junit write, and that GitHub's actions, GitLab and Jenkins know.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from emulator.errors import Problem
from emulator.expectations import Entry, Result
from emulator.reporting.expectations import WHY_SKIPPED, Ran, Run

# What no XML document may hold in any spelling. Source: Extensible Markup Language 1.0, section 2.2.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_TIME = "%Y-%m-%dT%H:%M:%S"


def as_junit(ran: Ran) -> bytes:
    """Return the document, in the encoding that it names."""
    suites = Element("testsuites", {"name": "eppo-emulator", **_counts(ran.runs, ran.skipped)})
    started = ran.started.strftime(_TIME)
    for file, (runs, skipped) in _by_file(ran).items():
        named = {"name": _legal(file), **_counts(runs, skipped), "timestamp": started}
        _fill(SubElement(suites, "testsuite", named), runs, skipped)
    return _document(suites)


def errors_as_junit(problems: Sequence[Problem], started: datetime) -> bytes:
    """Return the document of a run that came to nothing: a suite per file, and a case for each error in it."""
    errors = [problem for problem in problems if problem.severity == "error"]
    suites = Element("testsuites", {"name": "eppo-emulator", **_error_counts(errors)})
    for file in dict.fromkeys(error.file for error in errors):
        here = [error for error in errors if error.file == file]
        named = {"name": _legal(file), **_error_counts(here), "timestamp": started.strftime(_TIME)}
        suite = SubElement(suites, "testsuite", named)
        for error in here:
            case = SubElement(suite, "testcase", _error_case(error))
            SubElement(case, "error", _error(error)).text = _legal(str(error))
    return _document(suites)


def _document(suites: Element) -> bytes:
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


def _error_case(error: Problem) -> dict[str, str]:
    name = _legal(f"{error.code} {error.message}")
    place = {"file": _legal(error.file), "line": str(error.line)}
    return {"classname": _legal(error.flag or error.file), "name": name, **place, "time": _seconds(0.0)}


def _error(error: Problem) -> dict[str, str]:
    return {"message": _legal("; ".join(filter(None, [error.message, error.hint]))), "type": error.code}


def _error_counts(errors: Sequence[Problem]) -> dict[str, str]:
    number = str(len(errors))
    return {"tests": number, "failures": "0", "errors": number, "skipped": "0", "time": _seconds(0.0)}


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
