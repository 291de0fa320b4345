"""What an application gets through the real OpenFeature provider is what the emulator's evaluator answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from emulator import Emulator
from emulator.queries import Result
from tests.oracle.on_disk import write_case
from tests.sdk.openfeature import DEFAULTS, Flags, connected

ROOT = Path(__file__).parents[2]
SUBJECTS = 6
SAMPLE_ATTRIBUTES: list[dict[str, Any]] = [
    {},
    {"country": "NO", "plan": "club", "email": "ann@bikes.example", "app_version": "3.1.0"},
    {"country": "US", "plan": None, "cart": {"items": [1, 2]}, "visits": 12, "beta": True},
    {"which": "picture", "size": 0, "role": "staff", "share": 2.5},
]


@dataclass(frozen=True, slots=True)
class Difference:
    """One question on which provider and evaluator differ."""

    flag: str
    subject: str
    attributes: Mapping[str, Any]
    seen: Any
    evaluated: Any


def differences(emulator: Emulator, flags: Flags, subject: str, attributes: dict[str, Any]) -> Iterator[Difference]:
    """Ask both about every flag of the first environment, each by its own type."""
    for key, one in emulator.workspace.current.environments[0].config["flags"].items():
        # The provider puts the key into the URL as it is, where "#" ends the path.
        found = flags.ask(one["variationType"], key.replace("#", "%23"), subject, attributes)
        seen = (type(found.value), found.value, found.variant, found.error_code)
        evaluated = expected(one["variationType"], emulator.evaluate(key, subject, attributes))
        if seen != evaluated:
            yield Difference(key, subject, attributes, seen, evaluated)


def expected(kind: str, result: Result) -> tuple[type, Any, str | None, str | None]:
    if not result.is_match:
        return type(DEFAULTS[kind]), DEFAULTS[kind], None, "FLAG_NOT_FOUND"
    return type(result.variation), result.variation, result.variation_key, None


@pytest.mark.parametrize("folder", [ROOT / "flags", ROOT / "sdk_testdata" / "flags.yaml"], ids=["samples", "own"])
@pytest.mark.parametrize("attributes", SAMPLE_ATTRIBUTES, ids=str)
def test_the_provider_answers_our_own_files_as_the_evaluator_does(folder: Path, attributes: dict[str, Any]) -> None:
    with Emulator(folder, watch=False) as emulator, connected(emulator.url) as flags:
        found = [one for subject in ("ann", "größe 日本") for one in differences(emulator, flags, subject, attributes)]

    assert found == []


@pytest.mark.parametrize("number", range(8))
def test_the_provider_answers_generated_files_as_the_evaluator_does(number: int, run_seed: str, tmp_path: Path) -> None:
    folder, asked = write_case(f"{run_seed}/openfeature-{number}", SUBJECTS, tmp_path)

    with Emulator(folder, watch=False) as emulator, connected(emulator.url) as flags:
        found = [one for subject, attributes in asked for one in differences(emulator, flags, subject, attributes)]

    assert found == [], f"repeat with EPPO_EMULATOR_SEED={run_seed}"
