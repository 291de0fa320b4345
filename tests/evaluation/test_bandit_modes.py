"""What ``pin``, ``mode: uniform`` and ``mode: cold-start`` of a flag file come to when they are evaluated."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.evaluation import Found, NotFound, Prepared, Wanted, evaluate_bandit, find_subjects, prepare
from emulator.snapshot import build_snapshot

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FILE = """\
version: 1
environments:
  model: {}
  pinned: {}
  uniform: {}
  cold: {}
bandits:
  shoe-bandit:
    gamma: 2.0
    floor: 0.1
    actions:
      nike: { intercept: 1.0, subject: { age: { coef: 1000000.0 } } }
      adidas: { intercept: 2.0 }
    environments:
      pinned: { pin: adidas }
      uniform: { mode: uniform }
      cold: { mode: cold-start }
flags:
  shoes:
    type: string
    variations: { shoe-bandit: { bandit: shoe-bandit } }
    serve: shoe-bandit
"""
SUBJECTS = [f"subject-{number}" for number in range(300)]
OFFERED = ["nike", "adidas", "puma"]


@pytest.fixture(scope="module")
def environments() -> dict[str, Prepared]:
    snapshot = build_snapshot({"flags.yaml": FILE}, "2026-01-01T00:00:00.000Z")
    return {one.key: prepare(one.config, one.models) for one in snapshot.environments}


def chosen(prepared: Prepared, context: Any, actions: Any = OFFERED) -> Counter[str | None]:
    return Counter(
        evaluate_bandit(prepared, "shoes", subject, context, actions, now=NOW).action for subject in SUBJECTS
    )


@pytest.mark.parametrize("age", [0, 30, -30])
def test_a_pinned_action_is_everybodys_whatever_the_model_thinks(environments: dict[str, Prepared], age: int) -> None:
    assert chosen(environments["pinned"], {"age": age}) == {"adidas": 300}


def test_a_pinned_action_leaves_the_others_exactly_nothing(environments: dict[str, Prepared]) -> None:
    choice = evaluate_bandit(environments["pinned"], "shoes", "ann", {}, OFFERED, now=NOW).choice

    assert choice is not None
    assert (choice.probability, choice.gap) == (1.0, 0.0)


def test_a_pinned_action_that_is_not_offered_leaves_the_rest_to_chance(environments: dict[str, Prepared]) -> None:
    counts = chosen(environments["pinned"], {}, ["nike", "puma"])

    assert set(counts) == {"nike", "puma"}
    assert abs(counts["nike"] - 150) < 40


@pytest.mark.parametrize("mode", ["uniform", "cold"])
def test_every_action_is_as_likely_without_a_model_to_weigh_them(environments: dict[str, Prepared], mode: str) -> None:
    counts = chosen(environments[mode], {"age": 30})

    assert all(abs(counts[action] - 100) < 35 for action in OFFERED)


@pytest.mark.parametrize("mode", ["uniform", "cold"])
def test_the_probability_of_every_action_is_a_third(environments: dict[str, Prepared], mode: str) -> None:
    answers = [evaluate_bandit(environments[mode], "shoes", one, {"age": 30}, OFFERED, now=NOW) for one in SUBJECTS]

    assert {answer.choice and round(answer.choice.probability, 12) for answer in answers} == {0.333333333333}


def test_the_floor_keeps_every_action_alive(environments: dict[str, Prepared]) -> None:
    counts = chosen(environments["model"], {"age": 30})

    assert counts["nike"] > 250
    assert set(counts) == set(OFFERED)


def test_the_finder_knows_which_actions_a_pin_rules_out(environments: dict[str, Prepared]) -> None:
    none = find_subjects(environments["pinned"], Wanted("shoes", action="nike", actions=OFFERED), {}, now=NOW)
    some = find_subjects(environments["uniform"], Wanted("shoes", action="nike", actions=OFFERED), {}, now=NOW)

    assert isinstance(none, NotFound)
    assert 'gives action "nike" no weight' in none.reason
    assert isinstance(some, Found)
