"""
check: what a schema cannot say, one generator per question and one row per generator.

A check sees one flag (a layer is one) and what it may refer to, and yields where, what and the fix; severity and flag
are added by the driver. To add one: write the generator with a FAIL and a PASS line, and add its row to CHECKS.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from emulator.definitions.codes import CODES
from emulator.definitions.conditions import (
    MAX_RULES,
    TooManyRulesError,
    audience_names,
    conditions_of,
    expand,
)
from emulator.definitions.model import (
    Allocation,
    Condition,
    Exact,
    Experiment,
    Flag,
    Name,
    Serve,
    Share,
    Ship,
    Switchback,
    Unset,
)
from emulator.definitions.read_values import percent_text
from emulator.definitions.shards import LAYOUTS
from emulator.definitions.switchback import window_count
from emulator.definitions.waterfall import Context, Waterfall, waterfalls
from emulator.errors import Position, Problem
from emulator.suggest import nearest

MAX_SWITCHBACK_ALLOCATIONS = 2_000


@dataclass(frozen=True, slots=True)
class Subject:
    """What a check looks at; *allocations* are all authored ones, of the flag and of its overlays."""

    flag: Flag
    context: Context
    waterfalls: tuple[Waterfall, ...]
    allocations: tuple[Allocation, ...]
    variations: frozenset[str]


Finding = tuple[Position, str, str]
Check = Callable[[Subject], Iterator[Finding]]


def check_flag(flag: Flag, context: Context) -> list[Problem]:
    """Return everything the checks find in *flag*, each problem once."""
    subject = _subject(flag, context)
    found: dict[Problem, None] = {}
    for code, check in CHECKS:
        for at, message, hint in check(subject):
            found[Problem(*at, code, CODES[code].severity, message, hint, flag.key)] = None
    return list(found)


def _subject(flag: Flag, context: Context) -> Subject:
    overlaid = [overlay.allocations for overlay in flag.environments.values()]
    return Subject(
        flag=flag,
        context=context,
        waterfalls=tuple(waterfalls(flag, context)),
        allocations=flag.allocations
        + tuple(one for allocations in overlaid if not isinstance(allocations, Unset) for one in allocations),
        variations=frozenset(variation.key for variation in flag.variations),
    )


# ── names ───────────────────────────────────────────────────────────────────────────────────────────────────────


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


def _unknown(names: Iterator[Name] | tuple[Name, ...], what: str, known: object, context: Context) -> Iterator[Finding]:
    known_names = list(known)  # type: ignore[call-overload]  # keys of a mapping, or a frozenset
    for name in names:
        if name.text not in known_names and name.text not in context.lost:
            yield name.at, f'no {what} "{name.text}"', nearest(name.text, known_names) or f"define it under {what}s:"


def duplicate_allocations(subject: Subject) -> Iterator[Finding]:
    """
    FAIL: two allocations ``key: beta``, or ``7`` and ``allocation-7``, whose salts would be the same
    PASS: ``key: beta`` and ``key: beta-2``
    """
    for waterfall in subject.waterfalls:
        seen: dict[str, str] = {f"override-{one.variation.text}": "an override" for one in waterfall.overrides}
        for allocation in waterfall.allocations:
            if _is_raw(allocation):
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


# ── conditions ──────────────────────────────────────────────────────────────────────────────────────────────────


def too_many_rules(subject: Subject) -> Iterator[Finding]:
    """
    FAIL: ``(a = 1 or a = 2 or …) and (b = 1 or b = 2 or …)`` with 9 times 9 alternatives
    PASS: ``a in [1, 2, …] and b in [1, 2, …]``
    """
    for allocation in subject.allocations:
        try:
            if allocation.condition is not None:
                expand(allocation.condition, subject.context.audiences)
        except TooManyRulesError as error:
            message = (
                f'the condition of allocation "{allocation.key}" expands to {error.count} rules, more than {MAX_RULES}'
            )
            yield allocation.at, message, "use `in` lists, or split the allocation"


def negative_conditions(subject: Subject) -> Iterator[Finding]:
    """
    FAIL: ``plan not in [free]``
    PASS: ``plan not in [free] or plan is null``, and ``plan not in [free] and plan is not null``
    """
    for allocation in subject.allocations:
        if allocation.condition is None or not any(
            condition.operator in ("NOT_ONE_OF", "NOT_MATCHES") for condition in conditions_of(allocation.condition)
        ):
            continue
        rules = _rules(allocation, subject.context)
        included = {one.attribute for rule in rules for one in rule if one.operator == "IS_NULL" and one.value is True}
        written = {id(condition) for condition in conditions_of(allocation.condition)}
        for rule in rules:
            for condition in rule:
                if id(condition) in written and _excludes_missing_silently(condition, rule, included):
                    name = condition.attribute
                    message = f'a subject without "{name}" does not match `{_words(condition)}`'
                    hint = f"add `or {name} is null` to include it, or `and {name} is not null` to say so"
                    yield condition.at, message, hint


def _excludes_missing_silently(condition: Condition, rule: tuple[Condition, ...], included: set[str]) -> bool:
    if condition.operator not in ("NOT_ONE_OF", "NOT_MATCHES") or condition.raw or condition.attribute == "id":
        return False
    # Another condition of the rule that a missing attribute fails as well says that missing ones are not meant.
    said = any(one.attribute == condition.attribute and not one.operator.startswith("NOT_") for one in rule)
    return not said and condition.attribute not in included


def _words(condition: Condition) -> str:
    value = condition.value if isinstance(condition.value, str) else f"[{', '.join(condition.value)}]"
    return f"{condition.attribute} not {'in' if condition.operator == 'NOT_ONE_OF' else 'matches'} {value}"


def _rules(allocation: Allocation, context: Context) -> tuple[tuple[Condition, ...], ...]:
    if allocation.condition is None:
        return ((),)
    try:
        return expand(allocation.condition, context.audiences)
    except TooManyRulesError:
        return ()


# ── traffic ─────────────────────────────────────────────────────────────────────────────────────────────────────


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
    rules = _rules(allocation, context)
    empty = allocation.condition is not None and not rules and not _names_unknown(allocation, context)
    return empty or any(not rule for rule in rules)


def _names_unknown(allocation: Allocation, context: Context) -> bool:
    """An audience that does not exist, or a reading error, leaves no rules; an empty list matches everybody."""
    assert allocation.condition is not None
    return any(True for _ in audience_names(allocation.condition)) or _too_many(allocation, context)


def _too_many(allocation: Allocation, context: Context) -> bool:
    try:
        expand(allocation.condition, context.audiences)  # type: ignore[arg-type]  # asserted by the caller
    except TooManyRulesError:
        return True
    return False


def fine_percentages(subject: Subject) -> Iterator[Finding]:
    """
    FAIL: ``traffic: 12.345%`` of 10,000 shards
    PASS: ``traffic: 12.34%``, or ``shards: 100000``
    """
    total = subject.flag.shards
    for allocation in subject.allocations:
        for share, at in (*_exposures(allocation), *_percentages(allocation)):
            if (share * total).denominator != 1:
                rounded = percent_text(Fraction(int(share * total), total))
                message = f"{percent_text(share)} is finer than one shard in {total:,}; rounded to {rounded}"
                yield at, message, f"write {rounded}, or more shards"


def _exposures(allocation: Allocation) -> Iterator[tuple[Fraction, Position]]:
    """Yield every share of all subjects that the allocation writes."""
    if allocation.traffic is not None:
        yield allocation.traffic, allocation.at
    yield from ((phase.traffic, allocation.at) for phase in allocation.phases)
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


# ── holdouts and overrides ──────────────────────────────────────────────────────────────────────────────────────


def holdouts_without_status_quo(subject: Subject) -> Iterator[Finding]:
    """
    FAIL: an allocation with ``holdouts: [2025q1]`` in a flag without ``status_quo``
    PASS: the flag says ``status_quo: control``
    """
    if subject.flag.status_quo is not None:
        return
    for allocation in subject.allocations:
        for holdout in allocation.holdouts:
            message = f'holdout "{holdout.text}" needs to know what held-out subjects get'
            yield holdout.at, message, "add `status_quo: <variation>` to the flag"


def idle_overrides(subject: Subject) -> Iterator[Finding]:
    """
    FAIL: ``enabled: false`` beside ``overrides``
    PASS: the flag is enabled, or has no overrides there
    """
    for waterfall in subject.waterfalls:
        reached = waterfall.environment is not None or not _all_overlaid(subject)
        if reached and waterfall.overrides and not waterfall.enabled and not subject.flag.archived:
            where = f" in {waterfall.environment}" if waterfall.environment else ""
            override = waterfall.overrides[0]
            own = waterfall.environment is None or not isinstance(
                subject.flag.environments[waterfall.environment].overrides, Unset
            )
            if own:
                message = f'the override of "{override.subject}" has no effect: the flag is disabled{where}'
                yield override.variation.at, message, "enable the flag, or remove the overrides"


def _all_overlaid(subject: Subject) -> bool:
    overlays = subject.flag.environments
    return all(key in overlays and overlays[key].enabled is True for key in subject.context.environments)


def schema_beside_other_types(subject: Subject) -> Iterator[Finding]:
    """
    FAIL: ``schema`` in a string flag
    PASS: ``schema`` in a JSON flag
    """
    flag = subject.flag
    if flag.schema is not None and flag.type != "json":
        yield flag.schema.at, f'"schema" cannot stand in a {flag.type} flag', "only JSON variations have a schema"


def extra_over_known(subject: Subject) -> Iterator[Finding]:
    """
    FAIL: ``extra: {enabled: false}``
    PASS: ``extra: {comment: "why"}``
    """
    own = ("key", "enabled", "variationType", "variations", "allocations", "totalShards", "entityId")
    for name in (subject.flag.extra or {}).keys() & set(own):
        yield subject.flag.at, f'extra: "{name}" cannot stand beside what the flag itself says', "use raw"
    for allocation in subject.allocations:
        for name in (allocation.extra or {}).keys() & {"key", "rules", "startAt", "endAt", "splits", "doLog"}:
            yield allocation.at, f'extra: "{name}" cannot stand beside what the allocation itself says', "use raw"


def bandit_names(subject: Subject) -> Iterator[Finding]:
    """
    FAIL: ``hero: {bandit: shoe-bandit}``
    PASS: ``shoe-bandit: {bandit: shoe-bandit}``
    """
    for variation in subject.flag.variations:
        bandit = variation.bandit
        if bandit is not None and not variation.key == variation.value == bandit.text:
            message = (
                f'variation "{variation.key}" with value "{variation.value}" stands for the bandit "{bandit.text}"'
            )
            yield variation.at, message, "PHP and Python 3 find it only if all three are the same"


CHECKS: tuple[tuple[str, Check], ...] = (
    ("E401", unknown_variations),
    ("E401", unknown_references),
    ("E402", duplicate_allocations),
    ("E209", too_many_rules),
    ("W206", negative_conditions),
    ("W210", unreachable),
    ("W305", fine_percentages),
    ("E306", empty_shares),
    ("E307", shards_beyond_total),
    ("E503", too_many_windows),
    ("E701", holdouts_without_status_quo),
    ("W406", idle_overrides),
    ("W603", bandit_names),
    ("E109", schema_beside_other_types),
    ("E109", extra_over_known),
)
