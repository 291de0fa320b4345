"""
Bandit events, as an SDK hands them to its logger (the Rust core's, Python 3's, Go's and C++'s names).

Source: evaluation.md section 5.5, protocol.md section 7.2.
"""

from collections.abc import Mapping
from typing import Any

from emulator.evaluation.bandit_evaluation import BanditEvaluation
from emulator.evaluation.bandit_model import BanditModel
from emulator.evaluation.events import assignment_event, event_timestamp
from emulator.evaluation.prepare import EVENT_ORIGIN


def bandit_event(evaluation: BanditEvaluation) -> dict[str, Any] | None:
    """Return the event, which belongs to the caller, or None where no action was chosen and an SDK logs nothing."""
    choice, model = evaluation.choice, evaluation.model
    if choice is None or not isinstance(model, BanditModel):
        return None
    action = evaluation.actions[choice.action]
    return {
        "flagKey": evaluation.flag.flag_key,
        "banditKey": evaluation.bandit_key,
        "subject": evaluation.flag.subject_key,
        "action": choice.action,
        "actionProbability": choice.probability,
        "optimalityGap": choice.gap,
        "modelVersion": model.version,
        "timestamp": event_timestamp(evaluation.flag.now),
        "subjectNumericAttributes": {**evaluation.subject.numeric},
        "subjectCategoricalAttributes": {**evaluation.subject.categorical},
        "actionNumericAttributes": {**action.numeric},
        "actionCategoricalAttributes": {**action.categorical},
        "metaData": {**EVENT_ORIGIN["metaData"]},
    }


def bandit_call_events(evaluation: BanditEvaluation) -> Mapping[str, dict[str, Any] | None]:
    """Return both events of a bandit call, ``assignment`` first, as it is logged first; None for what is not logged."""
    return {"assignment": assignment_event(evaluation.flag), "bandit": bandit_event(evaluation)}
