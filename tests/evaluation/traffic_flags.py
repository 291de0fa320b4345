"""Flags drawn for the tests of traffic: many salts, shared ones, gaps, overlaps, windows, rules about keys."""

from collections.abc import Mapping
from random import Random
from typing import Any

_SALTS = ("traffic", "split", "layer", "größe")
_STAMPS = ("2024-01-01T00:00:00.000Z", "2025-06-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z")
_CONDITIONS: tuple[Mapping[str, Any], ...] = (
    {"attribute": "country", "operator": "ONE_OF", "value": ["NO"]},
    {"attribute": "country", "operator": "NOT_ONE_OF", "value": ["SE"]},
    {"attribute": "age", "operator": "GTE", "value": 18},
    {"attribute": "id", "operator": "ONE_OF", "value": ["subject-0-1", "ann"]},
    {"attribute": "id", "operator": "NOT_ONE_OF", "value": ["subject-0-2"]},
    {"attribute": "id", "operator": "MATCHES", "value": "[02468]$"},
    {"attribute": "id", "operator": "IS_NULL", "value": False},
)


def config(**flags: Any) -> dict[str, Any]:
    return {"createdAt": _STAMPS[0], "format": "SERVER", "environment": {"name": "Test"}, "flags": flags}


def flag(*allocations: Mapping[str, Any], **members: Any) -> dict[str, Any]:
    return {
        "key": "f",
        "enabled": True,
        "variationType": "STRING",
        "variations": {key: {"key": key, "value": key} for key in ("a", "b", "c")},
        "allocations": list(allocations),
        "totalShards": 10_000,
        **members,
    }


def allocation(key: str, *splits: Mapping[str, Any], rules: list[Any] | None = None, **window: str) -> dict[str, Any]:
    return {"key": key, **({"rules": rules} if rules else {}), **window, "splits": list(splits), "doLog": True}


def split(variation: str, *shards: tuple[str, list[tuple[int, int]]]) -> dict[str, Any]:
    return {
        "variationKey": variation,
        "shards": [
            {"salt": salt, "ranges": [{"start": start, "end": end} for start, end in ranges]} for salt, ranges in shards
        ],
    }


def rule(attribute: str, operator: str, value: Any) -> dict[str, Any]:
    return {"conditions": [{"attribute": attribute, "operator": operator, "value": value}]}


def draw_flag(seed: int) -> dict[str, Any]:
    random = Random(seed)
    total = random.choice([10_000, 10_000, 100, 7, 1])
    allocations = [_allocation(random, place, total) for place in range(random.randint(0, 5))]
    return flag(*allocations, totalShards=total)


def _allocation(random: Random, place: int, total: int) -> dict[str, Any]:
    rules = [
        {"conditions": [random.choice(_CONDITIONS) for _ in range(random.randint(0, 2))]}
        for _ in range(random.choice([0, 0, 1, 2]))
    ]
    window = {name: random.choice(_STAMPS) for name in ("startAt", "endAt") if random.random() < 0.1}
    splits = [_split(random, total) for _ in range(random.randint(0, 3))]
    return allocation(f"allocation-{place}", *splits, rules=rules, **window)


def _split(random: Random, total: int) -> dict[str, Any]:
    # The variation "lost" is not there: it serves the default.
    variation = random.choice(["a", "b", "c", "a", "b", "c", "lost"])
    return split(variation, *(_shard(random, total) for _ in range(random.choice([0, 1, 1, 2, 3]))))


def _shard(random: Random, total: int) -> tuple[str, list[tuple[int, int]]]:
    ranges = [(random.randint(0, total), random.randint(0, total + 5)) for _ in range(random.choice([0, 1, 1, 2]))]
    return random.choice(_SALTS), ranges
