"""
The rules of reloading, on a real file system: however a file is saved, the last whole content is served, once.

Each rule is a bug that some other emulator shipped.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from emulator.workspace import FlagFiles, Workspace
from tests.flag_folders import Interrupted, clock, flags, workspace_of
from tests.watcher.watching import Watched, either_way

LONGER_THAN_THE_DEBOUNCE_S = 0.2

# ── ways to save ────────────────────────────────────────────────────────────────────────────────────────────────


@either_way
def test_plain_save_is_served(folder: Path, poll: bool) -> None:
    with Watched(folder, poll=poll) as watched:
        (folder / "a.yaml").write_text(flags(one="false"))

        watched.wait_until_served(one="false")

    assert watched.revisions == [2]


@either_way
def test_save_by_renaming_a_temporary_file_is_served(folder: Path, poll: bool) -> None:
    with Watched(folder, poll=poll) as watched:
        (folder / ".a.yaml.tmp").write_text(flags(one="false"))
        os.replace(folder / ".a.yaml.tmp", folder / "a.yaml")

        watched.wait_until_served(one="false")

    assert watched.revisions == [2]


@either_way
def test_save_by_renaming_a_file_from_elsewhere_is_served(folder: Path, tmp_path: Path, poll: bool) -> None:
    with Watched(folder, poll=poll) as watched:
        (tmp_path / "elsewhere").write_text(flags(one="false"))
        os.replace(tmp_path / "elsewhere", folder / "a.yaml")

        watched.wait_until_served(one="false")


@either_way
def test_save_that_moves_the_old_file_to_a_backup_first_is_served_once(folder: Path, poll: bool) -> None:
    with Watched(folder, poll=poll) as watched:
        os.rename(folder / "a.yaml", folder / "a.yaml~")
        (folder / "a.yaml").write_text(flags(one="false"))
        (folder / "a.yaml~").unlink()

        watched.wait_until_served(one="false")

    assert [outcome.failed for outcome in watched.outcomes] == [False]


@either_way
def test_file_that_is_deleted_and_made_again_never_goes_missing(folder: Path, poll: bool) -> None:
    (folder / "b.yaml").write_text(flags(two="true"))
    with Watched(folder, poll=poll) as watched:
        (folder / "b.yaml").unlink()
        assert watched.hears_nothing_for(0.1)
        (folder / "b.yaml").write_text(flags(two="false"))

        watched.wait_until_served(one="true", two="false")

    assert watched.revisions == [2]


@either_way
def test_new_and_deleted_files_add_and_remove_their_flags(folder: Path, poll: bool) -> None:
    with Watched(folder, poll=poll) as watched:
        (folder / "b.yaml").write_text(flags(two="true"))
        watched.wait_until_served(one="true", two="true")
        (folder / "a.yaml").unlink()

        watched.wait_until_served(two="true")


@either_way
def test_file_that_is_moved_out_of_the_folder_takes_its_flags_along(folder: Path, tmp_path: Path, poll: bool) -> None:
    (folder / "b.yaml").write_text(flags(two="true"))
    with Watched(folder, poll=poll) as watched:
        os.rename(folder / "b.yaml", tmp_path / "elsewhere.yaml")

        watched.wait_until_served(one="true")


@either_way
def test_single_watched_file_is_served_after_a_rename(tmp_path: Path, poll: bool) -> None:
    (tmp_path / "a.yaml").write_text(flags(one="true"))
    with Watched(tmp_path / "a.yaml", poll=poll) as watched:
        (tmp_path / "b").write_text(flags(one="false"))
        os.replace(tmp_path / "b", tmp_path / "a.yaml")

        watched.wait_until_served(one="false")


# ── links ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _swap(link: Path, target: str) -> None:
    """Point *link* to *target* in one step, as a kubelet does."""
    link.with_name("..swap").symlink_to(target)
    os.replace(link.with_name("..swap"), link)


@either_way
def test_mounted_config_map_is_served_after_its_data_link_is_swapped(tmp_path: Path, poll: bool) -> None:
    mount = tmp_path / "flags"
    for version, variation in (("..1", "true"), ("..2", "false")):
        (mount / version).mkdir(parents=True)
        (mount / version / "a.yaml").write_text(flags(one=variation))
    (mount / "..data").symlink_to("..1")
    (mount / "a.yaml").symlink_to("..data/a.yaml")
    with Watched(mount, poll=poll) as watched:
        _swap(mount / "..data", "..2")
        shutil.rmtree(mount / "..1")

        watched.wait_until_served(one="false")

    assert watched.revisions == [2]


@either_way
def test_folder_behind_a_link_is_served_and_watched_after_a_swap(tmp_path: Path, poll: bool) -> None:
    for version, variation in (("1", "true"), ("2", "false")):
        (tmp_path / version).mkdir()
        (tmp_path / version / "a.yaml").write_text(flags(one=variation))
    (tmp_path / "flags").symlink_to("1")
    with Watched(tmp_path / "flags", poll=poll) as watched:
        _swap(tmp_path / "flags", "2")
        watched.wait_until_served(one="false")
        (tmp_path / "2" / "a.yaml").write_text(flags(one="true"))

        watched.wait_until_served(one="true")


@either_way
def test_edit_of_the_file_behind_a_link_is_served(folder: Path, tmp_path: Path, poll: bool) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "shared.yaml").write_text(flags(two="true"))
    (folder / "b.yaml").symlink_to("../elsewhere/shared.yaml")
    with Watched(folder, poll=poll) as watched:
        (tmp_path / "elsewhere" / "shared.yaml").write_text(flags(two="false"))

        watched.wait_until_served(one="true", two="false")


# ── many files ──────────────────────────────────────────────────────────────────────────────────────────────────


def _git(repository: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=repository, check=True, capture_output=True)


@either_way
def test_git_checkout_is_one_revision(folder: Path, poll: bool) -> None:
    (folder / "a.yaml").unlink()
    _git(folder.parent, "init", "--initial-branch=main", ".")
    for number in range(30):
        (folder / f"{number}.yaml").write_text(flags(**{f"flag-{number}": "true"}))
    _git(folder.parent, "add", ".")
    _git(folder.parent, "commit", "--message=all on")
    _git(folder.parent, "checkout", "-b", "off")
    for number in range(30):
        (folder / f"{number}.yaml").write_text(flags(**{f"flag-{number}": "false", f"more-{number}": "true"}))
    _git(folder.parent, "commit", "--all", "--message=all off")
    with Watched(folder, poll=poll) as watched:
        _git(folder.parent, "checkout", "main")

        watched.wait_until_served(**{f"flag-{number}": "true" for number in range(30)})

    assert len(watched.revisions) == 1
    assert len(watched.outcomes[0].changes.removed) == 30


@either_way
def test_folder_that_a_checkout_removes_is_served_on_and_watched_when_it_is_back(folder: Path, poll: bool) -> None:
    with Watched(folder, poll=poll) as watched:
        shutil.rmtree(folder)
        watched.wait_for(lambda: watched.workspace.stale)
        assert watched.served == {"one": "true"}
        folder.mkdir()
        (folder / "a.yaml").write_text(flags(one="false"))
        watched.wait_until_served(one="false")
        (folder / "a.yaml").write_text(flags(one="true"))

        watched.wait_until_served(one="true")


@either_way
def test_folder_that_is_replaced_by_another_is_watched(folder: Path, tmp_path: Path, poll: bool) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "a.yaml").write_text(flags(one="false"))
    with Watched(folder, poll=poll) as watched:
        os.rename(folder, tmp_path / "old")
        os.rename(tmp_path / "new", folder)
        watched.wait_until_served(one="false")
        (folder / "a.yaml").write_text(flags(one="true"))

        watched.wait_until_served(one="true")


@either_way
def test_many_quick_saves_are_few_revisions_and_the_last_one_wins(folder: Path, poll: bool) -> None:
    with Watched(folder, poll=poll) as watched:
        for number in range(200):
            (folder / "a.yaml").write_text(flags(**{f"flag-{number}": "true"}))

        watched.wait_until_served(**{"flag-199": "true"})

    assert len(watched.revisions) <= 5
    assert not any(outcome.failed for outcome in watched.outcomes)


# ── half-written and broken files ───────────────────────────────────────────────────────────────────────────────

WHOLE = flags(one="false", two="true", three="true")
HALF = WHOLE.index("  three")


def test_file_is_not_served_while_somebody_writes_it(folder: Path) -> None:
    """The first half is a good flag file by itself: only that it is still open tells that it is half."""
    with Watched(folder) as watched:
        with (folder / "a.yaml").open("w") as stream:
            stream.write(WHOLE[:HALF])
            stream.flush()
            assert watched.hears_nothing_for(LONGER_THAN_THE_DEBOUNCE_S)
            stream.write(WHOLE[HALF:])

        watched.wait_until_served(one="false", two="true", three="true")

    assert watched.revisions == [2]


def test_file_whose_writer_never_closes_it_is_served_in_the_end(folder: Path) -> None:
    with Watched(folder) as watched, (folder / "a.yaml").open("w") as stream:
        stream.write(WHOLE)
        stream.flush()

        watched.wait_until_served(one="false", two="true", three="true")


@either_way
def test_halves_that_come_quickly_are_served_as_one(folder: Path, poll: bool) -> None:
    with Watched(folder, poll=poll) as watched:
        for half in (WHOLE[:HALF], WHOLE[HALF:]):
            with (folder / "a.yaml").open("w" if half == WHOLE[:HALF] else "a") as stream:
                stream.write(half)

        watched.wait_until_served(one="false", two="true", three="true")

    assert watched.revisions == [2]


@either_way
def test_half_that_does_not_compile_is_never_served(folder: Path, poll: bool) -> None:
    with Watched(folder, poll=poll) as watched:
        (folder / "a.yaml").write_text(WHOLE[: HALF + 20])
        watched.wait_for(lambda: watched.workspace.stale)
        before = watched.served
        (folder / "a.yaml").write_text(WHOLE)

        watched.wait_until_served(one="false", two="true", three="true")

    assert before == {"one": "true"}
    assert watched.revisions == [2]


@either_way
def test_truncated_file_that_is_filled_later_never_loses_its_flags(folder: Path, poll: bool) -> None:
    with Watched(folder, poll=poll) as watched:
        (folder / "a.yaml").write_text("")
        assert watched.hears_nothing_for(0.1)
        (folder / "a.yaml").write_text(flags(one="false"))

        watched.wait_until_served(one="false")

    assert watched.revisions == [2]


BEGINNINGS = {"truncated": lambda path: path.write_text(""), "deleted": lambda path: path.unlink()}


@either_way
@pytest.mark.parametrize("begin", BEGINNINGS.values(), ids=BEGINNINGS)
def test_save_that_begins_when_the_one_before_has_settled_is_served_whole(
    folder: Path, begin: Callable[[Path], None], poll: bool
) -> None:
    """The system cannot tell of it in time: the first save has been told, settled, and is just about to be read."""
    source = Interrupted(FlagFiles.at([folder]))
    with Watched(workspace=Workspace((), clock=clock, source=source), poll=poll) as watched:
        source.interrupt(lambda: begin(folder / "a.yaml"))
        (folder / "a.yaml").write_text(WHOLE)
        source.interrupted.wait()
        assert watched.hears_nothing_for(0.1)
        (folder / "a.yaml").write_text(flags(one="false"))

        watched.wait_until_served(one="false")

    assert watched.revisions == [2]


@either_way
def test_save_that_is_under_way_at_the_start_is_served_whole(folder: Path, poll: bool) -> None:
    watched = Watched(workspace=workspace_of(folder), poll=poll)
    (folder / "a.yaml").write_text("")

    watched.watcher.start()
    quiet = watched.hears_nothing_for(0.1)
    (folder / "a.yaml").write_text(flags(one="false"))
    watched.wait_until_served(one="false")
    watched.watcher.stop()

    assert quiet
    assert watched.revisions == [2]


@either_way
def test_broken_edit_is_told_once_and_so_is_its_repair(folder: Path, poll: bool) -> None:
    with Watched(folder, poll=poll) as watched:
        (folder / "a.yaml").write_text(flags(one="onn"))
        watched.wait_for(lambda: watched.workspace.stale)
        (folder / "a.yaml").write_text(flags(one="onn") + "# saved again\n")
        watched.wait_for(lambda: len(watched.outcomes) == 2)
        (folder / "a.yaml").write_text(flags(one="false"))
        watched.wait_until_served(one="false")

    assert [(outcome.failed, outcome.news) for outcome in watched.outcomes] == [
        (True, True),
        (True, False),
        (False, True),
    ]
    assert not watched.workspace.stale


def test_failed_read_is_tried_again_without_another_event(folder: Path, tmp_path: Path) -> None:
    """Where the link leads does not exist yet, so there is no directory in which to watch for it."""
    with Watched(folder) as watched:
        (folder / "b.yaml").symlink_to(tmp_path / "later" / "on" / "b.yaml")
        watched.wait_for(lambda: watched.workspace.stale)
        (tmp_path / "later" / "on").mkdir(parents=True)
        (tmp_path / "later" / "on" / "b.yaml").write_text(flags(two="true"))

        watched.wait_until_served(one="true", two="true")


# ── no storm ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_reading_files_calls_for_no_reload(folder: Path) -> None:
    """A flag SDK that heard of opened files reloaded 5,157 times in two seconds after one save."""
    with Watched(folder) as watched:
        (folder / "a.yaml").write_text(flags(one="false"))
        watched.wait_until_served(one="false")
        (folder / "a.yaml").read_bytes()

        assert not watched.looks_again_within(0.3)

    assert watched.looks == 2


def test_files_that_do_not_matter_call_for_no_reload(folder: Path, tmp_path: Path) -> None:
    with Watched(folder) as watched:
        (tmp_path / "server.log").write_text("a line")
        (folder / ".a.yaml.swp").write_text("an editor's notes")
        (folder / "readme.md").write_text("about")

        assert not watched.looks_again_within(0.3)


@either_way
def test_save_of_equal_bytes_is_not_told(folder: Path, poll: bool) -> None:
    with Watched(folder, poll=poll) as watched:
        (folder / "a.yaml").write_text(flags(one="true"))
        watched.wait_for(lambda: watched.looks == 2)
        (folder / "a.yaml").write_text(flags(one="false"))
        watched.wait_until_served(one="false")

    assert [outcome.revision for outcome in watched.outcomes] == [2]


@either_way
def test_edit_of_a_comment_is_told_without_a_revision(folder: Path, poll: bool) -> None:
    with Watched(folder, poll=poll) as watched:
        (folder / "a.yaml").write_text("# why\n" + flags(one="true"))

        watched.wait_for(lambda: len(watched.outcomes) == 1)

    assert [(outcome.revision, outcome.news) for outcome in watched.outcomes] == [(1, True)]
