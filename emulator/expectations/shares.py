"""Entries about many subjects: where ``user-0``, ``user-1`` … land, and their shares next to those expected."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from fractions import Fraction

from emulator.definitions.model import Expectation
from emulator.evaluation import Prepared
from emulator.evaluation.traffic import Outcome, Traffic
from emulator.expectations.answers import ask, plain_attributes
from emulator.expectations.demands import BEHIND, unmet
from emulator.expectations.results import FoundShare

# The variation and the allocation that serves it.
Landing = tuple[str | None, str | None]
# Of those who get no variation, and those who do not count.
NOWHERE: Landing = (None, None)


def landings(prepared: Prepared, flag: str, expected: Expectation, now: datetime) -> Mapping[Landing, int]:
    """
    Return how many of the entry's subjects land where.

    Where it says more than shares (``via``, ``logs``, ``action``), others than those for whom that holds do not count.
    """
    subjects = (f"user-{number}" for number in range(expected.subjects or 0))
    if expected.logs is None and expected.actions is None:
        return _by_shards(prepared, flag, expected, now, subjects)
    answers = (ask(prepared, flag, subject, expected, now) for subject in subjects)
    return Counter(
        (answer.variation, answer.allocation) if unmet(expected, answer, BEHIND) is None else NOWHERE
        for answer in answers
    )


def found_shares(expected: Expectation, landed: Mapping[Landing, int]) -> Iterator[FoundShare]:
    """Yield the shares that the entry lists, then those of other variations, then of those who get none."""
    counts: Counter[str | None] = Counter()
    for (variation, _), count in landed.items():
        counts[variation] += count
    total = counts.total()
    for one in expected.shares:
        got = Fraction(counts.pop(one.variation.text, 0), total)
        yield FoundShare(one.variation.text, one.share, got, abs(got - one.share) <= expected.tolerance)
    for variation in sorted(counts, key=lambda key: (key is None, key or "")):
        yield FoundShare(variation, None, Fraction(counts[variation], total), True)


def _by_shards(
    prepared: Prepared, flag: str, expected: Expectation, now: datetime, subjects: Iterator[str]
) -> Mapping[Landing, int]:
    """Count without evaluating one by one, in half the time: only their shards tell the subjects apart."""
    found = prepared.flag(flag)
    if found is None or found.closed:
        return {NOWHERE: expected.subjects or 0}
    traffic = Traffic(found, plain_attributes(expected), now)
    places = [*(_landing(outcome, expected.via) for outcome in traffic.outcomes), NOWHERE]
    landed: Counter[Landing] = Counter()
    for number, count in Counter(traffic.numbers(subjects)).items():
        landed[places[number]] += count
    return landed


def _landing(outcome: Outcome, via: str | None) -> Landing:
    counts = outcome.serves is not None and via in (None, outcome.allocation.key)
    return (outcome.serves, outcome.allocation.key) if counts else NOWHERE
