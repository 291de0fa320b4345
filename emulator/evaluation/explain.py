"""A trace as lines of text, for terminals and failing tests."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from emulator.evaluation.words import shortened
from emulator.wording import printable

# Any key may have a megabyte.
_LONGEST = 1_000
_MARKS = {True: "✓", False: "✗"}


def explain(trace: Mapping[str, Any]) -> str:
    """Return what :func:`emulator.evaluation.trace.trace` found, line by line, without a final line break."""
    return joined(_lines(trace))


def joined(lines: Iterable[str]) -> str:
    """Return *lines* as one text; keys and attributes come from anywhere, and none of them can break its line."""
    return "\n".join(printable(line, _LONGEST) for line in lines)


def _lines(trace: Mapping[str, Any]) -> Iterator[str]:
    subject = trace["subject"]
    # All of a long key would leave no room for what is said of it.
    cut = shortened(subject)
    yield f"{trace['flag']} for {cut} at {trace['at']}: {trace['code']}"
    yield f"  {trace['description'].replace(subject, cut)}"
    if trace["nearest"]:
        yield f"  nearest: {trace['nearest']}"
    for allocation in trace["allocations"]:
        code = allocation["allocationEvaluationCode"]
        yield f"  {allocation['orderPosition']}. {allocation['key']}: {code}, {allocation['note']}"
        yield from _allocation(allocation)


def _allocation(allocation: Mapping[str, Any]) -> Iterator[str]:
    window = allocation["window"]
    if window:
        yield f"     {_MARKS[window['matched']]} window {window['startAt'] or '…'} to {window['endAt'] or '…'}"
    for place, rule in enumerate(allocation["rules"], 1):
        yield f"     {_MARKS[rule['matched']]} rule {place}"
        for condition in rule["conditions"]:
            yield f"         {_MARKS[condition['matched']]} {condition['note']}"
    for split in allocation["splits"]:
        yield f'     {_MARKS[split["matched"]]} split "{split["variationKey"]}"'
        for shard in split["shards"]:
            yield f"         {_MARKS[shard['matched']]} {shard['note']} of salt {shard['salt']}"
