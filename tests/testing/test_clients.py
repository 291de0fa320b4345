"""Real SDK clients in this process: in step without network, attached, lent, and let go."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import eppo_client
import pytest

from emulator import Emulator
from emulator.testing import RemoteEmulator, Sandbox
from tests.testing.conftest import FLAGS

ORIGINAL = eppo_client.EppoClient.get_string_assignment


def headline(client: Any, subject: str = "ann") -> str:
    found: str = client.get_string_assignment("headline", subject, {}, "default")
    return found


def own_client(sandbox: Sandbox) -> Any:
    return eppo_client.init(
        eppo_client.ClientConfig(api_key="own", assignment_logger=sandbox.logger, poll_interval_seconds=None)
    )


@contextmanager
def lent(sandbox: Sandbox) -> Iterator[Any]:
    with sandbox.lend_singleton():
        yield eppo_client.get_instance()


def test_a_client_has_every_change_at_once(sandbox: Sandbox) -> None:
    client = sandbox.client()

    before = headline(client)
    with sandbox.serve("headline", "short"):
        changed = headline(client)

    assert (before, changed, headline(client)) == ("control", "short", "control")


def test_its_events_come_here(sandbox: Sandbox) -> None:
    headline(sandbox.client())

    assert sandbox.assignments.one(flag="headline", subject="ann").variation == "control"


def test_it_asks_bandits(sandbox: Sandbox) -> None:
    sandbox.pin("shoes", "red")
    context = eppo_client.ContextAttributes({"age": 40.0}, {"country": "NO"})

    result = sandbox.client().get_bandit_action("banner", "ann", context, {"red": {}, "blue": {}}, "default")

    assert result.action == "red"
    assert sandbox.bandit_actions.one(action="red", attributes={"age": 40}).bandit == "shoes"


def test_it_is_initialised_and_knows_its_flags(sandbox: Sandbox) -> None:
    client = sandbox.client()

    client.wait_for_initialization()

    assert client.is_initialized()
    assert "headline" in client.get_flag_keys()


def test_clients_of_two_sandboxes_keep_to_their_own(emulator: Emulator) -> None:
    with emulator.sandbox() as one, emulator.sandbox() as other:
        clients = one.client(), other.client()
        one.serve("headline", "short")

        assert [headline(client) for client in clients] == ["short", "control"]
        assert (one.assignments.count(variation="short"), other.assignments.count(variation="short")) == (1, 0)


def test_an_edit_of_the_files_reaches_a_client(tmp_path: Path) -> None:
    (tmp_path / "flags.yaml").write_text(FLAGS)
    emulator = Emulator(tmp_path, watch=False)
    with emulator.sandbox() as sandbox:
        client = sandbox.client()
        before = headline(client)
        (tmp_path / "flags.yaml").write_text(FLAGS.replace("serve: control", "serve: playful"))
        emulator.workspace.reload()

        assert (before, headline(client)) == ("control", "playful")
    emulator.close()


def test_an_own_client_can_be_attached_and_is_given_back(sandbox: Sandbox) -> None:
    client = own_client(sandbox)
    sandbox.serve("headline", "short")

    with sandbox.attach(client):
        attached = headline(client)

    assert (attached, headline(client)) == ("short", "default")
    assert sandbox.assignments.one().variation == "short"


def test_while_eppo_is_away_clients_have_no_flags(sandbox: Sandbox) -> None:
    client = sandbox.client()

    with sandbox.unavailable():
        away = headline(client)

    assert (away, headline(client)) == ("default", "control")


def test_a_reset_ends_an_outage_and_undoing_it_brings_it_back(sandbox: Sandbox) -> None:
    client = sandbox.client()
    sandbox.unavailable()

    reset = sandbox.reset()
    after = headline(client)
    reset.undo()

    assert (after, headline(client)) == ("control", "default")


def test_a_closed_sandbox_leaves_its_client_without_flags(emulator: Emulator) -> None:
    with emulator.sandbox() as sandbox:
        client = sandbox.client()

    assert headline(client) == "default"


def test_the_clients_class_is_as_it_was_when_nobody_follows(emulator: Emulator) -> None:
    with emulator.sandbox() as sandbox:
        sandbox.client()
        during = eppo_client.EppoClient.get_string_assignment

    assert during is not ORIGINAL
    assert eppo_client.EppoClient.get_string_assignment is ORIGINAL


def test_a_patch_of_the_class_that_outlives_the_sandbox_is_left_alone(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    with emulator.sandbox() as sandbox:
        client = sandbox.client()
        monkeypatch.setattr(eppo_client.EppoClient, "get_string_assignment", lambda *_: "patched")
    patched = headline(client)
    monkeypatch.undo()
    with emulator.sandbox() as other:
        other.client()

    assert patched == "patched"
    assert eppo_client.EppoClient.get_string_assignment is ORIGINAL


def test_the_singleton_is_lent(local_sandbox: Sandbox) -> None:
    local_sandbox.serve("headline", "short")

    with lent(local_sandbox) as singleton:
        lent_out = headline(singleton)

    assert (lent_out, headline(singleton)) == ("short", "default")


def test_it_is_the_same_object_each_time(emulator: Emulator) -> None:
    """Applications keep what ``get_instance`` returned."""
    with emulator.sandbox() as one, lent(one) as first:
        pass
    with emulator.sandbox() as other, lent(other) as second:
        pass

    assert first is second


def test_the_client_of_a_sandbox_that_has_the_singleton_is_that(local_sandbox: Sandbox) -> None:
    with lent(local_sandbox) as singleton:
        assert local_sandbox.client() is singleton


def test_a_client_of_another_sandbox_leaves_the_singleton_where_it_is(emulator: Emulator) -> None:
    with emulator.sandbox() as one, emulator.sandbox() as other, lent(one) as singleton:
        one.serve("headline", "short")
        client = other.client()

        assert (headline(singleton), headline(eppo_client.get_instance()), headline(client)) == (
            "short",
            "short",
            "control",
        )


def test_after_an_application_called_init_the_next_test_starts_clean(emulator: Emulator) -> None:
    with emulator.sandbox() as one, lent(one):
        theirs = own_client(one)
        one.client()

    with emulator.sandbox() as other, lent(other) as singleton:
        assert singleton is not theirs
        assert headline(singleton) == "control"
        assert (one.assignments.count(), other.assignments.count()) == (0, 1)


def test_an_application_that_keeps_the_former_singleton_is_served_too(emulator: Emulator) -> None:
    with emulator.sandbox() as one, lent(one) as kept:
        own_client(one)

    with emulator.sandbox() as other, lent(other):
        other.serve("headline", "short")
        assert headline(kept) == "short"


def test_flags_that_nobody_evaluated_are_listed(sandbox: Sandbox) -> None:
    headline(sandbox.client())

    untouched = sandbox.untouched()
    assert "headline" not in untouched
    assert {"checkout", "sale"} <= set(untouched)


def test_a_flag_that_is_off_everywhere_is_one_that_files_define(sandbox: Sandbox) -> None:
    sandbox.client().get_boolean_assignment("resting", "ann", {}, False)

    assert sandbox.undefined() == []


def test_a_flag_that_no_file_defines_is_told(sandbox: Sandbox) -> None:
    sandbox.client().get_boolean_assignment("chekout", "ann", {}, False)

    assert sandbox.undefined() == ["chekout"]


def test_whoever_listens_is_told_what_each_evaluation_came_to(sandbox: Sandbox) -> None:
    told = []
    sandbox.on_evaluation = told.append

    headline(sandbox.client())
    sandbox.bandit("banner", "ann", ["red"])

    assert [(result.variation_key, result.allocation_key) for result in told] == [
        ("control", "default"),
        ("shoes", "default"),
    ]


def test_faults_of_clients_elsewhere_do_not_disturb_those_here(remote: RemoteEmulator) -> None:
    """Asking for the documents must neither fail nor use a fault up."""
    with remote.sandbox() as sandbox:
        sandbox.fault("config", status=500, times=2)
        sandbox.serve("headline", "short")

        assert headline(sandbox.client()) == "short"
        assert sandbox._control.faults_left() == [2]
