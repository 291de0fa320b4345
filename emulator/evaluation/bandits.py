"""
A bandit's choice among the offered actions: weights, order, pick, and why.

Source of the rules: evaluation.md section 5.3.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, NamedTuple

from emulator.evaluation.attributes import utf8
from emulator.evaluation.bandit_model import BanditModel
from emulator.evaluation.bandit_scores import Contribution, contributions, worth
from emulator.evaluation.contexts import CATEGORICAL, NUMERIC, Context, context_of
from emulator.evaluation.sharding import first_four, md5

# Fixed for bandits, whatever the flag's own number of shards is.
TOTAL_SHARDS = 10_000


class Choice(NamedTuple):
    """*probability* is the weight of *action*, *gap* its distance to the best score."""

    action: str
    probability: float
    gap: float


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


# Actions with their shards, in the shuffled order; their scores and weights in the same order; the subject's shard;
# the places of the best action and of the chosen one. (A plain tuple: it is made and taken apart for every call.)
_Ranking = tuple[list[tuple[int, str]], list[float], list[float], int, int, int]


def choose(model: BanditModel, flag_key: str, subject_key: str, subject: Context, actions: Mapping[str, Any]) -> Choice:
    """
    Return the action that *model* picks for the subject out of *actions*, which must not be empty.

    *actions* are names with their attributes, as :func:`offered_actions` returns them; their order does not matter.
    """
    order, scores, weighed, _, best, chosen = _rank(model, flag_key, subject_key, subject, actions)
    return _new(Choice, (order[chosen][1], weighed[chosen], scores[best] - scores[chosen]))


# Past the class's own constructor, which takes twice as long.
_new = tuple.__new__


def explain(
    model: BanditModel, flag_key: str, subject_key: str, subject: Context, actions: Mapping[str, Any]
) -> ChoiceReport:
    """Return the same choice with every number that led to it."""
    ranking = _rank(model, flag_key, subject_key, subject, actions)
    order, _, _, shard, best, chosen = ranking
    return ChoiceReport(
        model=model,
        shard=shard,
        threshold=shard / TOTAL_SHARDS,
        best=order[best][1],
        chosen=order[chosen][1],
        actions=tuple(_action_reports(model, ranking, subject, actions)),
    )


def weights(model: BanditModel, scores: Sequence[float], best: int) -> list[float]:
    """
    Return the probability of each action whose score is at the same place of *scores*; *best* is the best one's place.

    The others get less the lower they score, though at least ``floor / n``; the best one gets what is left of 1, or 0.
    Where gamma makes a denominator zero, the weight is infinite (D-BAN-15).
    """
    count = len(scores)
    minimum = model.floor / count
    gamma, top = model.gamma, scores[best]
    result = []
    rest = 0.0
    for place, one in enumerate(scores):
        if place == best:
            result.append(0.0)
            continue
        denominator = count + gamma * (top - one)
        weight = 1.0 / denominator if denominator else inf
        # A weight that is not a number (an infinite gap times a gamma of zero) loses to the minimum.
        if not weight > minimum:
            weight = minimum
        result.append(weight)
        # Not sum(), which compensates for rounding from Python 3.12 on, where the SDKs do not.
        rest += weight
    result[best] = 1.0 - rest if rest < 1.0 else 0.0
    return result


def best_place(order: Sequence[tuple[int, str]], scores: Sequence[float]) -> int:
    """Return the place of the highest score; of equal scores, of the key that comes first by code point (D-BAN-6)."""
    top = max(scores)
    if scores.count(top) == 1:
        return scores.index(top)
    return min((place for place, one in enumerate(scores) if one == top), key=lambda place: order[place][1], default=0)


def _rank(
    model: BanditModel, flag_key: str, subject_key: str, subject: Context, actions: Mapping[str, Any]
) -> _Ranking:
    """
    Order, score and weigh the actions, and pick one: the last place if rounding leaves none (D-BAN-7).

    Long on purpose: it runs for every call, and further calls would be a good part of its time.
    """
    drawn = utf8(f"{flag_key}-{subject_key}")
    shard = first_four(md5(drawn).digest())[0] % TOTAL_SHARDS
    order = _order(drawn + b"-", actions)
    scores = []
    known_actions = model.actions
    for _, action in order:
        known = known_actions.get(action)
        if known is None:
            scores.append(model.default_score)
            continue
        given = actions[action]
        # The usual context without a call of context_of.
        if type(given) is dict and NUMERIC not in given and CATEGORICAL not in given:
            own = worth((given, given, True), known.action_numeric, known.action_categorical)
        else:
            own = worth(context_of(given), known.action_numeric, known.action_categorical)
        scores.append(known.intercept + own + worth(subject, known.subject_numeric, known.subject_categorical))
    best = best_place(order, scores)
    weighed = weights(model, scores, best)
    threshold, last = shard / TOTAL_SHARDS, len(weighed) - 1
    chosen, total = 0, weighed[0]
    # "Not above" rather than "at most": a running sum that is not a number exceeds nothing.
    while not total > threshold and chosen < last:
        chosen += 1
        total += weighed[chosen]
    return order, scores, weighed, shard, best, chosen


def _order(prefix: bytes, actions: Iterable[str]) -> list[tuple[int, str]]:
    order = []
    for action in actions:
        try:
            name = action.encode()
        except UnicodeEncodeError:
            name = utf8(action)
        order.append((first_four(md5(prefix + name).digest())[0] % TOTAL_SHARDS, action))
    order.sort()
    return order


def _action_reports(
    model: BanditModel, ranking: _Ranking, subject: Context, actions: Mapping[str, Any]
) -> Iterator[ActionReport]:
    running = 0.0
    for (shard, action), total, weight in zip(*ranking[:3], strict=True):
        known = model.actions.get(action)
        yield ActionReport(
            action=action,
            shard=shard,
            known=known is not None,
            intercept=model.default_score if known is None else known.intercept,
            contributions=() if known is None else tuple(contributions(known, context_of(actions[action]), subject)),
            score=total,
            weight=weight,
            start=running,
            end=running + weight,
        )
        running += weight
