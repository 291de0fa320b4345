"""What tests and applications can reach of an environment: what a report on coverage counts. Pure."""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, TypeVar

from emulator.snapshot.model import EnvironmentSnapshot

T = TypeVar("T")


class Point(NamedTuple):
    """A flag, or one *name* of it, that can be served."""

    flag: str
    kind: Literal["flag", "variation", "allocation"]
    name: str = ""


def points_of(environment: EnvironmentSnapshot) -> Iterator[Point]:
    """Yield every point of the flags that *environment* serves; what is mistyped, nobody can reach."""
    for key, flag in environment.config["flags"].items():
        yield Point(key, "flag")
        yield from (Point(key, "variation", name) for name in _member(flag, "variations", dict))
        for one in _member(flag, "allocations", list):
            name = _member(one, "key", str)
            if name:
                yield Point(key, "allocation", name)


def _member(value: Any, name: str, kind: type[T]) -> T:
    """Return a member, empty where it is none: published configurations are served however they are written."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, kind) else kind()
