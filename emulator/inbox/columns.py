"""Texts as an index can hold them on any database: no NUL, no lone surrogate, never long."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from emulator.events import attribute_text

# PostgreSQL indexes texts of up to 2.7 KB; with four bytes a letter this stays below half of it.
_LONGEST = 250
_KEPT = 230
# An event may hold any number of attributes; those that come first can be searched for.
_INDEXED_ATTRIBUTES = 100
# Each escape in a JSON text, a pair of surrogates as one: so that the rest of one is not taken for another.
_ESCAPE = re.compile(r"\\ud[89ab]..\\ud[c-f]..|(?P<lone>\\ud[89a-f]..)|\\u....|\\.")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def safe_text(text: str) -> str:
    """Return *text* as every database and every file holds it: NUL and lone surrogates are spelled out."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")


def safe_json(text: str) -> str:
    """Return JSON in ASCII with what :func:`safe_text` spells out spelled out: databases refuse to read its escapes."""
    return _ESCAPE.sub(_spelled_out, text) if "\\u" in text else text


def _spelled_out(escape: re.Match[str]) -> str:
    found = escape[0]
    if found == r"\u0000":
        return r"\\x00"
    return f"\\{found}" if escape["lone"] else found


def column_text(text: str) -> str:
    """Return *text* as it is stored and compared; a long one keeps its beginning and the hash of all of it."""
    safe = safe_text(text)
    if len(safe) <= _LONGEST:
        return safe
    digest = hashlib.blake2b(safe.encode("utf-8"), digest_size=8).hexdigest()
    return f"{safe[:_KEPT]}…{digest}"


def is_short(columns: Iterable[str | None]) -> bool:
    """Return whether none of *columns*, which are not many, can be a part of its text."""
    return len("".join(filter(None, columns))) < _KEPT


def rest_of(text: str | None, column: str | None) -> str | None:
    """Return all of *text* where its *column*, as :func:`column_text` made it, holds a part; else None."""
    if text is None or column is None or len(column) < _KEPT:
        return None
    safe = safe_text(text)
    return None if safe == column else safe


def column_or_none(text: str | None) -> str | None:
    return None if text is None else column_text(text)


def attribute_columns(attributes: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield name and text of each attribute that can be searched for, each pair once."""
    pairs = zip(attributes.items(), range(_INDEXED_ATTRIBUTES), strict=False)
    return iter(
        dict.fromkeys((column_text(str(name)), column_text(attribute_text(value))) for (name, value), _ in pairs)
    )


def microseconds(moment: datetime) -> int:
    """Return *moment* (aware) in microseconds since 1970, in whole numbers: doubles would round."""
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(since_1970_us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=since_1970_us)
