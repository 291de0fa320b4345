"""Ctrl-C and its like."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def first_signal(on_signal: Callable[[], None]) -> Iterator[None]:
    """Call *on_signal* at the first SIGINT or SIGTERM; from then on, and afterwards, the former handlers are back."""
    former = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def restore() -> None:
        for number, handler in former.items():
            signal.signal(number, handler)

    def handle(_number: int, _frame: FrameType | None) -> None:
        restore()
        on_signal()

    for number in former:
        signal.signal(number, handle)
    try:
        yield
    finally:
        restore()
