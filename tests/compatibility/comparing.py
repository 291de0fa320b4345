"""One SDK's answers next to the emulator's own, and its events next to those, all read by the emulator's reader."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from emulator import Emulator
from emulator.evaluation.attributes import text_of
from emulator.events import Event, read_event
from emulator.queries import Result
from tests.compatibility.divergences import Chosen
from tests.compatibility.questions import Question
from tests.compatibility.sdks import Sdk
from tests.differential.flag_answers import Answer
from tests.differential.flag_divergences import Asked

_TOLERANCE = 1e-7
_ZEROS = {"actionProbability": 0.0, "optimalityGap": 0.0}
_CHOICE = ("probability", "optimality_gap", "model_version", "action_numeric", "action_categorical")


@dataclass(slots=True)
class Outcome:
    """*agreed* evaluations; *apart* by the name of a divergence; *different* are reports of what no name explains."""

    agreed: int = 0
    events: int = 0
    apart: dict[str, int] = field(default_factory=dict)
    different: list[str] = field(default_factory=list)

    def __add__(self, other: "Outcome") -> "Outcome":
        apart = {name: self.apart.get(name, 0) + other.apart.get(name, 0) for name in {**self.apart, **other.apart}}
        return Outcome(
            self.agreed + other.agreed, self.events + other.events, apart, [*self.different, *other.different]
        )


def compare(sdk: Sdk, asked: Sequence[Question], answers: Sequence[Mapping[str, Any]], emulator: Emulator) -> Outcome:
    """Return how *answers* to what was *asked* compare."""
    outcome = Outcome()
    config = emulator.workspace.current.environments[0].config
    for question, theirs in zip(asked, answers, strict=True):
        ours = emulator.evaluate(
            question.flag,
            question.subject,
            question.attributes,
            type=question.kind,
            default=question.default,
            actions=question.actions,
        )
        apart = _apart(sdk, config, question, ours)
        for name, _ in apart:
            outcome.apart[name] = outcome.apart.get(name, 0) + 1
        left_out = frozenset[str]().union(*(fields for _, fields in apart))
        if "value" in left_out:
            continue
        different = [*_between_values(question, ours, theirs)]
        if "event" not in left_out:
            different += _between_logs(sdk, question, ours, theirs)
            outcome.events += len(theirs.get("assignments", ())) + len(theirs.get("bandits", ()))
        if different:
            flag = config["flags"].get(question.flag)
            outcome.different.append("\n  ".join((str(question), *different, str(flag))))
        else:
            outcome.agreed += 1
    return outcome


def _apart(sdk: Sdk, config: Mapping[str, Any], question: Question, ours: Result) -> list[tuple[str, frozenset[str]]]:
    """Return the divergences that excuse a difference of value or event, by name, with what they excuse."""
    asked = Asked(question, config["flags"].get(question.flag), _as_answer(question, ours))  # type: ignore[arg-type]  # alike
    compared = frozenset({"value", "event"})
    found = [(one.name, one.fields & compared) for one in sdk.divergences.flags if one.applies(asked)]
    if question.actions is not None:
        chosen = Chosen(config, ours)
        found += [(one.name, compared) for one in sdk.divergences.bandits if one.applies(chosen)]
    return [(name, fields) for name, fields in found if fields]


def _as_answer(question: Question, ours: Result) -> Answer:
    told = ours.details
    return Answer(
        ours.variation,
        type(ours.variation).__name__,
        ours.code,
        ours.variation_key,
        [],
        told["matchedRule"],
        told["flagEvaluationDescription"],
        ours.events["assignment"],
    )


def _between_values(question: Question, ours: Result, theirs: Mapping[str, Any]) -> Iterator[str]:
    if "failed" in theirs:
        yield f"failed: {theirs['failed']}"
        return
    if not _same(ours.variation, theirs["value"]):
        yield f"value: ours {ours.variation!r}, theirs {theirs['value']!r}"
    if question.actions is not None and ours.action != theirs.get("action"):
        yield f"action: ours {ours.action!r}, theirs {theirs.get('action')!r}"


def _between_logs(sdk: Sdk, question: Question, ours: Result, theirs: Mapping[str, Any]) -> Iterator[str]:
    for kind, events in (("assignment", theirs["assignments"]), ("bandit", theirs["bandits"])):
        mine = [one for one in (ours.events[kind],) if one is not None]
        if len(mine) != len(events):
            yield f"{kind}s: ours {mine}, theirs {events}"
        as_texts = kind == "bandit" or (sdk.logs_contexts and question.actions is not None)
        for raw, other in zip(mine, events, strict=False):
            read = read_event({**_ZEROS, **other} if sdk.leaves_out_zeros and kind == "bandit" else other)
            yield from _between(read_event(raw), read, as_texts=as_texts)


def _between(ours: Event, theirs: Event, *, as_texts: bool) -> Iterator[str]:
    """Yield where two events differ, and what is wrong with theirs."""
    if theirs.faults or not theirs.sdk or theirs.timestamp is None:
        yield f"event: {[str(fault) for fault in theirs.faults]}, by {theirs.sdk!r}, at {theirs.timestamp}"
    for name in ("kind", "flag", "allocation", "experiment", "variation", "subject", "bandit", "action", "extra"):
        mine, other = getattr(ours, name), getattr(theirs, name)
        if mine != other:
            yield f"event's {name}: ours {mine!r}, theirs {other!r}"
    read = _as_categories if as_texts else _told
    if not _same(_told(read(ours.attributes)), _told(read(theirs.attributes))):
        yield f"event's attributes: ours {ours.attributes!r}, theirs {theirs.attributes!r}"
    if ours.choice is None or theirs.choice is None:
        return
    for name in _CHOICE:
        mine, other = getattr(ours.choice, name), getattr(theirs.choice, name)
        if not _same(_told(_as_categories(mine)), _told(_as_categories(other))):
            yield f"event's {name}: ours {mine!r}, theirs {other!r}"


def _told(value: Any) -> Any:
    """Return attributes without the missing ones, which SDKs log or leave out (D-BAN-10)."""
    return {name: one for name, one in value.items() if one is not None} if isinstance(value, Mapping) else value


def _as_categories(attributes: Any) -> Any:
    """Return a bandit's attributes with truth values as texts, which is what some SDKs log."""
    if not isinstance(attributes, Mapping):
        return attributes
    return {name: text_of(one) if isinstance(one, bool) else one for name, one in attributes.items()}


def _same(mine: Any, other: Any) -> bool:
    """Compare as JSON does: true is no number, whatever Python says; sums may differ in their last bits."""
    if isinstance(mine, Mapping) and isinstance(other, Mapping):
        return mine.keys() == other.keys() and all(_same(one, other[name]) for name, one in mine.items())
    if isinstance(mine, bool) is not isinstance(other, bool):
        return False
    if isinstance(mine, int | float) and isinstance(other, int | float):
        return math.isclose(mine, other, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)
    return bool(mine == other)
