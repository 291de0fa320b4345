"""Times as SDKs and configurations write them."""

from datetime import UTC, datetime

import pytest

from emulator.ufc.instants import instant_of

NINE = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01T09:00:00Z", NINE),
        ("2026-03-01T09:00:00.000Z", NINE),
        ("2026-03-01t09:00:00z", NINE),
        ("2026-03-01 09:00:00Z", NINE),
        ("2026-03-01T10:00:00+01:00", NINE),
        ("2026-03-01T08:59:60Z", NINE),
        ("2026-03-01T08:59:60.000Z", NINE),
        ("2026-03-01T09:00:00.123Z", NINE.replace(microsecond=123_000)),
        ("2026-03-01T09:00:00.1234569Z", NINE.replace(microsecond=123_456)),
    ],
)
def test_an_instant_is_read_in_utc(text: str, expected: datetime) -> None:
    found = instant_of(text)

    assert (found, found.tzinfo) == (expected, UTC)


@pytest.mark.parametrize(
    "text",
    [
        "", "2026-03-01", "2026-03-01T24:00:00Z", "2026-03-01T24:00:00.000Z", "2026-02-30T09:00:00Z",
        "2026-03-01T09:00:00",
        "2026-03-01T09:60:00Z", "2026-03-01T09:00:00,000Z", "2026-W09-1T09:00:00Z", "٢026-03-01T09:00:00Z",
        "0000-01-01T00:00:00Z", "2026-03-01T09:00:61.000Z", "2026-03-01T09:00:00.00ZZ",
    ],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no RFC 3339|out of range|must be in"):
        instant_of(text)
