"""The recipes of docs/testing.md, each run as its users run it, against a running emulator."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from emulator import Emulator
from tests.docs.snippets import ADDRESS, RECIPES
from tests.recipes.projects import GO_TEST, Project, free_port, sandboxes_left

pytestmark = pytest.mark.ci

INSTALLATIONS = {"npm ci", "pip install -r requirements-dev.txt"}


def test_vitest(project: Callable[[str], Project], emulator: Emulator) -> None:
    printed = project("vitest").run("npm", "test")

    assert "3 passed" in printed
    assert sandboxes_left(emulator) == []


def test_playwright(project: Callable[[str], Project], emulator: Emulator) -> None:
    chromium = shutil.which("chromium")
    assert chromium, "install Debian's package chromium"

    project("playwright").run("npm", "test", PORT=str(free_port()), CHROMIUM=chromium)

    events = requests.get(f"{emulator.url}/emulator/v1/events", timeout=30).json()["events"]
    assert {event["event"]["format"] for event in events} == {"CLIENT"}
    assert len({event["sandbox"] for event in events}) == 4
    assert sandboxes_left(emulator) == []


def test_a_python_application_in_a_process_of_its_own(project: Callable[[str], Project], emulator: Emulator) -> None:
    printed = project("process").run(sys.executable, "-m", "pytest", "-n", "2")

    assert "2 passed" in printed
    assert sandboxes_left(emulator) == []


def test_bash_and_curl(project: Callable[[str], Project], emulator: Emulator) -> None:
    printed = project("process").run("./smoke.sh", PORT=str(free_port()))

    assert "the shop shows the short headline" in printed
    assert sandboxes_left(emulator) == []


def test_the_sandbox_for_go(project: Callable[[str], Project], emulator: Emulator) -> None:
    # It imports the standard library only: nothing may be asked of a proxy.
    project("go").run(*GO_TEST, "./eppotest", GOPROXY="off", GOFLAGS="-mod=readonly")

    assert sandboxes_left(emulator) == []


def test_the_sandbox_for_java(project: Callable[[str], Project], emulator: Emulator) -> None:
    java = project("java")
    java.run("javac", "EppoSandbox.java", "EppoSandboxCheck.java")

    *found, refusal = java.run("java", "EppoSandboxCheck").splitlines()

    assert found == ["served: true", "off: true", "reset: true"]
    assert 'did you mean \\"short\\"?' in refusal
    assert sandboxes_left(emulator) == []


def github(pipeline: Any) -> list[str]:
    return [step["run"] for step in pipeline["jobs"]["test"]["steps"] if "run" in step]


def gitlab(pipeline: Any) -> list[str]:
    return [*pipeline["test"]["before_script"], *pipeline["test"]["script"]]


@pytest.mark.parametrize(("read", "name"), [(github, "vitest"), (gitlab, "process")])
def test_the_steps_of_a_pipeline(read: Callable[[Any], list[str]], name: str, tmp_path: Path) -> None:
    port = str(free_port())
    application = Project(name, tmp_path, f"http://127.0.0.1:{port}")
    application.add_flags()
    steps = read(yaml.safe_load((RECIPES / "ci" / f"{read.__name__}.yml").read_text("utf-8")))
    script = "\n".join(step for step in steps if step not in INSTALLATIONS)

    application.run(
        "bash", "-euo", "pipefail", "-c", script.replace(ADDRESS.rpartition(":")[2], port), EPPO_EMULATOR_PORT=port
    )

    assert "Base URL" in (application.folder / "emulator.log").read_text("utf-8")
    assert "<testsuite" in (application.folder / "flags.xml").read_text("utf-8")
