"""
check: what an edit does to subjects: warnings that need the definitions from before.

They tell a person who saves a file what a reader of the file alone cannot see; nothing compiled depends on them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from emulator.definitions.codes import CODES
from emulator.definitions.compiling.bandit import model_data, settings_in
from emulator.definitions.compiling.flag import split_salt, traffic_salt
from emulator.definitions.compiling.shards import LAYOUTS, Ranges, moved
from emulator.definitions.model import NOWHERE, Allocation, Definitions, Experiment, Flag
from emulator.errors import Position, Problem


def check_edit(before: Definitions, after: Definitions) -> Iterator[Problem]:
    """Yield W307, W308 and W602 for the step from *before* to *after*."""
    for key, flag in after.flags.items():
        old = before.flags.get(key)
        # Flags of a file that was read again are other objects, and mostly say the same.
        if old is not None and old is not flag and old != flag:
            yield from _moved_subjects(old, flag)
            yield from _renamed_allocations(old, flag)
    yield from _renamed_flags(before.flags, after.flags)
    yield from _stale_versions(before, after)


def _problem(at: Position, code: str, message: str, hint: str, flag: str) -> Problem:
    return Problem(*at, code, CODES[code].severity, message, hint, flag)


def _moved_subjects(before: Flag, after: Flag) -> Iterator[Problem]:
    old = {allocation.key: allocation for allocation in before.allocations}
    for allocation in after.allocations:
        was = old.get(allocation.key)
        if was is None:
            continue
        yield from _smaller_exposure(was, allocation, after)
        if _draws_anew(before, was, after, allocation):
            message = f'this edit of allocation "{allocation.key}" draws all of its subjects anew'
            yield _problem(allocation.at, "W307", message, "keep `shards` and `salt` to move nobody", after.key)
            continue
        if not isinstance(was.plan, Experiment) or not isinstance(allocation.plan, Experiment):
            continue
        changed, between = moved(_ranges(before, was), _ranges(after, allocation), after.shards)
        if changed:
            hint = _sticky_hint(after, was, allocation, changed)
            message = (
                f'this edit of allocation "{allocation.key}" moves {_share(changed, after)} of its subjects; '
                f"{_share(between, after)} between existing variations"
            )
            yield _problem(allocation.at, "W307", message, hint, after.key)


def _draws_anew(before: Flag, was: Allocation, after: Flag, now: Allocation) -> bool:
    """Tell whether the hash that places subjects changes: by another salt, or another number of shards."""
    splits = isinstance(was.plan, Experiment) and isinstance(now.plan, Experiment)
    exposed = _exposure(was) < 1 and _exposure(now) < 1
    if not splits and not exposed:
        return False
    split_anew = splits and split_salt(before, was) != split_salt(after, now)
    exposed_anew = exposed and traffic_salt(before, was) != traffic_salt(after, now)
    return before.shards != after.shards or split_anew or exposed_anew


def _smaller_exposure(was: Allocation, now: Allocation, flag: Flag) -> Iterator[Problem]:
    less = _exposure(was) - _exposure(now)
    if less > 0 and not was.phases and not now.phases:
        message = f'this edit of allocation "{now.key}" takes it away from {float(less * 100):.1f}% of all subjects'
        yield _problem(now.traffic_at, "W307", message, "exposure that only grows moves nobody", flag.key)


def _exposure(allocation: Allocation) -> Fraction:
    return Fraction(1) if allocation.traffic is None else allocation.traffic


def _ranges(flag: Flag, allocation: Allocation) -> list[tuple[str, Ranges]]:
    assert isinstance(allocation.plan, Experiment)
    shares = allocation.plan.shares
    found = LAYOUTS[allocation.layout]([share.weight for share in shares], flag.shards)
    return [(share.variation.text, ranges) for share, ranges in zip(shares, found, strict=True)]


def _sticky_hint(flag: Flag, was: Allocation, now: Allocation, changed: int) -> str:
    if now.layout == "sticky":
        return "growing `traffic` and keeping the weights moves nobody"
    less, _ = moved(
        _ranges(flag, replace(was, layout="sticky")), _ranges(flag, replace(now, layout="sticky")), flag.shards
    )
    if less < changed:
        return f"`layout: sticky` from the start would move {_share(less, flag)}"
    return "growing `traffic` and keeping the weights moves nobody"


def _share(shards: int, flag: Flag) -> str:
    return f"{float(Fraction(shards * 100, flag.shards)):.1f}%"


# ── renames ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _renamed_allocations(before: Flag, after: Flag) -> Iterator[Problem]:
    gone = [one for one in before.allocations if one.key not in {now.key for now in after.allocations}]
    for allocation in after.allocations:
        if allocation.key in {one.key for one in before.allocations} or not _hashes(allocation):
            continue
        was = next((one for one in gone if replace(one, key=allocation.key, at=NOWHERE) == allocation), None)
        if was is not None and split_salt(before, was) != split_salt(after, allocation):
            message = f'allocation "{was.key}" is now "{allocation.key}": bucketing and experiment key change'
            hint = f"keep the bucketing with `salt: {before.key}-{was.key.removeprefix('allocation-')}`"
            yield _problem(allocation.at, "W308", message, hint, after.key)


def _renamed_flags(before: Mapping[str, Flag], after: Mapping[str, Flag]) -> Iterator[Problem]:
    gone = [flag for key, flag in before.items() if key not in after]
    if not gone:
        return
    for key, flag in after.items():
        if key in before or not any(_hashes(allocation) for allocation in flag.allocations):
            continue
        was = next((one for one in gone if replace(one, key=key) == flag), None)
        if was is not None:
            message = f'flag "{was.key}" is now "{key}": bucketing and experiment keys change'
            yield _problem(flag.at, "W308", message, f"keep the bucketing with `salt: {was.key}-<allocation>`", key)


def _hashes(allocation: Allocation) -> bool:
    partly = allocation.traffic is not None and allocation.traffic < 1
    return allocation.salt is None and (isinstance(allocation.plan, Experiment) or partly or bool(allocation.phases))


# ── bandits ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _stale_versions(before: Definitions, after: Definitions) -> Iterator[Problem]:
    for key, bandit in after.bandits.items():
        old = before.bandits.get(key)
        if old is None or old == bandit or bandit.raw is not None or old.raw is not None:
            continue
        environments = [*after.environments, *bandit.environments, ""]
        for environment in environments:
            was, now = settings_in(old, environment), settings_in(bandit, environment)
            if now.version is not None and now.version == was.version and model_data(now) != model_data(was):
                message = (
                    f'the model changed, but its version is still "{now.version}": JavaScript, Java, PHP and .NET '
                    "keep the old one"
                )
                yield _problem(bandit.at, "W602", message, "change `version`, or leave it out", key)
                break
