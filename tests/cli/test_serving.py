"""serve, as a process of its own: what it prints, what it serves, how it ends."""

import re
import signal
from pathlib import Path

import pytest

from tests.cli.running import Running
from tests.flag_folders import flags

CONFIG = '{"createdAt": "2024-01-01T00:00:00.000Z", "environment": {"name": "Live"}, "flags": {}}'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder that holds ``flags`` with one good flag file."""
    (tmp_path / "flags").mkdir()
    (tmp_path / "flags" / "a.yaml").write_text(flags(one="true"))
    return tmp_path


def test_flags_are_served_at_the_address_that_is_printed(project: Path) -> None:
    with Running(project, "serve", "--port", "0") as running:
        served = running.config(running.base_url())

    assert '"one":{"key":"one"' in served


def test_every_edit_is_a_line_of_the_log(project: Path) -> None:
    with Running(project, "serve", "--port", "0") as running:
        base_url = running.base_url()
        (project / "flags" / "a.yaml").write_text(flags(one="false", two="true"))
        line = running.log.wait_for("revision 2")
        served = running.config(base_url)

    assert re.fullmatch(r"\d\d:\d\d:\d\d revision 2  flags/a\.yaml: \+two ~one \(\d+ ms\)", line)
    assert '"two":{"key":"two"' in served


def test_broken_edit_is_told_once_and_its_repair_too(project: Path) -> None:
    with Running(project, "serve", "--port", "0", "--poll") as running:
        running.base_url()
        (project / "flags" / "a.yaml").write_text(flags(one="onn"))
        running.log.wait_for("1 error, still serving revision 1")
        (project / "flags" / "a.yaml").write_text(flags(one="onn") + "# again\n")
        (project / "flags" / "a.yaml").write_text(flags(one="false"))
        running.log.wait_for("revision 2")
        running.interrupt()
        lines = running.log.rest()

    assert [line.partition(" ")[0] for line in lines if "E401" in line] == ["flags/a.yaml:2:32"]


def test_unknown_key_is_one_line(project: Path) -> None:
    (project / "flags" / "environments.yaml").write_text("environments: { test: { sdk_keys: [local-test] } }\n")
    with Running(project, "serve", "--port", "0") as running:
        base_url = running.base_url()
        running.config(base_url, "stranger")
        running.config(base_url, "stranger")
        running.config(base_url, "another")
        running.log.wait_for('"another"')

    assert len([line for line in running.log.seen if "stranger" in line]) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_is_one_line_and_no_failure(project: Path, number: signal.Signals) -> None:
    with Running(project, "serve", "--port", "0") as running:
        running.base_url()
        running.interrupt(number)

        assert running.exit_code() == 0
        assert [re.sub(r"\d", "0", line) for line in running.log.rest()] == ["00:00:00 stopped"]


def test_polling_is_said(project: Path) -> None:
    with Running(project, "serve", "--port", "0", "--poll") as running:
        assert running.output.wait_for("Files").endswith("flags (1 file), watched by polling")


def test_options_can_be_variables(project: Path) -> None:
    (project / "flags").rename(project / "elsewhere")
    variables = {"EPPO_EMULATOR_PORT": "0", "EPPO_EMULATOR_POLL": "1", "EPPO_EMULATOR_FLAGS": "elsewhere"}
    with Running(project, "serve", variables=variables) as running:
        assert running.output.wait_for("Files").endswith("elsewhere (1 file), watched by polling")


def test_broken_flags_are_reported_instead_of_served(project: Path) -> None:
    (project / "flags" / "a.yaml").write_text(flags(one="onn"))
    with Running(project, "serve", "--port", "0") as running:
        assert running.exit_code() == 1
        assert running.output.rest() == []
        assert running.log.rest()[0].startswith("flags/a.yaml:2:32 E401 flag one: ")
        assert running.log.seen[-1] == "1 error in 1 file"


def test_missing_folder_shows_the_first_step(tmp_path: Path) -> None:
    with Running(tmp_path, "serve") as running:
        assert running.exit_code() == 2
        assert running.log.rest() == [
            "Error: flags: no such file or folder",
            "To start with commented examples: eppo-emulator init",
        ]


def test_taken_port_is_explained(project: Path) -> None:
    with Running(project, "serve", "--port", "0") as first:
        port = first.base_url().split(":")[2].removesuffix("/api")
        with Running(project, "serve", "--port", port) as second:
            assert second.exit_code() == 2
            assert second.log.rest()[0].startswith(f"Error: port {port} on 127.0.0.1 is taken")


def test_open_address_is_a_warning(project: Path) -> None:
    with Running(project, "serve", "--port", "0", "--host", "0.0.0.0") as running:
        running.output.wait_for("Listening on 0.0.0.0 without --token")


def test_published_configuration_is_served_byte_for_byte_and_reloaded(tmp_path: Path) -> None:
    (tmp_path / "live.json").write_text(CONFIG)
    with Running(tmp_path, "serve", "--port", "0", "--ufc", "live.json") as running:
        base_url = running.base_url()
        before = running.config(base_url)
        (tmp_path / "live.json").write_text(CONFIG.replace("Live", "Later"))
        running.log.wait_for("revision 2  live.json: environments changed")

        assert before == CONFIG
        assert running.config(base_url) == CONFIG.replace("Live", "Later")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--bandits", "b.json"], "--bandits goes with --ufc"),
        (["--ufc", "u.json", "--flags", "flags"], "--ufc and --flags exclude each other"),
        (["--port", "70000"], "70000 is not in the range"),
        (["--prt", "1"], "No such option"),
    ],
)
def test_wrong_usage_is_explained(project: Path, arguments: list[str], words: str) -> None:
    with Running(project, "serve", *arguments) as running:
        assert running.exit_code() == 2
        assert words in "\n".join(running.log.rest())
