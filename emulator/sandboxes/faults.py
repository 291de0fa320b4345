"""Faults: what goes wrong on purpose when the clients of one sandbox ask for something."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

Target = Literal["config", "bandits", "assignments", "events"]
Damage = Literal["garbage", "truncated", "empty"]

TARGETS: tuple[Target, ...] = get_args(Target)
DAMAGES: tuple[Damage, ...] = get_args(Damage)


@dataclass(frozen=True, slots=True)
class Fault:
    """
    What happens to requests for *on*.

    After *delay_ms*, the connection is closed without an answer (*drop*), or the answer is a text of *status*, or the
    right one with a damaged *body*: ``garbage`` is no JSON, ``truncated`` ends in the middle of what was announced,
    ``empty`` holds nothing. A fault of a delay alone answers late. *times* is how many requests it lasts; None is for
    ever.

    *failed* is another matter: the request is answered, but some events of its batch, the first so many or those with
    these ids, are said to have failed, and are not taken.
    """

    on: Target
    status: int | None = None
    delay_ms: int = 0
    body: Damage | None = None
    drop: bool = False
    times: int | None = None
    failed: int | frozenset[str] | None = None

    def fails(self, ids: Sequence[str]) -> tuple[str, ...]:
        """Return those of a batch's *ids* that fail, in its order."""
        if isinstance(self.failed, int):
            return tuple(ids[: self.failed])
        return tuple(one for one in ids if one in (self.failed or ()))


class Faults:
    """The faults of one sandbox and how often each still happens. Not thread-safe: its sandbox holds the lock."""

    def __init__(self, faults: Sequence[Fault] = ()) -> None:
        self._faults = tuple(faults)
        self._left = [fault.times for fault in self._faults]

    @property
    def all(self) -> tuple[Fault, ...]:
        return self._faults

    def remaining(self) -> tuple[tuple[Fault, int | None], ...]:
        """Return each fault with the number of requests that it still lasts; None is for ever."""
        return tuple(zip(self._faults, self._left, strict=True))

    def take(self, on: Target, *, partial: bool = False) -> Fault | None:
        """
        Return the fault that the next request for *on* meets, which counts as one time; the first one wins.

        Faults of a part of a batch are asked for on their own, once the batch is read.
        """
        for place, fault in enumerate(self._faults):
            left = self._left[place]
            if fault.on == on and left != 0 and partial == (fault.failed is not None):
                self._left[place] = None if left is None else left - 1
                return fault
        return None
