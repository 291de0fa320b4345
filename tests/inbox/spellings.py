"""Events in every spelling and wrapping that arrives, made up with values of all kinds, hostile ones among them."""

import json
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from emulator.inbox import Arrival
from tests.events.families import ASSIGNMENTS, BANDITS, DISPATCHED
from tests.inbox.arrivals import arrived


def _nested(depth: int) -> Any:
    value: Any = "deep"
    for _ in range(depth):
        value = {"a": [value]}
    return value


TEXTS = (
    "ann", "", " ", "Größe 🦊", "a,b\n\"c\"';--", "<script>alert(1)</script>", "NUL \0 inside", "lone \ud800 surrogate",
    "long " * 200, "ends with NUL\0", "ü" * 250, "x" * 250, "x" * 251, "\\x00", "null", "NaN", "{}",
)  # fmt: skip
VALUES = (
    *TEXTS, None, True, False, 0, -1, 1.5, 5.0, 1e-7, 2**70, 1e308, float("nan"), float("-inf"), [], [1, "two", None],
    {}, {"x" * 1_000: 1}, {"": {"": ""}}, _nested(50), "2026-03-01T09:00:00Z",
)  # fmt: skip
TIMES = (
    "2026-03-01T09:00:00Z", "2026-03-01T09:00:00.9999999+02:00", "1969-12-31T23:59:59.001Z", "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999Z", 0, -0.001, 1_772_355_600, 1_772_355_600_123, 1_772_355_600_123_456, "never", None,
)  # fmt: skip


def _as_text(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return *event* as mParticle's libraries have it: what is nested is JSON text."""
    return {name: json.dumps(value) if isinstance(value, dict) else value for name, value in event.items()}


WRAPPINGS: tuple[Callable[[dict[str, Any]], Any], ...] = (
    lambda event: event,
    lambda event: {"type": "track", "event": "Eppo", "userId": "u-1", "messageId": "m", "properties": event},
    lambda event: {"event_type": "Experiment Viewed", "user_id": "u-1", "event_properties": event},
    lambda event: {
        "mpid": 1,
        "events": [{"event_type": "custom_event", "data": {"custom_attributes": _as_text(event)}}],
    },
    lambda event: {"e": "ue", "unstruct_event": {"schema": "s", "data": {"schema": "t", "data": event}}},
    lambda event: {"uuid": "u", "type": "__eppo_assignment", "payload": event},
)


def every_spelling() -> Iterator[Any]:
    """Yield an event of each SDK family in each wrapping, and what is none."""
    for event in (*ASSIGNMENTS.values(), *BANDITS.values(), DISPATCHED["payload"]):
        yield from (wrap(event) for wrap in WRAPPINGS)
    yield from (DISPATCHED, {"event": "Signed up"}, "what?", [], {})


def made_up(dice: random.Random, count: int) -> Iterator[Any]:
    """Yield events with some members changed, at any level, or left out."""
    templates = (*ASSIGNMENTS.values(), *BANDITS.values(), DISPATCHED["payload"])
    for _ in range(count):
        event = dict(dice.choice(templates))
        for name in dice.sample(list(event), dice.randrange(4)):
            event[name] = _changed(dice, name, event[name])
        yield dice.choice(WRAPPINGS)(event)


def _changed(dice: random.Random, name: str, value: Any) -> Any:
    if name.lower() == "timestamp":
        return dice.choice(TIMES)
    if isinstance(value, dict) and dice.random() < 0.8:
        return value | {dice.choice(TEXTS): dice.choice(VALUES) for _ in range(3)}
    return dice.choice(VALUES if dice.random() < 0.3 else TEXTS)


def arrivals(seed: int, count: int) -> list[Arrival]:
    return [arrived(raw) for raw in (*every_spelling(), *made_up(random.Random(seed), count))]
