"""What the plugin costs a run that does not use it, and that it disturbs nobody."""

from tests.pytest_plugin.conftest import Project

HEAVY = (
    "emulator.runtime",
    "emulator.testing",
    "emulator.evaluation",
    "eppo_client",
    "flask",
    "yaml",
    "requests",
    "re2",
)


def test_a_run_that_does_not_use_it_imports_nothing_of_it(project: Project) -> None:
    project.write(
        "test_it.py",
        f"""
        import sys

        def test_nothing_heavy_was_imported():
            assert [name for name in {HEAVY!r} if name in sys.modules] == []

        def test_only_the_plugin_was():
            own = [name for name in sys.modules if name.split(".")[0] == "emulator"]
            assert own == ["emulator", "emulator.pytest_plugin"]
        """,
    )
    (project.folder / "flags/flags.yaml").unlink()

    run = project.run()

    assert run.counts == {"passed": 2}, run.text


def test_other_markers_and_fixtures_are_left_alone(project: Project) -> None:
    project.write(
        "test_it.py",
        """
        import unittest
        import pytest

        @pytest.fixture
        def variation():
            return "own"

        def test_fixture(variation):
            assert variation == "own"

        class TestCase(unittest.TestCase):
            def test_it(self):
                pass

        def documented():
            '''
            >>> 1 + 1
            2
            '''
        """,
    )

    run = project.run("--doctest-modules", "--random-order")

    assert run.counts == {"passed": 3}, run.text


def test_its_modules_are_imported_as_they_are_compiled(project: Project) -> None:
    """pytest would rewrite their assertions, and without a cache do so in every process."""
    project.write(
        "test_it.py",
        """
        def test_it(eppo):
            from emulator import runtime
            assert type(runtime.__loader__).__name__ == "SourceFileLoader"
        """,
    )

    run = project.run()

    assert run.counts == {"passed": 1}, run.text
