"""Questions over OpenFeature's remote evaluation protocol, and the flags that they are about."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from emulator.snapshot import build_snapshot
from tests.server.calling import Call, Reply
from tests.server.documents import CREATED_AT, flag

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
ONE = "/ofrep/v1/evaluate/flags/"
ALL = "/ofrep/v1/evaluate/flags"
CONFIGURATION = "/ofrep/v1/configuration"
FLAGS = """
environments:
  test:       { sdk_keys: [local-test] }
  production: { sdk_keys: [local-production] }
flags:
  headline:
    type: string
    variations: [short, long]
    serve: short
    environments: { production: { serve: long } }
  limit:
    type: integer
    variations: { low: 3, high: 50 }
    allocations: [{ key: paying, if: 'plan in [pro, team]', serve: high, log: false }]
    serve: low
  price: { type: numeric, variations: { full: 5, reduced: 2.5 }, serve: full }
  checkout:
    type: boolean
    allocations: [{ key: norway, if: country = NO, serve: true }]
  layout: { type: json, variations: { wide: { columns: 3, gap: 1.0 } }, serve: wide }
  colours: { type: json, variations: { warm: [red, orange] }, serve: warm }
  coin:
    type: boolean
    allocations: [{ key: half, split: [true, false] }]
  later:
    type: boolean
    allocations: [{ key: july, start: 2026-07-01T00:00Z, serve: true }]
  shoes: { type: string, variations: { shoe-bandit: { bandit: shoe-bandit } }, serve: shoe-bandit }
  disabled: { type: boolean, serve: true, enabled: false, emit: disabled }
  team/checkout//new: { type: boolean, serve: true }
  "größe 50%?#\\n": { type: boolean, serve: true }
bandits:
  shoe-bandit: { pin: nike }
"""
CONTEXT: dict[str, Any] = {"targetingKey": "ann", "country": "NO", "plan": "pro", "nested": {"a": [1, None]}}
SNAPSHOT = build_snapshot({"flags.yaml": FLAGS}, CREATED_AT)

# Of a published configuration: nothing like it compiles.
BROKEN = {**flag("broken"), "totalShards": "many"}
UNSUITABLE = {**flag("unsuitable"), "variationType": "INTEGER"}
UNSUITABLE["allocations"] = [{**UNSUITABLE["allocations"][0], "rules": []}]


def ask(call: Call, target: str, context: Any = CONTEXT, headers: Mapping[str, str] | None = None) -> Reply:
    return call("POST", target, headers, json.dumps({"context": context}).encode())


def told(reply: Reply) -> Any:
    return json.loads(reply.body)


def items(reply: Reply) -> dict[str, Any]:
    return {item["key"]: item for item in told(reply)["flags"]}
