"""What a command imports: nobody waits for a library that the command does not use."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.flag_folders import flags

HEAVY = {
    "a2wsgi", "asyncio", "flask", "httptools", "jinja2", "jsonschema", "sqlalchemy", "uvicorn", "watchdog", "werkzeug",
}  # fmt: skip


def modules_after(folder: Path, *arguments: str) -> set[str]:
    """Return the top-level modules that are loaded once the command has done its work."""
    program = (
        "import atexit, sys\n"
        "from emulator.cli import main\n"
        "sys.argv[0] = 'eppo-emulator'\n"
        "atexit.register(lambda: print(*sys.modules, file=sys.stderr))\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in done.stderr.split()}


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["test"],
        ["eval", "one", "ann"],
        ["bandit", "one", "ann", "--actions", "a"],
        ["subjects", "one"],
        ["simulate", "one"],
        ["compile"],
        ["sdk-key"],
        ["schema"],
        ["init", "new"],
        ["--help"],
    ],
    ids=lambda a: a[0],
)
def test_commands_that_start_nothing_import_no_server(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "flags").mkdir()
    (tmp_path / "flags" / "a.yaml").write_text(flags(one="true"))

    loaded = modules_after(tmp_path, *arguments)

    assert "emulator" in loaded
    assert not loaded & HEAVY


@pytest.mark.parametrize("arguments", [["check"], ["compile"], ["--help"]], ids=lambda a: a[0])
def test_commands_that_ask_nothing_import_no_evaluator(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "flags").mkdir()
    (tmp_path / "flags" / "a.yaml").write_text(flags(one="true"))

    assert "re2" not in modules_after(tmp_path, *arguments)


def test_serving_starts_without_an_evaluator_or_a_store() -> None:
    program = "import sys, emulator.cli.serving, emulator.runtime, emulator.server.front; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    late = {
        "emulator.evaluation",
        "emulator.queries",
        "emulator.overrides",
        "re2",
        "sqlalchemy",
        "flask",
        "watchdog",
        "http.client",
    }
    assert not late & set(done.stdout.split())
