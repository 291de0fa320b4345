"""
The ``expect:`` entries of flag files, run by the evaluator: a Snapshot and a time in, results out.

``entries_of`` lists what there is to run, and ``run_entry`` runs one entry in one environment; whoever reports them
(a command, a test runner) goes through them in the order of the list.
"""

from emulator.expectations.entries import Entry, entries_of
from emulator.expectations.results import FoundShare, Result
from emulator.expectations.running import run_entry

__all__ = ["Entry", "FoundShare", "Result", "entries_of", "run_entry"]
