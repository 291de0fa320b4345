"""What was logged, to be asserted on: failures say what there was instead."""

import time
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from emulator.events import Event
from emulator.testing.matching import Fields, bullets, check_names, differences, line, nearest_misses, words

_LISTED = 20


class Logged:
    """
    The assignments, or the bandit actions, of one sandbox. pytest shows the caller's line of a failure, not ours.

    Every method takes fields to match, such as ``flag="banner"`` and ``attributes={"country": "NO"}`` (the members that
    are named; others may be anything). Values compare by their text: ``variation=True`` is ``"true"``; None is a
    missing one. An unknown field is a TypeError.

    *events* answers them, *version* and *wait* tell when to look again (as the recorder's), *others* says in a sentence
    what else there was.
    """

    def __init__(
        self,
        fields: Fields,
        events: Callable[[], Sequence[Event]],
        version: Callable[[], int],
        wait: Callable[[int, float], None],
        others: Callable[[], str],
    ) -> None:
        self._fields = fields
        self._events = events
        self._version = version
        self._wait = wait
        self._others = others

    def all(self, **match: Any) -> list[Event]:
        """Return those that match, the oldest first."""
        return self._matching(self._events(), match)

    def count(self, **match: Any) -> int:
        """Return how many match."""
        return len(self.all(**match))

    def one(self, **match: Any) -> Event:
        """
        Return the only one that matches.

        Raises:
            AssertionError: there is none, or another one; it lists what was logged instead, the nearest first.
        """
        __tracebackhide__ = True
        events = self._events()
        found = self._matching(events, match)
        if len(found) != 1:
            self._fail(f"expected one {self._fields.noun}{words(match)}, found {len(found) or 'none'}", events, match)
        return found[0]

    def none(self, **match: Any) -> None:
        """
        Do nothing if none matches.

        Raises:
            AssertionError: some do; it lists them.
        """
        __tracebackhide__ = True
        found = self.all(**match)
        if found:
            expected = f"expected no {self._fields.noun}{words(match)}, found {len(found)}:"
            raise AssertionError(f"{expected}{_listed(found)}")

    def wait(self, count: int = 1, timeout_s: float = 2, **match: Any) -> list[Event]:
        """
        Return those that match as soon as there are *count*: for what another process logs, or another thread.

        Raises:
            AssertionError: there are fewer after *timeout_s*.
        """
        __tracebackhide__ = True
        until = time.monotonic() + timeout_s
        while True:
            version = self._version()
            events = self._events()
            found = self._matching(events, match)
            left = until - time.monotonic()
            if len(found) >= count:
                return found
            if left <= 0:
                wanted = f"{count} {self._fields.noun if count == 1 else self._fields.plural}{words(match)}"
                self._fail(f"expected {wanted} within {timeout_s:g} s, found {len(found) or 'none'}", events, match)
            self._wait(version, left)

    def __iter__(self) -> NoReturn:
        raise TypeError(f"{self._fields.plural} are listed by .all()")

    def __repr__(self) -> str:
        return f"<{self._fields.plural}: {len(self._events())}>"

    def _matching(self, events: Sequence[Event], match: dict[str, Any]) -> list[Event]:
        check_names(self._fields, match)
        return [event for event in events if not differences(self._fields, event, match)]

    def _fail(self, expected: str, events: Sequence[Event], match: dict[str, Any]) -> NoReturn:
        __tracebackhide__ = True
        raise AssertionError(f"{expected}{self._instead(events, match)}")

    def _instead(self, events: Sequence[Event], match: dict[str, Any]) -> str:
        if not events:
            return f"; no {self._fields.noun} was logged here{self._others()}"
        near = nearest_misses(self._fields, events, match)
        nearest = bullets(f"{line(event)}: {'; '.join(map(str, found))}" for event, found in near)
        logged = f"\nlogged here{_listed(events)}"
        return f"{f'; nearest:{nearest}' if near else ''}{logged}"


def _listed(events: Sequence[Event]) -> str:
    """Return the newest events as lines, the oldest of them first."""
    more = len(events) - _LISTED
    return bullets([*([f"… {more} before"] if more > 0 else []), *map(line, events[-_LISTED:])])
