"""What serve tells: the block at the start, one line per reload, each error once."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from emulator.errors import Problem
from emulator.reporting.ink import plain
from emulator.reporting.serving import Start, exposure_note, memory_note, reload_lines, start_block
from emulator.snapshot import Changes, Snapshot, build_snapshot
from emulator.workspace import Reload
from tests.flag_folders import flags

ENVIRONMENTS = """
environments:
  test: { sdk_keys: [local-test], client_tokens: [web-1, web-2] }
  production: { sdk_keys: [local-prod] }
  empty: {}
"""
TYPO = Problem("flags/a.yaml", 3, 13, "E401", "error", 'no variation "onn"', 'did you mean "on"?', "one")
MOVED = Problem("flags/a.yaml", 1, 1, "W307", "warning", "this edit moves 50.0% of subjects")
PUBLISHED = Reload(1, 2, ("flags/a.yaml",), Changes(("new",), ("old",), ("one",)), duration_ms=61.6, news=True)


def snapshot_of(text: str) -> Snapshot:
    return build_snapshot({"flags/a.yaml": text}, "2025-01-01T00:00:00.000Z")


def start(snapshot: Snapshot, mode: str = "native", notes: Sequence[str] = ()) -> str:
    url = "http://127.0.0.1:8378"
    return plain(start_block(Start("0.1.0", f"{url}/api", url, snapshot, ["flags"], 1, mode, "inbox.db", notes)))


def told(outcome: Reload) -> list[str]:
    return [plain(line) for line in reload_lines(outcome, "12:00:01")]


# ── the block at the start ──────────────────────────────────────────────────────────────────────────────────────


def test_block_says_all_that_an_sdk_needs() -> None:
    assert start(snapshot_of(flags(one="true", two="true") + ENVIRONMENTS)) == (
        "eppo-emulator 0.1.0\n"
        "\n"
        "  Base URL    http://127.0.0.1:8378/api  for an SDK\n"
        "  Page        http://127.0.0.1:8378/\n"
        "  test        2 flags, key local-test, client tokens web-1, web-2\n"
        "  production  2 flags, key local-prod\n"
        "  empty       2 flags\n"
        "  Files       flags (1 file), watched\n"
        "  Events      inbox.db\n"
        '  Python      ClientConfig(base_url="http://127.0.0.1:8378/api", api_key="local-test", '
        "assignment_logger=logger)\n"
        '  Node        init({ baseUrl: "http://127.0.0.1:8378/api", apiKey: "local-test", assignmentLogger: logger })\n'
        "\n"
    )


def test_block_says_that_any_key_will_do() -> None:
    shown = start(snapshot_of(flags(one="true")))

    assert "test      1 flag, any SDK key\n" in shown
    assert 'api_key="local"' in shown


@pytest.mark.parametrize(
    ("mode", "words"),
    [("native", "(1 file), watched\n"), ("polling", "watched by polling\n"), ("off", "not watched\n")],
)
def test_block_says_how_edits_are_found(mode: str, words: str) -> None:
    assert words in start(snapshot_of(flags(one="true")), mode)


def test_block_ends_with_notes_and_the_number_of_warnings() -> None:
    text = "flags:\n  one: { type: boolean, allocations: [ { key: k, serve: true } ], serve: false }\n"

    shown = start(snapshot_of(text), notes=["", "mind the gap"])

    assert shown.endswith("\n\nmind the gap\n1 warning: run eppo-emulator check\n")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_loopback_needs_no_warning(host: str) -> None:
    assert exposure_note(host, None) == ""


@pytest.mark.parametrize(("host", "shown"), [("0.0.0.0", "0.0.0.0"), ("::", "::"), ("", "every address")])
def test_open_address_without_token_is_a_warning(host: str, shown: str) -> None:
    assert exposure_note(host, None).startswith(f"Listening on {shown} without --token: ")


def test_open_address_with_a_token_needs_no_warning() -> None:
    assert exposure_note("0.0.0.0", "secret") == ""


# ── reloads ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_new_revision_is_one_line_with_files_keys_and_milliseconds() -> None:
    assert told(PUBLISHED) == ["12:00:01 revision 2  flags/a.yaml: +new -old ~one (62 ms)"]


def test_many_keys_and_files_are_shortened() -> None:
    added = tuple(f"flag-{number}" for number in range(1_200))
    files = tuple(f"flags/{number}.yaml" for number in range(12))

    [line] = told(replace(PUBLISHED, files=files, changes=Changes(added)))

    assert line == (
        "12:00:01 revision 2  flags/0.yaml, flags/1.yaml and 10 more files: "
        "+flag-0 +flag-1 +flag-2 +flag-3 +flag-4 +flag-5 and 1,194 more (+1,200 -0 ~0) (62 ms)"
    )


def test_revision_without_changed_keys_says_what_changed() -> None:
    assert told(replace(PUBLISHED, changes=Changes())) == [
        "12:00:01 revision 2  flags/a.yaml: environments changed (62 ms)"
    ]


def test_new_warnings_follow_the_line() -> None:
    assert told(replace(PUBLISHED, new_problems=(MOVED,)))[1:] == [
        "flags/a.yaml:1:1 W307 this edit moves 50.0% of subjects"
    ]


def test_edit_of_a_comment_is_one_quiet_line() -> None:
    assert told(Reload(2, 2, ("flags/a.yaml",), news=True)) == [
        "12:00:01 revision 2  flags/a.yaml: nothing that is served changed"
    ]


def test_broken_edit_is_a_line_per_error_and_what_is_served_still() -> None:
    outcome = Reload(2, 2, ("flags/a.yaml",), problems=(MOVED, TYPO), failed=True, news=True)

    assert told(outcome) == [
        'flags/a.yaml:3:13 E401 flag one: no variation "onn"; did you mean "on"?',
        "12:00:01 1 error, still serving revision 2",
    ]


def test_edit_that_waits_for_another_files_repair_is_one_line() -> None:
    outcome = Reload(2, 2, ("flags/b.yaml",), problems=(MOVED, TYPO), failed=True, held_up=True, news=True)

    assert told(outcome) == ["12:00:01 flags/b.yaml waits: 1 error in flags/a.yaml, still serving revision 2"]


def test_many_errors_are_cut_short() -> None:
    errors = tuple(replace(TYPO, line=line) for line in range(1, 101))

    lines = told(Reload(2, 2, problems=errors, failed=True, news=True))

    assert lines[20:] == ["and 80 more: eppo-emulator check", "12:00:01 100 errors, still serving revision 2"]


def test_undone_breakage_is_told() -> None:
    assert told(Reload(2, 2, ("flags/a.yaml",), recovered=True, news=True)) == [
        "12:00:01 revision 2  flags/a.yaml: good again, nothing that is served changed"
    ]


def test_folder_that_is_back_is_told() -> None:
    [line] = told(Reload(2, 2, recovered=True, news=True))

    assert "all files: good again" in line


def test_what_is_no_news_is_not_told() -> None:
    assert told(Reload(2, 2, problems=(TYPO,), failed=True)) == []


def test_memory_that_nobody_asked_for_is_explained() -> None:
    assert memory_note("") == ""
    assert memory_note("x cannot be written").startswith("Events are kept in memory only: x cannot be written; ")
