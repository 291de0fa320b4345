"""The sample flags and the starter folder: they compile, and the real Python SDK answers as their `expect:` says."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from emulator.definitions.model import Expectation
from emulator.expectations import entries_of, run_entry
from emulator.snapshot import EnvironmentSnapshot
from emulator.ufc.encode import canonical, encoded
from emulator.ufc.timestamps import format_timestamp
from emulator.workspace import Workspace
from tests.oracle.python_sdk import PythonSdk

ROOT = Path(__file__).parents[2]
FOLDERS = {"flags": ROOT / "flags", "templates": ROOT / "emulator/templates/flags"}
NOW = datetime.now(UTC)


class Case(NamedTuple):
    """One expectation in one environment."""

    folder: str
    environment: str
    flag: str
    kind: Any
    expectation: Expectation

    def __str__(self) -> str:
        return f"{self.flag}-line-{self.expectation.at.line}-{self.environment}"


SNAPSHOTS = {name: Workspace([folder], clock=lambda: NOW).current for name, folder in FOLDERS.items()}


def _cases() -> Iterator[Case]:
    for name, snapshot in SNAPSHOTS.items():
        assert snapshot.build
        for entry in entries_of(snapshot):
            kind = snapshot.build.definitions.flags[entry.flag].type
            for environment in entry.environments:
                yield Case(name, environment, entry.flag, kind, entry.expectation)


CASES = list(_cases())
SERVED = [
    (name, environment.key, flag)
    for name, snapshot in SNAPSHOTS.items()
    for environment in snapshot.environments
    for flag in environment.config["flags"]
]


@pytest.fixture(scope="module")
def sdk() -> PythonSdk:
    return PythonSdk()


def _at(environment: EnvironmentSnapshot, moment: datetime) -> EnvironmentSnapshot:
    """The environment as it is at *moment*: schedules are resolved, because the SDK's own clock cannot be set."""
    now = format_timestamp(moment)
    flags = {key: _flag_at(flag, now) for key, flag in environment.config["flags"].items()}
    config: Any = {**environment.config, "flags": flags}
    return replace(environment, config=config, plain=encoded(canonical(config), '"at-a-time"'))


def _flag_at(flag: Any, now: str) -> Any:
    active = [one for one in flag["allocations"] if one.get("startAt", "") <= now <= one.get("endAt", "9999-12-31")]
    timeless = [{name: value for name, value in one.items() if name not in ("startAt", "endAt")} for one in active]
    return {**flag, "allocations": timeless}


def _loaded(sdk: PythonSdk, folder: str, environment: str, moment: datetime | None = None) -> EnvironmentSnapshot:
    served = _at(SNAPSHOTS[folder].by_key[environment], moment or NOW)
    sdk.load(served)
    return served


@pytest.mark.parametrize("folder", FOLDERS)
def test_samples_compile_without_a_warning(folder: str) -> None:
    assert [str(problem) for problem in SNAPSHOTS[folder].warnings] == []


@pytest.mark.parametrize(("folder", "environment", "flag"), SERVED)
def test_real_sdk_answers(folder: str, environment: str, flag: str, sdk: PythonSdk) -> None:
    served = _loaded(sdk, folder, environment)
    kind: Any = served.config["flags"][flag]["variationType"].lower()

    answer = sdk.assignment(flag, kind, "user-1", {})

    assert answer.variation in served.config["flags"][flag]["variations"]


@pytest.mark.parametrize("case", [case for case in CASES if not case.expectation.shares], ids=str)
def test_expectation_about_one_subject_holds(case: Case, sdk: PythonSdk) -> None:
    expected = case.expectation
    _loaded(sdk, case.folder, case.environment, expected.moment)

    answer = sdk.assignment(case.flag, case.kind, str(expected.subject), expected.attributes)

    assert answer.variation == (expected.gets and expected.gets.text)
    assert expected.via in (None, answer.allocation)
    assert expected.logs in (None, answer.logged)


@pytest.mark.parametrize("case", [case for case in CASES if case.expectation.shares], ids=str)
def test_expected_shares_hold(case: Case, sdk: PythonSdk) -> None:
    expected = case.expectation
    _loaded(sdk, case.folder, case.environment, expected.moment)
    subjects = range(expected.subjects or 0)

    found = Counter(sdk.assignment(case.flag, case.kind, f"user-{n}", expected.attributes).variation for n in subjects)

    off = {
        share.variation.text: abs(found[share.variation.text] / len(subjects) - share.share)
        for share in expected.shares
    }
    assert {variation for variation, distance in off.items() if distance > expected.tolerance} == set()


@pytest.mark.parametrize("case", [case for case in CASES if case.expectation.action], ids=str)
def test_expected_action_is_chosen(case: Case, sdk: PythonSdk) -> None:
    expected = case.expectation
    _loaded(sdk, case.folder, case.environment)

    _, action, _ = sdk.bandit_action(case.flag, str(expected.subject), expected.attributes, expected.actions or {})

    assert action == expected.action


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_expectation_holds_with_the_evaluator_too(folder: str) -> None:
    snapshot = SNAPSHOTS[folder]

    results = [run_entry(snapshot, one, key, now=NOW) for one in entries_of(snapshot) for key in one.environments]

    assert [result.message for result in results if not result.passed] == []
    assert results


def test_sample_bandit_chooses_among_the_offered(sdk: PythonSdk) -> None:
    _loaded(sdk, "flags", "test")
    offered = {"helmet": {"price": 40.0}, "lights": {}, "lock": {}}

    variation, action, event = sdk.bandit_action("accessory-banner", "user-1", {"km_per_week": 120.0}, offered)

    assert (variation, action in offered, event is not None) == ("accessory-bandit", True, True)
