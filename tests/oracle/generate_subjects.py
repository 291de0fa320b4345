"""Draws subjects that a description has something to say about: known by name, or fitting some condition."""

from collections.abc import Iterator
from datetime import datetime
from random import Random
from typing import Any

from tests.oracle.description import Allocation, Description, Switchback
from tests.oracle.generate_conditions import ATTRIBUTES, CITIES, draw_attribute, satisfying
from tests.oracle.generate_flags import SUBJECTS
from tests.oracle.interpret import Subject, all_flags


def draw_subjects(description: Description, random: Random, now: datetime, number: int) -> list[Subject]:
    """Return *number* subjects who ask at *now*."""
    allocations = list(_allocations(description))
    return [_subject(description, allocations, random, now) for _ in range(number)]


def _allocations(description: Description) -> Iterator[Allocation]:
    for flag in all_flags(description):
        yield from flag.allocations
        for overlay in flag.environments.values():
            yield from overlay.allocations or ()


def _subject(description: Description, allocations: list[Allocation], random: Random, now: datetime) -> Subject:
    key = random.choice(SUBJECTS) if random.random() < 0.15 else f"user-{random.randrange(100_000)}"
    attributes = {name: draw_attribute(name, random) for name in ATTRIBUTES if random.random() < 0.35}
    if allocations and random.random() < 0.75:
        attributes |= _fitting(random.choice(allocations), description, random)
    attributes.pop("id", None)
    if random.random() < 0.03:
        attributes["id"] = random.choice([None, *SUBJECTS, 1042])
    return Subject(key, attributes, now)


def _fitting(allocation: Allocation, description: Description, random: Random) -> dict[str, Any]:
    fitting = satisfying(allocation.condition, description.audiences, random)
    if isinstance(allocation.action, Switchback):
        fitting["city"] = random.choice(CITIES)
    return fitting
