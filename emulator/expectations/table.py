"""Expected and found shares as a table of text."""

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction

from emulator.definitions.model import Expectation
from emulator.expectations.results import FoundShare
from emulator.expectations.shares import Landing
from emulator.expectations.words import NO_VARIATION, percent, points

_MARKS = {True: "✓", False: "✗"}
_HEAD = (" ", "variation", "expected", "got", "off by")


def table(expected: Expectation, shares: Sequence[FoundShare], landed: Mapping[Landing, int]) -> str:
    """Return one line per variation, and one with the allocations that the subjects came through."""
    others = "anybody else" if _is_choosy(expected) else NO_VARIATION
    rows = [_HEAD, *(_row(share, others) for share in shares)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join([*(_line(row, widths) for row in rows), _through(landed)])


def _is_choosy(expected: Expectation) -> bool:
    return any(one is not None for one in (expected.via, expected.logs, expected.action))


def _row(share: FoundShare, others: str) -> tuple[str, ...]:
    name, got = others if share.variation is None else share.variation, percent(share.got)
    if share.expected is None:
        return " ", name, "", got, ""
    off = share.got - share.expected
    return _MARKS[share.passed], name, percent(share.expected), got, f"{'+' if off > 0 else ''}{points(off)}"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    mark, name, *figures = row
    aligned = [figure.rjust(width) for figure, width in zip(figures, widths[2:], strict=True)]
    return "  ".join([f"{mark} {name.ljust(widths[1])}", *aligned]).rstrip()


def _through(landed: Mapping[Landing, int]) -> str:
    counts: Counter[str] = Counter()
    for (_, allocation), count in landed.items():
        if allocation is not None:
            counts[allocation] += count
    total = sum(landed.values())
    listed = [f"{allocation} {percent(Fraction(count, total))}" for allocation, count in counts.most_common()]
    return f"through {', '.join(listed) or 'no allocation'}"
