"""
What the flag files know of served allocations, which say less: phases, holdouts, audiences, and where they stand.

Keyed by the served allocation's key, in the order in which one authored allocation became several.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from emulator.definitions.build import Build
from emulator.definitions.compiling.waterfall import Waterfall, waterfalls
from emulator.definitions.model import (
    Allocation,
    AllOf,
    AnyOf,
    AudienceRef,
    Condition,
    Expression,
    Flag,
    Ship,
    Switchback,
)
from emulator.errors import Position
from emulator.pages.flag.windows import duration_words

_NOWHERE = ("", 0, 0)


@dataclass(frozen=True, slots=True)
class Origin:
    """
    Where a served allocation comes from.

    *kind* is ``override``, ``allocation``, ``holdout`` or ``default``. *of* is the key of the authored allocation;
    *holdout* the holdout it belongs to, *audiences* the named conditions in its ``if``. *phases* are the beginnings of
    a rollout's phases, *notes* what else is worth saying.
    """

    kind: str
    of: str = ""
    at: Position | None = None
    holdout: str = ""
    audiences: tuple[str, ...] = ()
    phases: tuple[datetime, ...] = ()
    notes: tuple[str, ...] = ()


def origins_of(build: Build | None, flag_key: str, environment: str) -> Mapping[str, Origin]:
    """Return the origins of the allocations that *environment* serves of the flag; empty where no file defines it."""
    flag = build.definitions.flags.get(flag_key) if build else None
    if build is None or flag is None or flag.raw is not None:
        return {}
    own = {one.environment: one for one in waterfalls(flag, build.context)}
    waterfall = own.get(environment) or own[None]
    return dict(_origins(flag, waterfall))


def _origins(flag: Flag, waterfall: Waterfall) -> Iterator[tuple[str, Origin]]:
    if waterfall.serve is not None:
        yield "default", Origin("default", at=_place(waterfall.serve.at))
    for allocation in waterfall.allocations:
        plan = allocation.plan
        own = Origin(
            "allocation",
            allocation.key,
            _place(allocation.at),
            audiences=tuple(dict.fromkeys(_audiences(allocation.condition))),
            phases=tuple(phase.starts for phase in allocation.phases),
            notes=tuple(_notes(allocation)),
        )
        for name in allocation.holdouts:
            infix = "" if isinstance(plan, Ship) else "holdout-"
            held = Origin("holdout", allocation.key, own.at, name.text, own.audiences, own.phases)
            yield f"{allocation.key}-{infix}{name.text}", held
        yield allocation.key, own
    for override in waterfall.overrides:
        yield f"override-{override.variation.text}", Origin("override", at=_place(waterfall.at))


def _notes(allocation: Allocation) -> Iterator[str]:
    plan = allocation.plan
    if isinstance(plan, Ship):
        yield "concluded: the winner is shipped"
    if isinstance(plan, Switchback):
        every = duration_words(plan.every)
        yield f"switchback: every {every} each {plan.attribute} draws its variation anew"
    if allocation.layout == "sticky":
        yield "sticky: a variation that is added moves subjects only to itself"


def _audiences(expression: Expression | None) -> Iterator[str]:
    if isinstance(expression, AudienceRef):
        yield expression.name.text
    elif isinstance(expression, AnyOf | AllOf):
        for item in expression.items:
            yield from _audiences(item)
    else:
        assert expression is None or isinstance(expression, Condition)


def _place(at: Position) -> Position | None:
    return at if at.file else None
