"""Spells a condition: as the compact expression or in the long form, both in many variations."""

import re
from random import Random

from tests.oracle.description import AllOf, AnyOf, Condition, Expression, InAudience, Number, Version
from tests.oracle.yaml_text import Items, Members, Node, Plain, Quoted, Text

_BARE = re.compile(r"\w[\w.-]*")
_RESERVED = frozenset({"and", "or", "not", "in", "is", "null", "matches", "audience"})
_LONG_NAMES = {
    "one of": "one_of",
    "none of": "not_one_of",
    "matches": "matches",
    "does not match": "not_matches",
    ">": "gt",
    ">=": "gte",
    "<": "lt",
    "<=": "lte",
}


def spell_condition(expression: Expression, random: Random, *, long: bool | None = None) -> Node:
    """
    Return the node for *expression*; *long* chooses the form, otherwise *random* does.

    What asks for nothing is an empty list, which only the long form has.
    """
    if long is None:
        long = random.random() < 0.4
    return _long(expression, random) if long or asks_nothing(expression) else Text(compact(expression, random))


def asks_nothing(expression: Expression) -> bool:
    """Tell whether some part of *expression* is true of everybody by saying nothing."""
    return isinstance(expression, AllOf | AnyOf) and (
        not expression.terms or any(asks_nothing(term) for term in expression.terms)
    )


def compact(expression: Expression, random: Random) -> str:
    """Return *expression* in the compact form, with the parentheses it needs and now and then more."""
    match expression:
        case AnyOf(terms):
            text = " or ".join(_operand(term, random, AnyOf) for term in terms)
        case AllOf(terms):
            text = " and ".join(_operand(term, random, AllOf) for term in terms)
        case InAudience(name):
            text = f"audience {name}"
        case Condition():
            text = _comparison(expression, random)
    return f"({text})" if random.random() < 0.03 else text


def _operand(term: Expression, random: Random, within: type[AnyOf | AllOf]) -> str:
    text = compact(term, random)
    return f"({text})" if within is AllOf and isinstance(term, AnyOf) else text


def _comparison(condition: Condition, random: Random) -> str:
    name = _word(condition.attribute, random)
    match condition.relation, condition.operand:
        case ("one of" | "none of") as relation, tuple(members):
            return f"{name} {_membership(relation, members, random)}"
        case "matches", str(pattern):
            return f"{name} matches {_in_quotes(pattern, random)}"
        case "does not match", str(pattern):
            return f"{name} not matches {_in_quotes(pattern, random)}"
        case relation, Number(text) | Version(text):
            blank = random.choice([" ", " ", ""])
            return f"{name}{blank}{relation}{blank}{text}"
        case relation, _:
            return f"{name} {relation}"


def _membership(relation: str, members: tuple[str, ...], random: Random) -> str:
    words = [_word(member, random) for member in members]
    if len(words) == 1 and random.random() < 0.6:
        return f"{'=' if relation == 'one of' else '!='} {words[0]}"
    comma = random.choice([", ", ","])
    return f"{'in' if relation == 'one of' else 'not in'} [{comma.join(words)}]"


def _word(text: str, random: Random) -> str:
    is_bare = _BARE.fullmatch(text) and text not in _RESERVED
    return text if is_bare and random.random() < 0.8 else _in_quotes(text, random)


def _in_quotes(text: str, random: Random) -> str:
    quote = random.choice("\"'")
    return f"{quote}{text.replace(quote, quote * 2)}{quote}"


def _long(expression: Expression, random: Random) -> Node:
    if expression == AllOf(()):
        return Items(())
    if random.random() < 0.1 and not asks_nothing(expression):
        # The forms may be mixed: each term of a long one is a condition again.
        return Text(compact(expression, random))
    match expression:
        case AnyOf(terms):
            members = Items(tuple(_long(term, random) for term in terms))
            return members if random.random() < 0.4 else Members((("any", members),))
        case AllOf(terms):
            return Members((("all", Items(tuple(_long(term, random) for term in terms))),))
        case InAudience(name):
            return Members((("audience", Text(name)),))
        case Condition(attribute):
            return Members((("attribute", Text(attribute)), _long_comparison(expression)))


def _long_comparison(condition: Condition) -> tuple[str, Node]:
    match condition.relation, condition.operand:
        case ("is null" | "is not null") as relation, _:
            return "is_null", Text("true" if relation == "is null" else "false")
        case relation, tuple(members):
            return _LONG_NAMES[relation], Items(tuple(map(Text, members)))
        case relation, Number(text):
            return _LONG_NAMES[relation], Plain(text)
        case relation, Version(text):
            return _LONG_NAMES[relation], Quoted(text)
        case relation, operand:
            return _LONG_NAMES[relation], Text(str(operand))
