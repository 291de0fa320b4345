"""
The way of a bandit call: the flag's trace, and how the bandit came to its action, number by number.

One JSON-able structure for every reader, as for flags; its lines of text come from it.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from emulator.evaluation.bandit_evaluation import BanditEvaluation, explain_choice
from emulator.evaluation.bandit_scores import Contribution
from emulator.evaluation.bandits import TOTAL_SHARDS, ActionReport, ChoiceReport
from emulator.evaluation.explain import explain, joined
from emulator.evaluation.trace import jsonable, shown, trace
from emulator.evaluation.words import MISSING, seen_words


def bandit_trace(evaluation: BanditEvaluation) -> dict[str, Any]:
    """Return how *evaluation* came about, as JSON-able data: the flag's trace, and in it ``bandit``."""
    return {**trace(evaluation.flag), "bandit": _bandit(evaluation)}


def explain_bandit(told: Mapping[str, Any]) -> str:
    """Return what :func:`bandit_trace` found, line by line, without a final line break."""
    return f"{explain(told)}\n{joined(_lines(told['bandit']))}"


def _bandit(evaluation: BanditEvaluation) -> dict[str, Any]:
    report = explain_choice(evaluation)
    return {
        "code": evaluation.code,
        "description": evaluation.description,
        "banditKey": evaluation.bandit_key,
        "action": evaluation.action,
        **({} if report is None else _choice(report)),
    }


def _choice(report: ChoiceReport) -> dict[str, Any]:
    model = report.model
    return {
        "modelVersion": model.version,
        "pinned": model.pinned,
        "gamma": _number(model.gamma),
        "actionProbabilityFloor": _number(model.floor),
        "defaultActionScore": _number(model.default_score),
        "shard": report.shard,
        "totalShards": TOTAL_SHARDS,
        "threshold": report.threshold,
        "bestAction": report.best,
        "actions": [_action(one, report) for one in report.actions],
    }


def _action(one: ActionReport, report: ChoiceReport) -> dict[str, Any]:
    return {
        "action": one.action,
        "chosen": one.action == report.chosen,
        "shard": one.shard,
        "score": _number(one.score),
        "intercept": _number(one.intercept) if one.known else None,
        "contributions": [_contribution(part) for part in one.contributions],
        "weight": _number(one.weight),
        "bucket": {"start": _number(one.start), "end": _number(one.end)},
        "note": _note(one, report),
    }


def _contribution(part: Contribution) -> dict[str, Any]:
    seen = seen_words(MISSING if part.value is None else part.value)
    return {
        "of": part.of,
        "attribute": part.attribute,
        "value": shown(part.value),
        "fits": part.fits,
        "amount": _number(part.amount),
        "note": f"{part.of}'s `{part.attribute}` is {seen}{'' if part.fits else _of_no_use(part)}",
    }


def _of_no_use(part: Contribution) -> str:
    return "" if part.value is None else ", which the model cannot use"


def _number(number: float) -> float | str:
    """Return *number* as JSON can hold it; one that would fill lines, as those of a pin do, as the text ``1e+308``."""
    told: float | str = jsonable(number)
    return f"{number:g}" if isinstance(told, str) and math.isfinite(number) else told


def _note(one: ActionReport, report: ChoiceReport) -> str:
    """Tell how the action stands to the threshold, and what the model does not know of it."""
    unknown = "" if one.known else "; the model does not know it and gives it the default score"
    bucket = f"[{one.start:.4g}, {one.end:.4g})"
    if one.action == report.chosen:
        return f"{report.threshold:g} is in {bucket}{unknown}"
    return f"{report.threshold:g} is outside {bucket}{unknown}"


def _lines(told: Mapping[str, Any]) -> Iterator[str]:
    yield f"bandit: {told['code']}"
    yield f"  {told['description']}"
    if "actions" not in told:
        return
    shard = f"shard {told['shard']} of {told['totalShards']}"
    yield f"  threshold {told['threshold']:g}, from {shard}; {_manner(told)}"
    for one in told["actions"]:
        mark = "✓" if one["chosen"] else "✗"
        yield f'  {mark} "{one["action"]}": score {_short(one["score"])}, weight {_short(one["weight"])}; {one["note"]}'
        if one["intercept"] is not None:
            yield f"      {_signed(one['intercept'])} intercept"
        for part in one["contributions"]:
            yield f"      {_signed(part['amount'])} {part['note']}"


def _manner(told: Mapping[str, Any]) -> str:
    return f"gamma {told['gamma']}" if told["pinned"] is None else pin_words(told)


def pin_words(told: Mapping[str, Any]) -> str:
    """Return what the pin of the bandit in a trace does; one that is not offered leaves the others alike."""
    pin = told["pinned"]
    is_offered = any(one["action"] == pin for one in told["actions"])
    return f'pinned to "{pin}"{"" if is_offered else ", which is not offered"}'


def _short(number: float | str) -> str:
    """Return a number for reading; one that is not finite is a text already."""
    return number if isinstance(number, str) else f"{number:.6g}"


def _signed(number: float | str) -> str:
    return number if isinstance(number, str) else f"{number:+.6g}"
