"""What ``test`` prints: a block per failure and the counts, or one JSON document."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from emulator.expectations import entries_of, run_entry
from emulator.reporting.expectations import Ran, Run, as_json, as_text
from emulator.reporting.ink import plain
from tests.expectations.running import NOW, snapshot_of

GATE = "flags:\n  a: {{type: boolean, serve: true, expect: [{}]}}\n"
HOLDS = "{subject: s, gets: true}"
FAILS = "{subject: s, gets: false}"


def ran(*entries: str, archived: Sequence[str] = ()) -> Ran:
    """Return what running *entries* of one flag comes to, each in 1.5 ms; those of an archived flag are skipped."""
    rest = f"  old: {{type: boolean, serve: true, archived: true, expect: [{', '.join(archived)}]}}\n"
    snapshot = snapshot_of(GATE.format(", ".join(entries)) + rest)
    listed = entries_of(snapshot)
    runs = [Run(run_entry(snapshot, one, key, now=NOW), 0.0015) for one in listed for key in one.environments]
    skipped = [one for one in listed if not one.environments]
    return Ran(runs, skipped, files=1, started=datetime(2025, 3, 28, 12, 0, tzinfo=UTC), seconds=0.0124)


def text(*entries: str, archived: Sequence[str] = ()) -> str:
    return plain(as_text(ran(*entries, archived=archived)))


def test_all_well_is_one_line() -> None:
    assert text(HOLDS, HOLDS) == "2 passed in 1 file (12 ms)\n"


def test_failure_is_a_block_before_the_counts() -> None:
    shown = text(HOLDS, FAILS)

    assert shown.startswith(
        "flags.yaml:2:70 E901 flag a (test): expectation failed: got true via default; no allocation serves false there"
        "\n    expected false\n\n    a for s at 2025-03-28T12:00:00.000Z: MATCH\n"
    )
    assert shown.endswith('\n         ✓ split "true"\n\n1 failed, 1 passed in 1 file (12 ms)\n')


def test_same_failure_in_two_environments_is_one_block() -> None:
    snapshot = snapshot_of("environments: {test: {}, live: {}}\n" + GATE.format(FAILS))
    (entry,) = entries_of(snapshot)
    runs = [Run(run_entry(snapshot, entry, key, now=NOW), 0.0015) for key in entry.environments]

    shown = plain(as_text(Ran(runs, [], files=1, started=NOW, seconds=0.0124)))

    assert shown.count("E901 flag a (test, live): expectation failed") == shown.count("E901") == 1
    assert shown.endswith("\n\n2 failed in 1 file (12 ms)\n")


def test_skipped_entries_are_counted_and_explained() -> None:
    assert text(HOLDS, archived=[HOLDS, HOLDS]) == (
        "1 passed, 2 skipped in 1 file (12 ms)\n"
        "skipped: its flag is archived, or has none of the tags that an environment takes\n"
    )


def test_without_entries_it_says_how_to_write_one() -> None:
    lines = text().splitlines()

    assert lines[0] == "no expectations in 1 file"
    assert lines[-2:] == ["    expect:", "      - {subject: ann, with: {country: DK}, gets: true}"]


def test_foreign_text_stays_on_its_line() -> None:
    shown = text('{subject: "a\\nb\\e[31m", gets: false}')

    assert "\x1b" not in shown
    assert not any(line.startswith("b") for line in shown.splitlines())


def test_failures_are_red_and_counts_have_colours() -> None:
    shown = as_text(ran(HOLDS, FAILS))

    assert "\x1b[31mE901\x1b[0m" in shown
    assert "\x1b[31m1 failed\x1b[0m, \x1b[32m1 passed\x1b[0m" in shown


def test_json_holds_every_result_and_the_counts() -> None:
    document = json.loads(as_json(ran(HOLDS, FAILS, archived=[HOLDS])))

    assert {key: document[key] for key in ("passed", "failed", "durationMs")} == {
        "passed": 1,
        "failed": 1,
        "durationMs": 12.4,
    }
    assert document["results"][0] == {
        "id": "a#1",
        "flag": "a",
        "file": "flags.yaml",
        "line": 2,
        "column": 44,
        "entry": "s gets true",
        "environment": "test",
        "passed": True,
        "expected": "true",
        "got": "true via default",
        "message": "",
        "trace": "",
        "durationMs": 1.5,
    }
    assert document["skipped"] == [
        {"id": "old#1", "flag": "old", "file": "flags.yaml", "line": 3, "column": 62, "entry": "s gets true"}
    ]


def test_json_has_shares_as_numbers() -> None:
    document = json.loads(as_json(ran("{subjects: 4, shares: {true: 12.5%}, tolerance: 1%}")))

    assert document["results"][0]["shares"] == [{"variation": "true", "expected": 0.125, "got": 1.0, "passed": False}]
