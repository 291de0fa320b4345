"""Times in configurations: RFC 3339, with or without fraction, ``Z`` or an offset (evaluation.md 8.4.10)."""

import re
from datetime import UTC, datetime, timedelta

_RFC_3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):([0-5]\d))", re.ASCII
)

# What SDKs write: in UTC, with milliseconds or without.
_USUAL_LENGTHS = (20, 24)


def instant_of(text: str) -> datetime:
    """
    Return the instant, in UTC; digits finer than a microsecond are cut off.

    Raises:
        ValueError: *text* is no RFC 3339 time, or beyond the years 1 to 9999.
    """
    if _is_usual(text):
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            """A leap second, or no time at all."""
    found = _RFC_3339.fullmatch(text)
    if found is None:
        raise ValueError("no RFC 3339 time like 2025-01-31T12:00:00.000Z")
    *parts, fraction, sign, hours, minutes = found.groups()
    year, month, day, hour, minute, second = map(int, parts)
    if second > 60:
        raise ValueError("second must be in 0..60")
    # Seconds are added, for a leap second is written 60.
    elapsed = timedelta(seconds=second, microseconds=int((fraction or "0").ljust(6, "0")[:6]))
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    try:
        moment = datetime(year, month, day, hour, minute, tzinfo=UTC) + elapsed
        return moment + offset if sign == "-" else moment - offset
    except OverflowError as error:
        raise ValueError("beyond the years 1 to 9999") from error


def _is_usual(text: str) -> bool:
    """Return whether *text* has the form in which Python's own reader, ten times as quick, takes nothing else."""
    return (
        len(text) in _USUAL_LENGTHS
        and text[4:17:3] == "--T::"
        and text[19] in ".Z"
        and text[-1] == "Z"
        and text[11:13] < "24"
    )
