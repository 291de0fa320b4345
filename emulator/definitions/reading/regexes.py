"""Regular expressions of conditions: E205 for what no SDK compiles, P1 and P2 for what only some of them do."""

from emulator.definitions.report import Placed, Report
from emulator.ufc.patterns import pattern_findings, pattern_problem


def check(pattern: str, place: Placed, report: Report) -> None:
    """Report what is wrong with *pattern*, each code once."""
    problem = pattern_problem(pattern)
    if problem:
        report(
            place, "E205", f'regular expression "{pattern}" compiles in no SDK: {problem}', "escape it with a backslash"
        )
        return
    for finding in pattern_findings(pattern):
        report(place, finding.code, finding.message, finding.hint)
