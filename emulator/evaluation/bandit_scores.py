"""
What a bandit's model expects of an action: its score, and what each coefficient adds to it.

Sums run in the order of eppo_core ``eval_bandits.rs`` (commit c080b7c), so results agree with it to the last bit; other
SDKs add in another order and differ there (D-BAN-16). Source of the rules: evaluation.md section 5.3.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import Any

from emulator.evaluation.bandit_model import ActionModel, CategoricalCoefficient, NumericCoefficient
from emulator.evaluation.contexts import Context, number_in, text_in


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


def contributions(known: ActionModel, action: Context, subject: Context) -> Iterator[Contribution]:
    """Yield what every coefficient adds: first those of the action's attributes, then those of the subject's."""
    yield from _contributions("action", action, known.action_numeric, known.action_categorical)
    yield from _contributions("subject", subject, known.subject_numeric, known.subject_categorical)


def worth(
    context: tuple[Mapping[str, Any], Mapping[str, Any], bool],
    numeric: Sequence[NumericCoefficient],
    categorical: Sequence[CategoricalCoefficient],
) -> float:
    """
    Return what *context* (one like a :class:`Context`) adds to a score: the sum over the coefficients.

    A call asks for dozens, and nearly all are of the usual kinds. Anything else makes the sum NaN here, and everything
    is then added again, with care; so it is where the sum is infinite, for an attribute may have been.
    """
    numbers, categories, _ = context
    total = 0.0
    try:
        for attribute, coefficient, missing in numeric:
            value: Any = numbers.get(attribute)
            kind = type(value)
            if kind is float or kind is int:
                total += value * coefficient
            else:
                total += missing if value is None else nan
    except OverflowError:
        # An integer beyond all doubles.
        total = nan
    for attribute, values, missing in categorical:
        text = categories.get(attribute)
        if type(text) is str:
            total += values.get(text, missing)
        else:
            total += missing if text is None else nan
    return total if total - total == 0.0 else _careful_worth(Context(*context), numeric, categorical)


def _careful_worth(
    context: Context, numeric: Sequence[NumericCoefficient], categorical: Sequence[CategoricalCoefficient]
) -> float:
    total = 0.0
    for one in _contributions("", context, numeric, categorical):
        # Not sum(), which compensates for rounding from Python 3.12 on, where the SDKs do not.
        total += one.amount
    return total


def _contributions(
    of: str,
    context: Context,
    numeric: Sequence[NumericCoefficient],
    categorical: Sequence[CategoricalCoefficient],
) -> Iterator[Contribution]:
    for attribute, coefficient, missing in numeric:
        number = number_in(context, attribute)
        amount = missing if number is None else number * coefficient
        yield Contribution(of, attribute, context.numbers.get(attribute), number is not None, amount)
    for attribute, values, missing in categorical:
        text = text_in(context, attribute)
        worth = None if text is None else values.get(text)
        amount = missing if worth is None else worth
        yield Contribution(of, attribute, context.categories.get(attribute), worth is not None, amount)
