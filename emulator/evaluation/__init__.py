"""
What an SDK would answer: flags and bandits evaluated from the documents that SDKs receive, with the reason.

Pure: configurations are dictionaries, time and salt are arguments. Where the SDKs differ it does the canonical thing of
evaluation.md section 8.4.
"""

from emulator.evaluation.assignment import Evaluation, evaluate
from emulator.evaluation.bandit_evaluation import BanditEvaluation, bandit_details, evaluate_bandit
from emulator.evaluation.bandit_events import bandit_call_events, bandit_event
from emulator.evaluation.bandit_trace import bandit_trace, explain_bandit
from emulator.evaluation.details import details
from emulator.evaluation.events import assignment_event
from emulator.evaluation.explain import explain
from emulator.evaluation.finder import Found, NotFound, Wanted, find_subjects
from emulator.evaluation.precompute import precompute
from emulator.evaluation.prepare import Prepared, prepare
from emulator.evaluation.simulation import Shares, Simulation, simulate
from emulator.evaluation.trace import jsonable, trace

__all__ = [
    "BanditEvaluation",
    "Evaluation",
    "Found",
    "NotFound",
    "Prepared",
    "Shares",
    "Simulation",
    "Wanted",
    "assignment_event",
    "bandit_call_events",
    "bandit_details",
    "bandit_event",
    "bandit_trace",
    "details",
    "evaluate",
    "evaluate_bandit",
    "explain",
    "explain_bandit",
    "find_subjects",
    "jsonable",
    "precompute",
    "prepare",
    "simulate",
    "trace",
]
