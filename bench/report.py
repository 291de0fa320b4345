"""One row of the table, and the table."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A measured value; *budget* and *reference* are of the same unit, or None."""

    what: str
    value: float
    unit: str
    budget: float | None = None
    met: bool = True
    reference_name: str = ""
    reference: float | None = None
    lack: str = ""

    @classmethod
    def unmeasured(cls, what: str, lack: str) -> "Row":
        """What could not be measured here, for want of something."""
        return cls(what, 0.0, "", lack=lack)

    @classmethod
    def at_most(
        cls, what: str, value: float, unit: str, budget: float, reference_name: str = "", reference: float | None = None
    ) -> "Row":
        return cls(what, value, unit, budget, value <= budget, reference_name, reference)

    @classmethod
    def at_least(
        cls, what: str, value: float, unit: str, budget: float, reference_name: str, reference: float
    ) -> "Row":
        return cls(what, value, unit, budget, value >= budget, reference_name, reference)

    @classmethod
    def measured(cls, what: str, value: float, unit: str, reference_name: str, reference: float) -> "Row":
        """A value without a budget of its own."""
        return cls(what, value, unit, None, True, reference_name, reference)


HEADERS = ("what", "measured", "budget", "reference", "ratio", "")


def table(rows: list[Row]) -> str:
    """Return the rows as a table of plain text."""
    cells = [HEADERS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADERS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    return "\n".join((lines[0], "  ".join("-" * width for width in widths), *lines[1:]))


def _cells(row: Row) -> tuple[str, ...]:
    if row.lack:
        return (row.what, "NOT MEASURED", "", "", "", row.lack)
    reference = "" if row.reference is None else f"{_amount(row.reference, row.unit)} {row.reference_name}"
    ratio = "" if not row.reference else f"{row.value / row.reference:.2f}"
    verdict = "" if row.budget is None else "ok" if row.met else "over"
    budget = "" if row.budget is None else _amount(row.budget, row.unit)
    return (row.what, _amount(row.value, row.unit), budget, reference, ratio, verdict)


def _amount(value: float, unit: str) -> str:
    if unit == "s" and value < 0.001:
        return f"{value * 1e6:,.2f} µs"
    if unit == "s":
        return f"{value * 1000:,.0f} ms" if value < 1 else f"{value:,.2f} s"
    return f"{value:,.0f} {unit}"
