"""Draws variations of each flag type: ordinary values, falsy ones, and texts that look like something else."""

import json
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from tests.oracle.description import FlagType, Variation

_STRINGS = (
    "control", "treatment", "on", "off", "NO", "007", "1.10", "größe", "日本 🎉", "a b",
    "true", "12:30", "2024-01-01", "x: y # z", "20%", "~tilde", "line\nbreak", "",
)  # fmt: skip
_INTEGERS = ("0", "1", "-7", "42", "1999", "2147483647")
_NUMERICS = ("0.0", "1", "2.5", "-0.125", "0.70", "1e3", "100.25")
_DOCUMENTS = (
    "{}",
    '{"model":"small-v1","temperature":0.2,"max_tokens":256}',
    '{"on":true,"off":false,"nothing":null,"NO":"NO"}',
    '{"deep":{"list":[1,2.5,"x, y",[],{}]},"größe":"日本 🎉"}',
    '{ "model": "v0",   "on": "no" }',
    '{"quote":"\\"hi\\" it\'s","percent":"20%","number":"007","colon":"a: b # c"}',
    '{"small":0.70,"large":1e3}',
)


def draw_variations(random: Random, kind: FlagType) -> tuple[Variation, ...]:
    """Return two to five variations (booleans: two) with distinct keys."""
    return _DRAWERS[kind](random)


def _booleans(random: Random) -> tuple[Variation, ...]:
    if random.random() < 0.7:
        return (Variation("true", True, "true"), Variation("false", False, "false"))
    return (Variation("off", False, "false"), Variation("on", True, "true"), Variation("NO", False, "false"))


def _strings(random: Random) -> tuple[Variation, ...]:
    texts = random.sample(_STRINGS, random.randint(2, 5))
    if random.random() < 0.6:
        return tuple(Variation(text, text, text) for text in texts if text)
    return tuple(Variation(f"v-{place}", text, text) for place, text in enumerate(texts))


def _numbers(pool: tuple[str, ...], read: Callable[[str], Any]) -> Callable[[Random], tuple[Variation, ...]]:
    def drawn(random: Random) -> tuple[Variation, ...]:
        texts = random.sample(pool, random.randint(2, 5))
        named = random.random() < 0.4
        return tuple(Variation(f"v-{place}" if named else text, read(text), text) for place, text in enumerate(texts))

    return drawn


def _documents(random: Random) -> tuple[Variation, ...]:
    texts = random.sample(_DOCUMENTS, random.randint(2, 4))
    keys = random.sample(("small", "large", "model-1", "NO", "größe"), len(texts))
    return tuple(Variation(key, json.loads(text), text) for key, text in zip(keys, texts, strict=True))


_DRAWERS: Mapping[FlagType, Callable[[Random], tuple[Variation, ...]]] = {
    "boolean": _booleans,
    "string": _strings,
    "integer": _numbers(_INTEGERS, int),
    "numeric": _numbers(_NUMERICS, float),
    "json": _documents,
}
