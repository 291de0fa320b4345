"""
What a bandit call, a simulation and a search for subjects take, in process.

Run alone as ``python -m bench.bandits``, or with everything else. A bandit call hands both its events to a logger, on
either side.
"""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import eppo_client
from eppo_client import AssignmentLogger, ClientConfig, Configuration, EppoClient

from bench.measures import Effort
from bench.report import Row, table
from bench.rounds import in_turns
from emulator.evaluation import Prepared, prepare
from emulator.evaluation.bandit_evaluation import evaluate_bandit
from emulator.evaluation.bandit_events import bandit_call_events
from emulator.evaluation.finder import Found, Wanted, find_subjects
from emulator.evaluation.sharding import md5
from emulator.evaluation.simulation import simulate

_STAMP = "2025-01-01T00:00:00.000Z"
NOW = datetime(2025, 6, 1, tzinfo=UTC)
SUBJECT: dict[str, Any] = {"age": 30, "account_age": 10.5, "country": "NO", "gender": "female"}
ACTIONS: dict[str, dict[str, Any]] = {
    "nike": {"brand_affinity": -2.5, "loyalty_tier": "bronze"},
    "adidas": {"brand_affinity": 1.0, "loyalty_tier": "silver"},
    "puma": {"brand_affinity": 0.5, "loyalty_tier": "gold"},
}


def bandit_rows(calls: int, rounds: int, subjects: int) -> list[Row]:
    """
    Return what each takes: bandit calls in *rounds* of *calls*, a simulation of *subjects* subjects.

    A call offers three actions and is for another subject each time; the experiment that is simulated has two salts.
    """
    prepared, client = both_sides()
    events = _Recorder()
    ours, theirs, hashing = in_turns(
        (
            lambda subject: _our_call(prepared, subject, events),
            lambda subject: _their_call(client, subject),
            _four_hashes,
        ),
        [f"subject-{number}" for number in range(calls)],
        rounds,
    )
    return [
        Row.at_most("bandit call, 3 actions, events", ours, "s", 1.5 * theirs, "SDK", theirs),
        Row.measured("the same, beside its four hashes", ours, "s", "MD5", hashing),
        _simulation_row(prepared, subjects),
        _finder_row(prepared, "100 subjects for 1 % of traffic", Wanted("experiment", "rare")),
        _finder_row(prepared, "100 subjects for an allocation behind a rule", Wanted("gated", allocation="early")),
        _finder_row(prepared, "100 subjects for an action", Wanted("shoes", action="nike", actions=ACTIONS)),
    ]


def both_sides() -> tuple[Prepared, EppoClient]:
    """Return ours and theirs, with the same flags and models."""
    return prepare(_config(), _models()), _client()


def bandits(effort: Effort, _folder: Path) -> list[Row]:
    """Bandit calls, simulation and finder, as one of all measurements."""
    return bandit_rows(effort.evaluations, effort.evaluation_rounds, subjects=100 * effort.many_flags)


def _simulation_row(prepared: Prepared, subjects: int) -> Row:
    mine = _seconds(lambda: simulate(prepared, "experiment", subjects, now=NOW))
    return Row.measured(f"simulate, {subjects:,} subjects", mine, "s", "MD5", _seconds(lambda: _only_hashes(subjects)))


def _finder_row(prepared: Prepared, what: str, wanted: Wanted) -> Row:
    return Row.at_most(what, _seconds(lambda: _all_found(prepared, wanted)), "s", 1.0)


class _Recorder(AssignmentLogger):
    """Counts, so that both sides hand their events to the same logger."""

    def __init__(self) -> None:
        self.seen = 0

    def log_assignment(self, _event: dict[str, Any]) -> None:
        self.seen += 1

    def log_bandit_action(self, _event: dict[str, Any]) -> None:
        self.seen += 1


def _our_call(prepared: Prepared, subject: str, events: _Recorder) -> None:
    evaluation = evaluate_bandit(prepared, "shoes", subject, SUBJECT, ACTIONS, now=datetime.now(UTC), default="")
    both = bandit_call_events(evaluation)
    if assignment := both["assignment"]:
        events.log_assignment(assignment)
    if chosen := both["bandit"]:
        events.log_bandit_action(chosen)


def _their_call(client: EppoClient, subject: str) -> None:
    client.get_bandit_action("shoes", subject, SUBJECT, ACTIONS, "")


def _four_hashes(subject: str) -> None:
    """Hash what a call has to hash, the subject and three actions, and nothing else."""
    drawn = f"shoes-{subject}"
    for text in (drawn, f"{drawn}-nike", f"{drawn}-adidas", f"{drawn}-puma"):
        md5(text.encode()).digest()


