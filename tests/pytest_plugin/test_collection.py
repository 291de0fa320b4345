"""What is wrong with a marker is an error of collection, which names the test."""

import pytest

from emulator import Emulator
from tests.pytest_plugin.conftest import Project

MISTAKES = [
    ('@pytest.mark.eppo({"chekout": True})', 'no flag "chekout"; did you mean "checkout"?'),
    ('@pytest.mark.eppo({"headline": "shrt"})', 'has no variation "shrt"; did you mean "short"?'),
    ('@pytest.mark.eppo({"headline": "short"}, env="prod")', 'no environment "prod"'),
    ('@pytest.mark.eppo({"headline": "short"}, evn="test")', '"evn" is not understood here; did you mean "env"?'),
    ('@pytest.mark.eppo({"headline": "short"}, at="soon")', "soon"),
    ('@pytest.mark.eppo("headline")', "expected flags and their variations"),
    ('@pytest.mark.eppo({"headline": []})', "variation"),
    ('@pytest.mark.eppo_each("headlin")', 'no flag "headlin"; did you mean "headline"?'),
    ('@pytest.mark.eppo_each("headline", "checkout")', "eppo_each takes one flag's key"),
    ("@pytest.mark.eppo_each", "eppo_each takes one flag's key"),
]
GOOD = '@pytest.mark.eppo({"headline": "short"})'


def write(project: Project) -> None:
    for number, (mark, _) in enumerate(MISTAKES):
        project.write(f"test_{number}.py", f"import pytest\n\n{mark}\ndef test_marked_{number}(eppo): pass\n")
    project.write("test_good.py", f"import pytest\n\n{GOOD}\ndef test_good(eppo): pass\n")


def told(text: str) -> list[str]:
    """Return what was said of each mistaken test, by number."""
    return [
        next((line for line in text.splitlines() if f"::test_marked_{number}: " in line and "ERROR" not in line), "")
        for number in range(len(MISTAKES))
    ]


def test_each_mistake_is_told_with_its_test(project: Project) -> None:
    write(project)

    run = project.run()

    assert run.code == pytest.ExitCode.INTERRUPTED
    assert run.counts == {"error": len(MISTAKES)}
    assert [message in line for (_, message), line in zip(MISTAKES, told(run.text), strict=True)] == [True] * len(
        MISTAKES
    )
    assert "During handling" not in run.text


def test_they_are_told_of_an_emulator_elsewhere_too(project: Project) -> None:
    write(project)

    with Emulator(project.folder / "flags", watch=False) as running:
        run = project.run("-o", f"eppo_emulator_url={running.url}")

    assert [message in line for (_, message), line in zip(MISTAKES, told(run.text), strict=True)] == [True] * len(
        MISTAKES
    )


def test_flags_that_do_not_compile_are_told_with_their_place(project: Project) -> None:
    project.write("flags/flags.yaml", "flags: { headline: { type: strng } }")
    project.write("test_good.py", f"import pytest\n\n{GOOD}\ndef test_good(eppo): pass\n")

    run = project.run()

    assert run.counts == {"error": 1}
    assert "flags.yaml:1:" in run.text


def test_markers_are_listed(project: Project) -> None:
    text = project.run("--markers").text

    assert "@pytest.mark.eppo(flags, env=None, at=None):" in text
    assert "@pytest.mark.eppo_each(flag):" in text
