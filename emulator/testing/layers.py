"""
Changes in layers: each is undone for itself, in any order, and what lies beneath comes back.

A control takes whole states ("these changes lie over this flag"); here is who laid what.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from threading import RLock
from typing import Any, Self

from emulator.sandboxes.refusals import ChangeError
from emulator.testing.control import Control, What

# What a layer is laid over: a flag or a bandit by its key; the clock and the faults have none.
Target = tuple[What, str]


class Undo:
    """One change. :meth:`undo` takes it away, and so does leaving its ``with`` block; the second time does nothing."""

    def __init__(self, undo: Callable[[], None]) -> None:
        self._undo: Callable[[], None] | None = undo

    def undo(self) -> None:
        undo, self._undo = self._undo, None
        if undo is not None:
            undo()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.undo()


class Layer:
    """The *documents* that one call laid over a target. Compared by identity: two calls may say the same."""

    def __init__(self, documents: Sequence[Any], *, is_outage: bool = False) -> None:
        self.documents = list(documents)
        self.is_outage = is_outage


_FAULTS: Target = ("faults", "")

Stacks = dict[Target, tuple[Layer, ...]]


class Layers:
    """All layers of one sandbox; *beneath* are those that were there before anybody laid one. Thread-safe."""

    def __init__(self, control: Control, beneath: Stacks) -> None:
        self._control = control
        self._at_first = dict(beneath)
        self._stacks = dict(beneath)
        self._is_open = True
        self._lock = RLock()

    @property
    def is_outage(self) -> bool:
        """Whether a layer that stands for an outage lies anywhere."""
        return any(layer.is_outage for layer in self._stack(_FAULTS))

    def lay(self, what: What, name: str, *documents: Any, is_outage: bool = False) -> Undo:
        """
        Lay *documents* on top; a refused one changes nothing.

        Raises:
            QueryError, ChangeError: as the control says.
        """
        layer, target = Layer(documents, is_outage=is_outage), (what, name)
        with self._lock:
            self._put(target, (*self._stack(target), layer))
        return Undo(lambda: self._take(target, layer))

    def keep(self) -> None:
        """From now on, a reset returns to what is laid now."""
        with self._lock:
            self._at_first = dict(self._stacks)

    def close(self) -> None:
        """From now on there is nothing to undo: it ended with the sandbox."""
        with self._lock:
            self._stacks, self._is_open = {}, False

    def reset(self) -> Undo:
        """Return to how it was at first; undone, the layers of before are back."""
        with self._lock:
            before = dict(self._stacks)
            self._control.reset()
            self._stacks = {}
            self._restore(self._at_first)
        return Undo(lambda: self._restore(before))

    def _stack(self, target: Target) -> tuple[Layer, ...]:
        return self._stacks.get(target, ())

    def _take(self, target: Target, layer: Layer) -> None:
        with self._lock:
            stack = self._stack(target)
            if layer in stack:
                self._put_what_holds(target, [one for one in stack if one is not layer])

    def _restore(self, stacks: Stacks) -> None:
        with self._lock:
            for target in {**self._stacks, **stacks} if self._is_open else ():
                self._put_what_holds(target, stacks.get(target, ()))

    def _put_what_holds(self, target: Target, layers: Iterable[Layer]) -> None:
        """Put *layers*, without those that only stood on one that is gone: a variation of an edit that was undone."""
        layers = tuple(layers)
        with suppress(ChangeError):
            self._put(target, layers)
            return
        self._put(target, ())
        for layer in layers:
            with suppress(ChangeError):
                self._put(target, (*self._stack(target), layer))

    def _put(self, target: Target, stack: tuple[Layer, ...]) -> None:
        what, name = target
        if target == _FAULTS:
            self._count_down(self._stack(target))
        documents = _DOCUMENTS[what](stack)
        if documents:
            self._control.put(what, name, documents)
        else:
            self._control.delete(what, name)
        self._stacks[target] = stack

    def _count_down(self, stack: tuple[Layer, ...]) -> None:
        """Write down how often each fault still happens, for whoever puts them anew starts the count again."""
        left = iter(self._control.faults_left())
        for layer in reversed(stack):
            layer.documents = list(_still_happening(layer.documents, left))


def _still_happening(faults: Iterable[Any], left: Iterator[int | None]) -> Iterator[Any]:
    for fault in faults:
        times = next(left, None)
        if times is None:
            yield fault
        elif times > 0:
            yield {**fault, "times": times}


def _all(stack: tuple[Layer, ...]) -> Any:
    return [document for layer in stack for document in layer.documents]


def _newest_first(stack: tuple[Layer, ...]) -> Any:
    return [document for layer in reversed(stack) for document in layer.documents]


def _topmost(stack: tuple[Layer, ...]) -> Any:
    return stack[-1].documents[0] if stack else None


_DOCUMENTS: dict[What, Callable[[tuple[Layer, ...]], Any]] = {
    "flags": _all,
    "bandits": _topmost,
    "clock": _topmost,
    "faults": _newest_first,
}
