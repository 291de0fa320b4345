"""Flags of a shop, and what its playground makes of a question."""

from datetime import UTC, datetime
from typing import Any

from emulator.pages.playground.offers import Offers, offers_of
from emulator.pages.playground.panel import Answer, answer_of, variations_of
from emulator.pages.playground.snippets import Question
from emulator.queries import EvaluationQuery, Result, Served, answer
from emulator.snapshot import EnvironmentSnapshot, build_snapshot

NOW = datetime(2025, 3, 28, 12, 0, tzinfo=UTC)
TEXT = r"""
flags:
  checkout:
    type: boolean
    allocations:
      - { key: staff, if: 'email matches "@shop\.example$"', serve: true }
      - { key: later, start: 2025-04-01, serve: true }
      - { key: over, end: 2025-03-01, serve: true }
      - { key: america, if: 'country in [US, CA] and app_version >= 2.3.0', serve: true }
      - { key: few, if: 'country = NO', traffic: 20%, serve: true }
    serve: false
  headline:
    type: string
    variations: [short, long]
    allocations:
      - { key: test, split: { short: 25%, long: 75% }, log: false }
  gated:
    type: boolean
    allocations:
      - { key: adults, if: 'age >= 18 and age < 30 and plan not in [free]', serve: true }
      - { key: quitters, if: 'cancelled_at is not null or plan is null and age > 90', serve: false }
  only-ann:
    type: boolean
    overrides: { ann: true }
  never:
    type: boolean
    allocations:
      - { key: everybody, serve: true }
      - { key: nobody, if: 'country = NO', serve: false }
  page-size:
    type: integer
    variations: { small: 10, large: 50 }
    serve: small
  layout:
    type: json
    variations: { wide: { json: '{"columns": [1, 2, 3]}' } }
    serve: wide
  shoes:
    type: string
    variations: { plain: plain, shoes: { bandit: shoes } }
    allocations:
      - { key: training, if: 'country = NO', serve: shoes }
    serve: plain
bandits:
  shoes:
    gamma: 2.0
    floor: 0.06
    actions:
      red:
        intercept: 1.0
        subject: { age: { coef: 0.02 }, season: { values: { winter: 1.5, summer: -0.5 } } }
        action: { price: { coef: -0.01, missing: -0.5 } }
      blue: { intercept: 0.8 }
"""
SHOP: EnvironmentSnapshot = build_snapshot({"shop.yaml": TEXT}, "2025-03-28T12:00:00.000Z").environments[0]


def resolve(_scope: Any) -> Served:
    return Served(SHOP, 1, NOW)


def offers(flag: str) -> Offers:
    return offers_of(SHOP.prepared, flag)


def asked(flag: str, subject: str = "ann", actions: Any = None, /, **attributes: Any) -> Result:
    return answer(EvaluationQuery(flag, subject, attributes, actions=actions), resolve)


def told(flag: str, subject: str = "ann", actions: Any = None, /, **attributes: Any) -> Answer:
    """Return what the page says when *subject* is tried."""
    question = question_of(flag, subject, actions, attributes)
    return answer_of(question, asked(flag, subject, actions, **attributes), variations_of(SHOP.config, flag))


def question_of(flag: str, subject: str, actions: Any, attributes: dict[str, Any], **members: Any) -> Question:
    known = SHOP.prepared.flag(flag)
    usual: dict[str, Any] = {
        "at": "",
        "scope": {},
        "root": "http://127.0.0.1:1",
        "sdk_key": "key",
        "environment": "test",
        "is_sandbox": False,
        "is_defined": True,
        "needs_token": False,
    }
    kind = known.type if known else "STRING"
    return Question(flag, kind, subject, attributes, actions, **{**usual, **members})
