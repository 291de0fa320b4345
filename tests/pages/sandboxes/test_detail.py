"""What one sandbox changes, as its page tells it."""

from pathlib import Path

from emulator.pages.sandboxes.changes import FLAGS, FlagChange
from emulator.pages.sandboxes.detail import Detail, detail_of
from emulator.pages.sandboxes.said import plain
from emulator.sandboxes.changes import put_bandit, put_clock, put_flag
from emulator.sandboxes.fault_changes import put_faults
from emulator.sandboxes.sandbox import Sandbox
from emulator.workspace import Workspace
from tests.sandboxes.conftest import FLAGS as TEXT
from tests.sandboxes.conftest import Hands


def told(sandbox: Sandbox, hands: Hands, asked: str | None = None) -> Detail:
    return detail_of(sandbox, hands.now, asked)


def first(sandbox: Sandbox, hands: Hands, asked: str | None = None) -> FlagChange:
    return told(sandbox, hands, asked).changes.flags[0]


def test_a_new_one_changes_nothing(sandbox: Sandbox, hands: Hands) -> None:
    assert plain(told(sandbox, hands).headline) == (
        'It changes nothing so far: whoever uses its SDK key gets what everybody in "test" gets.'
    )


def test_one_sentence_tells_what_is_changed(sandbox: Sandbox, hands: Hands) -> None:
    put_flag(sandbox, "banner", {"serve": "loud"})
    put_bandit(sandbox, "shoes", {"pin": "red"})
    put_clock(sandbox, {"at": "2025-03-01T00:00Z"})
    put_faults(sandbox, [{"on": "config", "status": 500}])

    assert plain(told(sandbox, hands).headline) == (
        'Whoever uses its SDK key gets what "test" serves, but for 1 flag, 1 bandit and the clock. '
        "Some requests go wrong on purpose."
    )


def test_a_flag_is_told_before_and_after(sandbox: Sandbox, hands: Hands) -> None:
    put_flag(sandbox, "banner", {"serve": "loud"})

    change = first(sandbox, hands)

    assert plain(change.said) == plain(change.after.said) == 'serves "loud" to everybody'
    assert plain(change.before.said) == 'serves "plain" to everybody'
    assert [one.hue for one in (*change.before.shares, *change.after.shares)] == ["hue-0", "hue-1"]


def test_an_edit_comes_with_its_difference(sandbox: Sandbox, hands: Hands) -> None:
    put_flag(sandbox, "other", {"yaml": "{ type: boolean, serve: false }"})

    change = first(sandbox, hands)

    assert plain(change.said) == 'is edited; it serves "false" to everybody'
    assert {line.kind for line in change.difference or ()} == {"same", "removed", "added", "skipped"}


def test_another_difference_is_there_for_who_asks(sandbox: Sandbox, hands: Hands) -> None:
    put_flag(sandbox, "other", {"off": True})

    assert first(sandbox, hands).difference is None
    assert {line.kind for line in first(sandbox, hands, "other").difference or ()} == {"removed"}


def test_a_flag_that_only_the_clock_changes_is_told(sandbox: Sandbox, hands: Hands) -> None:
    put_clock(sandbox, {"at": "2025-05-01T00:00Z"})

    (change,) = told(sandbox, hands).changes.flags

    assert (change.key, change.by_hand) == ("banner", False)
    assert plain(change.after.said) == 'serves "loud" to everybody'


def test_a_clock_that_changes_no_answer_changes_no_flag(sandbox: Sandbox, hands: Hands) -> None:
    put_clock(sandbox, {"offsetSeconds": 3600})

    changes = told(sandbox, hands).changes

    assert changes.flags == ()
    assert plain(changes.by_clock) == "No flag has a schedule that it changes"


def test_a_shifted_clock_tells_what_it_changes(sandbox: Sandbox, hands: Hands) -> None:
    put_clock(sandbox, {"offsetSeconds": 10 * 86_400})

    changes = told(sandbox, hands).changes

    assert [change.key for change in changes.flags] == ["banner"]
    assert plain(changes.by_clock) == 'It changes "banner"'


def test_what_the_clock_does_to_a_flag_that_was_changed_is_told(sandbox: Sandbox, hands: Hands) -> None:
    put_clock(sandbox, {"offsetSeconds": 10 * 86_400})
    put_flag(sandbox, "banner", {"serve": "plain"})
    at_first = plain(told(sandbox, hands).changes.by_clock)

    put_flag(sandbox, "banner", {"serve": "plain", "subjects": ["ann"]})

    assert at_first == "No flag has a schedule that it changes"
    assert plain(told(sandbox, hands).changes.by_clock) == 'It changes "banner"'


def test_a_clock_that_is_shifted_by_nothing_changes_nothing(sandbox: Sandbox, hands: Hands) -> None:
    put_clock(sandbox, {"offsetSeconds": 0})

    detail = told(sandbox, hands)

    assert plain(detail.headline).startswith("It changes nothing so far")
    assert detail.clock.said == ""


def test_a_bandit_is_told_before_and_after(sandbox: Sandbox, hands: Hands) -> None:
    put_bandit(sandbox, "shoes", {"mode": "uniform"})

    (change,) = told(sandbox, hands).changes.bandits

    assert plain(change.said) == "chooses each offered action equally often"
    assert plain(change.before) == "weighs 2 known actions by their scores"


def test_what_the_files_no_longer_know_is_told(
    sandbox: Sandbox, hands: Hands, workspace: Workspace, file: Path
) -> None:
    put_flag(sandbox, "banner", {"serve": "loud"})

    file.write_text(TEXT.replace("banner", "poster"))
    workspace.reload()

    assert told(sandbox, hands).missing == ('no flag "banner"',)


def test_a_fault_can_be_put_back_as_it_now_is(sandbox: Sandbox, hands: Hands) -> None:
    put_faults(sandbox, [{"on": "config", "status": 500, "times": 1}, {"on": "config", "drop": True, "times": 3}])
    for _ in range(2):
        sandbox.take_fault("config")

    faults = told(sandbox, hands).faults

    assert [fault.document for fault in faults] == [None, {"on": "config", "drop": True, "times": 2}]


def test_of_very_many_changes_the_first_are_told(
    sandbox: Sandbox, hands: Hands, workspace: Workspace, file: Path
) -> None:
    many = [f"f{number}" for number in range(FLAGS + 1)]
    file.write_text("flags:\n" + "".join(f"  {key}: {{ type: boolean, serve: true }}\n" for key in many))
    workspace.reload()
    for key in many:
        put_flag(sandbox, key, {"off": True})

    changes = told(sandbox, hands).changes

    assert (len(changes.flags), changes.count) == (FLAGS, FLAGS + 1)
