"""Checks on traffic: who is reached, and whether shares fit the shards."""

from collections.abc import Iterator
from fractions import Fraction

from emulator.definitions.checks.subject import Finding, Subject, rules_of
from emulator.definitions.compiling.rules import audience_names
from emulator.definitions.compiling.shards import LAYOUTS
from emulator.definitions.compiling.switchback import window_count
from emulator.definitions.compiling.waterfall import Context
from emulator.definitions.model import Allocation, Exact, Experiment, Share, Switchback
from emulator.definitions.reading.shared import percent_text
from emulator.errors import Position

MAX_SWITCHBACK_ALLOCATIONS = 2_000


def unreachable(subject: Subject) -> Iterator[Finding]:
    """
    FAIL: a gate without ``if`` above another allocation
    PASS: the gate below it
    """
    for waterfall in subject.waterfalls:
        greedy = ""
        for allocation in waterfall.allocations:
            if greedy:
                yield (
                    allocation.at,
                    f'allocation "{allocation.key}" is never reached: "{greedy}" takes everybody',
                    _ORDER,
                )
                break
            if _takes_everybody(allocation, subject.context):
                greedy = allocation.key
        else:
            if greedy and waterfall.serve is not None and not subject.flag.layer:
                message = f'the default rule `serve` is never reached: allocation "{greedy}" takes everybody'
                yield waterfall.serve.at, message, "remove it, or give the allocation a condition"


_ORDER = "move it up, or give the one above a condition"


def _takes_everybody(allocation: Allocation, context: Context) -> bool:
    plan = allocation.plan
    if allocation.start or allocation.end or allocation.phases or allocation.exclusive or plan is None:
        return False
    partly = allocation.traffic is not None and allocation.traffic < 1
    exact = isinstance(plan, Exact) and not any(not split.shards for split in plan.splits)
    if partly or exact or isinstance(plan, Switchback):
        return False
    rules = rules_of(allocation, context)
    if allocation.condition is None or rules is None:
        return rules is not None
    # An empty list of rules matches everybody; an audience that does not exist leaves none, and is reported.
    written_empty = not rules and not any(True for _ in audience_names(allocation.condition))
    return written_empty or any(not rule for rule in rules)


def fine_percentages(subject: Subject) -> Iterator[Finding]:
    """
    FAIL: ``traffic: 12.345%`` of 10,000 shards
    PASS: ``traffic: 12.34%``, or ``shards: 100000``
    """
    total = subject.flag.shards
    for allocation in subject.allocations:
        for share, at in (*_exposures(allocation), *_percentages(allocation)):
            # Less than one shard is an error of its own.
            if (share * total).denominator != 1 and share * total > 1:
                rounded = percent_text(Fraction(int(share * total), total))
                message = f"{percent_text(share)} is finer than one shard in {total:,}; rounded to {rounded}"
                yield at, message, f"write {rounded}, or more shards"


def _exposures(allocation: Allocation) -> Iterator[tuple[Fraction, Position]]:
    """Yield every share of all subjects that the allocation writes."""
    if allocation.traffic is not None:
        yield allocation.traffic, allocation.traffic_at
    yield from ((phase.traffic, phase.at) for phase in allocation.phases)
    if allocation.exclusive is not None:
        yield allocation.exclusive.first, allocation.exclusive.at
        yield allocation.exclusive.last, allocation.exclusive.at


def _percentages(allocation: Allocation) -> Iterator[tuple[Fraction, Position]]:
    shares = _shares(allocation)
    whole = sum(share.weight for share in shares)
    if str(whole).strip("0") != "1":
        return  # the percentages do not make 100%, which is a problem of its own
    yield from ((Fraction(share.weight, whole), share.variation.at) for share in shares if share.percent)


def _shares(allocation: Allocation) -> tuple[Share, ...]:
    return allocation.plan.shares if isinstance(allocation.plan, Experiment | Switchback) else ()


def empty_shares(subject: Subject) -> Iterator[Finding]:
    """
    FAIL: ``traffic: 0.001%`` of 10,000 shards
    PASS: ``traffic: 0.01%``, or ``traffic: 0%`` for nobody
    """
    total = subject.flag.shards
    for allocation in subject.allocations:
        for share, at in _exposures(allocation):
            if 0 < share * total < 1:
                yield at, f"{percent_text(share)} of {total:,} shards is less than one shard", _FINER
        yield from _empty_variations(allocation, total)


_FINER = "write a larger share, or more `shards`"


def _empty_variations(allocation: Allocation, total: int) -> Iterator[Finding]:
    shares = _shares(allocation)
    if not shares:
        return
    layout = LAYOUTS[allocation.layout]
    for share, ranges in zip(shares, layout([share.weight for share in shares], total), strict=True):
        if not any(start < end for start, end in ranges):
            yield share.variation.at, f'variation "{share.variation.text}" gets no shard of {total:,}', _FINER


def shards_beyond_total(subject: Subject) -> Iterator[Finding]:
    """
    FAIL: ``ranges: [[0, 20000]]`` of 10,000 shards
    PASS: ``ranges: [[0, 10000]]``
    """
    total = subject.flag.shards
    for allocation in subject.allocations:
        if not isinstance(allocation.plan, Exact):
            continue
        for split in allocation.plan.splits:
            for start, end in (pair for shard in split.shards for pair in shard.ranges):
                if end > total:
                    message = f"range [{start}, {end}] goes beyond the flag's {total:,} shards"
                    yield split.variation.at, message, f"end it at {total}, or set `shards`"


def too_many_windows(subject: Subject) -> Iterator[Finding]:
    """
    FAIL: ``every: 1m`` for a year
    PASS: ``every: 6h`` for a year
    """
    for allocation in subject.allocations:
        plan = allocation.plan
        if not isinstance(plan, Switchback) or allocation.start is None or allocation.end is None:
            continue
        most = window_count(plan, allocation.start, allocation.end) * min(len(plan.shares), len(plan.values))
        if most > MAX_SWITCHBACK_ALLOCATIONS:
            message = f"the switchback makes up to {most:,} allocations, more than {MAX_SWITCHBACK_ALLOCATIONS:,}"
            yield plan.at, message, "use longer windows, or a shorter run"
