"""Questions put to the control API, and the flags that they are about."""

import json
from datetime import UTC, datetime
from typing import Any, NoReturn

import pytest

from emulator.snapshot import build_snapshot
from tests.server.calling import Call, Reply
from tests.server.documents import CREATED_AT

NOW = datetime(2025, 3, 28, 12, 0, tzinfo=UTC)
FLAGS = r"""
environments:
  test: { sdk_keys: [local-test] }
  production: { sdk_keys: [local-production] }
flags:
  banner:
    type: string
    variations: [plain, loud]
    allocations:
      - { key: norway, if: country = NO, serve: loud }
      - { key: later, start: 2025-04-01, serve: loud }
    serve: plain
  limit:
    type: integer
    variations: { low: 3, high: 50 }
    allocations:
      - { key: many, if: visits >= 10, serve: high }
    serve: low
  half:
    type: boolean
    allocations:
      - { key: split, split: [true, false] }
  greedy:
    type: boolean
    allocations:
      - { key: pattern, if: 'name matches "(a+)+$"', serve: true }
    serve: false
  layout:
    type: json
    variations: { wide: { columns: 3, of: { some: { depth: [1, 2.5, null] } } } }
    serve: wide
  shoes:
    type: string
    variations: { shoe-bandit: { bandit: shoe-bandit } }
    serve: shoe-bandit
    environments:
      production: { enabled: false }
bandits:
  shoe-bandit: { pin: red }
"""
SNAPSHOT = build_snapshot({"flags.yaml": FLAGS}, CREATED_AT)
PATHS = ("/evaluate", "/evaluate/bulk", "/subjects", "/simulate")
EVERY_PATH = pytest.mark.parametrize("path", PATHS)
BANNER = {"flag": "banner", "subject": "ann"}


def post(call: Call, path: str, body: bytes, **headers: str) -> Reply:
    return call("POST", f"/emulator/v1{path}", {name.replace("_", "-"): one for name, one in headers.items()}, body)


def told(reply: Reply) -> Any:
    """Return what the answer says; it has to be JSON as every language reads it."""

    def refuse(literal: str) -> NoReturn:
        raise AssertionError(f"{literal} is no JSON")

    return json.loads(reply.body.decode("utf-8"), parse_constant=refuse)


def ask(call: Call, path: str = "/evaluate", **question: Any) -> Any:
    reply = post(call, path, json.dumps(question).encode())

    assert (reply.status, reply.headers["content-type"]) == (200, "application/json; charset=utf-8")
    return told(reply)


def problem(reply: Reply) -> tuple[int, str, str]:
    """Return status, type and detail of a problem that is one in every respect."""
    document = told(reply)
    assert reply.headers["content-type"] == "application/problem+json"
    assert (document["status"], list(document)) == (reply.status, ["type", "title", "status", "detail"])
    return reply.status, document["type"], document["detail"]
