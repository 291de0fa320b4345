"""Problems as a SARIF 2.1.0 log, which code scanning services and editors read."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

import emulator
from emulator.definitions.codes import CODES
from emulator.errors import Problem

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif_log(problems: Sequence[Problem]) -> dict[str, Any]:
    """Return the log of one run; its rules are the codes that occur, in order of first occurrence."""
    codes = list(dict.fromkeys(problem.code for problem in problems))
    driver = {
        "name": "eppo-emulator",
        "semanticVersion": emulator.__version__,
        "rules": [_rule(code, problems) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, codes.index(problem.code)) for problem in problems],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str, problems: Sequence[Problem]) -> dict[str, Any]:
    severity = next(problem.severity for problem in problems if problem.code == code)
    title = CODES[code].title if code in CODES else code
    return {"id": code, "shortDescription": {"text": title}, "defaultConfiguration": {"level": severity}}


def _result(problem: Problem, rule_index: int) -> dict[str, Any]:
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(problem.file)},
            "region": {"startLine": problem.line, "startColumn": problem.column},
        }
    }
    if problem.flag:
        location["logicalLocations"] = [{"name": problem.flag, "kind": "member"}]
    message = f"{problem.message}; {problem.hint}" if problem.hint else problem.message
    return {
        "ruleId": problem.code,
        "ruleIndex": rule_index,
        "level": problem.severity,
        "message": {"text": message},
        "locations": [location],
    }


def _uri(file: str) -> str:
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
