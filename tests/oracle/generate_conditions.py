"""Draws conditions over a small world of attributes, and attribute values that make them true, nearly true or odd."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from tests.oracle.description import AllOf, AnyOf, Condition, Expression, InAudience, Number, Relation, Version

# Texts that YAML 1.1 or a careless reader would take for something else are among them on purpose.
TEXTS = (
    "NO", "SE", "US", "on", "off", "007", "1.10", "true", "null", "pro", "team", "São Paulo", "日本", "a b",
    "x, y", "it's", 'say "hi"', "[x]", "a # b", "and", "12:30",
)  # fmt: skip
NUMBERS = ("0", "1", "18", "50", "1999", "-3", "2.5", "0.125", "100000")
VERSIONS = ("0.9.0", "1.2.3", "2.3.0", "2.10.0", "10.0.0")
MEMBERS_LIKE_NUMBERS = ("1", "18", "50", "-3", "2.5", "true", "false")

# Each pattern with a text that it finds and one that it does not.
PATTERNS: Mapping[str, tuple[str, str]] = {
    r"@acme\.com$": ("ann@acme.com", "ann@acme.org"),
    r"^user-[0-9]+$": ("user-17", "user-x"),
    "^(beta|canary)": ("canary-3", "stable"),
    "^[A-Z]{2}$": ("NO", "no"),
    'it\'s|"hi"': ('say "hi"', "hi"),
    "a: b # c": ("a: b # c", "a b c"),
    r"^\[x\]": ("[x] y", "x"),
    r"back\\slash": (r"back\slash", "backslash"),
    "São|日本": ("São Paulo", "Sao Paulo"),
    "^.{3,5}?$": ("abcd", "ab"),
    "^[0-9.]+$": ("12.5", "x1"),
    "": ("anything", "anything"),
}

CITIES = ("oslo", "NO", "São Paulo", "007")

# The language allows 64 alternatives in one condition.
MOST_RULES = 48

TEXT_ATTRIBUTES = ("country", "plan", "email", "größe", "user tag", "city")
NUMBER_ATTRIBUTES = ("seats", "age", "score")
VERSION_ATTRIBUTES = ("app_version", "sdk")
BOOLEAN_ATTRIBUTES = ("vip",)
ATTRIBUTES = (*TEXT_ATTRIBUTES, *NUMBER_ATTRIBUTES, *VERSION_ATTRIBUTES, *BOOLEAN_ATTRIBUTES)
_ODD_VALUES = (
    None, "", "NO", "007", "42", "3.5", "2.3.0", "2.3.0-beta.1", "x",
    0, 1, 18, 50, 2.5, 18.0, -3, 0.125, True, False,
)  # fmt: skip


def draw_condition(random: Random, audiences: Sequence[str], depth: int) -> Expression:
    """Return an expression at most *depth* levels deep that may name any of *audiences*."""
    if depth == 0 or random.random() < 0.45:
        if audiences and random.random() < 0.25:
            return InAudience(random.choice(audiences))
        return _fact(random)
    terms = tuple(draw_condition(random, audiences, depth - 1) for _ in range(random.choice([2, 2, 3])))
    return AllOf(terms) if random.random() < 0.5 else AnyOf(terms)


def rule_count(expression: Expression, audiences: Mapping[str, Expression]) -> int:
    """Return how many alternatives *expression* multiplies out to; a flag may have 64."""
    match expression:
        case AnyOf(terms):
            return sum(rule_count(term, audiences) for term in terms)
        case AllOf(terms):
            product = 1
            for term in terms:
                product *= rule_count(term, audiences)
            return product
        case InAudience(name):
            return rule_count(audiences[name], audiences)
        case Condition():
            return 1


def satisfying(expression: Expression | None, audiences: Mapping[str, Expression], random: Random) -> dict[str, Any]:
    """Return attributes that probably make *expression* true; facts about one attribute may contradict each other."""
    match expression:
        case None:
            return {}
        case AnyOf(terms):
            return satisfying(random.choice(terms), audiences, random)
        case AllOf(terms):
            together: dict[str, Any] = {}
            for term in terms:
                together |= satisfying(term, audiences, random)
            return together
        case InAudience(name):
            return satisfying(audiences[name], audiences, random)
        case Condition(attribute):
            return {attribute: _satisfying_value(expression, random)}


def draw_attribute(attribute: str, random: Random) -> Any:
    """Return some value for *attribute*: mostly of its own kind, now and then of another."""
    if random.random() < 0.15:
        return random.choice(_ODD_VALUES)
    if attribute in NUMBER_ATTRIBUTES:
        return _typed(random.choice(NUMBERS), random)
    if attribute in VERSION_ATTRIBUTES:
        return random.choice((*VERSIONS, "2.3.0-beta.1", "2.3.1"))
    if attribute in BOOLEAN_ATTRIBUTES:
        return random.choice([True, False, "true"])
    samples = [sample for pair in PATTERNS.values() for sample in pair]
    return random.choice((*TEXTS, *samples))


def _fact(random: Random) -> Condition:
    attribute = random.choice(ATTRIBUTES)
    relation: Relation
    if random.random() < 0.12:
        relation = random.choice(["is null", "is not null"])
        return Condition(attribute, relation)
    if attribute in VERSION_ATTRIBUTES:
        relation = random.choice([">", ">=", "<", "<="])
        return Condition(attribute, relation, Version(random.choice(VERSIONS)))
    if attribute in NUMBER_ATTRIBUTES and random.random() < 0.7:
        relation = random.choice([">", ">=", "<", "<="])
        return Condition(attribute, relation, Number(random.choice(NUMBERS)))
    if attribute in TEXT_ATTRIBUTES and random.random() < 0.35:
        relation = random.choice(["matches", "does not match"])
        return Condition(attribute, relation, random.choice(list(PATTERNS)))
    if attribute == "country" and random.random() < 0.1:
        # The subject key is an attribute too.
        return Condition("id", "one of", ("user-1", "1042", "日本"))
    pool = TEXTS if attribute in TEXT_ATTRIBUTES else MEMBERS_LIKE_NUMBERS
    relation = random.choice(["one of", "one of", "none of"])
    return Condition(attribute, relation, tuple(random.sample(pool, random.randint(1, 4))))


def _satisfying_value(condition: Condition, random: Random) -> Any:
    match condition.relation, condition.operand:
        case "is null", _:
            return None
        case "is not null", _:
            return random.choice(["x", 0, False, ""])
        case "one of", tuple(members):
            return _typed(random.choice(members), random)
        case "none of", _:
            return random.choice(["none of these", 4711])
        case "matches", str(pattern):
            return PATTERNS[pattern][0]
        case "does not match", str(pattern):
            return PATTERNS[pattern][1]
        case relation, Number(text):
            step = {">": 1, ">=": random.choice([0, 1]), "<": -1, "<=": random.choice([0, -1])}[relation]
            return _typed(str(float(text) + step), random)
        case relation, _:
            return (
                random.choice(["99.0.0", "10.0.0"]) if relation.startswith(">") else random.choice(["0.0.1", "0.9.0"])
            )


def _typed(text: str, random: Random) -> Any:
    """Return *text* as the number or boolean that it spells, or now and then as it is."""
    if text in {"true", "false"} and random.random() < 0.6:
        return text == "true"
    try:
        number = float(text)
    except ValueError:
        return text
    as_typed = int(number) if number.is_integer() and random.random() < 0.6 else number
    return as_typed if str(as_typed) == text or random.random() < 0.8 else text
