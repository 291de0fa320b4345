"""
Draws bandit configurations and questions for the comparison with real SDKs.

Documents are drawn as they travel, so that keys, values, models and ties may be as odd as a published snapshot allows.
Attributes are numbers, texts and booleans, missing, not finite, or of the wrong kind for their place.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

FLAGS = 6
_ACTIONS = ("nike", "adidas", "puma", "größe", "NO", "1042", "9", "10", "a-b", "a_b", "A", "日本", "")
_NUMBERS = ("age", "price", "n", "größe")
_CATEGORIES = ("country", "plan", "vip", "n", "zip")
_TEXTS = ("NO", "no", "pro", "", "303", "true", "1.5", "größe")
_BANDITS = ("bandit-0", "bandit-1", "bandit-2")
_BANDIT_VALUES = (*_BANDITS, "served-1", "served-2")
_STAMP = "2025-01-01T00:00:00.000Z"


@dataclass(frozen=True, slots=True)
class Split:
    """An explicit context: numbers and categories apart."""

    numeric: Mapping[str, Any]
    categorical: Mapping[str, Any]

    def wire(self) -> dict[str, Any]:
        return {"numericAttributes": dict(self.numeric), "categoricalAttributes": dict(self.categorical)}


Attributes = Split | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    flag: str
    subject: str
    context: Attributes
    actions: Mapping[str, Attributes]
    default: str


@dataclass(frozen=True, slots=True)
class Round:
    """One configuration, its models, and what is asked of it."""

    config: dict[str, Any]
    models: dict[str, Any]
    questions: tuple[Question, ...]


def wire(attributes: Attributes) -> dict[str, Any]:
    """Return *attributes* as our evaluator and JavaScript take them."""
    return attributes.wire() if isinstance(attributes, Split) else dict(attributes)


def draw_round(seed: str, questions: int) -> Round:
    random = Random(seed)
    config, models = _documents(random)
    asked = tuple(_question(random, f"{seed}/{number}") for number in range(questions))
    return Round(config, models, asked)


def _question(random: Random, subject: str) -> Question:
    split = random.random() < 0.5
    offered = random.sample(_ACTIONS, random.choice([0, 1, 2, 2, 3, 3, 4, 5, 6, len(_ACTIONS)]))
    return Question(
        flag="no-such-flag" if random.random() < 0.03 else f"flag-{random.randrange(FLAGS)}",
        subject=random.choice([subject, f"{subject}-日本", f"{subject} é"]),
        context=_attributes(random, split=split),
        actions={action: _attributes(random, split=split) for action in offered},
        default=random.choice(["the default", "bandit-0", "served-1"]),
    )


def _attributes(random: Random, *, split: bool) -> Attributes:
    numbers = {name: _number(random) for name in _NUMBERS if random.random() < 0.6}
    categories = {name: _category(random) for name in _CATEGORIES if random.random() < 0.6}
    if split:
        odd = random.random() < 0.08
        misplaced: dict[str, Any] = {"zip": random.choice([303, 1.5, 303.0])} if random.random() < 0.3 else {}
        wrong: dict[str, Any] = {random.choice(_NUMBERS): random.choice([None, "5", "x"])} if odd else {}
        absent: dict[str, Any] = {random.choice(_CATEGORIES): None} if odd and random.random() < 0.5 else {}
        return Split(numbers | wrong, categories | misplaced | absent)
    refused: dict[str, Any] = {"list": ["a"]} if random.random() < 0.04 else {}
    missing: dict[str, Any] = {"plan": None} if random.random() < 0.1 else {}
    return {**numbers, **categories, **missing, **refused}


def _number(random: Random) -> Any:
    odd = (math.nan, math.inf, -math.inf)
    usual = (0, 1, -2, 30, 0.5, -2.125, 1e6, 12345.678, -0.0, random.uniform(-5, 5))
    return random.choice(odd if random.random() < 0.08 else usual)


def _category(random: Random) -> Any:
    return random.choice((*_TEXTS, True, False))


def _documents(random: Random) -> tuple[dict[str, Any], dict[str, Any]]:
    flags = {f"flag-{number}": _flag(random, number) for number in range(FLAGS)}
    models = {key: _model(random, key) for key in _BANDITS if random.random() < 0.95}
    config = {
        "createdAt": _STAMP,
        "format": "SERVER",
        "environment": {"name": "Test"},
        "flags": flags,
        **_ties(random),
    }
    return config, {"updatedAt": _STAMP, "bandits": models}


def _ties(random: Random) -> dict[str, Any]:
    """Return which served values are bandits, in both shapes; now and then only in one."""
    entries: dict[str, list[dict[str, Any]]] = {}
    for flag in range(FLAGS):
        for value in _BANDIT_VALUES:
            if random.random() < 0.85:
                key = value if value.startswith("bandit") else random.choice(_BANDITS)
                entries.setdefault(key, []).append(_entry(key, f"flag-{flag}", value))
    references = {key: {"modelVersion": "v1", "flagVariations": one} for key, one in entries.items()}
    shapes = {"bandits": entries, "banditReferences": references}
    kept = random.choice(["both"] * 8 + ["bandits", "banditReferences"])
    return shapes if kept == "both" else {"banditReferences": {}} | {kept: shapes[kept]}


def _entry(key: str, flag: str, value: str) -> dict[str, Any]:
    return {
        "key": key,
        "flagKey": flag,
        "allocationKey": "allocation-0",
        "variationKey": value,
        "variationValue": value,
    }


def _flag(random: Random, number: int) -> dict[str, Any]:
    integer = random.random() < 0.05
    values: Sequence[Any] = (1, 2) if integer else (*_BANDIT_VALUES, "control")
    variations = {f"v{place}": {"key": f"v{place}", "value": value} for place, value in enumerate(values)}
    return {
        "key": f"flag-{number}",
        "enabled": random.random() < 0.93,
        "variationType": "INTEGER" if integer else "STRING",
        "variations": variations,
        "allocations": [
            _allocation(random, place, list(variations)) for place in range(random.choice([0, 1, 2, 3, 3]))
        ],
        "totalShards": 10_000,
    }


def _allocation(random: Random, place: int, variations: Sequence[str]) -> dict[str, Any]:
    rules = [{"conditions": [_condition(random)]} for _ in range(random.choice([0, 0, 0, 1, 2]))]
    middle = random.randrange(10_000)
    parts = random.choice([[(0, 10_000)], [(0, middle), (middle, 10_000)], [(0, middle)]])
    return {
        "key": f"allocation-{place}",
        **({"rules": rules} if rules else {}),
        "splits": [_split(random, place, random.choice(variations), part) for part in parts],
        "doLog": random.random() < 0.85,
    }


def _split(random: Random, place: int, variation: str, part: tuple[int, int]) -> dict[str, Any]:
    shard = {"salt": f"salt-{place}", "ranges": [{"start": part[0], "end": part[1]}]}
    extra = {"extraLogging": {"holdoutKey": "h1"}} if random.random() < 0.2 else {}
    return {"variationKey": variation, "shards": [shard], **extra}


def _condition(random: Random) -> dict[str, Any]:
    return random.choice(
        [
            {"attribute": "country", "operator": "ONE_OF", "value": ["NO", "pro"]},
            {"attribute": "plan", "operator": "NOT_ONE_OF", "value": ["no"]},
            {"attribute": "age", "operator": "GTE", "value": 1},
            {"attribute": "price", "operator": "IS_NULL", "value": random.random() < 0.5},
            {"attribute": "vip", "operator": "MATCHES", "value": "^tr"},
        ]
    )


def _model(random: Random, key: str) -> dict[str, Any]:
    known = random.sample(_ACTIONS, random.choice([0, 2, 4, 8]))
    exact = random.random() < 0.5
    return {
        "banditKey": key,
        "modelName": "falcon",
        "modelVersion": random.choice(["v1", "v2"]),
        "updatedAt": _STAMP,
        "modelData": {
            "gamma": random.choice([0.0, 0.5, 1.0, 1.0, 2.5, 100.0, 1e308, -0.25]),
            "defaultActionScore": _coefficient(random, exact=exact),
            "actionProbabilityFloor": random.choice([0.0, 0.0, 0.1, 0.5, 1.0, 3.0]),
            "coefficients": {action: _coefficients(random, action, exact=exact) for action in known},
        },
    }


def _coefficients(random: Random, action: str, *, exact: bool) -> dict[str, Any]:
    return {
        "actionKey": action,
        "intercept": _coefficient(random, exact=exact),
        "subjectNumericCoefficients": _numeric(random, exact=exact),
        "subjectCategoricalCoefficients": _categorical(random, exact=exact),
        "actionNumericCoefficients": _numeric(random, exact=exact),
        "actionCategoricalCoefficients": _categorical(random, exact=exact),
    }


def _coefficient(random: Random, *, exact: bool) -> float:
    """
    Return an eighth, of which sums are exact and equal scores frequent, or a number of twelve decimals.

    Not more: the Rust core reads some numbers of 17 digits as a neighbour of the nearest double (serde_json without
    ``float_roundtrip``), and its scores then differ in their last bit.
    """
    return random.randint(-16, 16) / 8 if exact else round(random.uniform(-2, 2), 12)


def _numeric(random: Random, *, exact: bool) -> list[dict[str, Any]]:
    return [
        {
            "attributeKey": name,
            "coefficient": _coefficient(random, exact=exact),
            "missingValueCoefficient": _coefficient(random, exact=exact),
        }
        for name in _NUMBERS
        if random.random() < 0.5
    ]


def _categorical(random: Random, *, exact: bool) -> list[dict[str, Any]]:
    return [
        {
            "attributeKey": name,
            "valueCoefficients": {
                text: _coefficient(random, exact=exact) for text in (*_TEXTS, "false") if random.random() < 0.5
            },
            "missingValueCoefficient": _coefficient(random, exact=exact),
        }
        for name in _CATEGORIES
        if random.random() < 0.5
    ]
