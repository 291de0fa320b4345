"""What pages watch."""

from typing import Any

from emulator.errors import Problem
from emulator.server.pages.pulse import pulse_of
from emulator.server.parts import Parts
from tests.server.documents import Shelf, two_environments


class Counted(tuple[Problem, ...]):
    """Problems that count how often somebody goes through all of them."""

    hashed = 0

    def __hash__(self) -> int:
        self.hashed += 1
        return super().__hash__()


def problem(message: str) -> Problem:
    return Problem("a.yaml", 1, 1, "W206", "warning", message)


def test_many_problems_are_gone_through_once() -> None:
    problems = Counted([problem("one")])
    parts = Parts(Shelf(two_environments(), problems))

    told: list[Any] = [pulse_of(parts)["problems"] for _ in range(5)]

    assert problems.hashed == 1
    assert len(set(told)) == 1


def test_other_problems_are_news() -> None:
    shelf = Shelf(two_environments(), (problem("one"),))
    before = pulse_of(Parts(shelf))["problems"]

    shelf.problems = (problem("two"),)

    assert pulse_of(Parts(shelf))["problems"] != before
