"""
What a bandit may know of a subject or an action: numbers and categories, split.

Callers give either a plain map of attributes, which is split by type, or the two maps ``numericAttributes`` and
``categoricalAttributes`` themselves. Source: evaluation.md section 5.4, eppo_core ``context_attributes.rs``,
js-sdk-common ``attributes.ts``.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.evaluation.attributes import as_double, text_of

NUMERIC = "numericAttributes"
CATEGORICAL = "categoricalAttributes"


@dataclass(frozen=True, slots=True)
class Context:
    """
    Attributes split by meaning, as events name them (*numeric*, *categorical*) and as models read them.

    *numbers* holds what a coefficient can multiply, finite floats; *texts* what a coefficient can be looked up by.
    """

    numeric: Mapping[str, Any]
    categorical: Mapping[str, Any]
    numbers: Mapping[str, float]
    texts: Mapping[str, str]


EMPTY = Context({}, {}, {}, {})


def context_of(attributes: Any) -> Context:
    """
    Return *attributes*, plain or split, as a :class:`Context`; None and what is no map count as empty.

    Of a plain map numbers become numeric, texts and booleans categorical; null and anything else is left out. Split
    maps stay as they are given, and what does not fit there counts as missing.
    """
    if isinstance(attributes, Context):
        return attributes
    if not isinstance(attributes, Mapping) or not attributes:
        return EMPTY
    return _split(attributes) if is_split(attributes) else _plain(attributes)


def contexts_of_actions(actions: Any) -> dict[str, Context]:
    """Return each offered action with its context; *actions* is a map of names to attributes, or a list of names."""
    if isinstance(actions, Mapping):
        return {str(action): context_of(attributes) for action, attributes in actions.items()}
    if isinstance(actions, list | tuple | set | frozenset):
        return dict.fromkeys((action for action in actions if isinstance(action, str)), EMPTY)
    return {}


def attributes_of(context: Any) -> Mapping[str, Any]:
    """Return what flag evaluation sees of a subject's context: one map, in which a category hides a number's name."""
    if isinstance(context, Context):
        return {**context.numeric, **context.categorical}
    if not isinstance(context, Mapping):
        return {}
    if is_split(context):
        return {**_map(context.get(NUMERIC)), **_map(context.get(CATEGORICAL))}
    return context


def is_split(attributes: Mapping[str, Any]) -> bool:
    """Return whether *attributes* are the two maps; one of them alone will do when nothing stands beside it."""
    if NUMERIC in attributes and CATEGORICAL in attributes:
        return True
    return len(attributes) == 1 and any(isinstance(attributes.get(name), Mapping) for name in (NUMERIC, CATEGORICAL))


def _plain(attributes: Mapping[str, Any]) -> Context:
    numeric: dict[str, float] = {}
    categorical: dict[str, str | bool] = {}
    for name, value in attributes.items():
        if isinstance(value, str | bool):
            categorical[name] = value
        elif isinstance(value, int | float):
            numeric[name] = value
    return _context(numeric, categorical)


def _split(attributes: Mapping[str, Any]) -> Context:
    return _context(_map(attributes.get(NUMERIC)), _map(attributes.get(CATEGORICAL)))


def _context(numeric: Mapping[str, Any], categorical: Mapping[str, Any]) -> Context:
    return Context(numeric, categorical, _numbers(numeric), _texts(categorical))


def _numbers(numeric: Mapping[str, Any]) -> Mapping[str, float]:
    numbers = {name: _finite(value) for name, value in numeric.items()}
    return {name: value for name, value in numbers.items() if value is not None}


def _texts(categorical: Mapping[str, Any]) -> Mapping[str, str]:
    texts = {name: text_of(value) for name, value in categorical.items()}
    return {name: text for name, text in texts.items() if text is not None}


def _finite(value: Any) -> float | None:
    """Return *value* as a finite float; NaN, infinity and what is no number would poison every sum they enter."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    number = as_double(value)
    return number if math.isfinite(number) else None


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
