"""Checks on conditions: how many rules they make, and whom they leave out."""

from collections.abc import Iterator, Mapping

from emulator.definitions.checks.subject import Finding, Subject
from emulator.definitions.compiling.rules import MAX_RULES, TooManyRulesError, conditions_of, expand
from emulator.definitions.model import Audience, Condition, Expression


def too_many_rules(subject: Subject) -> Iterator[Finding]:
    """
    FAIL: ``(a = 1 or a = 2 or …) and (b = 1 or b = 2 or …)`` with 9 times 9 alternatives
    PASS: ``a in [1, 2, …] and b in [1, 2, …]``
    """
    for allocation in subject.allocations:
        try:
            if allocation.condition is not None:
                expand(allocation.condition, subject.context.audiences)
        except TooManyRulesError as error:
            message = (
                f'the condition of allocation "{allocation.key}" expands to {error.count} rules, more than {MAX_RULES}'
            )
            yield allocation.at, message, "use `in` lists, or split the allocation"


def negative_conditions(subject: Subject) -> Iterator[Finding]:
    """
    FAIL: ``plan not in [free]``
    PASS: ``plan not in [free] or plan is null``, and ``plan not in [free] and plan is not null``
    """
    for allocation in subject.allocations:
        if allocation.condition is not None:
            yield from silently_negative(allocation.condition, subject.context.audiences)


def silently_negative(expression: Expression, audiences: Mapping[str, Audience]) -> Iterator[Finding]:
    """Yield the negative conditions that *expression* itself writes and that leave out subjects without saying so."""
    written = {id(one) for one in conditions_of(expression) if one.operator in _NEGATIVE}
    if not written:
        return
    try:
        rules = expand(expression, audiences)
    except TooManyRulesError:
        return
    included = {one.attribute for rule in rules for one in rule if one.operator == "IS_NULL" and one.value is True}
    for rule in rules:
        for condition in rule:
            if id(condition) in written and _excludes_missing_silently(condition, rule, included):
                name = condition.attribute
                message = f'a subject without "{name}" does not match `{_words(condition)}`'
                yield (
                    condition.at,
                    message,
                    f"add `or {name} is null` to include it, or `and {name} is not null` to say so",
                )


_NEGATIVE = ("NOT_ONE_OF", "NOT_MATCHES")


def _excludes_missing_silently(condition: Condition, rule: tuple[Condition, ...], included: set[str]) -> bool:
    if condition.raw or condition.attribute == "id":
        return False
    # Another condition of the rule that a missing attribute fails as well says that missing ones are not meant.
    said = any(one.attribute == condition.attribute and not one.operator.startswith("NOT_") for one in rule)
    return not said and condition.attribute not in included


def _words(condition: Condition) -> str:
    value = condition.value if isinstance(condition.value, str) else f"[{', '.join(condition.value)}]"
    return f"{condition.attribute} not {'in' if condition.operator == 'NOT_ONE_OF' else 'matches'} {value}"
