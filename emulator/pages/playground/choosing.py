"""How a bandit came to its action, as a picture: what adds up to every action's score, and the bucket that it gets."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emulator.evaluation.words import shortened
from emulator.pages.wording import percent

Told = Mapping[str, Any]

_HUES = 8
# One through less than this is infinite.
_TINY = 1e-300
_TIMES = "\N{MULTIPLICATION SIGN}"
# A model may know hundreds of actions; whoever wants all has the text.
_MOST_ACTIONS = 40
_MOST_PARTS = 40


@dataclass(frozen=True, slots=True)
class Bar:
    """*start* and *width* in percent of the whole; *kind* is a class of it."""

    start: float
    width: float
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What one coefficient, or the intercept, added to a score; *fits* where the model knew the attribute's value."""

    text: str
    amount: str
    bar: Bar
    fits: bool = True


@dataclass(frozen=True, slots=True)
class Action:
    name: str
    is_chosen: bool
    is_best: bool
    is_known: bool
    score: str
    score_bar: Bar
    weight: str
    bucket: str
    bucket_bar: Bar
    parts: tuple[Part, ...]
    more_parts: int


@dataclass(frozen=True, slots=True)
class Choice:
    """
    *words* explain the numbers. In percent: *zero* is where bars of scores start, *threshold* where the subject stands
    among the buckets.
    """

    sentence: str
    words: tuple[str, ...]
    version: str
    zero: float
    threshold: float
    actions: tuple[Action, ...]
    more_actions: int


@dataclass(frozen=True, slots=True)
class _Scale:
    """Scores and what they are made of as bars from *zero*, in percent; *unit* is the width of 1."""

    zero: float
    unit: float

    def bar(self, amount: float) -> Bar:
        width = min(abs(amount) * self.unit, self.zero if amount < 0 else 100 - self.zero)
        return Bar(self.zero - width, width, "less") if amount < 0 else Bar(self.zero, width, "more")


def choice_of(trace: Told) -> Choice | None:
    """Return the choice that the trace of a bandit call tells about; None where nothing was chosen."""
    told = trace.get("bandit")
    if told is None or "actions" not in told:
        return None
    actions: Sequence[Told] = told["actions"]
    scale = _scale_of(_amounts(actions))
    shown = [one for place, one in enumerate(actions) if place < _MOST_ACTIONS or one["chosen"]]
    return Choice(
        sentence=_sentence(trace, told),
        words=tuple(_words(told)),
        version=told["modelVersion"],
        zero=scale.zero,
        threshold=100 * told["threshold"],
        actions=tuple(_action(one, told, scale, actions.index(one)) for one in shown),
        more_actions=len(actions) - len(shown),
    )


def _sentence(trace: Told, told: Told) -> str:
    chosen = next(one for one in told["actions"] if one["chosen"])
    bandit, action = shortened(told["banditKey"]), shortened(told["action"])
    if told["pinned"] == told["action"]:
        return f'Bandit "{bandit}" is pinned to {action}, which is offered.'
    place = f"a hash of flag and subject is {told['threshold']:g}, and its part of the weights is {_bucket(chosen)}"
    best = told["bestAction"] == told["action"]
    return f'Bandit "{bandit}" chose {action}: {place}. ' + (
        f"It has the best score, {_number(chosen['score'])}." if best else f"{_best(told)} has the best score."
    )


def _best(told: Told) -> str:
    return shortened(str(told["bestAction"]))


