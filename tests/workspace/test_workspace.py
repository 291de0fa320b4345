"""A workspace serves whole revisions only, keeps the last good one, and says what each reload did."""

import os
import shutil
from pathlib import Path
from threading import Thread

import pytest

from emulator.errors import FlagFileError
from emulator.snapshot import Changes, Snapshot
from emulator.workspace import Fingerprint, FlagFiles, Places, Reading, Reload, Source, Workspace, WorkspaceError
from tests.flag_folders import clock, flags, served, workspace_of

JSON_FLAG = "flags:\n  limits: { type: json, variations: { small: { file: ../json/small.json } }, serve: small }\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one good flag file."""
    path = tmp_path / "flags"
    path.mkdir()
    (path / "a.yaml").write_text(flags(one="true"))
    return path


# ── what is read ────────────────────────────────────────────────────────────────────────────────────────────────


def test_folders_and_single_files_are_served_together(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "single.yml").write_text(flags(two="false"))

    workspace = workspace_of(folder, tmp_path / "single.yml")

    assert served(workspace.current) == {"one": "true", "two": "false"}


def test_link_in_a_circle_is_a_problem_of_its_own(folder: Path) -> None:
    (folder / "loop.yaml").symlink_to("loop.yaml")

    with pytest.raises(FlagFileError) as caught:
        workspace_of(folder)

    assert [(Path(problem.file).name, problem.code) for problem in caught.value.problems] == [("loop.yaml", "E100")]


def test_path_given_twice_is_read_once(folder: Path) -> None:
    workspace = workspace_of(folder, f"{folder}/", folder / "a.yaml")

    assert workspace.files == (f"{folder}/a.yaml",)


def test_first_snapshot_is_stamped_with_the_clock(folder: Path) -> None:
    assert workspace_of(folder).current.environments[0].created_at == "2025-03-28T12:00:00.000Z"


def test_warnings_are_the_problems_of_files_that_compile(folder: Path) -> None:
    (folder / "a.yaml").write_text(
        "flags:\n  one: { type: boolean, allocations: [ { key: k, serve: true } ], serve: false }\n"
    )

    workspace = workspace_of(folder)

    assert [problem.code for problem in workspace.problems] == ["W210"]
    assert not workspace.stale


# ── nothing to serve ────────────────────────────────────────────────────────────────────────────────────────────


def test_missing_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(WorkspaceError, match=r"^flags: no such file or folder$"):
        workspace_of("flags/")


def test_folder_without_flag_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "flags").mkdir()
    monkeypatch.chdir(tmp_path)

    with pytest.raises(WorkspaceError, match=r"^flags: holds no flag files \(\*\.yaml, \*\.yml\)$"):
        workspace_of("flags")


def test_every_absent_path_is_named(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError) as error:
        workspace_of(folder, tmp_path / "no", tmp_path / "nor")

    assert error.value.paths == (f"{tmp_path}/no", f"{tmp_path}/nor")


def test_broken_files_raise_every_problem_at_the_start(folder: Path) -> None:
    (folder / "a.yaml").write_text(flags(one="onn"))
    (folder / "b.yaml").write_text(flags(two="offf"))

    with pytest.raises(FlagFileError) as error:
        workspace_of(folder)

    assert [(problem.file, problem.code) for problem in error.value.problems] == [
        (f"{folder}/a.yaml", "E401"),
        (f"{folder}/b.yaml", "E401"),
    ]


def test_file_that_is_not_utf_8_is_a_problem_beside_those_of_the_others(folder: Path) -> None:
    (folder / "a.yaml").write_bytes(flags(one="true").encode() + b"# caf\xe9")
    (folder / "b.yaml").write_text(flags(two="offf"))

    with pytest.raises(FlagFileError) as error:
        workspace_of(folder)

    assert [(problem.code, problem.line) for problem in error.value.problems] == [("E101", 3), ("E401", 2)]


# ── reloads ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_edit_is_published_as_the_next_revision(folder: Path) -> None:
    workspace = workspace_of(folder)
    (folder / "a.yaml").write_text(flags(one="false"))

    outcome = workspace.reload()

    assert served(workspace.current) == {"one": "false"}
    assert (outcome.previous_revision, outcome.revision, outcome.published, outcome.news) == (1, 2, True, True)


def test_outcome_names_what_was_added_removed_and_changed(folder: Path) -> None:
    (folder / "a.yaml").write_text(flags(kept="true", edited="true", gone="true"))
    workspace = workspace_of(folder)
    (folder / "a.yaml").write_text(flags(kept="true", edited="false", new="true"))

    outcome = workspace.reload()

    assert outcome.changes == Changes(added=("new",), removed=("gone",), changed=("edited",))


