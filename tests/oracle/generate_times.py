"""
Draws schedules around a moment, so that some have begun, some have ended and some are still to come.

Every edge lies at least seven minutes from that moment: real SDKs read the real clock, and a test run takes seconds.
"""

from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import TypedDict

from tests.oracle.description import Phase


class Window(TypedDict, total=False):
    """When an allocation is active, in the words of its description."""

    start: datetime | None
    end: datetime | None
    never_ends: bool


class Times:
    def __init__(self, random: Random, now: datetime) -> None:
        self._random = random
        self._now = now.replace(microsecond=0)

    def past(self, days: int = 400) -> datetime:
        return self._rounded(self._now - self._span(days))

    def future(self, days: int = 400) -> datetime:
        return self._rounded(self._now + self._span(days))

    def window(self, *, scheduled: float = 0.3) -> Window:
        """Return a window; with the probability *scheduled* it is more than "always"."""
        if self._random.random() >= scheduled:
            return {"never_ends": True} if self._random.random() < 0.1 else {}
        drawn: list[Window] = [
            {"start": self.past()},
            {"end": self.future()},
            {"start": self.past(), "end": self.future()},
            {"start": self.past(), "end": self.future()},
            {"start": self.past(), "never_ends": True},
            {"start": self.future()},
            {"end": self.past()},
            {"start": self.past() - timedelta(days=900), "end": self.past()},
        ]
        return self._random.choice(drawn)

    def phases(self) -> tuple[Phase, ...]:
        """Return one to four phases of growing exposure, of which none to all have begun."""
        number = self._random.randint(1, 4)
        begun = self._random.randint(0, number)
        moments = sorted([self.past(20) for _ in range(begun)] + [self.future(20) for _ in range(number - begun)])
        if any(later - earlier < timedelta(minutes=1) for earlier, later in pairwise(moments)):
            return self.phases()
        shares = sorted(self._random.choice([0, 1, 5, 20, 50, 80, 100]) for _ in moments)
        return tuple(Phase(at, Fraction(share, 100)) for at, share in zip(moments, shares, strict=True))

    def switchback(self, minutes: int) -> tuple[datetime, datetime]:
        """Return start and end such that now lies in the middle half of some window, or after the last."""
        window = timedelta(minutes=minutes)
        begun = self._random.randint(0, 5)
        start = self._now - window * begun - window * self._random.uniform(0.25, 0.75)
        start = start.replace(microsecond=0)
        # The last window may be cut short, but not before now.
        end = start + window * (begun + self._random.randint(1, 4)) - window * self._random.choice([0, 0, 0.125])
        if self._random.random() < 0.1:
            return start - window * 20, end - window * 20
        return start, end

    def _span(self, days: int) -> timedelta:
        return timedelta(days=days) * self._random.random() + timedelta(hours=2)

    def _rounded(self, moment: datetime) -> datetime:
        precision = self._random.choice([60, 3600, 1])
        rounded = datetime.fromtimestamp(moment.timestamp() // precision * precision, moment.tzinfo)
        if self._random.random() < 0.1:
            rounded = (moment - timedelta(days=1) if moment < self._now else moment).replace(hour=0, minute=0, second=0)
        return rounded + timedelta(milliseconds=self._random.choice([0, 0, 0, 1, 250, 999]))
