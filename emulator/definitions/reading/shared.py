"""Readers that several constructs share: names, files, shares, raw JSON."""

from collections.abc import Mapping as Table
from fractions import Fraction
from typing import Any, NamedTuple

from emulator.definitions.model import FileReference, Name, Share
from emulator.definitions.parsing.document import Mapping, Node, Scalar, Sequence
from emulator.definitions.reading.json_values import json_value
from emulator.definitions.reading.values import (
    INTEGER,
    kind_of,
    list_of,
    mapping,
    percentage,
    scalar,
    text,
)
from emulator.definitions.report import Report
from emulator.ufc.event_fields import CLASHES


def name(node: Node, report: Report) -> Name | None:
    found = text(node, report)
    return None if found is None else Name(found, report.position(node))


names = list_of(name)


def file_reference(node: Node, report: Report) -> FileReference | None:
    """Read a path relative to the file it stands in."""
    found = text(node, report)
    return None if found is None else FileReference(report.resolve(found), report.position(node))


def json_mapping(node: Node, report: Report) -> dict[str, Any] | None:
    """Read a mapping of untyped JSON values."""
    found = mapping(node, report)
    return None if found is None else json_value(found, report)


def extra_members(node: Node, report: Report) -> dict[str, Any] | None:
    """Read further wire members; null is none that SDKs take."""
    _refuse_null(node, report)
    return json_mapping(node, report)


def _refuse_null(node: Node, report: Report) -> None:
    if isinstance(node, Scalar) and node.is_null:
        report(node, "E106", "null is served to SDKs, and some reject the configuration for it", "leave the member out")
    children = node.items if isinstance(node, Sequence) else node.members.values() if isinstance(node, Mapping) else ()
    for child in children:
        _refuse_null(child, report)


def raw_object(node: Node, report: Report) -> FileReference | dict[str, Any] | None:
    """Read a raw wire object: inline, or ``{file: x.json}``."""
    if isinstance(node, Mapping) and node.members.keys() == {"file"}:
        return file_reference(node.members["file"], report)
    return json_mapping(node, report)


def extra_logging(node: Node, report: Report) -> dict[str, str] | None:
    """Read further fields of events; a name that events use already is reported (P5)."""
    found = mapping(node, report)
    if found is None:
        return None
    for key, at in found.keys.items():
        if key in CLASHES:
            report(at, "P5", f"{key} {CLASHES[key]}", "take another name")
    read = {key: text(member, report) for key, member in found.members.items()}
    return {key: value for key, value in read.items() if value is not None}


def shares(node: Node, report: Report) -> tuple[Share, ...] | None:
    """
    Read a split: a list (equal weights), or variation → percentage (sum 100%) or integer weight.

    A weight of zero leaves its variation out.
    """
    if isinstance(node, Sequence):
        return _equal_shares(node, report)
    found = mapping(node, report, "a list of variations, or a mapping of variation to share")
    if found is None:
        return None
    percents = any(isinstance(member, Scalar) and member.text.endswith("%") for member in found.members.values())
    weights = {key: (_percent if percents else _weight)(member, report) for key, member in found.members.items()}
    if any(weight is None for weight in weights.values()):
        return None
    read = [(key, weight) for key, weight in weights.items() if weight is not None]
    decimals = max((-weight.exponent for _, weight in read), default=0)
    scaled = [(key, weight.digits * 10 ** (decimals + weight.exponent)) for key, weight in read]
    _check_sum(found, sum(weight for _, weight in scaled), 100 * 10**decimals if percents else None, report)
    return tuple(
        Share(Name(key, report.position(found.keys[key])), weight, percents) for key, weight in scaled if weight
    )


class _Decimal(NamedTuple):
    """``digits * 10**exponent``, exactly; the exponent is never above 0."""

    digits: int
    exponent: int


def _equal_shares(node: Sequence, report: Report) -> tuple[Share, ...] | None:
    found = names(node, report) or ()
    if not found:
        report(node, "E302", "a split needs at least one variation")
    seen: dict[str, Name] = {}
    for variation in found:
        if variation.text in seen:
            report(
                variation.at, "E103", f'"{variation.text}" is listed twice in the split', "use weights: {a: 2, b: 1}"
            )
        seen.setdefault(variation.text, variation)
    return tuple(Share(variation, 1) for variation in seen.values())


def _percent(node: Node, report: Report) -> _Decimal | None:
    if percentage(node, report) is None:
        return None
    assert isinstance(node, Scalar)
    whole, _, decimals = node.text.removesuffix("%").partition(".")
    return _Decimal(int(whole + decimals), -len(decimals))


def _weight(node: Node, report: Report) -> _Decimal | None:
    found = scalar(node, report, "a percentage like 50%, or an integer weight")
    if found is None:
        return None
    if not INTEGER.match(found.text) or found.text.startswith("-") or len(found.text) > 9:
        message = f'expected a percentage like 50%, or an integer weight, found "{found.text}"'
        report(found, "E301", message, "write 50%, or whole weights like 2 and 1")
        return None
    return _Decimal(int(found.text), 0)


def _check_sum(found: Mapping, total: int, expected: int | None, report: Report) -> None:
    if expected is not None and total != expected:
        direction = "missing" if total < expected else "too much"
        difference = percent_text(Fraction(abs(expected - total), expected))
        share = percent_text(Fraction(total, expected))
        report(found, "E302", f"split sums to {share}, not 100%", f"{difference} is {direction}")
    elif not total:
        report(found, "E302", "a split needs a variation with a weight above 0")


def percent_text(share: Fraction) -> str:
    """Return *share* as ``33.33%``: exact where it has a finite decimal form, else to six digits."""
    percent = share * 100
    return f"{float(percent):.6f}".rstrip("0").rstrip(".") + "%"


def ranges(node: Node, report: Report) -> tuple[tuple[int, int], ...] | None:
    """Read ``[[0, 2500], [7500, 10000]]``; the bounds are checked against the flag's total later."""
    found = list_of(_pair)(node, report)
    return None if found is None else tuple(found)


def _pair(node: Node, report: Report) -> tuple[int, int] | None:
    if not isinstance(node, Sequence) or len(node.items) != 2:
        report(node, "E307", f"expected a range [start, end], found {_length(node)}", "end is exclusive: [0, 5000]")
        return None
    bounds = [_bound(item, report) for item in node.items]
    start, end = bounds
    if start is None or end is None:
        return None
    if start > end:
        report(node, "E307", f"range [{start}, {end}] starts after its end")
        return None
    return (start, end)


def _length(node: Node) -> str:
    return f"a list of {len(node.items)}" if isinstance(node, Sequence) else kind_of(node)


def _bound(node: Node, report: Report) -> int | None:
    found = scalar(node, report, "a shard number")
    if found is None:
        return None
    if not INTEGER.match(found.text) or found.text.startswith("-") or len(found.text) > 10:
        report(found, "E307", f'expected a shard number, found "{found.text}"', "write a whole number from 0")
        return None
    return int(found.text)


def exclude(
    node: Mapping, report: Report, present: Table[str, Any], key: str, others: tuple[str, ...], what: str
) -> None:
    """Report every member of *others* that stands beside *key*."""
    if key not in present:
        return
    for other in others:
        if other in node.members:
            report(node.keys[other], "E109", f'{what}: "{other}" cannot stand beside "{key}"', "keep one of them")
