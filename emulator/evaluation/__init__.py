"""
What an SDK would answer: flags and bandits evaluated from the documents that SDKs receive, with the reason.

Pure: configurations are dictionaries, time and salt are arguments. Where the SDKs differ it does the canonical thing of
evaluation.md section 8.4.
"""

from emulator.evaluation.assignment import Evaluation, evaluate
from emulator.evaluation.details import details
from emulator.evaluation.events import assignment_event
from emulator.evaluation.explain import explain
from emulator.evaluation.prepare import Prepared, prepare
from emulator.evaluation.trace import trace

__all__ = ["Evaluation", "Prepared", "assignment_event", "details", "evaluate", "explain", "prepare", "trace"]
