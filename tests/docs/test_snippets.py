"""What the README and the docs show works: YAML compiles, commands run, scripts run against a live emulator."""

import json
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import islice, takewhile
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from emulator import Emulator
from emulator.snapshot import build_snapshot
from tests.compatibility.quickstarts import QUICK_STARTS
from tests.docs.snippets import ADDRESS, LIMIT_S, ROOT, Snippet, environment, run, snippets
from tests.docs.test_fixture_page import APPLICATION, TESTS

# Shown, not run: excerpts (those of the problems page have their own test) and what a program prints (answers, too).
SHOWN = {"yaml fragment", "json answer", "text answer", "text"}
RUN = {"yaml", "bash", "bash serve", "python", "sql"}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with Emulator(ROOT / "flags", watch=False) as emulator:
        yield emulator.url


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project's folder with the sample flags."""
    shutil.copytree(ROOT / "flags", tmp_path / "flags")
    return tmp_path


def test_every_snippet_is_of_a_known_kind() -> None:
    # Recipes are held against their files, and run, in tests/recipes; tests, in test_fixture_page; quick starts, in
    # tests/compatibility.
    elsewhere = {APPLICATION, TESTS, *(start.language for start in QUICK_STARTS)}
    assert {snippet.kind for snippet in snippets() if snippet.recipe is None} <= SHOWN | RUN | elsewhere


@pytest.mark.parametrize("snippet", snippets("yaml"), ids=str)
def test_flag_file_compiles_without_a_warning(snippet: Snippet) -> None:
    snapshot = build_snapshot({snippet.page: snippet.text}, "2025-01-01T00:00:00.000Z")

    assert [str(problem) for problem in snapshot.warnings] == []


@pytest.mark.parametrize("snippet", [one for one in snippets("bash") if " init" not in one.text], ids=str)
def test_commands_run(snippet: Snippet, folder: Path, address: str) -> None:
    done = run(["bash", "-euo", "pipefail", "-c", snippet.text.replace(ADDRESS, address)], folder)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("snippet", [one for one in snippets("bash") if " init" in one.text], ids=str)
def test_first_commands_run_in_an_empty_folder(snippet: Snippet, tmp_path: Path) -> None:
    done = run(["bash", "-euo", "pipefail", "-c", snippet.text], tmp_path)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("snippet", snippets("python"), ids=str)
def test_script_runs(snippet: Snippet, folder: Path, address: str) -> None:
    done = run([sys.executable, "-c", snippet.text.replace(ADDRESS, address)], folder)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("snippet", [one for one in snippets("bash", "python") if "featureFlag" in one.text], ids=str)
def test_an_event_that_is_written_out_is_what_the_flags_say(snippet: Snippet, folder: Path) -> None:
    program = {"bash": ["bash", "-euo", "pipefail"], "python": [sys.executable]}[snippet.kind]
    with Emulator(folder / "flags", watch=False) as emulator:
        run([*program, "-c", snippet.text.replace(ADDRESS, emulator.url)], folder)
        with urlopen(f"{emulator.url}/emulator/v1/events", timeout=LIMIT_S) as answer:
            found = json.load(answer)["events"]

    assert [(one["verdict"], one["reason"]) for one in found] == [("ok", "")]


@pytest.mark.parametrize("snippet", snippets("sql"), ids=str)
def test_sql_finds_who_was_assigned_first(snippet: Snippet, tmp_path: Path) -> None:
    database = tmp_path / "inbox.db"
    with Emulator(ROOT / "flags", watch=False, db=database) as emulator:
        for second, country in ((2, "NO"), (1, "NO"), (3, "SE")):
            _log(emulator, subject=f"from-{country}", timestamp=f"2026-03-01T09:00:0{second}Z", country=country)

    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute(snippet.text).fetchall()

    assert rows == [("signup-headline-everybody", "from-NO", "short", "2026-03-01T09:00:01.000Z")]


def _log(emulator: Emulator, subject: str, timestamp: str, country: str) -> None:
    fields = {"featureFlag": "signup-headline", "allocation": "everybody", "experiment": "signup-headline-everybody"}
    event = {**fields, "variation": "short", "subject": subject, "timestamp": timestamp}
    body = json.dumps({**event, "subjectAttributes": {"country": country}})
    request = Request(f"{emulator.url}/emulator/v1/events", body.encode(), method="POST")
    urlopen(request, timeout=LIMIT_S).close()


@pytest.mark.parametrize("snippet", snippets("bash serve"), ids=str)
def test_server_starts_and_ends_with_ctrl_c(snippet: Snippet, folder: Path) -> None:
    *before, last = snippet.text.strip().splitlines()
    prepared = run(["bash", "-euo", "pipefail", "-c", "\n".join(before)], folder)

    started, code = _first_line_with("Base URL", last.split(), folder)

    assert (prepared.returncode, prepared.stderr) == (0, "")
    assert ("http://127.0.0.1:" in started, code) == (True, 0)


def test_readme_script_is_ten_lines_that_print_an_assignment(folder: Path, address: str) -> None:
    script = next(one.text for one in snippets("python") if "eppo_client" in one.text)

    done = run([sys.executable, "-c", script.replace(ADDRESS, address)], folder)

    assert len([line for line in script.splitlines() if line.strip()]) <= 10
    assert done.stdout.strip() in {"control", "short", "playful"}


def test_readme_shows_what_serve_prints(tmp_path: Path) -> None:
    (shown,) = [one.text for one in snippets("text") if one.page == "README.md"]
    run(["eppo-emulator", "init"], tmp_path)

    lines = _start_block(["eppo-emulator", "serve"], tmp_path)

    assert shown == re.sub(r"127\.0\.0\.1:\d+", ADDRESS.removeprefix("http://"), "".join(lines))


def _start_block(command: list[str], folder: Path) -> list[str]:
    """Start a server, end it as Ctrl-C does, and return what it printed until the empty line after its block."""
    with subprocess.Popen(
        command, cwd=folder, env=environment(EPPO_EMULATOR_PORT="0"), stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        head = list(islice(server.stdout, 2))
        rows = list(takewhile(str.strip, server.stdout))
        server.send_signal(signal.SIGINT)
        return head + rows


def _first_line_with(words: str, command: list[str], folder: Path) -> tuple[str, int]:
    """Start a server, wait for its line with *words*, end it as Ctrl-C does; return the line and the exit code."""
    with subprocess.Popen(
        command, cwd=folder, env=environment(EPPO_EMULATOR_PORT="0"), stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        line = next((line for line in server.stdout if words in line), "")
        server.send_signal(signal.SIGINT)
        return line, server.wait(LIMIT_S)
