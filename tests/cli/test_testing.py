"""test, called as a user calls it."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from emulator.cli import commands

GATE = """
environments: {{test: {{}}, production: {{}}}}
flags:
  gate:
    type: boolean
    serve: true
    environments: {{production: {{serve: false}}}}
    expect:
      - {{subject: ann, gets: {}, in: test}}
      - {{subject: ann, gets: false, in: production}}
"""
HOLDS, FAILS = GATE.format("true"), GATE.format("false")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder ``flags`` with expectations that hold, where the command looks by default."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "flags"
    path.mkdir()
    (path / "a.yaml").write_text(HOLDS)
    return path


def run(*arguments: str, **variables: str) -> Result:
    return CliRunner(env=variables).invoke(commands, ["test", *arguments])


def test_expectations_that_hold_exit_with_0() -> None:
    result = run()

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("2 passed in 1 file (")


def test_failed_expectation_exits_with_1_and_shows_its_trace(folder: Path) -> None:
    (folder / "a.yaml").write_text(FAILS)

    result = run()

    assert result.exit_code == 1
    assert result.stdout.startswith(
        "flags/a.yaml:9:9 E901 flag gate (test): expectation failed: got true via default; "
    )
    assert '✓ split "true"' in result.stdout
    assert "\n1 failed, 1 passed in 1 file (" in result.stdout


def test_check_runs_no_expectation(folder: Path) -> None:
    (folder / "a.yaml").write_text(FAILS)

    assert CliRunner().invoke(commands, ["check", "--strict"]).exit_code == 0


def test_paths_may_be_given(folder: Path) -> None:
    (folder / "b.yaml").write_text("flags: {b: {type: boolean, serve: true, expect: [{subject: s, gets: true}]}}")

    assert run("flags/b.yaml").stdout.startswith("1 passed in 1 file (")


def test_flags_without_expectations_are_fine(folder: Path) -> None:
    (folder / "a.yaml").write_text("flags: {b: {type: boolean, serve: true}}")

    result = run()

    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, "no expectations in 1 file")


def test_environment_without_expectations_is_named(folder: Path) -> None:
    (folder / "a.yaml").write_text(HOLDS.replace("in: production", "in: test").replace("gets: false", "gets: true"))

    assert run("--env", "production").stdout.startswith("no expectations about production in 1 file\n")


def test_environment_narrows_what_is_run(folder: Path) -> None:
    (folder / "a.yaml").write_text(FAILS)

    result = run("--env", "production")

    assert (result.exit_code, result.stdout[:20]) == (0, "1 passed in 1 file (")


def test_unknown_environment_is_wrong_usage_with_the_nearest_name() -> None:
    result = run("--env", "producton")

    assert result.exit_code == 2
    assert 'no environment "producton"; did you mean "production"?' in result.stderr


def test_missing_folder_is_unreadable_input(folder: Path) -> None:
    assert run("nowhere").exit_code == 2


def test_flags_that_do_not_compile_are_reported_and_not_run(folder: Path) -> None:
    (folder / "a.yaml").write_text(HOLDS.replace("gets: true", "gets: tru"))

    result = run("--json")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith('flags/a.yaml:9:30 E401 flag gate: no variation "tru"; did you mean "true"?')


def test_json_is_all_that_is_printed(folder: Path) -> None:
    (folder / "a.yaml").write_text(FAILS)

    result = run("--json")

    assert [one["passed"] for one in json.loads(result.stdout)["results"]] == [False, True]
    assert (result.exit_code, result.stderr) == (1, "")


def test_junit_file_is_written_beside_the_report(folder: Path, tmp_path: Path) -> None:
    (folder / "a.yaml").write_text(FAILS)
    (tmp_path / "results.xml").write_text("old")

    result = run("--junit", "results.xml")

    assert result.exit_code == 1
    assert ElementTree.parse(tmp_path / "results.xml").getroot().attrib["failures"] == "1"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["flags", "results.xml"]


def test_junit_file_has_the_errors_of_flags_that_do_not_compile(folder: Path, tmp_path: Path) -> None:
    (folder / "a.yaml").write_text(HOLDS.replace("gets: true", "gets: tru"))
    (tmp_path / "results.xml").write_text("old")

    result = run("--junit", "results.xml")

    root = ElementTree.parse(tmp_path / "results.xml").getroot()
    assert result.exit_code == 1
    assert (root.attrib["tests"], root.attrib["errors"]) == ("1", "1")
    assert [case.attrib["name"] for case in root.iter("testcase")] == ['E401 no variation "tru"']


def test_problems_are_summed_up_as_check_does(folder: Path) -> None:
    (folder / "a.yaml").write_text(HOLDS.replace("gets: true", "gets: tru"))
    (folder / "b.yaml").write_text("flags: {b: {type: boolean, serve: true}}")

    checked = CliRunner().invoke(commands, ["check"])

    assert run().stderr.splitlines()[-1] == checked.stdout.splitlines()[-1] == "1 error in 1 file"


def test_junit_file_that_cannot_be_written_is_explained_after_the_report() -> None:
    result = run("--junit", "nowhere/results.xml")

    assert result.stdout.startswith("2 passed")
    assert (result.exit_code, result.stderr) == (
        2,
        "Error: cannot write nowhere/results.xml: No such file or directory\n",
    )


def test_variables_stand_for_the_options(folder: Path, tmp_path: Path) -> None:
    run(EPPO_EMULATOR_JUNIT="results.xml", EPPO_EMULATOR_ENV="test")

    assert ElementTree.parse(tmp_path / "results.xml").getroot().attrib["tests"] == "1"


def test_thousand_expectations_take_well_under_a_second(folder: Path) -> None:
    entries = "".join(f"      - {{subject: user-{n}, gets: true, in: test}}\n" for n in range(1000))
    (folder / "a.yaml").write_text(HOLDS + entries)

    document = json.loads(run("--json").stdout)

    assert document["passed"] == 1002
    assert sum(one["durationMs"] for one in document["results"]) < 500
