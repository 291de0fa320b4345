"""What was logged, found again; and what a failure says."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import requests

from emulator.testing import Sandbox

ASSIGNMENT = {
    "featureFlag": "headline",
    "allocation": "experiment",
    "experiment": "headline-experiment",
    "variation": "short",
    "subject": "ann",
    "subjectAttributes": {"country": "NO", "age": 40},
    "timestamp": "2025-06-01T12:00:00.000Z",
    "metaData": {"sdkName": "python", "sdkVersion": "4.4.1"},
    "squad": "growth",
}
ACTION = {
    "flagKey": "banner",
    "banditKey": "shoes",
    "subject": "ann",
    "action": "red",
    "actionProbability": 0.5,
    "optimalityGap": 0.0,
    "modelVersion": "shoes-1",
    "timestamp": "2025-06-01T12:00:00.000Z",
    "subjectNumericAttributes": {"age": 40},
    "subjectCategoricalAttributes": {},
    "actionNumericAttributes": {"price": 9.5},
    "actionCategoricalAttributes": {},
    "metaData": {"sdkName": "python", "sdkVersion": "4.4.1"},
}
Send = Callable[..., None]


def here(sandbox: Sandbox, *events: dict[str, Any]) -> None:
    for event in events:
        sandbox.logger.log_assignment(event)


def over_http(sandbox: Sandbox, *events: dict[str, Any]) -> None:
    address = f"{sandbox.base_url.removesuffix('/api')}/emulator/v1/events?sdkKey={sandbox.sdk_key}"
    requests.post(address, json=list(events), timeout=10).raise_for_status()


@pytest.fixture(params=[here, over_http], ids=["handed over", "posted"])
def send(request: pytest.FixtureRequest) -> Send:
    found: Send = request.param
    return found


def message_of(call: Callable[[], object]) -> str:
    with pytest.raises(AssertionError) as raised:
        call()
    return str(raised.value)


@pytest.mark.parametrize(
    "match",
    [
        {"flag": "headline"},
        {"variation": "short", "allocation": "experiment", "experiment": "headline-experiment"},
        {"subject": "ann", "attributes": {"country": "NO"}},
        {"attributes": {"age": 40}},
        {"extra": {"squad": "growth"}},
        {"sdk": "python"},
        {"sdk": "python/4.4.1", "environment": None},
        {},
    ],
    ids=str,
)
def test_an_assignment_is_found_by_its_fields(sandbox: Sandbox, send: Send, match: dict[str, Any]) -> None:
    send(sandbox, ASSIGNMENT)

    assert sandbox.assignments.one(**match).variation == "short"


@pytest.mark.parametrize(
    "match",
    [
        {"flag": "banner", "bandit": "shoes", "action": "red"},
        {"probability": 0.5, "optimality_gap": 0, "model_version": "shoes-1"},
        {"action_attributes": {"price": 9.5}, "attributes": {"age": 40}},
    ],
    ids=str,
)
def test_a_bandit_action_is_found_by_its_fields(sandbox: Sandbox, send: Send, match: dict[str, Any]) -> None:
    send(sandbox, ACTION)

    assert sandbox.bandit_actions.one(**match).action == "red"


def test_values_compare_by_their_text(local_sandbox: Sandbox) -> None:
    here(local_sandbox, {**ASSIGNMENT, "variation": "true"})

    assert local_sandbox.assignments.count(variation=True) == 1


def test_kinds_are_kept_apart(sandbox: Sandbox, send: Send) -> None:
    send(sandbox, ASSIGNMENT, ACTION)

    assert (sandbox.assignments.count(), sandbox.bandit_actions.count()) == (1, 1)


def test_events_of_any_kind_are_listed(sandbox: Sandbox) -> None:
    over_http(sandbox, ASSIGNMENT, {"event": "clicked"}, ACTION)

    assert [event.kind for event in sandbox.events] == ["assignment", "tracked", "bandit"]


def test_events_of_both_sources_are_one_list(sandbox: Sandbox) -> None:
    over_http(sandbox, {**ASSIGNMENT, "subject": "ann"})
    here(sandbox, {**ASSIGNMENT, "subject": "bob"})

    assert [event.subject for event in sandbox.assignments.all()] == ["ann", "bob"]


def test_sandboxes_have_their_own_events(local_sandbox: Sandbox, remote_sandbox: Sandbox, send: Send) -> None:
    send(local_sandbox, ASSIGNMENT)

    assert (local_sandbox.assignments.count(), remote_sandbox.assignments.count()) == (1, 0)


def test_many_events_are_all_there(sandbox: Sandbox) -> None:
    over_http(sandbox, *({**ASSIGNMENT, "subject": f"user-{number}"} for number in range(2_500)))

    assert sandbox.assignments.count() == 2_500
    assert sandbox.assignments.one(subject="user-2499")


def test_none_passes_where_there_is_none(local_sandbox: Sandbox) -> None:
    here(local_sandbox, ASSIGNMENT)

    local_sandbox.assignments.none(flag="checkout")


def test_none_lists_what_there_is(local_sandbox: Sandbox) -> None:
    here(local_sandbox, ASSIGNMENT)

    assert message_of(lambda: local_sandbox.assignments.none(flag="headline")) == (
        'expected no assignment with flag "headline", found 1:\n'
        '  "headline" → "short" for "ann" via "experiment", attributes {\'country\': \'NO\', \'age\': 40}'
    )


def test_a_failure_names_the_nearest_and_how_they_differ(local_sandbox: Sandbox) -> None:
    plain = {**ASSIGNMENT, "subjectAttributes": {}}
    here(local_sandbox, {**plain, "featureFlag": "checkout", "subject": "eve"}, plain, {**plain, "subject": "bob"})

    told = message_of(lambda: local_sandbox.assignments.one(flag="headline", variation="playful", subject="bob"))

    assert told == (
        'expected one assignment with flag "headline" and variation "playful" and subject "bob", found none; nearest:\n'
        '  "headline" → "short" for "bob" via "experiment": variation is "short", expected "playful"\n'
        '  "headline" → "short" for "ann" via "experiment": variation is "short", expected "playful"; '
        'subject is "ann", expected "bob"\n'
        "logged here\n"
        '  "checkout" → "short" for "eve" via "experiment"\n'
        '  "headline" → "short" for "ann" via "experiment"\n'
        '  "headline" → "short" for "bob" via "experiment"'
    )


@pytest.mark.parametrize(
    ("match", "difference"),
    [
        ({"attributes": {"country": "SE"}}, "attributes.country is 'NO', expected 'SE'"),
        ({"attributes": {"plan": "club"}}, "attributes.plan is missing, expected 'club'"),
        ({"allocation": None}, 'allocation is "experiment", expected missing'),
        ({"environment": "Test"}, 'environment is missing, expected "Test"'),
    ],
    ids=str,
)
def test_a_difference_says_what_was_found_and_expected(
    local_sandbox: Sandbox, match: dict[str, Any], difference: str
) -> None:
    here(local_sandbox, ASSIGNMENT)

    assert difference in message_of(lambda: local_sandbox.assignments.one(**match))


def test_two_where_one_is_expected_fail(local_sandbox: Sandbox) -> None:
    here(local_sandbox, ASSIGNMENT, ASSIGNMENT)

    assert message_of(lambda: local_sandbox.assignments.one()).startswith(
        "expected one assignment, found 2\nlogged here\n"
    )


def test_without_any_event_a_failure_says_what_was_evaluated(local_sandbox: Sandbox) -> None:
    nothing = message_of(lambda: local_sandbox.assignments.one(flag="silent"))
    local_sandbox.client().get_boolean_assignment("silent", "ann", {}, False)

    assert nothing.endswith("no assignment was logged here; nothing was evaluated here")
    assert message_of(lambda: local_sandbox.assignments.one(flag="silent")).endswith(
        "; evaluated: silent (off, or an allocation that does not log?)"
    )


def test_a_long_list_is_cut(local_sandbox: Sandbox) -> None:
    here(local_sandbox, *({**ASSIGNMENT, "subject": f"user-{number}"} for number in range(30)))

    told = message_of(lambda: local_sandbox.assignments.one(flag="checkout", variation="x"))

    assert "… 10 before" in told
    assert "user-29" in told


def test_foreign_text_stays_on_its_line(local_sandbox: Sandbox) -> None:
    here(local_sandbox, {**ASSIGNMENT, "subject": "ann\n\x1b[31m", "subjectAttributes": {}})

    assert message_of(lambda: local_sandbox.assignments.one(subject="bob")).endswith(
        '"headline" → "short" for "ann\\x0a\\x1b[31m" via "experiment"'
    )


def test_an_unknown_field_is_a_type_error(local_sandbox: Sandbox) -> None:
    with pytest.raises(TypeError, match=r'an assignment has no "varation"; did you mean "variation"\?'):
        local_sandbox.assignments.none(varation="short")


def test_a_field_of_the_other_kind_is_unknown(local_sandbox: Sandbox) -> None:
    with pytest.raises(TypeError, match='a bandit action has no "allocation"'):
        local_sandbox.bandit_actions.all(allocation="experiment")


def test_attributes_are_asked_for_by_name(local_sandbox: Sandbox) -> None:
    with pytest.raises(TypeError, match="attributes= takes the members to look at"):
        local_sandbox.assignments.all(attributes="NO")


def test_waiting_ends_with_the_event(sandbox: Sandbox, send: Send) -> None:
    later = threading.Timer(0.05, send, (sandbox, ASSIGNMENT))
    later.start()

    found = sandbox.assignments.wait(flag="headline", timeout_s=20)

    later.join()
    assert [event.subject for event in found] == ["ann"]


def test_waiting_in_vain_says_for_what(local_sandbox: Sandbox) -> None:
    here(local_sandbox, ASSIGNMENT)

    told = message_of(lambda: local_sandbox.assignments.wait(2, timeout_s=0.01, flag="headline"))

    assert told.startswith('expected 2 assignments with flag "headline" within 0.01 s, found 1')


def test_what_comes_after_the_end_is_not_kept(local_sandbox: Sandbox) -> None:
    logger = local_sandbox.logger
    local_sandbox.close()

    logger.log_assignment(ASSIGNMENT)

    assert local_sandbox.assignments.count() == 0


def test_a_list_that_is_looped_over_says_how(local_sandbox: Sandbox) -> None:
    with pytest.raises(TypeError, match=r"listed by \.all\(\)"):
        list(local_sandbox.assignments)
