"""``--eppo-coverage``: what no test served."""

import pytest

from emulator import Emulator
from tests.pytest_plugin.conftest import Project

TESTS = """
    import eppo_client
    import pytest

    def evaluate(**attributes):
        eppo_client.get_instance().get_string_assignment("headline", "ann", attributes, "default")

    def test_control(eppo):
        evaluate()

    def test_short(eppo):
        eppo.serve("headline", "short", via="experiment")
        evaluate()
"""
LINES = ["never evaluated: checkout", "headline: never served variation playful"]


@pytest.fixture
def covered(project: Project) -> Project:
    project.write("test_shop.py", TESTS)
    return project


def test_it_reports_what_was_missed(covered: Project) -> None:
    run = covered.run("--eppo-coverage")

    assert (run.code, run.counts) == (0, {"passed": 2}), run.text
    assert [line for line in run.text.splitlines() if line in LINES] == LINES
    assert "eppo coverage: 50% (5 of 10)" in run.text


@pytest.mark.parametrize(("wanted", "code"), [("50", 0), ("90%", 1)])
def test_it_fails_below_the_minimum_of_all_workers_together(covered: Project, wanted: str, code: int) -> None:
    run = covered.run("-n", "2", f"--eppo-coverage={wanted}")

    assert (run.code, run.counts) == (code, {"passed": 2}), run.text
    assert ("FAIL: expected at least 90%" in run.text) is (code == 1)


def test_entries_of_flag_files_count(covered: Project) -> None:
    text = covered.run("--eppo-coverage", "--eppo-expect").text

    assert "eppo coverage: 60% (6 of 10)" in text


def test_an_emulator_elsewhere_counts_as_well(covered: Project) -> None:
    with Emulator(covered.folder / "flags", watch=False) as running:
        text = covered.run("--eppo-coverage", "-o", f"eppo_emulator_url={running.url}").text

    assert "eppo coverage: 50% (5 of 10)" in text


def test_without_any_test_everything_was_missed(project: Project) -> None:
    project.write("test_none.py", "def test_none(): pass")

    run = project.run("--eppo-coverage=1")

    assert run.code == 1
    assert "eppo coverage: 0% (0 of 10)" in run.text


def test_a_number_that_is_none_says_how_to_write_it(project: Project) -> None:
    run = project.run("--eppo-coverage", "tests")

    assert "write --eppo-coverage=80" in run.text
