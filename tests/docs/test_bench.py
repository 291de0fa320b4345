"""What the benchmark needs to be true: its flag files are good ones, of the size it says, and its table reads well."""

import json
from pathlib import Path

import pytest

from bench import bandits, bulk, evaluation, fixture, pages
from bench.flag_files import flag_file, write_folder
from bench.report import Row, table
from emulator import Emulator
from emulator.evaluation import evaluate_bandit, prepare
from emulator.snapshot import build_snapshot


def test_generated_flags_compile_without_a_warning() -> None:
    snapshot = build_snapshot({"flags.yaml": flag_file(0, 100)}, "2025-01-01T00:00:00.000Z")

    assert snapshot.warnings == ()
    assert len(snapshot.environments[0].config["flags"]) == 100


def test_a_hundred_flags_are_served_as_about_85_kilobytes() -> None:
    snapshot = build_snapshot({"flags.yaml": flag_file(0, 100)}, "2025-01-01T00:00:00.000Z")

    assert 80_000 < len(snapshot.environments[0].plain.body) < 90_000


def test_a_flag_takes_about_290_bytes_of_yaml() -> None:
    assert 270 < len(flag_file(0, 1000).encode()) / 1000 < 310


@pytest.mark.parametrize("subject", [f"user-{number}" for number in range(10)])
@pytest.mark.parametrize("shape", [name for name, *_ in evaluation.SHAPES])
def test_both_sides_answer_an_assignment_alike(shape: str, subject: str) -> None:
    ours, theirs = evaluation.both_sides(evaluation.body_of(10))

    assert ours.assignment[shape](subject) == theirs.assignment[shape](subject)


@pytest.mark.parametrize("subject", [f"user-{number}" for number in range(10)])
def test_both_sides_choose_the_same_action(subject: str) -> None:
    prepared, client = bandits.both_sides()

    chosen = evaluate_bandit(prepared, "shoes", subject, bandits.SUBJECT, bandits.ACTIONS, now=bandits.NOW)
    theirs = client.get_bandit_action("shoes", subject, bandits.SUBJECT, bandits.ACTIONS, "")

    assert (chosen.variation, chosen.action) == (theirs.variation, theirs.action)


def test_a_bulk_request_asks_for_every_flag_of_one_subject() -> None:
    prepared = prepare(json.loads(evaluation.body_of(100)))

    asked = json.loads(bulk.body("ann", prepared.flag_keys, traced=False))["requests"]

    assert len({one["flag"] for one in asked}) == bulk.FLAGS == 100
    assert {one["subject"] for one in asked} == {"ann"}


def test_short_times_are_shown_in_microseconds() -> None:
    rows = [Row.measured("hash", 0.000_000_45, "s", "library", 0.000_000_9)]

    (line,) = table(rows).splitlines()[2:]

    assert line.split() == ["hash", "0.45", "µs", "0.90", "µs", "library", "0.50"]


def test_table_shows_budget_reference_and_ratio() -> None:
    rows = [
        Row.at_most("start", 0.45, "s", 0.6, "Express", 0.3),
        Row.at_least("requests", 900.0, "per s", 1000.0, "Express", 500.0),
    ]

    lines = [line.split() for line in table(rows).splitlines()[2:]]

    assert lines[0] == ["start", "450", "ms", "600", "ms", "300", "ms", "Express", "1.50", "ok"]
    assert lines[1][-2:] == ["1.80", "over"]


def test_the_fixtures_measure_has_the_sdk_in_step(tmp_path: Path) -> None:
    write_folder(tmp_path / "flags", fixture.FLAGS, 1)
    emulator = Emulator(tmp_path / "flags", watch=False)

    fixture.one_test(emulator)

    emulator.close()


def test_what_could_not_be_measured_says_so() -> None:
    line = table([Row.unmeasured("first paint", "no chromium")]).splitlines()[-1]

    assert line.split("  ")[0] == "first paint"
    assert "NOT MEASURED" in line
    assert line.endswith("no chromium")


def test_the_long_flag_has_so_many_allocations() -> None:
    snapshot = build_snapshot({"long.yaml": pages.long_flag()}, "2025-01-01T00:00:00.000Z")

    assert len(snapshot.environments[0].config["flags"]["long"]["allocations"]) == pages.ALLOCATIONS + 1
