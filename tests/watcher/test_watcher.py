"""Starting, stopping, falling back, and what is watched after a reload."""

import threading
from pathlib import Path
from typing import Any

import pytest

from emulator.workspace import Reload
from tests.flag_folders import flags, workspace_of
from tests.watcher.watching import Watched, either_way

REFERRING = "flags:\n  limits: { type: json, variations: { small: { file: ../json/small.json } }, serve: small }\n"


@pytest.mark.parametrize(("poll", "mode"), [(False, "native"), (True, "polling")])
def test_mode_says_how_changes_are_found(folder: Path, poll: bool, mode: str) -> None:
    with Watched(folder, poll=poll) as watched:
        assert watched.watcher.mode == mode


@either_way
def test_edit_between_the_first_reading_and_the_start_is_served(folder: Path, poll: bool) -> None:
    workspace = workspace_of(folder)
    (folder / "a.yaml").write_text(flags(one="false"))

    with Watched(workspace=workspace, poll=poll) as watched:
        watched.wait_until_served(one="false")


@either_way
def test_stopped_watcher_leaves_no_thread(folder: Path, poll: bool) -> None:
    before = set(threading.enumerate())

    with Watched(folder, poll=poll):
        pass

    assert set(threading.enumerate()) == before


def test_stopping_twice_or_before_the_start_is_harmless(folder: Path) -> None:
    watched = Watched(folder)

    watched.watcher.stop()
    watched.watcher.stop()

    assert watched.looks == 0


@either_way
def test_outcome_counts_milliseconds_from_the_save(folder: Path, poll: bool) -> None:
    with Watched(folder, poll=poll) as watched:
        (folder / "a.yaml").write_text(flags(one="false"))
        watched.wait_until_served(one="false")

    assert watched.outcomes[0].duration_ms >= 50


@either_way
def test_directory_that_a_reload_needs_is_watched_from_then_on(folder: Path, tmp_path: Path, poll: bool) -> None:
    (tmp_path / "json").mkdir()
    small = tmp_path / "json" / "small.json"
    small.write_text('{"n": 1}')
    with Watched(folder, poll=poll) as watched:
        (folder / "b.yaml").write_text(REFERRING)
        watched.wait_until_served(one="true", limits="small")
        small.write_text('{"n": 2}')

        watched.wait_for(lambda: any(outcome.changes.changed == ("limits",) for outcome in watched.outcomes))


@either_way
def test_referenced_file_that_is_made_later_is_served(folder: Path, tmp_path: Path, poll: bool) -> None:
    (tmp_path / "json").mkdir()
    with Watched(folder, poll=poll) as watched:
        (folder / "b.yaml").write_text(REFERRING)
        watched.wait_for(lambda: watched.workspace.stale)
        (tmp_path / "json" / "small.json").write_text("{}")

        watched.wait_until_served(one="true", limits="small")


def test_system_without_watches_is_polled(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def no_watches(*_: Any, **__: Any) -> None:
        raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr("watchdog.observers.api.BaseObserver.schedule", no_watches)

    with Watched(folder, look_every_s=0.05) as watched:
        (folder / "a.yaml").write_text(flags(one="false"))
        watched.wait_until_served(one="false")

    assert watched.watcher.mode == "polling"
    assert caplog.messages == ["no file events from the system (inotify watch limit reached); polling instead"]


def test_change_that_the_system_fails_to_tell_is_found_by_looking(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emulator.watcher.native.NativeEvents.on_any_event", lambda *_: None)

    with Watched(folder, look_every_s=0.05) as watched:
        (folder / "a.yaml").write_text(flags(one="false"))

        watched.wait_until_served(one="false")


def test_watcher_outlives_a_listener_that_fails(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    with Watched(folder, listener=_failing) as watched:
        (folder / "a.yaml").write_text(flags(one="false"))
        watched.wait_until_served(one="false")
        (folder / "a.yaml").write_text(flags(one="true"))
        watched.wait_until_served(one="true")

    assert caplog.messages[0] == "reloading failed; still serving revision 2"


def _failing(_: Reload) -> None:
    raise RuntimeError("the listener is broken")
