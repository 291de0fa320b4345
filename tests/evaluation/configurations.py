"""Small configurations, as they travel, for tests of the evaluator."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from emulator.evaluation import Evaluation, evaluate, prepare

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
EVERYBODY: Sequence[Any] = ()


def condition(operator: str, value: Any, attribute: str = "a") -> dict[str, Any]:
    return {"attribute": attribute, "operator": operator, "value": value}


def rule(*conditions: Mapping[str, Any]) -> dict[str, Any]:
    return {"conditions": list(conditions)}


def shard(salt: str, *ranges: tuple[int, int]) -> dict[str, Any]:
    return {"salt": salt, "ranges": [{"start": start, "end": end} for start, end in ranges]}


def split(variation: str, *shards: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {"variationKey": variation, "shards": list(shards), **more}


def allocation(key: str, *splits: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Return an allocation that logs; one without *splits* serves the variation ``on`` to everybody."""
    return {"key": key, "splits": list(splits) or [split("on")], "doLog": True, **more}


def flag(*allocations: Mapping[str, Any], kind: str = "STRING", **more: Any) -> dict[str, Any]:
    """Return a flag ``f`` of texts, with the variations ``on``, ``off`` and ``other``, unless *more* says otherwise."""
    return {
        "key": "f",
        "enabled": True,
        "variationType": kind,
        "variations": {key: {"key": key, "value": key.upper()} for key in ("on", "off", "other")},
        "allocations": list(allocations),
        "totalShards": 10_000,
        **more,
    }


def flag_of(kind: str, value: Any, **more: Any) -> dict[str, Any]:
    """Return a flag that serves *value* to everybody."""
    return flag(allocation("all"), kind=kind, variations={"on": {"key": "on", "value": value}}, **more)


def configuration(**flags: Any) -> dict[str, Any]:
    return {
        "createdAt": "2026-01-01T00:00:00.000Z",
        "format": "SERVER",
        "environment": {"name": "Test"},
        "flags": flags,
        "banditReferences": {},
    }


def asked(
    raw_flag: Any,
    subject: str = "alice",
    attributes: Mapping[str, Any] | None = None,
    *,
    now: datetime = NOW,
    kind: str | None = None,
    default: Any = "default",
) -> Evaluation:
    """Return what *subject* gets from *raw_flag*, which is served as ``f``."""
    prepared = prepare(configuration(f=raw_flag))
    return evaluate(prepared, "f", subject, attributes or {}, now=now, expected_type=kind, default=default)


def holds(operator: str, value: Any, **attributes: Any) -> bool:
    """Return whether a condition on the attribute ``a`` is true of *attributes*."""
    return asked(flag(allocation("only", rules=[rule(condition(operator, value))])), attributes=attributes).is_match
