"""Checks on names: what is referred to exists, and what is named is named once."""

from collections.abc import Collection, Iterable, Iterator

from emulator.definitions.checks.subject import Finding, Subject
from emulator.definitions.compiling.rules import audience_names
from emulator.definitions.compiling.waterfall import Context
from emulator.definitions.model import Allocation, Exact, Experiment, Name, Serve, Ship, Switchback
from emulator.suggest import nearest


def unknown_variations(subject: Subject) -> Iterator[Finding]:
    """
    FAIL: ``split: {control: 50%, tretment: 50%}``
    PASS: ``split: {control: 50%, treatment: 50%}``
    """
    if not subject.variations:
        return
    for name in _variation_names(subject):
        if name.text not in subject.variations:
            yield name.at, f'no variation "{name.text}"', nearest(name.text, subject.variations)


def _variation_names(subject: Subject) -> Iterator[Name]:
    flag = subject.flag
    for name in (flag.serve, flag.status_quo):
        if name is not None:
            yield name
    for waterfall in subject.waterfalls:
        yield from (override.variation for override in waterfall.overrides)
        if waterfall.serve is not None:
            yield waterfall.serve
    for allocation in subject.allocations:
        yield from _served_names(allocation)
    for expected in flag.expect:
        yield from (share.variation for share in expected.shares)
        if expected.gets is not None:
            yield expected.gets


def _served_names(allocation: Allocation) -> Iterator[Name]:
    plan = allocation.plan
    if isinstance(plan, Serve | Ship):
        yield plan.variation
    elif isinstance(plan, Experiment | Switchback):
        yield from (share.variation for share in plan.shares)
    elif isinstance(plan, Exact):
        yield from (split.variation for split in plan.splits)


def unknown_references(subject: Subject) -> Iterator[Finding]:
    """
    FAIL: ``if: audience payng``
    PASS: ``if: audience paying``
    """
    context = subject.context
    for allocation in subject.allocations:
        yield from _unknown(allocation.holdouts, "holdout", context.holdouts.keys(), context)
        if allocation.condition is not None:
            names = audience_names(allocation.condition)
            yield from _unknown(names, "audience", context.audiences.keys(), context)
    overlays = (Name(key, overlay.at) for key, overlay in subject.flag.environments.items())
    yield from _unknown(overlays, "environment", context.environments.keys(), context)
    for expected in subject.flag.expect:
        yield from _unknown(expected.environments, "environment", context.environments.keys(), context)
    bandits = (variation.bandit for variation in subject.flag.variations if variation.bandit)
    yield from _unknown(bandits, "bandit", context.bandits, context)


def _unknown(names: Iterable[Name], what: str, known: Collection[str], context: Context) -> Iterator[Finding]:
    for name in names:
        if name.text not in known and name.text not in context.lost:
            yield name.at, f'no {what} "{name.text}"', nearest(name.text, known) or f"define it under {what}s:"


def duplicate_allocations(subject: Subject) -> Iterator[Finding]:
    """
    FAIL: two allocations ``key: beta``, or ``7`` and ``allocation-7``, whose salts would be the same
    PASS: ``key: beta`` and ``key: beta-2``
    """
    for waterfall in subject.waterfalls:
        seen: dict[str, str] = {f"override-{one.variation.text}": "an override" for one in waterfall.overrides}
        for allocation in waterfall.allocations:
            if _is_raw(allocation) or not allocation.key:
                continue
            salt = allocation.key.removeprefix("allocation-")
            clash = seen.get(allocation.key) or seen.get(salt)
            if clash:
                message = f'allocation key "{allocation.key}" collides with {clash} of the same flag'
                yield allocation.at, message, "give it a key of its own"
            for key in _keys_made(allocation):
                seen.setdefault(key, f'allocation "{allocation.key}"')
        if waterfall.serve is not None and "default" in seen:
            message = 'allocation key "default" is also that of the default rule `serve`'
            yield waterfall.serve.at, message, "rename the allocation, or drop `serve`"


def _keys_made(allocation: Allocation) -> Iterator[str]:
    yield allocation.key
    yield allocation.key.removeprefix("allocation-")
    for holdout in allocation.holdouts:
        infix = "" if isinstance(allocation.plan, Ship) else "holdout-"
        yield f"{allocation.key}-{infix}{holdout.text}"


def _is_raw(allocation: Allocation) -> bool:
    return allocation.raw is not None or allocation.raw_source is not None
