"""
Whether an event is what the flags say: evaluated again with what its client held, and with what is served now.

Pure. interfaces.md section 3 has the words.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from emulator.evaluation import BanditEvaluation, Evaluation, Prepared, evaluate, evaluate_bandit
from emulator.evaluation.bandit_model import BanditModel
from emulator.events import Event
from emulator.inbox.arrival import Judgement, Verdict
from emulator.suggest import nearest
from emulator.wording import printable


class Side(NamedTuple):
    """Some configuration, ready to be asked, and its revision."""

    prepared: Prepared
    revision: int


class Finding(NamedTuple):
    """
    What one configuration says of an event: *word* is ``ok``, ``drift`` where it says otherwise, or ``unknown-flag`` or
    ``not-logged``; *answer* is the evaluation.
    """

    word: Verdict
    reason: str
    answer: Evaluation | BanditEvaluation


def judge(event: Event, then: Side | None, now: Side, at: datetime) -> Judgement:
    """
    Return the verdict on an assignment or a bandit's action without faults, which happened at *at* (aware).

    *then* is what its client held, the same object as *now* where that is so; None is a configuration older than all
    that are known.
    """
    today = examine(event, now, at)
    revision = None if then is None else then.revision
    if today.word == "ok":
        return Judgement("ok", "", now.revision if revision is None else revision)
    if then is None:
        return Judgement("stale", f"the client held a configuration that is not known any more; {today.reason}")
    if then is now:
        return Judgement(today.word, today.reason, revision)
    former = examine(event, then, at)
    if former.word == "ok":
        return Judgement("stale", f"right at revision {then.revision}; now {today.reason}", revision)
    word: Verdict = today.word if today.word == former.word else "drift"
    return Judgement(word, today.reason, revision)


def examine(event: Event, side: Side, at: datetime) -> Finding:
    """Return what one configuration says of *event*."""
    return _EXAMINE[event.kind](event, side, at)


def _assignment(event: Event, side: Side, at: datetime) -> Finding:
    answer = evaluate(side.prepared, event.flag or "", event.subject or "", event.attributes, now=at)
    unserved = _unserved(event, side, answer, answer)
    if unserved is not None:
        return unserved
    differences = [
        _difference(name, said, expected)
        for name, said, expected in (
            ("variation", event.variation, answer.variation_key),
            ("allocation", event.allocation, answer.allocation_key),
        )
        if said != expected
    ]
    experiment = f"{event.flag}-{answer.allocation_key}"
    if event.experiment != experiment and not _is_explained(event, answer):
        differences.append(_difference("experiment", event.experiment, experiment))
    if differences:
        return Finding("drift", _at(side, " and ".join(differences)), answer)
    if not answer.log:
        allocation = printable(answer.allocation_key or "")
        return Finding("not-logged", _at(side, f'allocation "{allocation}" does not log'), answer)
    return Finding("ok", "", answer)


def _is_explained(event: Event, answer: Evaluation) -> bool:
    """
    Return whether an experiment is right by the event's own allocation, or by the flag's extra logging.

    Every SDK, in precomputed mode too, joins the flag and the allocation that stand in the event; with the Rust core an
    extra field of that name takes its place. Source: protocol.md section 7, evaluation.md row D-EVT-3.
    """
    own = f"{event.flag}-{event.allocation}"
    return event.experiment == own or event.experiment == answer.extra_logging.get("experiment")


def _bandit(event: Event, side: Side, at: datetime) -> Finding:
    choice = event.choice
    # Which other actions were offered, the event does not say; so the choice among them cannot be made again.
    offered = {event.action: {**choice.action_numeric, **choice.action_categorical} if choice else {}}
    context = {
        "numericAttributes": choice.subject_numeric if choice else {},
        "categoricalAttributes": choice.subject_categorical if choice else {},
    }
    answer = evaluate_bandit(side.prepared, event.flag or "", event.subject or "", context, offered, now=at)
    unserved = _unserved(event, side, answer.flag, answer)
    if unserved is not None:
        return unserved
    # .NET and PHP write the variation where others write the bandit.
    if answer.bandit_key is None or event.bandit not in (answer.bandit_key, answer.flag.variation_key):
        served = answer.bandit_key or answer.flag.variation_key
        return Finding("drift", _at(side, _difference("bandit", event.bandit, served)), answer)
    version = answer.model.version if isinstance(answer.model, BanditModel) else None
    said = choice.model_version if choice else None
    if version != said:
        return Finding("drift", _at(side, _difference("model version", said, version)), answer)
    return Finding("ok", "", answer)


_EXAMINE: Mapping[str, Callable[[Event, Side, datetime], Finding]] = {"assignment": _assignment, "bandit": _bandit}


def _unserved(event: Event, side: Side, flag: Evaluation, answer: Any) -> Finding | None:
    """Return the finding for a flag that gives nobody, or not this subject, a variation."""
    if flag.flag is None:
        key = printable(event.flag or "")
        hint = _nearest_flag(event.flag or "", tuple(side.prepared.flag_keys))
        return Finding("unknown-flag", _at(side, f'no flag "{key}" is served; {hint}'), answer)
    if not flag.is_match:
        return Finding("drift", _at(side, f"nothing is served: {printable(flag.description, 300)}"), answer)
    return None


@lru_cache(maxsize=100)
def _nearest_flag(name: str, flags: tuple[str, ...]) -> str:
    # Whoever logs an unknown flag logs it many times; to compare it with a hundred others takes a millisecond.
    return nearest(name, flags) or "there are no flags"


def _difference(name: str, said: str | None, expected: str | None) -> str:
    given = "none" if expected is None else f'"{printable(expected)}"'
    return f'{name} is {given}, the event says "{printable(said or "")}"'


def _at(side: Side, sentence: str) -> str:
    return f"at revision {side.revision} {sentence}"
