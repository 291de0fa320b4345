"""
A bandit's choice among the offered actions: scores, weights, order, pick, and why.

Sums run in the order of eppo_core ``eval_bandits.rs`` (commit c080b7c), so results agree with it to the last bit; other
SDKs add in another order and differ there (D-BAN-16). Source of the rules: evaluation.md section 5.3.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from emulator.evaluation.attributes import utf8
from emulator.evaluation.bandit_model import ActionModel, BanditModel, CategoricalCoefficient, NumericCoefficient
from emulator.evaluation.contexts import Context
from emulator.evaluation.sharding import prefix_of, shard_number, shard_of

# Fixed for bandits, whatever the flag's own number of shards is.
TOTAL_SHARDS = 10_000


@dataclass(frozen=True, slots=True)
class Choice:
    """*probability* is the weight of *action*, *gap* its distance to the best score."""

    action: str
    probability: float
    gap: float


@dataclass(frozen=True, slots=True)
class Contribution:
    """
    What one coefficient added to a score.

    *of* is ``subject`` or ``action``; *value* the attribute as it was given, or None. Where the model cannot use it
    (not *fits*: missing, not finite, an unknown category), *amount* is the coefficient for missing values.
    """

    of: str
    attribute: str
    value: Any
    fits: bool
    amount: float


@dataclass(frozen=True, slots=True)
class ActionReport:
    """
    One action in the order in which they are tried.

    It is chosen for thresholds in ``[start, end)`` of the running sum of weights. *known* tells whether the model has
    coefficients for it; without them its score is the model's default.
    """

    action: str
    shard: int
    known: bool
    intercept: float
    contributions: tuple[Contribution, ...]
    score: float
    weight: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class ChoiceReport:
    """Why an action was chosen: *shard* of the subject and flag, over 10,000, is the *threshold* to exceed."""

    model: BanditModel
    shard: int
    threshold: float
    best: str
    chosen: str
    actions: tuple[ActionReport, ...]


@dataclass(frozen=True, slots=True)
class _Ranking:
    """Scores and weights of the actions in their shuffled order, and the places of the best and of the chosen one."""

    order: list[tuple[int, str]]
    scores: list[float]
    weights: list[float]
    shard: int
    best: int
    chosen: int


def choose(
    model: BanditModel, flag_key: str, subject_key: str, subject: Context, actions: Mapping[str, Context]
) -> Choice:
    """
    Return the action that *model* picks for the subject out of *actions*, which must not be empty.

    The order of *actions* does not matter.
    """
    ranking = _rank(model, flag_key, subject_key, subject, actions)
    chosen = ranking.chosen
    return Choice(
        ranking.order[chosen][1], ranking.weights[chosen], ranking.scores[ranking.best] - ranking.scores[chosen]
    )


def explain(
    model: BanditModel, flag_key: str, subject_key: str, subject: Context, actions: Mapping[str, Context]
) -> ChoiceReport:
    """Return the same choice with every number that led to it."""
    ranking = _rank(model, flag_key, subject_key, subject, actions)
    return ChoiceReport(
        model=model,
        shard=ranking.shard,
        threshold=ranking.shard / TOTAL_SHARDS,
        best=ranking.order[ranking.best][1],
        chosen=ranking.order[ranking.chosen][1],
        actions=tuple(_action_reports(model, ranking, subject, actions)),
    )


def score(model: BanditModel, action: str, context: Context, subject: Context) -> float:
    """Return what *model* expects of *action*, whose own attributes are *context*."""
    known = model.actions.get(action)
    if known is None:
        return model.default_score
    return (
        known.intercept
        + _worth(context, known.action_numeric, known.action_categorical)
        + _worth(subject, known.subject_numeric, known.subject_categorical)
    )


def weights(model: BanditModel, scores: Sequence[float], best: int) -> list[float]:
    """
    Return the probability of each action whose score is at the same place of *scores*; *best* is the best one's place.

    The others get less the lower they score, though at least ``floor / n``; the best one gets what is left of 1, or 0.
    Where gamma makes a denominator zero, the weight is infinite (D-BAN-15).
    """
    count = len(scores)
    minimum = model.floor / count
    result = []
    total = 0.0
    for place, one in enumerate(scores):
        weight = 0.0
        if place != best:
            denominator = count + model.gamma * (scores[best] - one)
            weight = 1.0 / denominator if denominator else inf
            # A weight that is not a number (an infinite gap times a gamma of zero) loses to the minimum.
            weight = weight if weight > minimum else minimum
            total += weight
        result.append(weight)
    result[best] = max(1.0 - total, 0.0)
    return result


def best_place(order: Sequence[tuple[int, str]], scores: Sequence[float]) -> int:
    """Return the place of the highest score; of equal scores, of the key that comes first by code point (D-BAN-6)."""
    best = 0
    for place in range(1, len(scores)):
        if scores[place] > scores[best] or (scores[place] == scores[best] and order[place][1] < order[best][1]):
            best = place
    return best


def _rank(
    model: BanditModel, flag_key: str, subject_key: str, subject: Context, actions: Mapping[str, Context]
) -> _Ranking:
    shard = shard_of(flag_key, subject_key, TOTAL_SHARDS)
    prefix = prefix_of(f"{flag_key}-{subject_key}")
    order = sorted((shard_number(prefix, utf8(action), TOTAL_SHARDS), action) for action in actions)
    scores = [score(model, action, actions[action], subject) for _, action in order]
    best = best_place(order, scores)
    weighed = weights(model, scores, best)
    return _Ranking(order, scores, weighed, shard, best, _pick(weighed, shard / TOTAL_SHARDS))


def _pick(weighed: Sequence[float], threshold: float) -> int:
    """Return where the running sum first exceeds *threshold*; the last place if rounding leaves none (D-BAN-7)."""
    total = 0.0
    for place, weight in enumerate(weighed):
        total += weight
        if total > threshold:
            return place
    return len(weighed) - 1


def _worth(
    context: Context, numeric: Sequence[NumericCoefficient], categorical: Sequence[CategoricalCoefficient]
) -> float:
    total = 0.0
    numbers, texts = context.numbers, context.texts
    for attribute, coefficient, missing in numeric:
        number = numbers.get(attribute)
        total += missing if number is None else number * coefficient
    for attribute, values, missing in categorical:
        text = texts.get(attribute)
        total += missing if text is None else values.get(text, missing)
    return total


def _action_reports(
    model: BanditModel, ranking: _Ranking, subject: Context, actions: Mapping[str, Context]
) -> Iterator[ActionReport]:
    running = 0.0
    for (shard, action), total, weight in zip(ranking.order, ranking.scores, ranking.weights, strict=True):
        known = model.actions.get(action)
        yield ActionReport(
            action=action,
            shard=shard,
            known=known is not None,
            intercept=model.default_score if known is None else known.intercept,
            contributions=() if known is None else tuple(_contributions(known, actions[action], subject)),
            score=total,
            weight=weight,
            start=running,
            end=running + weight,
        )
        running += weight


def _contributions(known: ActionModel, context: Context, subject: Context) -> Iterator[Contribution]:
    yield from _numeric_contributions("action", context, known.action_numeric)
    yield from _categorical_contributions("action", context, known.action_categorical)
    yield from _numeric_contributions("subject", subject, known.subject_numeric)
    yield from _categorical_contributions("subject", subject, known.subject_categorical)


def _numeric_contributions(
    of: str, context: Context, coefficients: Sequence[NumericCoefficient]
) -> Iterator[Contribution]:
    for attribute, coefficient, missing in coefficients:
        number = context.numbers.get(attribute)
        amount = missing if number is None else number * coefficient
        yield Contribution(of, attribute, context.numeric.get(attribute), number is not None, amount)


def _categorical_contributions(
    of: str, context: Context, coefficients: Sequence[CategoricalCoefficient]
) -> Iterator[Contribution]:
    for attribute, values, missing in coefficients:
        text = context.texts.get(attribute)
        worth = None if text is None else values.get(text)
        amount = missing if worth is None else worth
        yield Contribution(of, attribute, context.categorical.get(attribute), worth is not None, amount)
