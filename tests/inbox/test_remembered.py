"""Numbers that are remembered are those of a new count, whatever came and went since."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.inbox import Arrival, Inbox, Place, Term, parse_query
from tests.inbox.arrivals import arrived, assignment, bandit

QUERIES = (
    "", "flag:banner", "-flag:banner", "verdict:ok", "-verdict:ok", "variation:on", "subject:user-3", "kind:bandit",
    "user-1", "sandbox:box", "environment:test", "attr.country:NO", "-attr.country:NO", "before:40",
    "allocation:rollout sdk:python",
)  # fmt: skip


def _some(dice: random.Random) -> Iterator[Arrival]:
    for _ in range(dice.choice((1, 2, 30))):
        subject, message = f"user-{dice.randrange(9)}", f"m{dice.randrange(60)}"
        more: dict[str, Any] = {"variation": dice.choice(("on", "off")), "featureFlag": dice.choice(("banner", "hat"))}
        yield dice.choice((
            assignment(subject, message_id=message, **more),
            assignment(subject, sandbox=dice.choice((None, "box")), **more),
            assignment(subject, allocation=dice.choice((None, "other")), **more),
            bandit(subject=subject),
            arrived({"event": "Signed up"}),
        ))  # fmt: skip


def _numbers(inbox: Inbox, query: str) -> tuple[Any, ...]:
    terms = parse_query(query)
    return inbox.summary(terms), inbox.touched(terms), inbox.histogram(terms, 5)


def test_what_is_remembered_equals_a_new_count(shared: Place) -> None:
    dice = random.Random(23)
    with Inbox(shared) as one, Inbox(shared) as other:
        for _ in range(25):
            writer = dice.choice((one, other))
            writer.append(list(_some(dice)))
            if dice.random() < 0.2:
                writer.delete((Term("subject", f"user-{dice.randrange(9)}"), Term("after", dice.randrange(200))))
            for query in dice.sample(QUERIES, 5):
                with Inbox(shared) as new:
                    expected = _numbers(new, query)

                assert (query, _numbers(one, query)) == (query, expected)


@pytest.mark.parametrize("query", QUERIES)
def test_who_asks_again_gets_the_same(shared: Place, query: str) -> None:
    with Inbox(shared) as inbox:
        inbox.append(list(_some(random.Random(3))))

        assert _numbers(inbox, query) == _numbers(inbox, query)