def test_outcome_names_the_files_that_differ(folder: Path) -> None:
    (folder / "b.yaml").write_text(flags(two="true"))
    (folder / "c.yaml").write_text(flags(three="true"))
    workspace = workspace_of(folder)
    (folder / "b.yaml").write_text(flags(two="false"))
    (folder / "c.yaml").unlink()

    outcome = workspace.reload()

    assert outcome.files == (f"{folder}/b.yaml", f"{folder}/c.yaml")


def test_outcome_counts_milliseconds_from_the_first_sign(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = workspace_of(folder)
    (folder / "a.yaml").write_text(flags(one="false"))
    monkeypatch.setattr("time.monotonic", lambda: 100.25)

    outcome = workspace.reload(since=100.0)

    assert outcome.duration_ms == 250


def test_equal_bytes_make_no_revision_and_no_work(folder: Path) -> None:
    workspace = workspace_of(folder)
    before = workspace.current
    (folder / "a.yaml").write_text(flags(one="true"))
    os.utime(folder / "a.yaml", ns=(1, 1))

    outcome = workspace.reload()

    assert outcome == Reload(1, 1)
    assert workspace.current is before


def test_edit_of_a_comment_makes_no_revision_but_is_seen(folder: Path) -> None:
    workspace = workspace_of(folder)
    (folder / "a.yaml").write_text("# why\n" + flags(one="true"))

    outcome = workspace.reload()

    assert (outcome.revision, outcome.published, outcome.news) == (1, False, True)
    assert outcome.files == (f"{folder}/a.yaml",)


def test_new_warnings_are_told_once(folder: Path) -> None:
    reached = "flags:\n  one: { type: boolean, allocations: [ { key: k, serve: true } ] }\n"
    unreached = "flags:\n  one: { type: boolean, allocations: [ { key: k, serve: true } ], serve: false }\n"
    (folder / "a.yaml").write_text(reached)
    workspace = workspace_of(folder)

    (folder / "a.yaml").write_text(unreached)
    first = workspace.reload()
    (folder / "b.yaml").write_text(flags(two="true"))
    second = workspace.reload()

    assert [problem.code for problem in first.new_problems] == ["W210"]
    assert second.new_problems == ()
    assert [problem.code for problem in second.problems] == ["W210"]


def test_reloads_from_many_threads_publish_an_edit_once(folder: Path) -> None:
    workspace = workspace_of(folder)
    (folder / "a.yaml").write_text(flags(one="false"))
    outcomes: list[Reload] = []

    threads = [Thread(target=lambda: outcomes.append(workspace.reload())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcome.published for outcome in outcomes) == [False] * 7 + [True]


# ── broken edits ────────────────────────────────────────────────────────────────────────────────────────────────


def test_broken_edit_keeps_the_last_good_revision(folder: Path) -> None:
    workspace = workspace_of(folder)
    before = workspace.current
    (folder / "a.yaml").write_text(flags(one="onn"))
    (folder / "b.yaml").write_text(flags(two="true"))

    outcome = workspace.reload()

    assert workspace.current is before
    assert workspace.stale
    assert (outcome.failed, outcome.news, outcome.revision) == (True, True, 1)
    assert [problem.code for problem in outcome.errors] == ["E401"]


def test_edit_beside_a_broken_file_is_told_to_wait_and_named_when_it_is_served(folder: Path) -> None:
    workspace = workspace_of(folder)
    (folder / "broken.yaml").write_text("flags: {x: {type: bool}}\n")
    workspace.reload()
    (folder / "a.yaml").write_text(flags(one="false"))

    waiting = workspace.reload()
    (folder / "broken.yaml").unlink()
    served_again = workspace.reload()

    name = str(folder / "a.yaml")
    assert (waiting.held_up, waiting.news, waiting.files) == (True, True, (name,))
    assert (served_again.held_up, served_again.files, served_again.changes.changed) == (False, (name,), ("one",))


def test_same_errors_are_news_once(folder: Path) -> None:
    workspace = workspace_of(folder)
    (folder / "a.yaml").write_text(flags(one="onn"))
    first = workspace.reload()
    (folder / "a.yaml").write_text(flags(one="onn") + "# saved again\n")

    again = workspace.reload()

    assert (first.news, again.news, again.failed) == (True, False, True)


def test_other_errors_are_news(folder: Path) -> None:
    workspace = workspace_of(folder)
    (folder / "a.yaml").write_text(flags(one="onn"))
    workspace.reload()
    (folder / "a.yaml").write_text(flags(one="offf"))

    assert workspace.reload().news


def test_mended_file_is_published(folder: Path) -> None:
    workspace = workspace_of(folder)
    (folder / "a.yaml").write_text(flags(one="onn"))
    workspace.reload()
    (folder / "a.yaml").write_text(flags(one="false"))

    outcome = workspace.reload()

    assert (outcome.recovered, outcome.published, outcome.news) == (True, True, True)
    assert not workspace.stale
    assert workspace.problems == ()


def test_broken_edit_that_is_undone_is_news_without_a_revision(folder: Path) -> None:
    workspace = workspace_of(folder)
    (folder / "a.yaml").write_text(flags(one="onn"))
    workspace.reload()
    (folder / "a.yaml").write_text(flags(one="true"))

    outcome = workspace.reload()

    assert (outcome.recovered, outcome.published, outcome.news) == (True, False, True)
    assert not workspace.stale


def test_warning_from_before_a_broken_edit_is_not_told_again_after_it(folder: Path) -> None:
    unreached = "flags:\n  one: { type: boolean, allocations: [ { key: k, serve: true } ], serve: false }\n"
    (folder / "a.yaml").write_text(unreached)
    workspace = workspace_of(folder)
    (folder / "b.yaml").write_text(flags(two="onn"))
    workspace.reload()
    (folder / "b.yaml").unlink()

    assert workspace.reload().new_problems == ()


def test_file_that_is_no_longer_utf_8_is_a_problem_not_an_exception(folder: Path) -> None:
    workspace = workspace_of(folder)
    (folder / "a.yaml").write_bytes(b"\xff" + flags(one="false").encode())

    outcome = workspace.reload()

    assert [str(problem) for problem in outcome.problems] == [
        f"{folder}/a.yaml:1:1 E101 not UTF-8 text: byte 0xFF; save the file as UTF-8"
    ]
    assert served(workspace.current) == {"one": "true"}


# ── files that go away ──────────────────────────────────────────────────────────────────────────────────────────


def test_deleted_file_takes_its_flags_away(folder: Path) -> None:
    (folder / "b.yaml").write_text(flags(two="true"))
    workspace = workspace_of(folder)
    (folder / "b.yaml").unlink()

    workspace.reload()

    assert served(workspace.current) == {"one": "true"}


def test_emptied_folder_never_empties_the_server(folder: Path) -> None:
    workspace = workspace_of(folder)
    (folder / "a.yaml").unlink()

    outcome = workspace.reload()

    assert served(workspace.current) == {"one": "true"}
    assert (outcome.failed, outcome.news, outcome.retry, workspace.stale) == (True, True, True, True)
    assert [str(problem) for problem in outcome.problems] == [f"{folder}:1:1 E100 holds no flag files (*.yaml, *.yml)"]


def test_deleted_folder_never_empties_the_server(folder: Path) -> None:
    workspace = workspace_of(folder)
    shutil.rmtree(folder)

    outcome = workspace.reload()

    assert served(workspace.current) == {"one": "true"}
    assert [problem.message for problem in outcome.problems] == ["no such file or folder"]


def test_one_emptied_folder_of_two_keeps_what_both_served(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "more"
    other.mkdir()
    (other / "b.yaml").write_text(flags(two="true"))
    workspace = workspace_of(folder, other)
    (other / "b.yaml").unlink()

    workspace.reload()

    assert served(workspace.current) == {"one": "true", "two": "true"}


def test_absent_folder_is_news_once_and_so_is_its_return(folder: Path) -> None:
    workspace = workspace_of(folder)
    folder.rename(folder.with_name("away"))
    gone, still_gone = workspace.reload(), workspace.reload()
    folder.with_name("away").rename(folder)

    back = workspace.reload()

    assert (gone.news, still_gone.news, still_gone.retry) == (True, False, True)
    assert (back.news, back.recovered, back.published, back.files) == (True, True, False, ())


def test_unreadable_file_is_a_problem_that_is_worth_another_look(folder: Path) -> None:
    workspace = workspace_of(folder)
    (folder / "b.yaml").symlink_to("nowhere")

    outcome = workspace.reload()

    assert [problem.message for problem in outcome.problems] == ["this link leads nowhere"]
    assert (outcome.failed, outcome.retry) == (True, True)


class _DisturbedOnce(Source):
    """Flag files whose second reading a writer disturbs."""

    def __init__(self, files: FlagFiles) -> None:
        self._files = files
        self._disturbed = iter([False, True])

    def read(self, last: Reading | None) -> Reading:
        return Reading(torn=True) if next(self._disturbed, False) else self._files.read(last)

    def compile(self, reading: Reading, created_at: str, previous: Snapshot | None) -> Snapshot:
        return self._files.compile(reading, created_at, previous)

    def places(self, reading: Reading) -> Places:
        return self._files.places(reading)

    def fingerprint(self, reading: Reading) -> Fingerprint:
        return self._files.fingerprint(reading)


def test_torn_reading_changes_nothing_and_asks_for_another(folder: Path) -> None:
    workspace = Workspace((), clock=clock, source=_DisturbedOnce(FlagFiles.at([folder])))
    (folder / "a.yaml").write_text(flags(one="false"))

    torn, whole = workspace.reload(), workspace.reload()

    assert torn == Reload(1, 1, retry=True)
    assert whole.published


@pytest.mark.parametrize("edit", ["", flags(two="false")], ids=["emptied", "changed"])
def test_file_that_moved_on_since_it_settled_is_not_published(folder: Path, edit: str) -> None:
    workspace = workspace_of(folder)
    settled = workspace.fingerprint()
    (folder / "a.yaml").write_text(edit)

    moved_on, again = workspace.reload(settled=settled), workspace.reload(settled=workspace.fingerprint())

    assert moved_on == Reload(1, 1, retry=True)
    assert again.changes.removed == ("one",)


def test_file_that_went_since_the_files_settled_is_not_given_up(folder: Path) -> None:
    (folder / "b.yaml").write_text(flags(two="true"))
    workspace = workspace_of(folder)
    settled = workspace.fingerprint()
    (folder / "b.yaml").unlink()

    moved_on, again = workspace.reload(settled=settled), workspace.reload(settled=workspace.fingerprint())

    assert moved_on == Reload(1, 1, retry=True)
    assert again.changes.removed == ("two",)


def test_file_that_was_added_since_the_files_settled_is_not_published(folder: Path) -> None:
    workspace = workspace_of(folder)
    settled = workspace.fingerprint()
    (folder / "b.yaml").write_text(flags(two="true"))

    assert workspace.reload(settled=settled) == Reload(1, 1, retry=True)


def test_emptied_and_deleted_files_are_missing_from_a_fingerprint(folder: Path) -> None:
    for name in ("b.yaml", "c.yaml"):
        (folder / name).write_text(flags(**{name[0]: "true"}))
    workspace = workspace_of(folder)
    (folder / "a.yaml").write_text("")
    (folder / "b.yaml").unlink()

    assert workspace.missing_from(workspace.fingerprint()) == (f"{folder}/a.yaml", f"{folder}/b.yaml")


# ── referenced files ────────────────────────────────────────────────────────────────────────────────────────────


def test_edit_of_a_referenced_file_is_published(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "json").mkdir()
    (tmp_path / "json" / "small.json").write_text('{"n": 1}')
    (folder / "a.yaml").write_text(JSON_FLAG)
    workspace = workspace_of(folder)
    (tmp_path / "json" / "small.json").write_text('{"n": 2}')

    outcome = workspace.reload()

    assert outcome.changes == Changes(changed=("limits",))
    assert [Path(file).name for file in outcome.files] == ["small.json"]


def test_missing_referenced_file_is_reported_where_it_is_named(folder: Path) -> None:
    workspace = workspace_of(folder)
    (folder / "a.yaml").write_text(JSON_FLAG)

    outcome = workspace.reload()

    assert [(problem.file, problem.line, problem.code) for problem in outcome.problems] == [
        (f"{folder}/a.yaml", 2, "E122")
    ]


# ── what to watch ───────────────────────────────────────────────────────────────────────────────────────────────


def test_folder_its_parent_and_those_of_referenced_files_are_watched(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "json").mkdir()
    (tmp_path / "json" / "small.json").write_text("{}")
    (folder / "a.yaml").write_text(JSON_FLAG)

    assert workspace_of(folder).watched == {tmp_path, folder, tmp_path / "json"}


def test_folders_that_links_lead_through_are_watched(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "mount" / "..1").mkdir(parents=True)
    (folder / "a.yaml").rename(tmp_path / "mount" / "..1" / "a.yaml")
    (tmp_path / "mount" / "..data").symlink_to("..1")
    (folder / "a.yaml").symlink_to("../mount/..data/a.yaml")

    assert workspace_of(folder).watched == {
        tmp_path,
        folder,
        tmp_path / "mount",
        tmp_path / "mount" / "..1",
    }


@pytest.mark.parametrize(
    ("path", "matters"),
    [
        ("flags/a.yaml", True),
        ("flags/new.yml", True),
        ("flags", True),
        ("flags/.a.yaml.swp", False),
        ("flags/sub/a.yaml", False),
        ("server.log", False),
        ("a.yaml", False),
    ],
)
def test_only_changes_of_flag_files_matter(folder: Path, tmp_path: Path, path: str, matters: bool) -> None:
    assert workspace_of(folder).concerns(str(tmp_path / path)) is matters


def test_fingerprint_tells_a_new_file_and_an_edit_without_reading(folder: Path) -> None:
    workspace = workspace_of(folder)
    before = workspace.fingerprint()
    (folder / "b.yaml").write_text(flags(two="true"))

    after = workspace.fingerprint()

    assert after.keys() - before.keys() == {f"{folder}/b.yaml"}
    assert after[f"{folder}/a.yaml"] == before[f"{folder}/a.yaml"]


# ── published configurations ────────────────────────────────────────────────────────────────────────────────────

CONFIG = '{"createdAt": "2024-01-01T00:00:00.000Z", "environment": {"name": "Live"}, "flags": {}}'


def test_published_configuration_is_served_byte_for_byte(tmp_path: Path) -> None:
    (tmp_path / "live.json").write_text(CONFIG)

    workspace = Workspace.of_ufc(tmp_path / "live.json", clock=clock)

    assert workspace.current.environments[0].plain.body == CONFIG.encode()


def test_edit_of_a_published_configuration_is_the_next_revision(tmp_path: Path) -> None:
    (tmp_path / "live.json").write_text(CONFIG)
    (tmp_path / "models.json").write_text('{"bandits": {}}')
    workspace = Workspace.of_ufc(tmp_path / "live.json", tmp_path / "models.json", clock=clock)
    (tmp_path / "live.json").write_text(CONFIG.replace("Live", "Later"))

    outcome = workspace.reload()

    assert (outcome.revision, workspace.current.environments[0].name) == (2, "Later")


@pytest.mark.parametrize(
    ("config", "models", "file", "message"),
    [
        ('{"flags": {},\n}', "{}", "live.json:2:1", "not JSON"),
        ('{"flags": []}', "{}", "live.json:1:1", 'no object "flags"'),
        ('{"flags": {}}', "{}", "models.json:1:1", 'no object "bandits"'),
        ('{"flags": {}}', "{", "models.json:1:2", "not JSON"),
        ("[" * 100_000, '{"bandits": {}}', "live.json:1:1", "the UFC file is not JSON: it is nested too deeply"),
        ('{"flags": {}}', "[" * 100_000, "models.json:1:1", "the bandit models file is not JSON: it is nested too"),
        (
            '{"flags": {"f": {"a": ' + "[" * 990 + "]" * 990 + "}}}",
            '{"bandits": {}}',
            "live.json:1:1",
            "nested too deeply",
        ),
        ('{"flags": {}, "n": ' + "9" * 5_000 + "}", "{}", "live.json:1:1", "a number of thousands of digits"),
    ],
    ids=[
        "no JSON",
        "no flags",
        "no bandits",
        "models are no JSON",
        "deep",
        "deep models",
        "deep in a flag",
        "long number",
    ],
)
def test_document_that_is_no_configuration_is_a_problem_at_its_place(
    tmp_path: Path, config: str, models: str, file: str, message: str
) -> None:
    (tmp_path / "live.json").write_text(config)
    (tmp_path / "models.json").write_text(models)

    with pytest.raises(FlagFileError) as error:
        Workspace.of_ufc(tmp_path / "live.json", tmp_path / "models.json", clock=clock)

    assert str(error.value).startswith(f"{tmp_path}/{file} E123 ")
    assert message in str(error.value)


def test_published_configuration_that_becomes_unreadable_leaves_the_last_good_one(tmp_path: Path) -> None:
    (tmp_path / "live.json").write_text(CONFIG)
    workspace = Workspace.of_ufc(tmp_path / "live.json", clock=clock)
    (tmp_path / "live.json").write_text("[" * 100_000)

    outcome = workspace.reload()

    assert ([one.code for one in outcome.problems], workspace.current.environments[0].name) == (["E123"], "Live")


def test_missing_published_configuration_is_named(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match=r"live\.json: no such file or folder"):
        Workspace.of_ufc(tmp_path / "live.json", clock=clock)
