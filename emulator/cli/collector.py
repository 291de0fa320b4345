"""
Python's cyclic collector in a process of our own.

A full collection over 10,000 flags holds everything up for about 0.3 s: a request, or a reload, that has nothing to do
with it. The process starts with the collector off (``emulator.__main__``).
"""

import gc

# Young cycles, such as a request leaves behind, are found as always; the old are looked at a hundred times less often.
_THRESHOLDS = (50_000, 20, 100)


def keep_collector_away() -> None:
    """Leave out of all further collections what exists now; collect what comes later as always, but less often."""
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    gc.enable()
