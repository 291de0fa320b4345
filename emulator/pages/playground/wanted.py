"""Somebody who lands where one wants: what can be wished for, and which attributes open the way there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emulator.evaluation import Wanted
from emulator.evaluation.flag import Allocation, Flag, Rule
from emulator.evaluation.operators import Condition
from emulator.pages.playground.offers import Offers, suggestions_of
from emulator.queries.written import typed

_MOST_WISHES = 400
# Ways that are tried, one search each.
MOST_WAYS = 24


@dataclass(frozen=True, slots=True)
class Wish:
    """*value* is what the form sends, ``gets:KEY``, ``via:KEY`` or ``does:ACTION``."""

    value: str
    text: str


def wishes_of(flag: Flag | None, offers: Offers) -> tuple[tuple[str, tuple[Wish, ...]], ...]:
    """Return what one can wish for, in groups: the variations that are served, the allocations, the actions."""
    if flag is None:
        return ()
    variations = dict.fromkeys(split.variation_key for one in flag.allocations for split in one.splits)
    allocations = dict.fromkeys(one.key for one in flag.allocations)
    groups = (
        ("a variation", "gets", variations),
        ("an allocation", "via", allocations),
        ("an action of the bandit", "does", offers.actions),
    )
    return tuple(
        (title, tuple(Wish(f"{word}:{key}", key) for key in list(keys)[:_MOST_WISHES]))
        for title, word, keys in groups
        if keys
    )


def wanted_of(wish: str, flag: str, actions: Any) -> Wanted | None:
    """Return where the subject is to land; None for what is no wish."""
    word, colon, key = wish.partition(":")
    if not colon or not key:
        return None
    if word == "does":
        return Wanted(flag, action=key, actions=actions)
    return {"gets": Wanted(flag, variation=key), "via": Wanted(flag, allocation=key)}.get(word)


def ways_to(flag: Flag | None, wanted: Wanted, given: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """
    Yield attributes with which a subject may land there: those that are *given*, then with what each rule asks for.

    Of a rule that keeps somebody out in every case there is none. Whether anybody lands there is for a search to say.
    """
    yield given
    known = [dict(given)]
    for allocation in flag.allocations if flag else ():
        if not any(wanted.is_served_by(allocation, split) for split in allocation.splits):
            continue
        for attributes in _openings(allocation, given):
            if attributes not in known and len(known) < MOST_WAYS:
                known.append(attributes)
                yield attributes


def _openings(allocation: Allocation, given: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for rule in allocation.rules:
        # With what is given first, for somebody may have filled that in on purpose.
        for start in (given, {}) if given else ({},):
            opened = _opened(rule, start)
            if opened is not None:
                yield opened


def _opened(rule: Rule, given: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return *given*, changed as little as *rule* demands; None where its conditions cannot all be met."""
    attributes = dict(given)
    by_name: dict[str, list[Condition]] = {}
    for condition in rule.conditions:
        by_name.setdefault(condition.attribute, []).append(condition)
    for name, conditions in by_name.items():
        if name == "id" and "id" not in attributes:
            # The subject's key, which the search is for.
            continue
        candidates = (attributes.get(name), *_candidates(conditions))
        fitting = [one for one in candidates if all(condition.check(one) for condition in conditions)]
        if not fitting:
            return None
        attributes[name] = fitting[0]
    return {name: value for name, value in attributes.items() if value is not None or name not in by_name}


def _candidates(conditions: Sequence[Condition]) -> Iterator[Any]:
    """Yield values that one of *conditions* names, or that lie just beside them; None is to give none."""
    for condition in conditions:
        for text in suggestions_of(condition):
            yield typed(text) if condition.operator in _COMPARED else text
            yield from _neighbours(text) if condition.operator in _COMPARED else ()
    yield None
    yield from ("other", "0", 1, True)


_COMPARED = frozenset(("GTE", "GT", "LTE", "LT"))


def _neighbours(text: str) -> Iterator[Any]:
    """Yield what is a little more and a little less than *text*: a number, or a version."""
    number = typed(text)
    if isinstance(number, int | float) and not isinstance(number, bool):
        yield from (number + 1, number - 1, number + 0.5, number - 0.5)
        return
    first, *rest = text.split(".")
    if len(rest) == 2 and first.isdecimal() and rest[0].isdecimal():
        yield f"{int(first) + 1}.0.0"
        yield f"{first}.{int(rest[0]) + 1}.0"
        yield f"{max(0, int(first) - 1)}.0.0"
        yield "0.0.0"
