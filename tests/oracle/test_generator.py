"""The generator reaches every construct and every outcome; otherwise the comparison would hold less than it says."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from random import Random

import pytest

from tests.oracle.description import (
    Allocation,
    Condition,
    Description,
    Exact,
    Experiment,
    Expression,
    Flag,
    Gate,
    InAudience,
    Overlay,
    Shipped,
    Switchback,
)
from tests.oracle.generate import draw_description
from tests.oracle.generate_subjects import draw_subjects
from tests.oracle.interpret import Answer, all_flags, flag_answer

NOW = datetime(2026, 1, 15, 12, 34, 56, tzinfo=UTC)
FILES = 300

OUTCOMES = (
    "caller's default", "default rule", "override", "gate", "contiguous experiment", "sticky experiment", "ship",
    "exact splits", "switchback", "rollout", "exclusive slots", "held out while running", "held back after shipping",
    "shipped in the holdout", "window", "own salts", "not logged", "extra logging", "opted out of a layer",
    "experiment of a layer", "rollout of a layer", "bandit behind it", "disabled", "archived", "left out by tags",
    "another number of shards", "nothing through a null default",
)  # fmt: skip
RELATIONS = (
    "one of", "none of", "matches", "does not match", ">", ">=", "<", "<=", "is null", "is not null", "audience",
)  # fmt: skip


def outcomes_of(description: Description, random: Random) -> Iterator[str]:
    for subject in draw_subjects(description, random, NOW, 20):
        environment = random.choice(description.served_environments)
        for flag in all_flags(description):
            overlay = flag.environments.get(environment.key, Overlay())
            answer = flag_answer(description, environment, flag, subject)
            yield from switches_of(flag, overlay, set(environment.tags))
            yield from names_of(flag, overlay, answer, is_layer=flag not in description.flags)


def switches_of(flag: Flag, overlay: Overlay, wanted: set[str]) -> Iterator[str]:
    if flag.archived:
        yield "archived"
    if overlay.enabled is False:
        yield "disabled"
    if wanted and not wanted & set(flag.tags):
        yield "left out by tags"
    if overlay.serve is None and flag.serve is not None:
        yield "nothing through a null default"


def names_of(flag: Flag, overlay: Overlay, answer: Answer, *, is_layer: bool) -> Iterator[str]:
    if answer.allocation is None:
        yield "caller's default"
        return
    if flag.shards != 10_000:
        yield "another number of shards"
    if any(one.bandit for one in flag.variations if one.key == answer.variation):
        yield "bandit behind it"
    if not answer.logged:
        yield "not logged"
    if answer.allocation == "default":
        yield "rollout of a layer" if is_layer and answer.variation != "default" else "default rule"
    if answer.allocation.startswith("override-"):
        yield "override"
    if answer.allocation == "opted-out":
        yield "opted out of a layer"
    yield from holdout_names(answer)
    allocations = flag.allocations if overlay.allocations is None else overlay.allocations
    for allocation in allocations:
        if allocation.key == answer.allocation:
            yield from allocation_names(allocation, is_layer=is_layer)
            if answer.extra_logging:
                yield "extra logging"


def holdout_names(answer: Answer) -> Iterator[str]:
    if "-holdout-" in str(answer.allocation):
        yield "held out while running"
    if "holdoutKey" in answer.extra_logging:
        kept = answer.extra_logging["holdoutVariation"] == "status_quo"
        yield "held back after shipping" if kept else "shipped in the holdout"


def allocation_names(allocation: Allocation, *, is_layer: bool) -> Iterator[str]:
    match allocation.action:
        case Gate():
            yield "gate"
        case Experiment(_, sticky):
            yield "experiment of a layer" if is_layer else "sticky experiment" if sticky else "contiguous experiment"
        case Shipped():
            yield "ship"
        case Exact():
            yield "exact splits"
        case Switchback():
            yield "switchback"
    yield from (
        name
        for name, is_so in (
            ("rollout", allocation.phases),
            ("exclusive slots", allocation.exclusive),
            ("window", allocation.start and allocation.end),
            ("own salts", allocation.salt or allocation.split_salt),
        )
        if is_so
    )


@cache
def seen() -> frozenset[str]:
    """Return every outcome and relation that some hundred files produce; the seeds are fixed."""
    found: set[str] = set()
    for seed in range(FILES):
        random = Random(seed)
        description = draw_description(random, NOW)
        found.update(outcomes_of(description, random))
        for flag in description.flags:
            for allocation in flag.allocations:
                found.update(relations_in(allocation.condition))
    return frozenset(found)


def relations_in(expression: Expression | None) -> Iterator[str]:
    match expression:
        case None:
            return
        case Condition():
            yield expression.relation
        case InAudience():
            yield "audience"
        case compound:
            for term in compound.terms:
                yield from relations_in(term)


@pytest.mark.parametrize("name", [*OUTCOMES, *RELATIONS])
def test_the_generator_reaches(name: str) -> None:
    assert name in seen()
