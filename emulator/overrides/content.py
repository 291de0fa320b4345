"""
Published content, read as far as it has the shape that it should have: raw flags and snapshots may hold anything.

Documents come from JSON, so their objects are dictionaries and their lists lists; asking for just these is quick.
"""

from typing import Any

Wire = dict[str, Any]


def object_in(value: Any, name: str) -> Wire:
    """Return the member *name*, or an empty object where it is none."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def list_in(value: Any, name: str) -> list[Any]:
    """Return the member *name*, or an empty list where it is none."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []


def objects_in(value: Any, name: str) -> list[Wire]:
    """Return the objects among the items of the member *name*."""
    return [one for one in list_in(value, name) if isinstance(one, dict)]


def text_in(value: Any, name: str) -> str | None:
    """Return the member *name*, or None where it is no text."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, str) else None
