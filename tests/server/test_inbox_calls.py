"""Events found again: listed, one, waited for, deleted."""

import json
from threading import Thread
from typing import Any

import pytest

from emulator.events import read_event
from emulator.inbox import Arrival
from emulator.server.parts import Parts
from tests.events.families import ASSIGNMENTS, BANDITS
from tests.server.calling import Call

EVENTS = "/emulator/v1/events"


@pytest.fixture
def three(parts: Parts) -> Parts:
    """Assignments of ann and bob, and a bandit's action for ann."""
    assignment = ASSIGNMENTS["rust core"]
    raws = (assignment, {**assignment, "subject": "bob", "subjectAttributes": {"beta": True}}, BANDITS["php"])
    parts.inbox.append([Arrival(read_event(raw), environment="test") for raw in raws])
    return parts


def ask(call: Call, target: str, document: Any = None, method: str = "") -> tuple[int, Any]:
    body = None if document is None else json.dumps(document).encode()
    reply = call(method or ("GET" if body is None else "POST"), target, {}, body)
    return reply.status, json.loads(reply.body)


@pytest.mark.parametrize(
    ("query", "seqs", "next_"),
    [
        ("", [1, 2, 3], None),
        ("?order=desc", [3, 2, 1], None),
        ("?limit=2", [1, 2], 2),
        ("?limit=2&after=2", [3], None),
        ("?limit=1&order=desc", [3], 3),
        ("?limit=1&order=desc&before=3", [2], 2),
        ("?subject=ann&kind=assignment", [1], None),
        ("?attr.beta=true", [2], None),
        ("?flag=banner&flag=hat", [], None),
        ("?q=-kind:bandit+bob", [2], None),
        ("?q=kind:assignment&subject=bob", [2], None),
        ("?sdk=python&before=2100-01-01T00:00:00Z", [1, 2], None),
    ],
)
def test_events_are_listed_by_filters_in_pages(
    call: Call, three: Parts, query: str, seqs: list[int], next_: int | None
) -> None:
    status, answer = ask(call, f"{EVENTS}{query}")

    assert (status, [event["seq"] for event in answer["events"]], answer["next"]) == (200, seqs, next_)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?flga=x", 'did you mean "flag"?'),
        ("?q=flga:x", 'did you mean "flag"?'),
        ("?limit=0", "limit: expected a number from 1 to 1,000"),
        ("?limit=x", "limit: expected a number from 1 to 1,000"),
        ("?order=up", "order: expected asc or desc"),
        ("?after=soon", "or give the seq of an event"),
    ],
)
def test_a_filter_that_is_not_understood_is_a_problem(call: Call, query: str, words: str) -> None:
    status, problem = ask(call, f"{EVENTS}{query}")

    assert (status, problem["type"], words in problem["detail"]) == (400, "bad-parameters", True)


def test_one_event_is_shown_as_in_the_list(call: Call, three: Parts) -> None:
    (listed,) = ask(call, f"{EVENTS}?subject=bob")[1]["events"]

    status, shown = ask(call, f"{EVENTS}/2")

    assert (status, {name: shown[name] for name in listed}) == (200, listed)


@pytest.mark.parametrize("seq", ["4", "0", str(10**30)])
def test_an_event_that_is_not_there_is_a_problem(call: Call, three: Parts, seq: str) -> None:
    status, problem = ask(call, f"{EVENTS}/{seq}")

    assert (status, problem["type"]) == (404, "unknown-event")


def test_events_are_deleted_by_the_same_filters(call: Call, three: Parts) -> None:
    some, rest = (ask(call, f"{EVENTS}{query}", method="DELETE") for query in ("?subject=ann", ""))

    assert (some, rest) == ((200, {"deleted": 2}), (200, {"deleted": 1}))


def test_the_status_counts_events(call: Call, three: Parts) -> None:
    assert ask(call, "/emulator/v1/status")[1]["events"] == 3


def test_a_wait_for_what_is_there_answers_at_once(call: Call, three: Parts) -> None:
    status, answer = ask(call, f"{EVENTS}/wait", {"match": {"flag": "banner"}, "count": 2, "timeoutMs": 0})

    assert (status, [event["subject"] for event in answer["events"]]) == (200, ["ann", "bob"])


def test_a_wait_ends_when_the_event_arrives(call: Call, three: Parts) -> None:
    answers: list[tuple[int, Any]] = []
    question = {"match": {"subject": "cleo"}, "timeoutMs": 20_000}
    waiting = Thread(target=lambda: answers.append(ask(call, f"{EVENTS}/wait", question)))
    waiting.start()

    ask(call, EVENTS, {**ASSIGNMENTS["go"], "subject": "cleo"})
    waiting.join()

    assert [(status, answer["events"][0]["subject"]) for status, answer in answers] == [(200, "cleo")]


def test_a_wait_in_vain_shows_what_came_nearest(call: Call, three: Parts) -> None:
    status, problem = ask(call, f"{EVENTS}/wait", {"match": {"flag": "banner", "subject": "Bob"}, "timeoutMs": 1})

    assert (status, problem["type"]) == (408, "not-arrived")
    assert problem["detail"].startswith('0 of 1 such events in 1 ms; nearest: seq 2: subject is "bob", expected "Bob"')
    assert problem["nearest"][0]["differs"] == [{"field": "subject", "expected": "Bob", "found": "bob"}]


@pytest.mark.parametrize(
    "document",
    [[], {"macth": {}}, {"match": []}, {"match": {"flga": "x"}}, {"count": 0}, {"timeoutMs": "5"}, {"count": True}],
    ids=str,
)
def test_a_wait_that_is_not_understood_is_a_problem(call: Call, document: Any) -> None:
    status, problem = ask(call, f"{EVENTS}/wait", document)

    assert (status, problem["type"]) == (400, "bad-parameters")


@pytest.mark.parametrize(
    ("name", "hint"),
    [("timeoutMS", 'did you mean "timeoutMs"?'), ("x", "there is match, count, timeoutMs")],
)
def test_a_member_that_a_wait_does_not_know_is_named(call: Call, three: Parts, name: str, hint: str) -> None:
    status, problem = ask(call, f"{EVENTS}/wait", {"match": {}, name: 1})

    assert (status, problem["detail"]) == (400, f'"{name}" is not understood here; {hint}')
