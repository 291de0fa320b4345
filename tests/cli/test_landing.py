"""subjects and simulate, called as a user calls them."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from emulator import Emulator
from emulator.cli import commands

FLAGS = """
flags:
  banner:
    type: string
    variations: [plain, loud]
    allocations:
      - { key: norway, if: country = NO, traffic: 20%, serve: loud }
    serve: plain
  vip: { type: boolean, overrides: { "a\\tb": true, c: true }, serve: false }
  resting: { type: boolean, enabled: false, serve: true }
  shoes:
    type: string
    variations: { shoe-bandit: { bandit: shoe-bandit } }
    serve: shoe-bandit
bandits:
  shoe-bandit: { mode: uniform, actions: { nike: {}, adidas: {} } }
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder ``flags``, where the commands look by default."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "flags"
    path.mkdir()
    (path / "a.yaml").write_text(FLAGS)
    return path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands, arguments)


def asked(*arguments: str) -> Any:
    return json.loads(run(*arguments, "--json").stdout)


# ── subjects ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_subjects_that_land_there_are_all_that_is_printed(folder: Path) -> None:
    result = run("subjects", "banner", "--gets", "loud", "--via", "norway", "--attr", "country=NO", "-n", "3")

    keys = result.stdout.splitlines()
    assert (result.exit_code, result.stderr, len(keys)) == (0, "", 3)
    assert {Emulator(folder).evaluate("banner", key, {"country": "NO"}).variation for key in keys} == {"loud"}


def test_subjects_are_others_for_another_seed() -> None:
    first, again, other = (run("subjects", "banner", "--seed", seed).stdout for seed in "112")

    assert first == again != other


def test_subjects_are_found_for_a_bandits_action(folder: Path) -> None:
    key = run("subjects", "shoes", "--action", "nike", "--actions", "nike,puma").stdout.strip()

    assert Emulator(folder).evaluate("shoes", key, actions=["nike", "puma"]).action == "nike"


def test_subjects_as_json_are_what_the_control_api_answers() -> None:
    assert asked("subjects", "banner", "--count", "2") == {"subjects": ["subject-0-0", "subject-0-1"]}


def test_key_that_a_rule_names_stays_on_its_line() -> None:
    arguments = ["subjects", "vip", "--gets", "true", "--count", "2"]

    assert run(*arguments).stdout == "a\\x09b\nc\n"
    assert asked(*arguments) == {"subjects": ["a\tb", "c"]}


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["banner", "--gets", "lowd"], 'flag "banner" never serves "lowd"; did you mean "loud"?'),
        (["banner", "--gets", "loud"], 'the rules of allocation "norway" do not hold for these attributes'),
        (["baner"], 'there is no flag "baner"; did you mean "banner"?'),
        (
            ["resting"],
            'flag "resting" is defined at flags/a.yaml:10:3, but not served in environment "test", where it is '
            "disabled, archived or left out",
        ),
        (["vip", "--gets", "true", "-n", "3"], "only 2 of the keys that rules name land there: a\\x09b, c"),
        (["shoes", "--action", "nike", "--actions", "puma"], 'action "nike" is not offered; there is puma'),
    ],
)
def test_where_nobody_lands_the_reason_is_told(arguments: list[str], reason: str) -> None:
    result = run("subjects", *arguments)

    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{reason}\n")


def test_reason_is_in_the_json_too() -> None:
    result = run("subjects", "banner", "--gets", "lowd", "--json")

    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "subjects": [],
        "reason": 'flag "banner" never serves "lowd"; did you mean "loud"?',
    }


def test_number_of_subjects_has_bounds() -> None:
    result = run("subjects", "banner", "-n", "0")

    assert (result.exit_code, result.stdout) == (2, "")
    assert '"count": expected a whole number from 1 to 10,000, found number 0' in result.stderr


# ── simulate ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_shares_stand_beside_the_configured_ones() -> None:
    result = run("simulate", "banner", "--subjects", "1000", "--attr", "country=NO")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "banner for 1,000 subjects in test\n"
        "\n"
        "  Variation                Share  Configured\n"
        "  loud                    19.80%      20.00%\n"
        "  plain                   80.20%      80.00%\n"
        "  (the caller's default)   0.00%       0.00%\n"
        "\n"
        "  Allocation   Share  Configured\n"
        "  norway      19.80%      20.00%\n"
        "  default     80.20%      80.00%\n"
    )


def test_shares_as_json_are_what_the_control_api_answers() -> None:
    told = asked("simulate", "banner")

    assert (told["subjects"], told["shares"]) == (10_000, {"loud": 0.0, "plain": 1.0})
    assert told["configuredAllocations"] == {"norway": 0.0, "default": 1.0}


def test_flag_that_there_is_not_cannot_be_simulated() -> None:
    result = run("simulate", "baner")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == 'Error: no flag "baner"; did you mean "banner"?\n'
