"""eval and bandit, called as a user calls them."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from emulator import Emulator
from emulator.cli import commands
from tests.flag_folders import flags

FLAGS = """
environments:
  test: { sdk_keys: [local-test] }
  production: { sdk_keys: [local-production] }
flags:
  banner:
    type: string
    variations: [plain, loud]
    allocations:
      - { key: norway, if: country = NO, serve: loud }
      - { key: quiet, if: zip = "01234", serve: loud, log: false }
      - { key: later, start: 2030-04-01, serve: loud }
    serve: plain
  gone: { type: boolean, serve: true, enabled: false }
  layout: { type: json, variations: { wide: { columns: [1, 2] } }, allocations: [ { key: all, serve: wide } ] }
  shoes:
    type: string
    variations: { shoe-bandit: { bandit: shoe-bandit } }
    serve: shoe-bandit
bandits:
  shoe-bandit:
    gamma: 1.0
    actions:
      nike: { intercept: 1.0, subject: { age: { coef: 0.1 } } }
      adidas: { intercept: 0.5 }
"""
UFC = '{"createdAt": "2025-01-01T00:00:00.000Z", "format": "SERVER", "environment": {"name": "Live"}, "flags": {}}'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder ``flags``, where the commands look by default."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "flags"
    path.mkdir()
    (path / "a.yaml").write_text(FLAGS)
    return path


def run(*arguments: str, stdin: str | bytes | None = None, **variables: str) -> Result:
    return CliRunner(env=variables).invoke(commands, arguments, input=stdin)


def asked(*arguments: str, **variables: str) -> Any:
    """Return what a command prints as JSON, which is all that it prints."""
    result = run(*arguments, "--json", **variables)
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout_bytes)


def attributes_of(*arguments: str, **variables: str) -> Any:
    """Return the attributes that an evaluation was made with, as its event has them."""
    return asked("eval", "banner", "ann", *arguments, **variables)["events"]["assignment"]["subjectAttributes"]


# ── what is told ────────────────────────────────────────────────────────────────────────────────────────────────


def test_value_comes_with_its_reason() -> None:
    result = run("eval", "banner", "ann", "--attr", "country=NO")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "banner for ann in test\n"
        "\n"
        '  Value       "loud"\n'
        "  Variation   loud\n"
        "  Allocation  norway\n"
        '  Reason      MATCH  Supplied attributes match rules defined in allocation "norway".\n'
        "  Logged      yes, as experiment banner-norway\n"
    )


def test_explanation_has_the_trace_and_the_event() -> None:
    result = run("eval", "banner", "ann", "--attr", "country=SE", "--explain")

    assert '  1. norway: FAILING_RULE, `country` is text "SE"; ONE_OF wants "NO"\n' in result.stdout
    assert '         ✗ `country` is text "SE"; ONE_OF wants "NO"\n' in result.stdout
    assert 'Assignment event\n  {\n    "featureFlag": "banner",\n' in result.stdout


def test_only_marks_of_an_explanation_are_coloured_and_on_terminals_only() -> None:
    arguments = ["eval", "banner", "ann", "--attr", "country=✗", "--explain"]

    shown = CliRunner().invoke(commands, arguments, color=True).stdout
    piped = CliRunner().invoke(commands, arguments).stdout

    assert '         \x1b[31m✗\x1b[0m `country` is text "✗"; ONE_OF wants "NO"\n' in shown
    assert "\x1b[" not in piped


def test_json_is_what_every_door_answers(folder: Path) -> None:
    at = "2030-05-01T00:00:00Z"

    told = asked("eval", "banner", "ann", "--attr", "n=3", "--at", at)

    assert told == Emulator(folder).evaluate("banner", "ann", {"n": 3}, at=at).as_json()


def test_unknown_flag_gives_the_default_and_the_nearest_name() -> None:
    result = run("eval", "baner", "ann", "--default", "mine")

    assert result.exit_code == 0
    assert '  Value   "mine"  the default\n' in result.stdout
    assert '  Hint    did you mean "banner"?\n' in result.stdout
    assert "  Logged  no, a default is never logged\n" in result.stdout


def test_disabled_flag_is_found_in_its_file() -> None:
    assert "  Hint    it is defined at flags/a.yaml:14:3, but not served" in run("eval", "gone", "ann").stdout


def test_allocation_that_does_not_log_is_told() -> None:
    result = run("eval", "banner", "ann", "--attr", 'zip:="01234"')

    assert '  Logged      no, allocation "quiet" does not log\n' in result.stdout


# ── all flags ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_subject_alone_is_evaluated_against_all_flags() -> None:
    result = run("eval", "ann")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "3 flags for ann in test\n"
        "\n"
        "  Flag    Value              Variation    Allocation\n"
        '  banner  "plain"            plain        default\n'
        '  layout  {"columns":[1,2]}  wide         all\n'
        '  shoes   "shoe-bandit"      shoe-bandit  default\n'
    )


def test_all_flags_as_json_are_by_key() -> None:
    told = asked("eval", "ann", "--type", "json")

    assert list(told) == ["banner", "layout", "shoes"]
    assert told["layout"]["variation"] == {"columns": [1, 2]}
    assert told["banner"]["evaluationDetails"]["flagEvaluationCode"] == "TYPE_MISMATCH"


def test_all_flags_are_explained_one_after_the_other() -> None:
    assert run("eval", "ann", "--explain").stdout.count(" for ann at ") == 3


def test_flag_without_a_subject_is_noticed() -> None:
    result = run("eval", "banner")

    assert result.stdout.startswith("3 flags for banner in test\n")
    assert result.stderr == ('Note: "banner" is taken as a subject; to evaluate that flag, name a subject after it\n')


def test_no_flags_at_all_are_an_answer(tmp_path: Path) -> None:
    (tmp_path / "ufc.json").write_text(UFC)

    assert run("eval", "ann", "--ufc", "ufc.json").stdout == "there are no flags\n"
    assert asked("eval", "ann", "--ufc", "ufc.json") == {}


# ── attributes and the default ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("word", "name", "value"),
    [
        ("n=3", "n", 3),
        ("n=-0.5e1", "n", -5.0),
        ("n=true", "n", True),
        ("n=null", "n", None),
        ("n=NO", "n", "NO"),
        ("n=", "n", ""),
        ("n=01234", "n", "01234"),
        ("n=1.", "n", "1."),
        ("n= 1", "n", " 1"),
        ("n=NaN", "n", "NaN"),
        ("n=1=2", "n", "1=2"),
        ("n=[1]", "n", "[1]"),
        ("n=1e400", "n", "inf"),
        ("n=" + "9" * 5000, "n", "inf"),
        ('n:="01234"', "n", "01234"),
        ("n:=[1, {}]", "n", [1, {}]),
        ("n:m=1", "n:m", 1),
        ("url=http://x:=1", "url", "http://x:=1"),
        ("ø=å", "ø", "å"),
    ],
)
def test_attribute_is_json_where_it_is_a_number_a_boolean_or_null(word: str, name: str, value: Any) -> None:
    assert attributes_of("--attr", word) == {name: value}


def test_last_attribute_of_a_name_counts_and_single_ones_go_before_all() -> None:
    given = ["--attr", "a=1", "--attr", "a=2", "--attrs", '{"a": 0, "b": 3}']

    assert attributes_of(*given) == {"a": 2, "b": 3}


def test_attributes_may_be_in_a_file_or_on_the_standard_input(tmp_path: Path) -> None:
    (tmp_path / "ann.json").write_bytes(b'\xef\xbb\xbf{"country": "SE"}')

    assert attributes_of("--attrs", "@ann.json") == {"country": "SE"}
    assert '"loud"' in run("eval", "banner", "ann", "--attrs", "@-", stdin='{"country": "NO"}').stdout


def test_attributes_may_be_split_as_bandits_want_them() -> None:
    assert (
        asked("eval", "banner", "ann", "--attrs", '{"categoricalAttributes": {"country": "NO"}}')["variation"] == "loud"
    )


def test_options_are_set_by_variables() -> None:
    assert attributes_of(EPPO_EMULATOR_ATTR='a=1 "city=New York"') == {"a": 1, "city": "New York"}
    assert asked("eval", "banner", "ann", EPPO_EMULATOR_ENV="production")["environment"] == "production"
    assert run("eval", "banner", "ann", EPPO_EMULATOR_JSON="1").stdout.startswith("{")


@pytest.mark.parametrize(
    ("word", "value"), [("5", 5), ("yes", "yes"), ("false", False), (':={"a": [1]}', {"a": [1]}), (':="5"', "5")]
)
def test_default_is_typed_like_an_attribute(word: str, value: Any) -> None:
    assert asked("eval", "nope", "ann", "--default", word)["variation"] == value


def test_type_is_demanded_in_any_case() -> None:
    told = asked("eval", "banner", "ann", "--type", "Boolean", "--default", "false")

    assert (told["variation"], told["evaluationDetails"]["flagEvaluationCode"]) == (False, "TYPE_MISMATCH")


@pytest.mark.parametrize(
    "attributes",
    ['{"a": 1e999, "b": {"c": -1e999}}', '{"a": ' + "[" * 900 + "]" * 900 + "}", '{"a": "\\ud800 \\u0000"}'],
    ids=["infinite", "deep", "half a pair"],
)
def test_whatever_attributes_hold_there_is_an_answer(attributes: str) -> None:
    assert asked("eval", "banner", "ann", "--attrs", attributes)["variation"] == "plain"
    assert run("eval", "banner", "ann", "--attrs", attributes, "--explain").exit_code == 0


# ── where and when ──────────────────────────────────────────────────────────────────────────────────────────────


def test_time_may_be_another() -> None:
    assert asked("eval", "banner", "ann", "--at", "2030-04-01")["variation"] == "loud"


def test_sdk_key_selects_the_environment() -> None:
    assert asked("eval", "banner", "ann", "--sdk-key", "local-production")["environment"] == "production"


def test_unknown_sdk_key_is_answered_as_serve_answers_it_and_told() -> None:
    result = run("eval", "banner", "ann", "--sdk-key", "stranger", "--json")

    assert json.loads(result.stdout)["environment"] == "test"
    assert result.stderr == (
        'Note: unknown SDK key "stranger"; listed keys: local-test, local-production; '
        'it is answered from environment "test", as serve does\n'
    )


def test_flags_may_be_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "one.yml").write_text(flags(one="true"))

    assert asked("eval", "one", "ann", "--flags", "one.yml")["variation"] is True
    assert "one" in asked("eval", "ann", "--flags", "flags", "--flags", "one.yml")


def test_published_configuration_is_evaluated_with_its_bandits(tmp_path: Path) -> None:
    for form in ("ufc", "bandits"):
        run("compile", "--format", form, "-o", f"{form}.json")

    told = asked("bandit", "shoes", "ann", "--actions", "nike", "--ufc", "ufc.json", "--bandits", "bandits.json")

    assert told["action"] == "nike"


def test_obfuscated_configuration_is_noticed() -> None:
    run("compile", "--format", "obfuscated", "-o", "client.json")

    result = run("eval", "banner", "ann", "--ufc", "client.json")

    assert "FLAG_UNRECOGNIZED_OR_DISABLED" in result.stdout
    assert result.stderr == (
        "Note: this configuration is obfuscated for client SDKs, so its flags go by hashes of their keys\n"
    )


# ── what is refused ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Missing argument '[FLAG] SUBJECT'"),
        (["a", "b", "c"], 'expected [FLAG] SUBJECT, found a third word, "c"'),
        (["--attr", "country"], '"country" is no attribute; write country=NO, or age:=18 for JSON'),
        (["--attr", "=NO"], '"=NO" is no attribute'),
        (["--attr", "a:=NO"], """what follows := is not JSON at line 1, column 1: found "NO"; Expecting value; """
         """a text is written a:='"NO"'"""),
        (["--attr", "a:=NaN"], 'found "NaN"; JSON has no such number'),
        (["--attrs", "{country: NO}"], """column 2: found "country: NO}"; Expecting property name"""),
        (["--attrs", "{country: NO}"], """write '{"country": "NO"}'"""),
        (["--attrs", '{"a": NaN}'], 'column 7: found "NaN}"; JSON has no such number; write null or a text'),
        (["--attrs", "[" * 100_000], "it is nested too deeply to be read"),
        (["--attrs", "[1]"], "expected an object of attributes"),
        (["--attrs", "@-"], "standard input is not JSON at line 1, column 1: found the end"),
        (["--attrs", "@nope.json"], "cannot read nope.json: No such file or directory"),
        (["--attrs", "@flags"], "cannot read flags: Is a directory"),
        (["--attrs", "@latin.json"], "latin.json is not UTF-8 at byte 8"),
        (["--attrs", '{"numericAttributes": {}}', "--attr", "a=1"], "--attr cannot add to numericAttributes"),
        (["--default", ":=x"], "what follows := is not JSON"),
        (["--type", "text"], "'text' is not one of 'boolean', 'string', 'integer', 'numeric', 'json'"),
        (["--at", "2025-03-28T14:00"], "needs a zone; write 2025-03-28T14:00Z, or an offset like +01:00"),
        (["--env", "producton"], 'no environment "producton"; did you mean "production"?'),
        (["--env", "test", "--sdk-key", "k"], "--env and --sdk-key are alternatives: give one of them"),
        (["--flags", "nowhere"], "nowhere: no such file or folder"),
        (["--ufc", "nope.json"], "nope.json: no such file or folder"),
        (["--ufc", "ufc.json", "--flags", "flags"], "--ufc and --flags exclude each other"),
        (["--bandits", "bandits.json"], "--bandits goes with --ufc"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_how_to_write_it(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    (tmp_path / "latin.json").write_bytes('{"a": "ø"}'.encode("latin-1"))
    subject = [] if not arguments or not arguments[0].startswith("-") else ["banner", "ann"]

    result = run("eval", *subject, *arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_variable_with_an_open_quote_is_refused() -> None:
    result = run("eval", "banner", "ann", EPPO_EMULATOR_ATTR='"city=New York')

    assert result.exit_code == 2
    assert 'No closing quotation in the variable; write country=NO "city=New York"' in result.stderr


def test_flags_that_do_not_compile_are_reported(folder: Path) -> None:
    (folder / "b.yaml").write_text(flags(one="onn"))

    result = run("eval", "banner", "ann")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("flags/b.yaml:2:32 E401 flag one: ")


# ── bandits ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_action_has_its_score_weight_and_bucket() -> None:
    result = run("bandit", "shoes", "ann", "--actions", "nike,adidas", "--attr", "age=5")

    assert (result.exit_code, result.stderr) == (0, "")
    bandit, *rest = result.stdout.splitlines()[7:]
    assert re.fullmatch(r"  Bandit      shoe-bandit  model shoe-bandit-[0-9a-f]+, gamma 1, floor 0", bandit)
    assert rest == [
        "  Action      adidas",
        "  Shard       7287 of 10000, so the bucket that holds 0.7287 is chosen",
        "",
        "     Action  Score  Weight  Bucket",
        "     nike      1.5  0.6667  [0, 0.6667)  best score",
        "  ✓  adidas    0.5  0.3333  [0.6667, 1)",
    ]


@pytest.mark.parametrize(
    "actions", ["nike, adidas", '["nike", "adidas"]', '{"nike": {"price": 3}, "adidas": {}}', "@actions.json"]
)
def test_actions_are_names_or_json_or_a_file(tmp_path: Path, actions: str) -> None:
    (tmp_path / "actions.json").write_text('{"nike": null, "adidas": null}')

    told = asked("bandit", "shoes", "ann", "--actions", actions)

    assert {one["action"] for one in told["trace"]["bandit"]["actions"]} == {"nike", "adidas"}
    assert told["action"] == told["events"]["bandit"]["action"]


def test_explanation_of_a_bandit_has_what_each_attribute_added() -> None:
    result = run("bandit", "shoes", "ann", "--actions", "nike,puma", "--attr", "age=5", "--explain")

    assert "      +0.5 subject's `age` is number 5\n" in result.stdout
    assert "the model does not know it" in result.stdout
    assert "Bandit event\n" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "row"),
    [
        (["shoes", "ann", "--actions", ""], "NO_ACTIONS_SUPPLIED_FOR_BANDIT  no actions were supplied"),
        (["banner", "ann", "--actions", "nike"], 'NON_BANDIT_VARIATION  "plain" is no bandit of flag "banner"'),
        (
            ["nope", "ann", "--actions", "nike"],
            'NON_BANDIT_VARIATION  flag "nope" is not served, so no bandit chooses\n',
        ),
    ],
)
def test_choice_that_is_not_made_is_explained(arguments: list[str], row: str) -> None:
    result = run("bandit", *arguments)

    assert result.exit_code == 0
    assert row in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "--actions is missing; write --actions red,blue or --actions @actions.json"),
        (["--actions", "[nike]"], """write red,blue or '["red", "blue"]' or '{"red": {"price": 5}, "blue": {}}'"""),
        (["--actions", '{"nike": 3}'], 'expected an object of attributes for "nike", found number 3'),
        (["--actions", '"nike"'], "expected a map of action names to attributes, or a list of names"),
        (["--actions", "@nope.json"], "cannot read nope.json"),
    ],
)
def test_actions_that_make_no_sense_are_refused(arguments: list[str], message: str) -> None:
    result = run("bandit", "shoes", "ann", *arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_missing_configuration_is_no_folder_to_begin_with() -> None:
    result = CliRunner().invoke(commands, ["eval", "x", "y", "--ufc", "nofile"])

    assert (result.exit_code, result.stderr) == (2, "Error: nofile: no such file or folder\n")


# ── as a process ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_words_that_are_no_text_have_an_answer_that_is_json(tmp_path: Path, encoding: str) -> None:
    command = [sys.executable, "-m", "emulator", "eval", "banner", b"\xff\xf8", "--attr", "ø=\U0001f6b2", "--json"]

    done = subprocess.run(
        command, cwd=tmp_path, env={"PYTHONIOENCODING": encoding, "PYTHONUTF8": "1"}, capture_output=True, check=True
    )

    event = json.loads(done.stdout)["events"]["assignment"]
    assert (event["subject"], event["subjectAttributes"]) == ("\udcff\udcf8", {"ø": "\U0001f6b2"})


@pytest.mark.parametrize("command", ["eval", "bandit", "subjects", "simulate"])
def test_help_shows_how_it_is_called(command: str) -> None:
    assert f"    eppo-emulator {command} " in run(command, "--help").stdout
