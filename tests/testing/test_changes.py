"""Changes of a sandbox, laid in layers and undone, in this process and over HTTP."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from emulator import Emulator
from emulator.errors import EmulatorError
from emulator.queries import QueryError
from emulator.sandboxes.refusals import ChangeError
from emulator.testing import RemoteEmulator, Sandbox


def headline(sandbox: Sandbox, subject: str = "ann") -> str | None:
    return sandbox.evaluate("headline", subject).variation_key


def action(sandbox: Sandbox) -> str | None:
    return sandbox.bandit("banner", "ann", ["red", "blue"]).action


def test_a_served_variation_is_what_everybody_gets(sandbox: Sandbox) -> None:
    sandbox.serve("headline", "short")

    assert headline(sandbox) == "short"


@pytest.mark.parametrize("subjects", ["ann", ["ann"], ("ann", "eve"), {"ann"}], ids=str)
def test_it_can_be_for_some_subjects_only(sandbox: Sandbox, subjects: Any) -> None:
    sandbox.serve("headline", "short", subjects=subjects)

    assert (headline(sandbox, "ann"), headline(sandbox, "bob")) == ("short", "control")


def test_via_an_allocation_the_event_is_that_allocations_own(sandbox: Sandbox) -> None:
    sandbox.serve("headline", "short", via="experiment")

    event = sandbox.evaluate("headline", "ann").events["assignment"]
    assert event is not None
    assert (event["allocation"], event["squad"]) == ("experiment", "growth")


def test_variations_may_be_spelled_as_python_values(sandbox: Sandbox) -> None:
    sandbox.serve("checkout", True)

    assert sandbox.evaluate("checkout", "ann").variation is True


def test_a_flag_that_is_off_gives_the_callers_default(sandbox: Sandbox) -> None:
    sandbox.off("checkout")

    assert sandbox.evaluate("checkout", "ann", default="mine").variation == "mine"


@pytest.mark.parametrize(
    "definition",
    [
        """
        type: string
        variations: [control, loud]
        serve: loud
        """,
        {"type": "string", "variations": ["control", "loud"], "serve": "loud"},
    ],
    ids=["YAML", "plain data"],
)
def test_a_flag_can_be_edited(sandbox: Sandbox, definition: Any) -> None:
    sandbox.edit("headline", definition)

    assert headline(sandbox) == "loud"


def test_bandits_can_be_pinned_and_made_uniform(sandbox: Sandbox) -> None:
    with sandbox.pin("shoes", "red"):
        pinned = action(sandbox)
    sandbox.uniform("shoes")

    scores = sandbox.bandit("banner", "ann", ["red", "blue"]).trace["bandit"]["actions"]
    assert pinned == "red"
    assert {one["weight"] for one in scores} == {0.5}


def test_a_bandit_that_starts_cold_weighs_all_alike(sandbox: Sandbox) -> None:
    sandbox.cold_start("shoes")

    scores = sandbox.bandit("banner", "ann", ["red", "blue"]).trace["bandit"]["actions"]
    assert {one["weight"] for one in scores} == {0.5}


@pytest.mark.parametrize("time", ["2025-06-15T00:00Z", datetime(2025, 6, 15, tzinfo=UTC)], ids=["text", "datetime"])
def test_schedules_obey_the_clock(sandbox: Sandbox, time: Any) -> None:
    with sandbox.at(time):
        in_june = sandbox.evaluate("sale", "ann").variation

    assert (in_june, sandbox.evaluate("sale", "ann").variation) == (True, False)


def test_a_clock_can_go_behind(sandbox: Sandbox) -> None:
    since_june = datetime.now(UTC) - datetime(2025, 6, 15, tzinfo=UTC)

    sandbox.shift(-since_june.total_seconds())

    assert sandbox.evaluate("sale", "ann").variation is True


def test_a_sandbox_can_begin_at_another_time(emulator: Emulator, remote: RemoteEmulator) -> None:
    for host in (emulator, remote):
        with host.sandbox(at="2025-06-15T00:00Z") as sandbox:
            with sandbox.at("2025-08-15T00:00Z"):
                pass
            assert sandbox.evaluate("sale", "ann").variation is True


def test_undoing_brings_back_what_lies_beneath(sandbox: Sandbox) -> None:
    seen = []
    with sandbox.serve("headline", "short"):
        with sandbox.off("headline"):
            seen.append(headline(sandbox))
        seen.append(headline(sandbox))
    seen.append(headline(sandbox))

    assert seen == [None, "short", "control"]


def test_a_change_in_the_middle_can_be_undone_first(sandbox: Sandbox) -> None:
    sandbox.serve("headline", "short")
    middle = sandbox.serve("headline", "playful")
    top = sandbox.serve("headline", "control", subjects="bob")

    middle.undo()

    assert (headline(sandbox, "ann"), headline(sandbox, "bob")) == ("short", "control")
    top.undo()
    assert headline(sandbox, "bob") == "short"


def test_undoing_twice_undoes_once(sandbox: Sandbox) -> None:
    first, second = sandbox.pin("shoes", "red"), sandbox.pin("shoes", "blue")

    second.undo()
    second.undo()

    assert action(sandbox) == "red"
    first.undo()


def test_what_stood_on_an_edit_goes_with_it(sandbox: Sandbox) -> None:
    sandbox.serve("headline", "short", subjects="bob")
    edit = sandbox.edit("headline", {"type": "string", "variations": ["loud", "short"], "serve": "loud"})
    sandbox.serve("headline", "loud", subjects="ann")

    edit.undo()

    assert (headline(sandbox, "ann"), headline(sandbox, "bob")) == ("control", "short")


def test_a_reset_takes_everything_away_and_can_be_undone(sandbox: Sandbox) -> None:
    sandbox.serve("headline", "short")
    sandbox.at("2025-06-15T00:00Z")

    reset = sandbox.reset()
    after = (headline(sandbox), sandbox.evaluate("sale", "ann").variation)
    reset.undo()

    assert after == ("control", False)
    assert (headline(sandbox), sandbox.evaluate("sale", "ann").variation) == ("short", True)


def test_a_reset_returns_to_what_was_kept(sandbox: Sandbox) -> None:
    sandbox.serve("headline", "short")
    sandbox.keep()
    sandbox.serve("headline", "playful")

    sandbox.reset()

    assert headline(sandbox) == "short"


def test_two_sandboxes_do_not_see_each_other(emulator: Emulator) -> None:
    with emulator.sandbox() as one, emulator.sandbox() as other:
        one.serve("headline", "short")
        other.serve("headline", "playful")

        assert (headline(one), headline(other)) == ("short", "playful")


def test_an_environment_can_be_chosen(emulator: Emulator, remote: RemoteEmulator) -> None:
    for host in (emulator, remote):
        with host.sandbox("production") as sandbox:
            assert (sandbox.environment, sandbox.evaluate("headline", "ann").served.environment.key) == (
                "production",
                "production",
            )


Mistake = Callable[[Sandbox], object]


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        (lambda s: s.serve("headlin", "short"), 'no flag "headlin"; did you mean "headline"?'),
        (lambda s: s.serve("headline", "shrt"), 'no variation "shrt"; did you mean "short"?'),
        (lambda s: s.serve("headline", "short", via="experimnt"), 'no allocation "experimnt"; did you mean'),
        (lambda s: s.serve("headline", "short", subjects=[]), "to no subjects"),
        (lambda s: s.off("headlin"), 'did you mean "headline"?'),
        (lambda s: s.edit("headlin", {"type": "boolean", "serve": True}), 'did you mean "headline"?'),
        (lambda s: s.pin("shos", "red"), 'no bandit "shos"; did you mean "shoes"?'),
        (lambda s: s.pin("shoes", "rd"), 'no action "rd"; did you mean "red"?'),
        (lambda s: s.uniform("shos"), 'did you mean "shoes"?'),
        (lambda s: s.fault("confg", status=500), 'did you mean "config"?'),
        (lambda s: s.fault(body="garbag"), 'did you mean "garbage"?'),
        (lambda s: s.fault(), "a fault needs"),
        (lambda s: s.at("yesterday"), "yesterday"),
        (lambda s: s.at(datetime(2025, 1, 1)), "zone"),
    ],
)
def test_a_mistake_fails_at_the_call_and_changes_nothing(sandbox: Sandbox, mistake: Mistake, message: str) -> None:
    with pytest.raises((ChangeError, QueryError)) as raised:
        mistake(sandbox)

    assert message in str(raised.value)
    assert headline(sandbox) == "control"


def test_an_edit_that_does_not_compile_says_where(sandbox: Sandbox) -> None:
    with pytest.raises(ChangeError, match="did you mean"):
        sandbox.edit("headline", "type: strng")


def test_an_unknown_environment_is_refused_with_the_nearest(emulator: Emulator, remote: RemoteEmulator) -> None:
    for host in (emulator, remote):
        with pytest.raises(QueryError, match='did you mean "production"'):
            host.sandbox("prodction")


def test_a_key_that_is_no_text_is_a_type_error(sandbox: Sandbox) -> None:
    with pytest.raises(TypeError, match="expected the key of one of flags, found 3"):
        sandbox.off(3)  # type: ignore[arg-type]  # on purpose


def test_nobody_at_the_address_is_said_so() -> None:
    with pytest.raises(EmulatorError, match=r"no emulator answers at http://127\.0\.0\.1:9; does one run\?"):
        RemoteEmulator("http://127.0.0.1:9").sandbox()


def test_subjects_are_found_among_the_changes(sandbox: Sandbox) -> None:
    sandbox.serve("headline", "playful", subjects="ann")

    assert sandbox.subject("headline", gets="playful") == "ann"
    assert len(sandbox.subjects(3, "headline", gets="short", via="experiment", with_={"country": "NO"})) == 3
    assert sandbox.subject("banner", action="red", actions=["red", "blue"])


def test_shares_are_those_of_the_sandbox(sandbox: Sandbox) -> None:
    sandbox.serve("headline", "playful")

    assert sandbox.simulate("headline", 100).simulated.variations["playful"] == 1.0


def test_another_time_than_the_clocks_needs_the_emulator_here(local_sandbox: Sandbox, remote_sandbox: Sandbox) -> None:
    """Documents at a stopped clock hold no schedules any more."""
    for sandbox in (local_sandbox, remote_sandbox):
        sandbox.at("2025-08-15T00:00Z")

    assert local_sandbox.evaluate("sale", "ann", at="2025-06-15T00:00Z").variation is True
    with pytest.raises(QueryError, match="needs the emulator in this process"):
        remote_sandbox.evaluate("sale", "ann", at="2025-06-15T00:00Z")


def test_a_closed_sandbox_answers_no_more(local_sandbox: Sandbox) -> None:
    local_sandbox.close()

    with pytest.raises(QueryError, match="this sandbox has ended"):
        headline(local_sandbox)
