"""What a sandbox serves: its environment under its changes, revision by revision."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from emulator.errors import FlagFileError
from emulator.evaluation import evaluate
from emulator.overrides import Edited, Frozen, Off, Overrides, Pin, Serve, Shifted
from emulator.sandboxes import Sandboxes
from emulator.sandboxes.sandbox import Sandbox, World
from emulator.sdk_keys import read_key
from emulator.snapshot.edits import Elsewhere, edited_flag
from emulator.workspace import Workspace
from tests.sandboxes.conftest import FLAGS, Create, Hands


def served(sandbox: Sandbox, flag: str = "banner") -> Any:
    environment = sandbox.current.environment
    found = evaluate(environment.prepared, flag, "ann", {}, now=datetime(2030, 1, 1, tzinfo=UTC))
    return found.value if found.is_match else None


def test_a_new_sandbox_serves_the_very_documents_of_its_environment(sandbox: Sandbox, workspace: Workspace) -> None:
    assert sandbox.current.environment is workspace.current.by_key["test"]
    assert sandbox.current.number == 1


def test_its_key_names_it_and_its_environment(sandbox: Sandbox) -> None:
    key = read_key(sandbox.sdk_key)

    assert key is not None
    assert (key.environment, key.server_url, bool(key.sandbox)) == ("test", "http://127.0.0.1:8378", True)


def test_two_sandboxes_do_not_see_each_other(create: Create) -> None:
    first, second = create(), create()

    first.change(lambda overrides: overrides.plus(Serve("banner", "loud")))
    second.change(lambda overrides: overrides.plus(Off("banner")))

    assert (served(first), served(second)) == ("loud", None)
    assert first.sdk_key != second.sdk_key


def test_what_is_sent_is_what_is_evaluated(sandbox: Sandbox) -> None:
    sandbox.change(lambda overrides: overrides.plus(Serve("banner", "loud")).plus(Pin("shoes", "red")))
    environment = sandbox.current.environment

    assert json.loads(environment.plain.body) == environment.config
    assert json.loads(environment.bandits.body) == environment.models
    assert environment.config["flags"]["banner"]["allocations"][0]["key"] == "override-loud"


def test_every_change_is_a_revision_with_a_stamp_and_an_etag_of_its_own(sandbox: Sandbox) -> None:
    seen = [sandbox.current]
    for variation in ("loud", "plain", "loud"):
        sandbox.change(lambda overrides, variation=variation: overrides.put(Serve("banner", variation)))
        seen.append(sandbox.current)

    assert [one.number for one in seen] == [1, 2, 3, 4]
    stamps = [one.environment.created_at for one in seen]
    assert stamps == sorted(set(stamps))
    assert seen[1].environment.plain.etag == seen[3].environment.plain.etag != seen[2].environment.plain.etag


def test_nothing_new_is_no_revision(sandbox: Sandbox) -> None:
    assert sandbox.current is sandbox.current


def test_an_edit_of_the_files_reaches_a_sandbox_and_keeps_its_changes(
    sandbox: Sandbox, workspace: Workspace, file: Path
) -> None:
    sandbox.change(lambda overrides: overrides.plus(Serve("banner", "loud")))
    before = sandbox.current
    file.write_text(FLAGS.replace("other: { type: boolean, serve: true }", "other: { type: boolean, serve: false }"))
    workspace.reload()

    assert (served(sandbox), served(sandbox, "other")) == ("loud", False)
    assert sandbox.current.number == before.number + 1


def test_a_change_whose_flag_disappears_is_told_and_comes_back_with_the_flag(
    sandbox: Sandbox, workspace: Workspace, file: Path
) -> None:
    sandbox.change(lambda overrides: overrides.plus(Serve("banner", "loud")))
    file.write_text(FLAGS.replace("[plain, loud]", "[plain, silent]").replace("serve: loud", "serve: silent"))
    workspace.reload()

    assert served(sandbox) == "silent"
    assert sandbox.current.missing == ('flag "banner" has no variation "loud"',)

    file.write_text(FLAGS)
    workspace.reload()

    assert served(sandbox) == "loud"
    assert sandbox.current.missing == ()


def test_an_environment_that_disappears_is_served_as_it_was(create: Create, workspace: Workspace, file: Path) -> None:
    sandbox = create("production")
    assert served(sandbox, "other") is True
    file.write_text("environments: { test: {} }\nflags: { other: { type: boolean, serve: false } }\n")
    workspace.reload()

    assert served(sandbox, "other") is True


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        (Frozen(datetime(2025, 3, 31, 23, 59, tzinfo=UTC)), "plain"),
        (Frozen(datetime(2025, 4, 1, tzinfo=UTC)), "loud"),
        (Shifted(timedelta(days=-3650)), "plain"),
    ],
)
def test_schedules_are_resolved_by_its_own_clock(sandbox: Sandbox, clock: Any, expected: str) -> None:
    sandbox.change(lambda overrides: overrides.plus(clock))

    # Whoever evaluates does so in 2030.
    assert served(sandbox) == expected


def test_for_questions_about_another_time_the_schedule_is_kept(sandbox: Sandbox) -> None:
    sandbox.change(lambda overrides: overrides.plus(Frozen(datetime(2025, 3, 1, tzinfo=UTC))).plus(Off("other")))

    allocations = sandbox.current.timeless.config["flags"]["banner"]["allocations"]
    assert allocations[0]["startAt"] == "2025-04-01T00:00:00.000Z"
    assert "other" not in sandbox.current.timeless.config["flags"]
    assert sandbox.now() == datetime(2025, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(("environment", "flag"), [("production", "banner"), ("test", "resting")])
def test_a_flag_that_is_off_can_be_served(create: Create, environment: str, flag: str) -> None:
    sandbox = create(environment)
    variation = "loud" if flag == "banner" else "true"

    assert served(sandbox, flag) is None
    sandbox.change(lambda overrides: overrides.plus(Serve(flag, variation)))

    assert str(served(sandbox, flag)).lower() == variation


def test_a_reset_goes_back_to_the_first_day(create: Create) -> None:
    sandbox = create(overrides=Overrides.of(Serve("banner", "loud")))
    sandbox.change(lambda overrides: overrides.plus(Off("banner")).plus(Off("other")))

    sandbox.reset()

    assert (served(sandbox), served(sandbox, "other")) == ("loud", True)


def test_an_edit_is_compiled_among_the_other_files(workspace: Workspace, sandbox: Sandbox) -> None:
    snapshot = workspace.current
    edit = edited_flag(
        snapshot, snapshot.by_key["test"], "banner", "type: string\nvariations: [plain, red]\nserve: red\n"
    )
    sandbox.change(lambda overrides: overrides.plus(Edited("banner", edit.wire, edit.bandits)))

    assert served(sandbox) == "red"


@pytest.mark.parametrize(
    ("text", "place"),
    [("type: nonsense\nserve: red", (1, 7)), ("type: boolean\nserve: treu", (2, 8)), ("type: [", (1, 7))],
)
def test_an_edit_with_a_mistake_names_the_place_in_the_edit(
    workspace: Workspace, text: str, place: tuple[int, int]
) -> None:
    snapshot = workspace.current
    with pytest.raises(FlagFileError) as caught:
        edited_flag(snapshot, snapshot.by_key["test"], "banner", text)

    problem = caught.value.problems[0]
    assert (problem.file, problem.line, problem.column) == ('edit of flag "banner"', *place)


def test_flags_that_are_off_are_known_by_name(workspace: Workspace) -> None:
    snapshot = workspace.current

    assert set(Elsewhere(snapshot, snapshot.by_key["production"])) == {"banner", "resting"}
    assert set(Elsewhere(snapshot, snapshot.by_key["test"])) == {"resting"}


# ── their life ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_sandbox_that_nobody_uses_ends(create: Create, sandboxes: Sandboxes, hands: Hands) -> None:
    short, long, endless = create(ttl=timedelta(seconds=10)), create(), create(ttl=None)
    hands.move(9)
    short.used()
    hands.move(9)

    assert sandboxes.find([short.sdk_key]) is short

    hands.move(2)
    assert sandboxes.find([short.sdk_key]) is None
    assert sandboxes.all() == (long, endless)

    hands.move(1e9)
    assert sandboxes.all() == (endless,)


def test_a_sandbox_tells_when_it_ends(create: Create, hands: Hands) -> None:
    short, endless = create(ttl=timedelta(seconds=10)), create(ttl=None)
    hands.move(4)

    short.used()

    assert short.ends_at == hands.now + timedelta(seconds=10)
    assert endless.ends_at is None


def test_a_deleted_sandbox_is_gone(create: Create, sandboxes: Sandboxes) -> None:
    sandbox = create()

    assert sandboxes.delete(sandbox.sdk_key)
    assert not sandboxes.delete(sandbox.sdk_key)
    assert sandboxes.find([sandbox.sdk_key]) is None


def test_other_keys_are_no_sandboxes(create: Create, sandboxes: Sandboxes, world: World) -> None:
    create()

    assert sandboxes.find(["local-test", ""]) is None