def _seconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _only_hashes(subjects: int) -> None:
    """Hash as often as a simulation at the most has to, twice for every subject, and nothing else."""
    for _ in range(2 * subjects):
        md5(b"traffic-subject-0-123456").digest()


def _all_found(prepared: Prepared, wanted: Wanted) -> None:
    found = find_subjects(prepared, wanted, SUBJECT, now=NOW, count=100)
    assert isinstance(found, Found), found


def _client() -> EppoClient:
    flags, bandits = (json.dumps(document).encode() for document in (_config(), _models()))
    configuration = Configuration(flags_configuration=flags, bandits_configuration=bandits)
    return eppo_client.init(
        ClientConfig(
            api_key="in-process",
            assignment_logger=_Recorder(),
            poll_interval_seconds=None,
            initial_configuration=configuration,
        )
    )


def _config() -> dict[str, Any]:
    tie = {"key": "shoe-bandit", "flagKey": "shoes", "variationKey": "bandit", "variationValue": "shoe-bandit"}
    return {
        "createdAt": _STAMP,
        "format": "SERVER",
        "environment": {"name": "Bench"},
        "flags": {
            "shoes": _flag("shoes", {"bandit": "shoe-bandit"}, [_split("bandit", ("traffic", 0, 10_000))]),
            "experiment": _flag(
                "experiment",
                {"rare": "r", "common": "c"},
                [
                    _split("rare", ("traffic", 0, 9_000), ("split", 0, 100)),
                    _split("common", ("traffic", 0, 9_000), ("split", 100, 10_000)),
                ],
            ),
            "gated": _gated(),
        },
        "bandits": {"shoe-bandit": [tie]},
        "banditReferences": {"shoe-bandit": {"modelVersion": "v1", "flagVariations": [tie]}},
    }


def _flag(key: str, values: dict[str, str], splits: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "key": key,
        "enabled": True,
        "variationType": "STRING",
        "variations": {name: {"key": name, "value": value} for name, value in values.items()},
        "allocations": [{"key": "all", "splits": splits, "doLog": True}],
        "totalShards": 10_000,
    }


def _gated() -> dict[str, Any]:
    """Return a flag whose first allocation is for 5 % of those in Norway and for nobody called subject-0-…5."""
    gated = _flag("gated", {"on": "on", "off": "off"}, [_split("off")])
    conditions = [
        {"attribute": "country", "operator": "ONE_OF", "value": ["NO", "SE"]},
        {"attribute": "id", "operator": "NOT_MATCHES", "value": "5$"},
    ]
    early = {"key": "early", "rules": [{"conditions": conditions}], "splits": [_split("on", ("early", 0, 500))]}
    gated["allocations"].insert(0, {**early, "doLog": True})
    return gated


def _split(variation: str, *shards: tuple[str, int, int]) -> dict[str, Any]:
    return {
        "variationKey": variation,
        "shards": [{"salt": salt, "ranges": [{"start": start, "end": end}]} for salt, start, end in shards],
    }


def _models() -> dict[str, Any]:
    data = {
        "gamma": 1.0,
        "defaultActionScore": 0.0,
        "actionProbabilityFloor": 0.01,
        "coefficients": {action: _coefficients(action, place) for place, action in enumerate(ACTIONS)},
    }
    model = {
        "banditKey": "shoe-bandit",
        "modelName": "falcon",
        "modelVersion": "v1",
        "updatedAt": _STAMP,
        "modelData": data,
    }
    return {"updatedAt": _STAMP, "bandits": {"shoe-bandit": model}}


def _coefficients(action: str, place: int) -> dict[str, Any]:
    """Return two numbers and a category of the subject, a number and a category of the action."""
    tiers = {"bronze": -0.5, "silver": 0.25, "gold": 1.0}
    return {
        "actionKey": action,
        "intercept": float(place),
        "subjectNumericCoefficients": [_numeric("age", 0.01), _numeric("account_age", -0.02)],
        "subjectCategoricalCoefficients": [_categorical("country", {"NO": 0.5, "UK": -0.25})],
        "actionNumericCoefficients": [_numeric("brand_affinity", 0.75)],
        "actionCategoricalCoefficients": [_categorical("loyalty_tier", tiers)],
    }


def _numeric(name: str, coefficient: float) -> dict[str, Any]:
    return {"attributeKey": name, "coefficient": coefficient, "missingValueCoefficient": 0.0}


def _categorical(name: str, values: dict[str, float]) -> dict[str, Any]:
    return {"attributeKey": name, "valueCoefficients": values, "missingValueCoefficient": 0.0}


if __name__ == "__main__":
    print(table(bandit_rows(calls=100, rounds=1_001, subjects=1_000_000)))
