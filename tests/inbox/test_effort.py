"""What a database does for a query: counted in steps of its machine, for times are not the same on any two days."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool

from emulator.inbox import Arrival, Inbox, parse_query, place_of
from tests.inbox.arrivals import assignment

EVENTS = 20_000
# What a look at one event takes at most: some 20 steps for each of a query's terms.
STEPS_PER_EVENT = 150
FEW = 40_000
TERMS = (
    "user-1", "user-99", "banner", "nobody", "flag:banner", "flag:other", "variation:on", "variation:rare",
    "subject:user-7", "sdk:python", "sdk:go", "kind:assignment", "kind:bandit", "-kind:assignment", "verdict:ok",
    "-verdict:ok", "-user-1", "-variation:on", "attr.country:NO", "-attr.country:NO", "attr.age:30", "-attr.age:31",
    "after:10000", "before:10000", "-after:10000", "after:2020-01-01", "before:2020-01-01", "source:native",
    "sandbox:none", "experiment:banner-rollout",
)  # fmt: skip
PAGES = (
    "", "flag:banner", "flag:other", "subject:user-7", "variation:rare", "nobody", "user-7777", "kind:bandit", "sdk:go",
    "verdict:drift", "-user-2", "-variation:on", "-attr.country:NO", "attr.country:NO", "attr.country:DK",
    "after:10000 user-19", "before:10000 user-19", "variation:rare attr.country:NO", "before:2020-01-01",
)  # fmt: skip


class _Steps:
    """Counts thousands of steps of every connection of SQLite's that is opened meanwhile."""

    def __init__(self) -> None:
        self.count = 0

    def listen(self, connection: object, _record: object) -> None:
        connection.set_progress_handler(self._count, 1_000)  # type: ignore[attr-defined]

    def _count(self) -> None:
        self.count += 1_000


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Inbox, _Steps]]:
    steps = _Steps()
    path: Path = tmp_path_factory.mktemp("effort") / "inbox.db"
    event.listen(Pool, "connect", steps.listen)
    with Inbox(place_of(path)) as inbox:
        for start in range(0, EVENTS, 1_000):
            inbox.append([_event(number) for number in range(start, start + 1_000)])
        yield inbox, steps
    event.remove(Pool, "connect", steps.listen)


def _event(number: int) -> Arrival:
    variation = "rare" if number == 7_777 else ("on", "off")[number % 2]
    attributes = {"country": ("NO", "SE")[number % 2], "age": number % 80}
    return assignment(f"user-{number}", variation=variation, subjectAttributes=attributes)


def _pairs() -> list[str]:
    every = [f"{one} {other}" for one in TERMS for other in TERMS if one < other]
    return [*TERMS, *random.Random(3).sample(every, 150)]


@pytest.mark.parametrize("descending", [False, True], ids=["oldest-first", "newest-first"])
def test_no_query_looks_at_events_again_and_again(counted: tuple[Inbox, _Steps], descending: bool) -> None:
    inbox, steps = counted
    took = {}
    for query in _pairs():
        before = steps.count
        inbox.find(parse_query(query), limit=100, descending=descending)
        took[query] = steps.count - before

    assert {query: count for query, count in took.items() if count > STEPS_PER_EVENT * EVENTS} == {}


@pytest.mark.parametrize("query", PAGES)
def test_a_page_takes_a_look_at_few_events(counted: tuple[Inbox, _Steps], query: str) -> None:
    inbox, steps = counted
    before = steps.count

    inbox.find(parse_query(query), limit=100, descending=True)

    assert steps.count - before < FEW


@pytest.mark.parametrize("query", ["", "flag:banner", "verdict:ok", "user-19"])
def test_numbers_are_counted_once(counted: tuple[Inbox, _Steps], query: str) -> None:
    inbox, steps = counted
    terms = parse_query(query)
    first = inbox.summary(terms), inbox.touched(terms), inbox.histogram(terms)
    before = steps.count
    again = inbox.summary(terms), inbox.touched(terms), inbox.histogram(terms)

    assert steps.count - before <= 2_000
    assert again == first


def test_what_came_since_is_counted_alone(counted: tuple[Inbox, _Steps]) -> None:
    inbox, steps = counted
    known = inbox.summary(), inbox.touched(), inbox.histogram()
    inbox.append([_event(number) for number in range(EVENTS, EVENTS + 100)])
    before = steps.count
    summary = inbox.summary()
    inbox.touched()
    inbox.histogram()

    assert steps.count - before < FEW
    assert summary.kinds["assignment"] == known[0].kinds["assignment"] + 100
