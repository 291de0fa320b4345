"""Timestamps as they travel: UTC, exactly three decimals, ``Z``."""

from datetime import UTC, datetime


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
