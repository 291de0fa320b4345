"""SARIF logs: the structure that version 2.1.0 demands, and what code scanning shows of it."""

from typing import Any

import pytest

from emulator.definitions.codes import CODES
from emulator.errors import Problem
from emulator.reporting.sarif import sarif_log

TYPO = Problem("flags/a b.yaml", 3, 13, "E401", "error", 'no variation "onn"', 'did you mean "on"?', "new-checkout")
AGAIN = Problem("flags/a b.yaml", 9, 1, "E401", "error", 'no variation "offf"')
RISK = Problem("/abs/b.yaml", 1, 1, "W210", "warning", "never reached")


@pytest.fixture
def run() -> dict[str, Any]:
    """The one run of a log with two codes."""
    log = sarif_log([TYPO, RISK, AGAIN])
    assert (log["version"], log["$schema"]) == ("2.1.0", "https://json.schemastore.org/sarif-2.1.0.json")
    [run] = log["runs"]
    return dict(run)


def test_tool_is_named_with_its_version(run: dict[str, Any]) -> None:
    driver = run["tool"]["driver"]

    assert driver["name"] == "eppo-emulator"
    assert driver["semanticVersion"].count(".") == 2


def test_rules_are_the_codes_that_occur_once_each(run: dict[str, Any]) -> None:
    assert run["tool"]["driver"]["rules"] == [
        {
            "id": "E401",
            "shortDescription": {"text": CODES["E401"].title},
            "defaultConfiguration": {"level": "error"},
        },
        {
            "id": "W210",
            "shortDescription": {"text": CODES["W210"].title},
            "defaultConfiguration": {"level": "warning"},
        },
    ]


def test_results_point_to_their_rules(run: dict[str, Any]) -> None:
    rules = run["tool"]["driver"]["rules"]

    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == ["E401", "W210", "E401"]
    assert [result["ruleId"] for result in run["results"]] == ["E401", "W210", "E401"]


def test_result_holds_message_level_place_and_flag(run: dict[str, Any]) -> None:
    assert run["results"][0] == {
        "ruleId": "E401",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": 'no variation "onn"; did you mean "on"?'},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "flags/a%20b.yaml"},
                    "region": {"startLine": 3, "startColumn": 13},
                },
                "logicalLocations": [{"name": "new-checkout", "kind": "member"}],
            }
        ],
    }


def test_columns_count_characters(run: dict[str, Any]) -> None:
    assert run["columnKind"] == "unicodeCodePoints"


def test_absolute_path_is_a_file_address(run: dict[str, Any]) -> None:
    [location] = run["results"][1]["locations"]

    assert location["physicalLocation"]["artifactLocation"]["uri"] == "file:///abs/b.yaml"


def test_nothing_wrong_is_a_run_without_results() -> None:
    [run] = sarif_log([])["runs"]

    assert (run["results"], run["tool"]["driver"]["rules"]) == ([], [])
