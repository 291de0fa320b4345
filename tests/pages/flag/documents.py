"""Small flags as they are served, and flag files with what they compile to."""

from datetime import UTC, datetime
from typing import Any

from emulator.pages.flag.waterfall import Waterfall, waterfall_of
from emulator.snapshot import Snapshot, build_snapshot

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def wire(*allocations: Any, **members: Any) -> dict[str, Any]:
    return {
        "key": "banner",
        "enabled": True,
        "variationType": "STRING",
        "variations": {key: {"key": key, "value": key} for key in ("red", "blue")},
        "allocations": list(allocations),
        "totalShards": 10_000,
        **members,
    }


def split(variation: str, *shards: tuple[str, int, int]) -> dict[str, Any]:
    listed = [{"salt": salt, "ranges": [{"start": start, "end": end}]} for salt, start, end in shards]
    return {"variationKey": variation, "shards": listed}


def allocation(key: str, *splits: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"key": key, "splits": list(splits), "doLog": True, **members}


def condition(attribute: str, operator: str, value: Any) -> dict[str, Any]:
    return {"attribute": attribute, "operator": operator, "value": value}


def drawn(*allocations: Any, **members: Any) -> Waterfall:
    return waterfall_of(wire(*allocations, **members), NOW)


def compiled(text: str) -> Snapshot:
    return build_snapshot({"flags.yaml": text}, "2026-03-01T00:00:00.000Z")
