"""
Bandit events, as an SDK hands them to its logger (the Rust core's, Python 3's, Go's and C++'s names).

Source: evaluation.md section 5.5, protocol.md section 7.2.
"""

from collections.abc import Mapping
from typing import Any

from emulator.evaluation.bandit_evaluation import BanditEvaluation
from emulator.evaluation.bandit_model import BanditModel
from emulator.evaluation.contexts import context_of
from emulator.evaluation.events import assignment_event, event_timestamp
from emulator.evaluation.prepare import EVENT_ORIGIN

_META_DATA = EVENT_ORIGIN["metaData"]


def bandit_event(evaluation: BanditEvaluation, timestamp: str | None = None) -> dict[str, Any] | None:
    """
    Return the event, which belongs to the caller, or None where no action was chosen and an SDK logs nothing.

    *timestamp* is that of the evaluation, where somebody has formatted it already.
    """
    flag, _, bandit_key, model, subject, actions, choice = evaluation
    if choice is None or not isinstance(model, BanditModel):
        return None
    subject_numeric, subject_categorical = subject.named()
    action_numeric, action_categorical = context_of(actions[choice.action]).named()
    return {
        "flagKey": flag.flag_key,
        "banditKey": bandit_key,
        "subject": flag.subject_key,
        "action": choice.action,
        "actionProbability": choice.probability,
        "optimalityGap": choice.gap,
        "modelVersion": model.version,
        "timestamp": timestamp or event_timestamp(flag.now),
        "subjectNumericAttributes": subject_numeric,
        "subjectCategoricalAttributes": subject_categorical,
        "actionNumericAttributes": action_numeric,
        "actionCategoricalAttributes": action_categorical,
        "metaData": {**_META_DATA},
    }


def bandit_call_events(evaluation: BanditEvaluation) -> Mapping[str, dict[str, Any] | None]:
    """Return both events of a bandit call, ``assignment`` first, as it is logged first; None for what is not logged."""
    assignment = assignment_event(evaluation.flag)
    timestamp = None if assignment is None else assignment["timestamp"]
    return {"assignment": assignment, "bandit": bandit_event(evaluation, timestamp)}
