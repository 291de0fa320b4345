"""check: what only all files together can say: shared slots, SDK keys, audiences and bandits."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from emulator.definitions.checks.conditions import silently_negative
from emulator.definitions.codes import CODES
from emulator.definitions.compiling.bandit import settings_in
from emulator.definitions.compiling.rules import audience_names
from emulator.definitions.compiling.waterfall import Context, reaches, waterfalls
from emulator.definitions.model import Allocation, Bandit, Definitions, Environment, Exclusive, Flag, Name
from emulator.definitions.reading.shared import percent_text
from emulator.errors import Position, Problem
from emulator.suggest import nearest

DEFAULT_ENVIRONMENT = Environment("test", "Test")

_EARLIEST = datetime.min.replace(tzinfo=UTC)
_LATEST = datetime.max.replace(tzinfo=UTC)


def context_of(definitions: Definitions) -> Context:
    """Return what flags may refer to; without any environment there is one, ``test``, that takes every key."""
    return Context(
        environments=definitions.environments or {DEFAULT_ENVIRONMENT.key: DEFAULT_ENVIRONMENT},
        audiences=definitions.audiences,
        holdouts=definitions.holdouts,
        bandits=tuple(definitions.bandits),
        lost=definitions.lost,
    )


def check_definitions(definitions: Definitions, context: Context) -> Iterator[Problem]:
    """Yield everything that is wrong between definitions, beside what each flag's own checks find."""
    yield from _keys_listed_twice(definitions.environments.values())
    yield from _audience_problems(definitions, context)
    yield from _negative_audiences(definitions)
    for bandit in definitions.bandits.values():
        yield from _bandit_problems(bandit, context)
    yield from _overlapping_slots(definitions, context)


def _problem(at: Position, code: str, message: str, hint: str, flag: str = "") -> Problem:
    return Problem(*at, code, CODES[code].severity, message, hint, flag)


def _keys_listed_twice(environments: Iterable[Environment]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for environment in environments:
        for key in (*environment.sdk_keys, *environment.client_tokens):
            if key.text in first:
                where = (
                    f'environment "{first[key.text]}"' if first[key.text] != environment.key else "the same environment"
                )
                message = f'key "{key.text}" is already listed in {where}'
                yield _problem(key.at, "E403", message, "a key selects exactly one environment")
            first.setdefault(key.text, environment.key)


# ── audiences ───────────────────────────────────────────────────────────────────────────────────────────────────


def _audience_problems(definitions: Definitions, context: Context) -> Iterator[Problem]:
    uses = {key: list(audience_names(one.condition)) for key, one in definitions.audiences.items()}
    for key, names in uses.items():
        for name in names:
            if name.text not in uses and name.text not in context.lost:
                hint = nearest(name.text, uses) or "define it under audiences:"
                yield _problem(name.at, "E401", f'no audience "{name.text}"', hint)
            elif _reaches_itself(key, name, uses):
                yield _problem(name.at, "E204", f'audience "{key}" refers to itself', "write its condition out")


def _negative_audiences(definitions: Definitions) -> Iterator[Problem]:
    for audience in definitions.audiences.values():
        for at, message, hint in silently_negative(audience.condition, definitions.audiences):
            yield _problem(at, "W206", message, hint)


def _reaches_itself(key: str, name: Name, uses: Mapping[str, list[Name]]) -> bool:
    pending, seen = [name.text], set[str]()
    while pending:
        current = pending.pop()
        if current == key:
            return True
        if current not in seen:
            seen.add(current)
            pending.extend(one.text for one in uses.get(current, ()))
    return False


# ── bandits ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _bandit_problems(bandit: Bandit, context: Context) -> Iterator[Problem]:
    for environment, overlay in bandit.environments.items():
        if environment not in context.environments and environment not in context.lost:
            hint = nearest(environment, context.environments)
            yield _problem(overlay.at, "E401", f'no environment "{environment}"', hint, bandit.key)
    pins: dict[Name, None] = {}
    for settings in (bandit.settings, *(settings_in(bandit, key) for key in bandit.environments)):
        if settings.pin is not None and settings.actions and settings.pin.text not in settings.actions:
            pins[settings.pin] = None
    actions = dict(bandit.settings.actions or {})
    for pin in pins:
        yield _problem(pin.at, "E401", f'no action "{pin.text}"', nearest(pin.text, actions), bandit.key)


# ── slots of mutual exclusion ───────────────────────────────────────────────────────────────────────────────────


def _overlapping_slots(definitions: Definitions, context: Context) -> Iterator[Problem]:
    found: dict[Problem, None] = {}
    exclusive = [flag for flag in definitions.flags.values() if _slotted(flag)]
    for environment in context.environments.values():
        groups: dict[str, list[tuple[Flag, Allocation, Exclusive]]] = {}
        for flag in exclusive:
            for allocation in _served_allocations(flag, environment, context):
                if allocation.exclusive is not None:
                    slot = (flag, allocation, allocation.exclusive)
                    groups.setdefault(allocation.exclusive.group, []).append(slot)
        for group in groups.values():
            found.update(dict.fromkeys(_overlaps(group)))
    yield from found


def _slotted(flag: Flag) -> bool:
    # Plain loops: this runs for every flag at every reload.
    for allocation in flag.allocations:
        if allocation.exclusive is not None:
            return True
    overlaid = (overlay.allocations for overlay in flag.environments.values())
    return bool(flag.environments) and any(
        one.exclusive for many in overlaid if isinstance(many, tuple) for one in many
    )


def _served_allocations(flag: Flag, environment: Environment, context: Context) -> tuple[Allocation, ...]:
    own = {waterfall.environment: waterfall for waterfall in waterfalls(flag, context)}
    waterfall = own.get(environment.key, own[None])
    return waterfall.allocations if reaches(flag, waterfall, environment) else ()


def _overlaps(group: list[tuple[Flag, Allocation, Exclusive]]) -> Iterator[Problem]:
    """Two allocations of a group may use the same slots one after the other, never at the same time."""
    ordered = sorted(group, key=lambda slot: (slot[2].first, slot[2].last))
    for index, (flag, allocation, own) in enumerate(ordered):
        for other_flag, other_allocation, other in ordered[index + 1 :]:
            if other.first >= own.last:
                break
            if _meet(allocation, other_allocation):
                slots = f"{percent_text(other.first)}-{percent_text(other.last)}"
                message = (
                    f'slots {slots} of group "{own.group}" overlap those of allocation "{allocation.key}" of flag '
                    f'"{flag.key}"'
                )
                hint = f"start at {percent_text(own.last)}, or let one end before the other starts"
                yield _problem(other.at, "E701", message, hint, other_flag.key)


def _meet(one: Allocation, other: Allocation) -> bool:
    starts, ends = _dates(one)
    other_starts, other_ends = _dates(other)
    return starts <= other_ends and other_starts <= ends


def _dates(allocation: Allocation) -> tuple[datetime, datetime]:
    start = allocation.phases[0].starts if allocation.phases else allocation.start
    return start or _EARLIEST, allocation.end or _LATEST
