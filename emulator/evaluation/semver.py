"""
Versions as in Semantic Versioning 2.0.0, strictly: three parts, no prefix, no leading zeros.

Build metadata takes no part in the order (evaluation.md 8.4.5); a component beyond 64 bits is no version (D-SEM-9).
"""

import re
from functools import lru_cache
from typing import Any

_PART = r"(0|[1-9]\d{0,19})"
_IDENTIFIER = r"(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)"
_VERSION = re.compile(
    rf"{_PART}\.{_PART}\.{_PART}(?:-({_IDENTIFIER}(?:\.{_IDENTIFIER})*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?",
    re.ASCII,
)
_LARGEST = 2**64 - 1
# Real versions are short; longer texts would only fill the memory of what was parsed before.
REMEMBERED_LENGTH = 64

Version = tuple[Any, ...]


def version_of(text: str) -> Version | None:
    """Return a key that orders as the version *text* does, or None when it is no version."""
    return _remembered(text) if len(text) <= REMEMBERED_LENGTH else _parsed(text)


def _parsed(text: str) -> Version | None:
    found = _VERSION.fullmatch(text)
    if found is None:
        return None
    major, minor, patch, prerelease = found.groups()
    numbers = (int(major), int(minor), int(patch))
    if max(numbers) > _LARGEST:
        return None
    # A release comes after all its prereleases.
    return (*numbers, prerelease is None, tuple(map(_identifier, prerelease.split("."))) if prerelease else ())


# The same few versions are asked about again and again.
_remembered = lru_cache(maxsize=4096)(_parsed)


def _identifier(text: str) -> tuple[int, int, str]:
    """Numbers before words; among numbers the longer one is larger, for none has a leading zero."""
    return (0, len(text), text) if text.isdigit() else (1, 0, text)
