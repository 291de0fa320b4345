"""Members of a published flag, read strictly: what is missing or mistyped spoils the flag; a sentence says where."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from emulator.evaluation.values import interpolated
from emulator.ufc.instants import instant_of

T = TypeVar("T")
_LARGEST = 2**32 - 1


class BrokenFlagError(ValueError):
    """The flag cannot be evaluated; the message says where and why."""


_REQUIRED: Any = object()


def member(raw: Any, name: str, read: Callable[[Any, str], T], at: str = "", absent: Any = _REQUIRED) -> T:
    """Return member *name* of the object *raw*, which stands at *at*; *absent* is read in its place."""
    if not isinstance(raw, Mapping):
        raise BrokenFlagError(f"{at or 'the flag'} is no object")
    value = raw.get(name, absent)
    where = f"{at}.{name}" if at else name
    if value is _REQUIRED:
        raise BrokenFlagError(f"{where} is missing")
    return read(value, where)


def _expected(value: Any, at: str, expected: str) -> BrokenFlagError:
    return BrokenFlagError(f"{at} is {interpolated(value)[:80]}, expected {expected}")


def text(value: Any, at: str) -> str:
    if not isinstance(value, str):
        raise _expected(value, at, "a text")
    return value


def boolean(value: Any, at: str) -> bool:
    if not isinstance(value, bool):
        raise _expected(value, at, "true or false")
    return value


def bound(value: Any, at: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LARGEST:
        raise _expected(value, at, f"an integer from 0 to {_LARGEST}")
    return value


def positive(value: Any, at: str) -> int:
    if bound(value, at) == 0:
        raise _expected(value, at, f"an integer from 1 to {_LARGEST}")
    number: int = value
    return number


def objects(value: Any, at: str) -> list[Any]:
    if not isinstance(value, list):
        raise _expected(value, at, "a list")
    return value


def mapping(value: Any, at: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _expected(value, at, "an object")
    return value


def texts(value: Any, at: str) -> Mapping[str, str]:
    for name, one in mapping(value, at).items():
        text(one, f"{at}.{name}")
    return mapping(value, at)


def instant(value: Any, at: str) -> datetime | None:
    """Return the time; null is none, as the SDKs read it."""
    if value is None:
        return None
    try:
        return instant_of(text(value, at))
    except BrokenFlagError:
        raise
    except ValueError as error:
        raise BrokenFlagError(f'{at} is "{value[:80]}": {error}') from error
