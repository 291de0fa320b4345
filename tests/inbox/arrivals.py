"""Events on their way in."""

from collections.abc import Mapping
from typing import Any

from emulator.events import read_event
from emulator.inbox import Arrival
from tests.events.families import ASSIGNMENTS, BANDITS

ASSIGNMENT: Mapping[str, Any] = ASSIGNMENTS["rust core"]
BANDIT: Mapping[str, Any] = BANDITS["rust core"]


def assignment(
    subject: str = "ann", *, message_id: str | None = None, sandbox: str | None = None, **more: Any
) -> Arrival:
    event = read_event({**ASSIGNMENT, "subject": subject, **more})
    return Arrival(event, environment="test", message_id=message_id, sandbox=sandbox)


def bandit(**more: Any) -> Arrival:
    return Arrival(read_event({**BANDIT, **more}), environment="test")


def arrived(raw: Any) -> Arrival:
    return Arrival(read_event(raw), environment="test")
