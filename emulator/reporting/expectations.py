"""What ``test`` ran, for people and as JSON; JUnit's XML is in ``junit``."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emulator.expectations import Entry, FoundShare, Result
from emulator.reporting.ink import bold, green, printable, red, yellow
from emulator.reporting.words import count

WHY_SKIPPED = "its flag is archived, or has none of the tags that an environment takes"

_HOW_TO_WRITE_ONE = """
Write one under a flag, and this command holds it against what an SDK would answer:

    expect:
      - {subject: ann, with: {country: DK}, gets: true}
"""
_MARGIN = "    "


@dataclass(frozen=True, slots=True)
class Run:
    """One entry in one environment, and how many seconds it took."""

    result: Result
    seconds: float


@dataclass(frozen=True, slots=True)
class Ran:
    """
    Everything that one call did, in the order of the files.

    *skipped* are the entries that have to hold nowhere. *seconds* are those from reading the first of *files* files to
    the last result. *environment* is the key of the only one that was asked for.
    """

    runs: Sequence[Run]
    skipped: Sequence[Entry]
    files: int
    started: datetime
    seconds: float
    environment: str | None = None

    @property
    def failed(self) -> int:
        return sum(not run.result.passed for run in self.runs)

    @property
    def passed(self) -> int:
        return len(self.runs) - self.failed


def as_text(ran: Ran) -> str:
    """
    Return a block for each failure, then the counts; how to write an entry where there is none.

    A failure that is the same in several environments is one block.
    """
    if not ran.runs and not ran.skipped:
        about = "" if ran.environment is None else f" about {printable(ran.environment)}"
        return f"no expectations{about} in {count(ran.files, 'file')}\n{_HOW_TO_WRITE_ONE}"
    blocks = [_block(results) for results in _alike(ran)]
    return "\n\n".join([*blocks, _summary(ran)]) + "\n"


def as_json(ran: Ran) -> str:
    document = {
        "results": [_result_json(run) for run in ran.runs],
        "skipped": [_entry_json(entry) for entry in ran.skipped],
        "passed": ran.passed,
        "failed": ran.failed,
        "durationMs": _milliseconds(ran.seconds),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _alike(ran: Ran) -> list[list[Result]]:
    """Return the failures, those of an entry that differ in nothing but their environment together."""
    alike: dict[tuple[str, ...], list[Result]] = {}
    for result in (run.result for run in ran.runs if not run.result.passed):
        alike.setdefault((result.entry.id, result.message, result.expected, result.trace), []).append(result)
    return list(alike.values())


def _block(results: Sequence[Result]) -> str:
    result, environments = results[0], ", ".join(one.environment for one in results)
    position, flag = result.entry.position, f"flag {result.entry.flag} ({environments})"
    head = f"{bold(printable(str(position)))} {red('E901')} {printable(f'{flag}: {result.message}')}"
    rest = [f"expected {result.expected}", "", *result.trace.splitlines()]
    return "\n".join([head, *(f"{_MARGIN}{printable(line)}".rstrip() for line in rest)])


def _summary(ran: Ran) -> str:
    counts = [
        red(f"{ran.failed:,} failed") if ran.failed else "",
        green(f"{ran.passed:,} passed") if ran.passed else "",
        yellow(f"{len(ran.skipped):,} skipped") if ran.skipped else "",
    ]
    took = f"{ran.seconds * 1000:,.0f} ms"
    why = f"\nskipped: {WHY_SKIPPED}" if ran.skipped else ""
    return f"{', '.join(filter(None, counts))} in {count(ran.files, 'file')} ({took}){why}"


def _entry_json(entry: Entry) -> dict[str, Any]:
    position = entry.position
    place = {"file": position.file, "line": position.line, "column": position.column}
    return {"id": entry.id, "flag": entry.flag, **place, "entry": entry.words}


def _result_json(run: Run) -> dict[str, Any]:
    result = run.result
    return {
        **_entry_json(result.entry),
        "environment": result.environment,
        "passed": result.passed,
        "expected": result.expected,
        "got": result.got,
        "message": result.message,
        "trace": result.trace,
        **({"shares": list(_shares_json(result.shares))} if result.shares else {}),
        "durationMs": _milliseconds(run.seconds),
    }


def _shares_json(shares: Sequence[FoundShare]) -> Iterator[dict[str, Any]]:
    for share in shares:
        expected = None if share.expected is None else float(share.expected)
        yield {
            "variation": share.variation,
            "expected": expected,
            "got": float(share.got),
            "passed": share.passed,
        }


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 3)
