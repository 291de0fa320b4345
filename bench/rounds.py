"""What a call of microseconds takes: many short rounds, all sides in turns."""

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

Call = Callable[[str], Any]


def in_turns(sides: Sequence[Call], subjects: Sequence[str], rounds: int) -> list[float]:
    """
    Return the seconds that one call of each side takes, asked for every subject once a round.

    It is the first decile of the rounds, without garbage collection, as with ``timeit``: whatever else a machine does
    only ever adds to the time, and not to all of them alike. A round of a millisecond is often undisturbed.
    """
    took: list[list[float]] = [[] for _ in sides]
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for side, found in zip(sides, took, strict=True):
                found.append(_seconds_per_call(side, subjects))
    finally:
        gc.enable()
    return [statistics.quantiles(found, n=10)[0] for found in took]


def _seconds_per_call(call: Call, subjects: Sequence[str]) -> float:
    started = time.perf_counter()
    for subject in subjects:
        call(subject)
    return (time.perf_counter() - started) / len(subjects)
