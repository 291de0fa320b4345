"""Timestamps as they travel: UTC, exactly three decimals, ``Z``; and the spellings that people may use for them."""

import re
from datetime import UTC, datetime, timedelta

_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?)?\Z", re.ASCII
)


class TimeTextError(ValueError):
    """A text is no instant; *hint* says how to write one, or is empty."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.hint = hint
        super().__init__(message)


def format_timestamp(moment: datetime) -> str:
    """
    Return *moment* (aware) as ``YYYY-MM-DDTHH:MM:SS.mmmZ``; finer digits are cut off.

    Java's parser takes this form only and otherwise drops the whole configuration; iOS demands the milliseconds too.
    Source: sdk-common-jdk v3.13.2 ``FlagConfigResponseDeserializer``, eppo-ios-sdk ``UniversalFlagConfig.swift``.
    """
    utc = moment.astimezone(UTC)
    # strftime pads years below 1000 differently from platform to platform.
    return (
        f"{utc.year:04}-{utc.month:02}-{utc.day:02}T"
        f"{utc.hour:02}:{utc.minute:02}:{utc.second:02}.{utc.microsecond // 1000:03}Z"
    )


def parse_time(text: str) -> datetime:
    """
    Return the instant that people write as a date (UTC midnight), or as a time with ``Z`` or an offset.

    Finer digits than milliseconds are cut off.

    Raises:
        TimeTextError: *text* is none of these, or no time that exists.
    """
    match = _TIME.match(text)
    if match is None:
        raise TimeTextError(f'expected a time, found "{text}"', "write it like 2025-03-28T00:00:00Z")
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    if hour is not None and zone is None:
        raise TimeTextError(f"time {text} needs a zone", f"write {text}Z, or an offset like +01:00")
    millis = int((fraction or "").ljust(3, "0")[:3])
    try:
        local = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), millis * 1000, UTC
        )
        return local - _offset(zone)
    except (ValueError, OverflowError) as error:
        raise TimeTextError(f"{text} is no time: {error}") from None


def _offset(zone: str | None) -> timedelta:
    if zone is None or zone == "Z":
        return timedelta(0)
    hours, minutes = int(zone[1:3]), int(zone[4:6])
    if hours > 23 or minutes > 59:
        raise ValueError(f"offset {zone} is out of range")
    offset = timedelta(hours=hours, minutes=minutes)
    return -offset if zone[0] == "-" else offset
