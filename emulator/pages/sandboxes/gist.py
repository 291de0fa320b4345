"""What one flag serves, in a sentence and as shares: what most subjects get, and who is asked before them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from emulator.evaluation.flag import Flag
from emulator.evaluation.traffic import TooManyBranchesError, Traffic, is_active
from emulator.overrides.content import object_in
from emulator.pages.sandboxes.said import Name, Said, joined, names
from emulator.pages.wording import percent
from emulator.snapshot import EnvironmentSnapshot

# A made-up subject, of whom no rule speaks.
_SOMEBODY = "somebody whom no rule names"
# Exact shares of more of them take tenths of a second.
_MOST_ALLOCATIONS = 60
_HUES = 8
_MOST_SHARES = 5
_DEFAULT = "the caller's own default"


@dataclass(frozen=True, slots=True)
class Share:
    """
    A part of all subjects that no rule speaks of, from 0 to 1, and where it begins.

    *variation* is what they get, None for the caller's default; *hue* its colour.
    """

    variation: str | None
    start: float
    part: float
    hue: str

    @property
    def width(self) -> str:
        return percent(self.part)

    @property
    def x(self) -> str:
        return percent(self.start)


@dataclass(frozen=True, slots=True)
class Gist:
    """*shares* is empty where they are not known."""

    said: Said
    shares: tuple[Share, ...] = ()


def gist_of(environment: EnvironmentSnapshot, key: str, now: datetime) -> Gist:
    """Return what *environment* serves under *key* at *now* (aware)."""
    flag = environment.prepared.flag(key)
    nobody = (_share(None, Fraction(0), Fraction(1), ()),)
    if flag is None:
        return Gist(("is not there: callers get their own default",), nobody)
    if flag.broken is not None:
        return Gist((f"cannot be read ({flag.broken}): callers get their own default",), nobody)
    if not flag.enabled:
        return Gist(("is switched off: callers get their own default",), nobody)
    if len(flag.allocations) > _MOST_ALLOCATIONS:
        return Gist((f"decides by {len(flag.allocations):,} allocations",))
    return _of(flag, tuple(object_in(environment.config["flags"][key], "variations")), now)


def _of(flag: Flag, variations: Sequence[str], now: datetime) -> Gist:
    traffic = Traffic(flag, {}, now)
    try:
        landed = traffic.shares(_SOMEBODY)
    except TooManyBranchesError:
        return Gist((f"decides by {len(flag.allocations):,} allocations",))
    parts: dict[str | None, Fraction] = {}
    for number, part in landed.items():
        served = traffic.outcomes[number].serves if number < len(traffic.outcomes) else None
        parts[served] = parts.get(served, Fraction(0)) + part
    # In the order of the variations, the caller's default last.
    order = {variation: place for place, variation in enumerate(variations)}
    ordered = sorted(parts.items(), key=lambda one: order.get(one[0] or "", len(order) + (one[0] is None)))
    shares, start = [], Fraction(0)
    for served, part in ordered:
        if part:
            shares.append(_share(served, start, part, variations))
            start += part
    return Gist((*_serves(shares), *_except(flag, now, _last(traffic, landed))), tuple(shares))


def _last(traffic: Traffic, landed: Mapping[int, Fraction]) -> int | None:
    """Return the place of the last allocation that anybody comes to; None where somebody passes all of them."""
    numbers = [number for number, part in landed.items() if part]
    if any(number == len(traffic.outcomes) for number in numbers):
        return None
    return max(traffic.outcomes[number].place for number in numbers)


def _share(variation: str | None, start: Fraction, part: Fraction, variations: Sequence[str]) -> Share:
    return Share(variation, float(start), float(part), hue_of(variation, variations))


def hue_of(variation: str | None, variations: Sequence[str]) -> str:
    """Return the class of the variation's colour, by its place in the flag."""
    return f"hue-{variations.index(variation) % _HUES}" if variation in variations else "hue-none"


def _serves(shares: Sequence[Share]) -> Said:
    if len(shares) == 1:
        variation = shares[0].variation
        return (
            ("serves ", Name(variation), " to everybody")
            if variation is not None
            else ("gives callers their own default",)
        )
    greatest = sorted(shares, key=lambda share: -share.part)[:_MOST_SHARES]
    shown = [share for share in shares if share in greatest]
    items: list[Said] = [
        (Name(share.variation) if share.variation is not None else _DEFAULT, f" to {_rounded(share.part)}")
        for share in shown
    ]
    if len(shown) < len(shares):
        items.append((f"{len(shares) - len(shown)} others",))
    return ("serves ", *joined(items))


def _rounded(part: float) -> str:
    """Return the share as people say it; a very small one is not nothing."""
    return percent(round(part, 3)) if part >= 0.001 else percent(part)


def _except(flag: Flag, now: datetime, last: int | None) -> Said:
    """Return who is asked before: the allocations that have conditions, and can be entered now, up to the *last*."""
    reached = flag.allocations if last is None else flag.allocations[: last + 1]
    asked = list(dict.fromkeys(one.key for one in reached if one.rules and is_active(one, now)))
    if not asked:
        return ()
    several = len(asked) > 1
    whose = f", except where {'a condition' if several else 'the condition'} of "
    return (whose, *names(asked, last=" or "), " holds")
