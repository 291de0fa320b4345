"""``--eppo-expect``: the entries of the flag files as tests."""

import re

from tests.pytest_plugin.conftest import FLAGS, Project


def test_every_entry_is_a_test_in_the_order_of_the_files(project: Project) -> None:
    project.write("test_one.py", "def test_one(): pass")

    run = project.run("--eppo-expect", "-v")

    named = [line.split(" ")[0] for line in run.text.splitlines() if "PASSED" in line]
    assert named == [
        "test_one.py::test_one",
        "flags/flags.yaml::headline#1[test]",
        "flags/flags.yaml::headline#1[production]",
        "flags/flags.yaml::headline#2[test]",
        "flags/flags.yaml::headline#2[production]",
    ]
    assert run.counts == {"passed": 5}


def test_a_failure_says_what_was_expected_and_why_not(project: Project) -> None:
    project.write("flags/flags.yaml", FLAGS.replace("gets: control, via: default", "gets: short"))

    run = project.run("--eppo-expect", "-n", "2")

    assert run.counts == {"failed": 2, "passed": 2}
    assert re.search(r"flags\.yaml:1\d:\d+: expectation failed: got control via default", run.text)
    assert "expected short in production" in run.text
    assert "Traceback" not in run.text


def test_entries_are_chosen_by_name(project: Project) -> None:
    run = project.run("--eppo-expect", "-k", "headline and production", "--random-order")

    assert run.counts == {"passed": 2, "deselected": 2}


def test_without_flag_files_it_is_wrong_usage(project: Project) -> None:
    (project.folder / "flags/flags.yaml").unlink()

    run = project.run("--eppo-expect")

    assert run.code == 4
    assert "--eppo-expect: " in run.text
