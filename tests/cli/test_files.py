"""check, compile, schema, init and sdk-key, called as a user calls them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from emulator.cli import commands
from emulator.sdk_keys import read_key
from emulator.workspace.starter import schema_text
from tests.flag_folders import flags

WARNED = "flags:\n  one: { type: boolean, allocations: [ { key: k, serve: true } ], serve: false }\n"
BANDIT = (
    "bandits:\n  shoes: { actions: { nike: { intercept: 1.0 } } }\n"
    "flags:\n  banner: { type: string, variations: { shoes: { bandit: shoes } }, serve: shoes }\n"
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder ``flags`` with one good flag file, where the commands look by default."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "flags"
    path.mkdir()
    (path / "a.yaml").write_text(flags(one="true"))
    return path


def run(*arguments: str, **variables: str) -> Result:
    return CliRunner(env=variables).invoke(commands, arguments)


# ── check ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_good_flags_are_counted() -> None:
    result = run("check")

    assert (result.exit_code, result.stdout) == (0, "1 flag in 1 file: no problems\n")


def test_every_problem_of_every_file_is_reported(folder: Path) -> None:
    (folder / "a.yaml").write_text(flags(one="onn"))
    (folder / "b.yaml").write_text(flags(two="offf"))

    result = run("check")

    assert result.exit_code == 1
    assert "flags/a.yaml:2:32 E401 flag one: " in result.stdout
    assert "flags/b.yaml:2:32 E401 flag two: " in result.stdout
    assert result.stdout.endswith("\n2 errors in 2 files\n")


def test_warnings_are_fine(folder: Path) -> None:
    (folder / "a.yaml").write_text(WARNED)

    assert run("check").exit_code == 0


def test_warnings_count_when_strict(folder: Path) -> None:
    (folder / "a.yaml").write_text(WARNED)

    assert run("check", "--strict").exit_code == 1


def test_paths_may_be_files_and_folders(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "b.yml").write_text(flags(two="true"))

    assert run("check", "flags", "b.yml").stdout == "2 flags in 2 files: no problems\n"


def test_missing_folder_is_unreadable_input_and_the_first_step_is_shown(folder: Path) -> None:
    folder.rename("elsewhere")

    result = run("check")

    assert result.exit_code == 2
    assert result.stderr == (
        "Error: flags: no such file or folder\nTo start with commented examples: eppo-emulator init\n"
    )


def test_folder_whose_name_is_no_text_is_named_by_its_bytes() -> None:
    result = run("check", "a\udcff")

    assert result.stderr == (
        "Error: a\\xff: no such file or folder\nTo start with commented examples: eppo-emulator init a\\xff\n"
    )


def test_missing_file_is_not_taken_for_a_folder_to_be() -> None:
    result = run("check", "nope.yaml")

    assert (result.exit_code, result.stderr) == (2, "Error: nope.yaml: no such file or folder\n")


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_machine_formats_are_one_document_on_the_standard_output(folder: Path, form: str) -> None:
    (folder / "a.yaml").write_text(flags(one="onn"))

    result = run("check", "--format", form)

    assert json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (1, "")


def test_github_format_has_its_summary_elsewhere(folder: Path) -> None:
    (folder / "a.yaml").write_text(flags(one="onn"))

    result = run("check", "--format", "github")

    assert result.stdout.startswith("::error file=flags/a.yaml,line=2,")
    assert result.stderr == "1 error in 1 file\n"


# ── colour ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_colour_is_for_terminals(folder: Path) -> None:
    (folder / "a.yaml").write_text(flags(one="onn"))

    shown = CliRunner().invoke(commands, ["check"], color=True).stdout
    piped = CliRunner().invoke(commands, ["check"]).stdout

    assert ("\x1b[" in shown, "\x1b[" in piped) == (True, False)


@pytest.mark.parametrize(("variable", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_colour_can_be_switched_off(folder: Path, variable: str, value: str) -> None:
    (folder / "a.yaml").write_text(flags(one="onn"))

    result = CliRunner(env={variable: value}).invoke(commands, ["check"], color=True)

    assert "\x1b[" not in result.stdout


# ── compile ─────────────────────────────────────────────────────────────────────────────────────────────────────


def compiled(*arguments: str) -> Any:
    result = run("compile", *arguments)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout_bytes)


def test_compiled_flags_are_the_bytes_that_are_served() -> None:
    result = run("compile")

    assert result.stdout_bytes.startswith(b'{"createdAt":"')
    assert result.stdout_bytes.endswith(b"}")
    assert json.loads(result.stdout_bytes)["flags"]["one"]["key"] == "one"


def test_compiled_flags_for_clients_are_obfuscated() -> None:
    document = compiled("--format", "obfuscated")

    assert document["format"] == "CLIENT"
    assert list(document["flags"]) == ["f97c5d29941bfb1b2fdab0874906ab82"]  # md5 of "one"


def test_compiled_bandits_are_the_models(folder: Path) -> None:
    (folder / "a.yaml").write_text(BANDIT)

    assert list(compiled("--format", "bandits")["bandits"]) == ["shoes"]


def test_compiled_wire_holds_both_documents(folder: Path) -> None:
    (folder / "a.yaml").write_text(BANDIT)

    wire = compiled("--format", "wire")

    assert list(json.loads(wire["config"]["response"])["flags"]) == ["banner"]
    assert list(json.loads(wire["bandits"]["response"])["bandits"]) == ["shoes"]


def test_compiled_wire_without_bandits_has_no_member_for_them() -> None:
    assert compiled("--format", "wire").keys() == {"version", "config"}


def test_environment_is_chosen_by_its_key(folder: Path) -> None:
    (folder / "b.yaml").write_text("environments: { test: {}, production: {} }\n")

    assert compiled()["environment"] == {"name": "Test"}
    assert compiled("--env", "production")["environment"] == {"name": "Production"}


def test_unknown_environment_is_wrong_usage_with_the_nearest_name(folder: Path) -> None:
    (folder / "b.yaml").write_text("environments: { test: {}, production: {} }\n")

    result = run("compile", "--env", "producton")

    assert result.exit_code == 2
    assert 'no environment "producton"; did you mean "production"?' in result.stderr


def test_flags_that_do_not_compile_are_reported_and_print_nothing(folder: Path) -> None:
    (folder / "a.yaml").write_text(flags(one="onn"))

    result = run("compile")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("flags/a.yaml:2:32 E401 flag one: ")


def test_output_file_is_replaced_whole(tmp_path: Path) -> None:
    output = tmp_path / "ufc.json"
    output.write_text("old")
    held = output.open()

    result = run("compile", "-o", "ufc.json")

    assert (result.exit_code, result.stdout) == (0, "")
    assert json.loads(output.read_bytes())["flags"].keys() == {"one"}
    with held:
        assert held.read() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["flags", "ufc.json"]


def test_output_to_a_pipe_does_not_replace_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reading = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)

    run("compile", "-o", "pipe")

    assert os.read(reading, 100_000).startswith(b'{"createdAt"')
    os.close(reading)


def test_output_that_cannot_be_written_is_explained() -> None:
    result = run("compile", "-o", "nowhere/ufc.json")

    assert (result.exit_code, result.stderr) == (2, "Error: cannot write nowhere/ufc.json: No such file or directory\n")


# ── schema and init ─────────────────────────────────────────────────────────────────────────────────────────────


def test_schema_is_printed_as_it_is_published() -> None:
    result = run("schema")

    assert result.stdout == schema_text()
    assert json.loads(result.stdout)["$schema"].startswith("http://json-schema.org/")


def test_starter_folder_is_good_and_holds_the_schema_that_its_files_name(folder: Path, tmp_path: Path) -> None:
    result = run("init", "new")

    assert result.exit_code == 0
    assert (tmp_path / "new" / "eppo.schema.json").read_text() == schema_text()
    assert all(
        path.read_text().startswith("# yaml-language-server: $schema=./eppo.schema.json\n")
        for path in (tmp_path / "new").glob("*.yaml")
    )
    assert run("check", "--strict", "new").exit_code == 0


def test_init_says_what_it_wrote_and_what_to_do_next() -> None:
    result = run("init", "new")

    assert "wrote new/first-flags.yaml\n" in result.stdout
    assert result.stdout.endswith("\nNext:\n  eppo-emulator check new\n  eppo-emulator serve --flags new\n")


def test_init_writes_to_the_default_folder(folder: Path) -> None:
    result = run("init")

    assert (folder / "first-flags.yaml").exists()
    assert result.stdout.endswith("\nNext:\n  eppo-emulator check\n  eppo-emulator serve\n")


def test_init_leaves_files_alone_that_are_there(folder: Path) -> None:
    (folder / "first-flags.yaml").write_text("mine")

    result = run("init")

    assert result.exit_code == 1
    assert (folder / "first-flags.yaml").read_text() == "mine"
    assert "kept flags/first-flags.yaml, which was there before\n" in result.stdout
    assert "wrote flags/eppo.schema.json\n" in result.stdout


def test_init_explains_a_folder_that_cannot_be_written_to() -> None:
    result = run("init", "flags/a.yaml")

    assert result.exit_code == 2
    assert result.stderr.startswith("Error: cannot write to flags/a.yaml: ")


# ── sdk-key ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_key_is_all_that_is_printed() -> None:
    result = run("sdk-key")

    minted = read_key(result.stdout.removesuffix("\n"))
    assert minted is not None
    assert (minted.server_url, minted.environment, minted.is_client_token) == ("http://127.0.0.1:8378", "test", False)
    assert result.stderr == ""


def test_key_names_environment_kind_and_server(folder: Path) -> None:
    (folder / "b.yaml").write_text("environments: { test: {}, production: {} }\n")

    result = run("sdk-key", "--env", "production", "--client", "--url", "http://emulator:9000")

    minted = read_key(result.stdout.strip())
    assert minted is not None
    assert (minted.server_url, minted.environment, minted.is_client_token) == (
        "http://emulator:9000",
        "production",
        True,
    )


def test_key_for_another_port() -> None:
    minted = read_key(run("sdk-key", "--port", "9000").stdout.strip())

    assert minted is not None
    assert minted.server_url == "http://127.0.0.1:9000"


def test_key_for_an_unknown_environment_is_wrong_usage() -> None:
    assert run("sdk-key", "--env", "tset").exit_code == 2


def test_key_for_something_that_is_no_address_is_wrong_usage() -> None:
    result = run("sdk-key", "--url", "emulator:9000")

    assert result.exit_code == 2
    assert "--url" in result.stderr


# ── variables ───────────────────────────────────────────────────────────────────────────────────────────────────

OPTIONS = [
    (name, option)
    for name, command in commands.commands.items()
    for option in command.params
    if isinstance(option, click.Option)
]


@pytest.mark.parametrize(("command", "option"), OPTIONS, ids=lambda part: getattr(part, "name", part))
def test_every_option_has_its_environment_variable(command: str, option: click.Option) -> None:
    longest = max(option.opts, key=len).removeprefix("--")

    assert option.envvar == f"EPPO_EMULATOR_{longest.replace('-', '_').upper()}"


def test_variable_names_the_flags_for_check_too(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "b.yaml").write_text(flags(two="true"))

    result = run("check", EPPO_EMULATOR_FLAGS=os.pathsep.join(["flags", "more"]))

    assert result.stdout == "2 flags in 2 files: no problems\n"


def test_option_wins_over_its_variable(folder: Path) -> None:
    (folder / "a.yaml").write_text(flags(one="onn"))

    result = run("check", "--format", "text", EPPO_EMULATOR_FORMAT="json")

    assert result.stdout.startswith("flags/a.yaml:2:32 ")


def test_output_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "flags.yaml").write_text("flags:\n  gate: {type: boolean, serve: true}\n")
    command = [sys.executable, "-m", "emulator", "compile", "--flags", str(tmp_path / "flags.yaml")]

    with open("/dev/full", "wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert (done.returncode, done.stderr) == (1, "Error: cannot write: No space left on device\n")
