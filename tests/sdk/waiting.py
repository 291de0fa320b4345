"""Waits for conditions that other threads and processes bring about, never for time to pass."""

from collections.abc import Callable
from threading import Event

# Bounds only what would hang; a loaded machine takes its time.
DEADLINE_S = 30.0
_LOOK_EVERY_S = 0.02


def eventually(condition: Callable[[], bool], *, within_s: float = DEADLINE_S) -> bool:
    """Return whether *condition* came true within *within_s* seconds."""
    pause = Event()
    for _ in range(round(within_s / _LOOK_EVERY_S)):
        if condition():
            return True
        pause.wait(_LOOK_EVERY_S)
    return condition()
