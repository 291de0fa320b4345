"""events: what a running emulator received, on a terminal."""

import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner, Result

from emulator import Emulator
from emulator.cli import commands
from emulator.events import read_event
from emulator.inbox import Arrival
from tests.cli.running import Running
from tests.events.families import ASSIGNMENTS, BANDITS
from tests.flag_folders import flags


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[Emulator]:
    (tmp_path / "a.yaml").write_text(flags(banner="true"))
    with Emulator(tmp_path / "a.yaml", watch=False, token="secret") as emulator:
        append(emulator, ASSIGNMENTS["go"], {**BANDITS["php"], "subjectKey": "bob\x1b[2J"}, {"event": "Signed up"}, 7)
        yield emulator


def append(emulator: Emulator, *raws: object) -> None:
    emulator.inbox.append([Arrival(read_event(raw), environment="default") for raw in raws])


def run(emulator: Emulator, *arguments: str, token: str = "secret") -> Result:
    # Options of the group come after the command's name, and before a query that begins with a minus.
    command, *rest = arguments
    return CliRunner().invoke(commands, ["events", command, "--url", emulator.url, "--token", token, *rest])


def test_the_newest_events_are_listed_with_their_verdicts(emulator: Emulator) -> None:
    lines = run(emulator, "list").stdout.splitlines()

    assert [line.split(maxsplit=2)[-1] for line in lines if line[:6].strip()] == [
        "banner = on for ann drift",
        "hat = fedora for bob [2J unknown-flag",
        "tracked",
        "invalid malformed",
    ]
    assert lines[-1].strip() == "expected an object with the fields of an event, found number 7"


@pytest.mark.parametrize(
    ("query", "seqs"), [(["banner"], [1]), (["-banner", "kind:bandit"], [2]), (["--limit", "1"], [4]), (["nobody"], [])]
)
def test_a_query_narrows_the_list(emulator: Emulator, query: list[str], seqs: list[int]) -> None:
    lines = run(emulator, "list", "--json", *query).stdout.splitlines()

    assert [json.loads(line)["seq"] for line in lines] == seqs


def test_events_are_written_to_a_file(emulator: Emulator, tmp_path: Path) -> None:
    append(emulator, {**ASSIGNMENTS["go"], "subject": "bob"}, {**ASSIGNMENTS["go"], "subject": "cleo"})
    path = tmp_path / "out.csv"

    result = run(emulator, "export", "--output", str(path), "-subject:cleo")

    lines = path.read_text("utf-8").splitlines()
    assert (result.exit_code, len(lines), "bob" in lines[2]) == (0, 3, True)
    assert result.stdout == f"wrote {path} ({path.stat().st_size} bytes)\n"


def test_events_are_deleted_by_a_query_or_all_of_them(emulator: Emulator) -> None:
    some, rest = run(emulator, "clear", "banner").stdout, run(emulator, "clear").stdout

    assert (some, rest, emulator.inbox.count()) == ("deleted 1 event\n", "deleted 3 events\n", 0)


@pytest.mark.parametrize("variables", [{}, {"EPPO_EMULATOR_URL": "http://127.0.0.1:1"}], ids=["port", "address"])
def test_the_variable_for_the_port_of_serve_says_whom_to_ask(emulator: Emulator, variables: dict[str, str]) -> None:
    """Where no address is given, which goes before it."""
    port = {"EPPO_EMULATOR_PORT": str(urlsplit(emulator.url).port), "EPPO_EMULATOR_TOKEN": "secret"}

    done = CliRunner().invoke(commands, ["events", "list"], env={**port, **variables})

    assert (done.exit_code, "127.0.0.1:1 " in done.stderr) == ((2, True) if variables else (0, False))


def test_events_are_printed_as_they_arrive_until_ctrl_c(emulator: Emulator, tmp_path: Path) -> None:
    variables = {"EPPO_EMULATOR_URL": emulator.url, "EPPO_EMULATOR_TOKEN": "secret", "PYTHONUNBUFFERED": "1"}
    with Running(tmp_path, "events", "tail", "--json", "subject:cleo", "after:0", variables=variables) as running:
        append(emulator, {**ASSIGNMENTS["go"], "subject": "dora"}, {**ASSIGNMENTS["go"], "subject": "cleo"})
        line = running.output.wait_for("cleo")
        running.interrupt(signal.SIGINT)

        assert (json.loads(line)["seq"], running.exit_code()) == (6, 0)


def test_the_end_of_the_emulator_is_told(emulator: Emulator, tmp_path: Path) -> None:
    variables = {"EPPO_EMULATOR_URL": emulator.url, "EPPO_EMULATOR_TOKEN": "secret", "PYTHONUNBUFFERED": "1"}
    with Running(tmp_path, "events", "tail", "--json", "after:0", variables=variables) as running:
        running.output.wait_for("subject")
        emulator.close()

        assert (running.exit_code(), running.log.rest()) == (1, ["Error: the emulator has gone"])


def test_ctrl_c_while_an_event_is_printed_is_the_end_as_well(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_text: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["emulator.cli.events"], "show", interrupted)

    assert run(emulator, "tail", "after:0").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["list", "flga:x"], 'Error: "flga" is not understood here; did you mean "flag"?'),
        (["list", "--url", "http://127.0.0.1:1"], "Error: no emulator answers at http://127.0.0.1:1"),
        (["clear", "--url", "ftp://x"], "expected an address such as http://127.0.0.1:8378"),
        (["clear", "--url", "http://x:port"], "expected an address such as http://127.0.0.1:8378"),
    ],
)
def test_what_cannot_be_done_is_explained(emulator: Emulator, arguments: list[str], words: str) -> None:
    done = run(emulator, *arguments)

    assert (done.exit_code, words in done.stderr) == (2, True)


def test_a_missing_token_is_explained(emulator: Emulator) -> None:
    done = run(emulator, "list", token="wrong")

    assert (done.exit_code, "started with --token" in done.stderr) == (2, True)
