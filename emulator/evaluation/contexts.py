"""
What a bandit may know of a subject or an action: numbers and categories, split.

Callers give either a plain map of attributes, which is split by type, or the two maps ``numericAttributes`` and
``categoricalAttributes`` themselves. Source: evaluation.md section 5.4, eppo_core ``context_attributes.rs``,
js-sdk-common ``attributes.ts``.
"""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from emulator.evaluation.attributes import as_double, text_of

NUMERIC = "numericAttributes"
CATEGORICAL = "categoricalAttributes"
# Tuples: `int | float` would be built anew for every attribute.
_CATEGORIES = (str, bool)
_NUMBERS = (int, float)


class Context(NamedTuple):
    """
    Attributes, to be read as numbers and as categories; *is_plain* where both maps are one, split by type.

    The maps are the caller's own and are looked into only for what a model asks: a call has several contexts, and of
    most attributes nobody wants to know. A tuple, because one is made for every action of every call.
    """

    numbers: Mapping[str, Any]
    categories: Mapping[str, Any]
    is_plain: bool

    def named(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the numeric and the categorical attributes as events name them, in maps that nobody else has."""
        if not self.is_plain:
            return {**self.numbers}, {**self.categories}
        numeric, categorical = {}, {}
        for name, one in self.numbers.items():
            kind = type(one)
            # The usual types are told apart without a call; a boolean is an int to Python, so it is asked for first.
            if kind is str:
                categorical[name] = one
            elif kind is float or kind is int:
                numeric[name] = one
            elif isinstance(one, _CATEGORIES):
                categorical[name] = one
            elif isinstance(one, _NUMBERS):
                numeric[name] = one
        return numeric, categorical


# The usual case is made without the checks of a call with arguments, in half the time.
_new = tuple.__new__
EMPTY = Context({}, {}, True)


def context_of(attributes: Any) -> Context:
    """
    Return *attributes*, plain or split, as a :class:`Context`; None and what is no map count as empty.

    Of a plain map numbers become numeric, texts and booleans categorical; null and anything else is left out. Split
    maps stay as they are given, and what does not fit there counts as missing.
    """
    if type(attributes) is dict and NUMERIC not in attributes and CATEGORICAL not in attributes:
        return _new(Context, (attributes, attributes, True))
    if isinstance(attributes, Context):
        return attributes
    if not isinstance(attributes, Mapping):
        return EMPTY
    if not is_split(attributes):
        return Context(attributes, attributes, True)
    return Context(_map(attributes.get(NUMERIC)), _map(attributes.get(CATEGORICAL)), False)


def offered_actions(actions: Any) -> Mapping[str, Any]:
    """
    Return each offered action with its attributes, of which :func:`context_of` makes a context.

    *actions* is a map of names to attributes, or a list of names.
    """
    if isinstance(actions, dict):
        for action in actions:
            if type(action) is not str:
                return {str(one): attributes for one, attributes in actions.items()}
        return actions
    if isinstance(actions, Mapping):
        return {str(action): attributes for action, attributes in actions.items()}
    if isinstance(actions, list | tuple | set | frozenset):
        return dict.fromkeys((action for action in actions if isinstance(action, str)), EMPTY)
    return {}


def attributes_of(context: Context) -> Mapping[str, Any]:
    """Return what flag evaluation sees of a subject's context: one map, in which a category hides a number's name."""
    if context.is_plain:
        return context.numbers
    return {**context.numbers, **context.categories}


def is_split(attributes: Mapping[str, Any]) -> bool:
    """Return whether *attributes* are the two maps; one of them alone will do when nothing stands beside it."""
    numeric, categorical = NUMERIC in attributes, CATEGORICAL in attributes
    if numeric is categorical:
        return numeric
    return len(attributes) == 1 and any(isinstance(attributes.get(name), Mapping) for name in (NUMERIC, CATEGORICAL))


def number_in(context: Context, attribute: str) -> float | None:
    """
    Return what a coefficient can multiply, or None.

    NaN, infinity and what is no number count as missing: they would poison every sum that they enter.
    """
    value = context.numbers.get(attribute)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    number = as_double(value)
    return number if math.isfinite(number) else None


def text_in(context: Context, attribute: str) -> str | None:
    """Return the text by which a coefficient is found, or None; a number of a plain map is no category."""
    value = context.categories.get(attribute)
    return text_of(value) if not context.is_plain or isinstance(value, _CATEGORIES) else None


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