def _words(told: Told) -> Iterator[str]:
    if told["pinned"] is not None:
        offered = any(one["action"] == told["pinned"] for one in told["actions"])
        yield f"The model is pinned to {shortened(told['pinned'])}{'' if offered else ', which is not offered'}."
        return
    count = len(told["actions"])
    gamma, floor = told["gamma"], told["actionProbabilityFloor"]
    yield (
        f"Gamma is {_number(gamma)}: the lower an action scores, the less often it is chosen, and the more so the "
        f"higher gamma is; its weight is 1 / ({count} + gamma times the distance to the best score). "
        "With 0 all weights are equal."
    )
    if isinstance(floor, float | int) and floor > 0:
        yield (
            f"The floor is {_number(floor)}: however low it scores, each of the {count} offered actions keeps "
            f"at least {percent(floor / count)} ({_number(floor)} / {count})."
        )
    else:
        yield "The floor is 0: an action that scores very low may get next to no weight."
    yield "The action with the best score gets what the others leave of 100%."
    if any(one["intercept"] is None for one in told["actions"]):
        yield f"An action that the model does not know scores {_number(told['defaultActionScore'])}, its default."


def _action(one: Told, told: Told, scale: _Scale, place: int) -> Action:
    bucket = one["bucket"]
    start, end = (_share(bucket["start"]), _share(bucket["end"]))
    hue = f"hue-{place % _HUES}"
    parts = tuple(_parts(one, scale))
    return Action(
        name=one["action"],
        is_chosen=one["chosen"],
        is_best=one["action"] == told["bestAction"],
        is_known=one["intercept"] is not None,
        score=_number(one["score"]),
        score_bar=scale.bar(_finite(one["score"])),
        weight=percent(round(one["weight"], 4)) if _is_finite(one["weight"]) else str(one["weight"]),
        bucket=_bucket(one),
        bucket_bar=Bar(100 * start, 100 * max(0.0, end - start), hue),
        parts=parts[:_MOST_PARTS],
        more_parts=max(0, len(parts) - _MOST_PARTS),
    )


def _parts(one: Told, scale: _Scale) -> Iterator[Part]:
    if one["intercept"] is not None:
        yield Part("intercept, before anything is known", *_amount(one["intercept"], scale))
    for part in one["contributions"]:
        yield Part(_contribution(part), *_amount(part["amount"], scale), fits=part["fits"])


def _contribution(part: Told) -> str:
    """Return whose attribute that is, its value, and what the coefficient makes of each unit of a number."""
    value, amount = part["value"], part["amount"]
    name = f"{part['of']}'s {shortened(part['attribute'])}"
    if not part["fits"]:
        return f"{name}: not given" if value is None else f"{name}: {_text(value)}, which the model does not know"
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and value and _is_finite(amount):
        return f"{name}: {_number(value)} {_TIMES} {_number(amount / value)}"
    return f"{name}: {_text(value)}"


def _amounts(actions: Sequence[Told]) -> Iterator[float]:
    for one in actions:
        for amount in (one["score"], one["intercept"], *(part["amount"] for part in one["contributions"])):
            if _is_finite(amount):
                yield amount


def _amount(amount: Any, scale: _Scale) -> tuple[str, Bar]:
    text = f"{amount:+.4g}" if _is_finite(amount) else str(amount)
    return text, scale.bar(_finite(amount))


def _scale_of(amounts: Iterator[float]) -> _Scale:
    """Return the scale on which the smallest and the largest of *amounts* just fit, and zero in any case."""
    known = (0.0, *amounts)
    low, high = min(known), max(known)
    # Each for itself: their difference may be beyond all doubles.
    span = high / 100 - low / 100
    return _Scale(-low / span, 1 / span) if span > _TINY else _Scale(0.0, 0.0)


def _bucket(one: Told) -> str:
    return f"{_number(one['bucket']['start'])} to {_number(one['bucket']['end'])}"


def _share(number: Any) -> float:
    return min(1.0, max(0.0, _finite(number)))


def _is_finite(number: Any) -> bool:
    return isinstance(number, int | float) and math.isfinite(number)


def _finite(number: Any) -> float:
    """Return *number*; texts stand in traces for what is infinite, or no number."""
    return float(number) if _is_finite(number) else 0.0


def _number(number: Any) -> str:
    return f"{number:.4g}" if _is_finite(number) else str(number)


def _text(value: Any) -> str:
    return shortened(str(value))
