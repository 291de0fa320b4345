"""What a check sees of a flag, and what it yields."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from emulator.definitions.compiling.rules import TooManyRulesError, expand
from emulator.definitions.compiling.waterfall import Context, Waterfall, waterfalls
from emulator.definitions.model import Allocation, Condition, Flag, Unset
from emulator.errors import Position


@dataclass(frozen=True, slots=True)
class Subject:
    """What a check looks at; *allocations* are all authored ones, of the flag and of its overlays."""

    flag: Flag
    context: Context
    waterfalls: tuple[Waterfall, ...]
    allocations: tuple[Allocation, ...]
    variations: tuple[str, ...]


Finding = tuple[Position, str, str]
Check = Callable[[Subject], Iterator[Finding]]


def subject_of(flag: Flag, context: Context) -> Subject:
    overlaid = [overlay.allocations for overlay in flag.environments.values()]
    return Subject(
        flag=flag,
        context=context,
        waterfalls=tuple(waterfalls(flag, context)),
        allocations=flag.allocations
        + tuple(one for allocations in overlaid if not isinstance(allocations, Unset) for one in allocations),
        variations=tuple(variation.key for variation in flag.variations),
    )


def rules_of(allocation: Allocation, context: Context) -> tuple[tuple[Condition, ...], ...] | None:
    """Return the rules of *allocation*; one empty rule without a condition, None where there are too many."""
    if allocation.condition is None:
        return ((),)
    try:
        return expand(allocation.condition, context.audiences)
    except TooManyRulesError:
        return None
