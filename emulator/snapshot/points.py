"""What tests and applications can reach of an environment: what a report on coverage counts. Pure."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from emulator.snapshot.model import EnvironmentSnapshot


class Point(NamedTuple):
    """A flag, or one *name* of it, that can be served."""

    flag: str
    kind: Literal["flag", "variation", "allocation"]
    name: str = ""


def points_of(environment: EnvironmentSnapshot) -> Iterator[Point]:
    """Yield every point of the flags that *environment* serves."""
    for key, flag in environment.config["flags"].items():
        yield Point(key, "flag")
        yield from (Point(key, "variation", name) for name in flag["variations"])
        yield from (Point(key, "allocation", one["key"]) for one in flag["allocations"])
