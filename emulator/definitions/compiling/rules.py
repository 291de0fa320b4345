"""Expressions expanded to rules: UFC knows only OR of ANDs, so every Expression becomes that, audiences written out."""

from collections.abc import Iterator
from collections.abc import Mapping as Table

from emulator.definitions.model import AllOf, AnyOf, Audience, AudienceRef, Condition, Expression, Name

MAX_RULES = 64

Rules = tuple[tuple[Condition, ...], ...]


class TooManyRulesError(Exception):
    """The expression multiplies to more than ``MAX_RULES`` rules; *count* says to how many at least."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


def expand(expression: Expression, audiences: Table[str, Audience]) -> Rules:
    """
    Return *expression* as OR of ANDs, audiences written out. Unknown audiences match nobody (they are reported).

    An empty list of alternatives is what UFC's empty rule list is: everybody. Alone it stays empty, as it is written;
    inside another expression it becomes a rule without conditions, which says the same.

    Raises:
        TooManyRulesError: more than ``MAX_RULES`` rules.
    """
    return () if expression == AnyOf(()) else _expand(expression, audiences, ())


def _expand(expression: Expression, audiences: Table[str, Audience], within: tuple[str, ...]) -> Rules:
    if isinstance(expression, Condition):
        return ((expression,),)
    if isinstance(expression, AudienceRef):
        name = expression.name.text
        if name in within or name not in audiences:
            return ()
        return _expand(audiences[name].condition, audiences, (*within, name))
    parts = [_expand(item, audiences, within) for item in expression.items]
    if isinstance(expression, AnyOf) and parts:
        return _limited(tuple(rule for part in parts for rule in part))
    rules: Rules = ((),)
    for part in parts:
        if len(rules) * len(part) > MAX_RULES:
            raise TooManyRulesError(len(rules) * len(part))
        rules = tuple((*left, *right) for left in rules for right in part)
    return rules


def _limited(rules: Rules) -> Rules:
    if len(rules) > MAX_RULES:
        raise TooManyRulesError(len(rules))
    return rules


def audience_names(expression: Expression) -> Iterator[Name]:
    """Yield every audience that *expression* itself names."""
    if isinstance(expression, AudienceRef):
        yield expression.name
    elif isinstance(expression, AnyOf | AllOf):
        for item in expression.items:
            yield from audience_names(item)


def conditions_of(expression: Expression) -> Iterator[Condition]:
    """Yield every condition that *expression* itself writes."""
    if isinstance(expression, Condition):
        yield expression
    elif isinstance(expression, AnyOf | AllOf):
        for item in expression.items:
            yield from conditions_of(item)
