"""The questions of the control API and who may put them, through a real server and through Flask alone."""

import json
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.client import RemoteDisconnected
from itertools import count
from threading import Event
from typing import Any

import pytest

from emulator.errors import Problem
from emulator.runtime import ServerThread
from emulator.sandboxes import Peers
from emulator.sdk_keys import mint_key
from emulator.server.parts import Parts, Settings
from emulator.server.serving import listening_socket
from emulator.snapshot import Snapshot
from tests.server.asking import BANNER, EVERY_PATH, NOW, SNAPSHOT, ask, post, problem, told
from tests.server.calling import Call, over_http
from tests.server.conftest import Carrier
from tests.server.documents import Shelf, anybody, flag


@pytest.fixture
def parts() -> Parts:
    return Parts(Shelf(SNAPSHOT), clock=lambda: NOW)


def test_an_evaluation_tells_the_value_the_reason_and_the_event(call: Call) -> None:
    answer = ask(call, **BANNER, attributes={"country": "NO"})

    assert list(answer) == ["variation", "action", "evaluationDetails", "trace", "events", "revision", "environment"]
    assert (answer["variation"], answer["revision"], answer["environment"]) == ("loud", 1, "test")
    assert answer["evaluationDetails"]["matchedAllocation"]["key"] == "norway"
    assert answer["trace"]["allocations"][0]["note"] == 'serves "loud"'
    assert answer["events"]["assignment"] == {
        "featureFlag": "banner",
        "allocation": "norway",
        "experiment": "banner-norway",
        "variation": "loud",
        "subject": "ann",
        "subjectAttributes": {"country": "NO"},
        "timestamp": "2025-03-28T12:00:00.000Z",
        "metaData": answer["events"]["assignment"]["metaData"],
    }


def test_split_attributes_say_the_same(call: Call) -> None:
    split = {"categoricalAttributes": {"country": "NO"}, "numericAttributes": {}}

    assert ask(call, **BANNER, attributes=split)["variation"] == "loud"


@pytest.mark.parametrize("actions", [["red", "blue"], {"red": {}, "blue": {"price": 3}}], ids=["list", "map"])
def test_actions_make_it_a_bandit_call(call: Call, actions: Any) -> None:
    answer = ask(call, flag="shoes", subject="ann", actions=actions)

    assert (answer["variation"], answer["action"], answer["events"]["bandit"]["action"]) == (
        "shoe-bandit",
        "red",
        "red",
    )


def test_a_json_variation_is_told_as_it_is(call: Call) -> None:
    wide = {"columns": 3, "of": {"some": {"depth": [1, 2.5, None]}}}

    assert ask(call, flag="layout", subject="ann")["variation"] == wide


def test_who_wants_no_trace_is_told_none(call: Call) -> None:
    assert ask(call, **BANNER, trace=False)["trace"] is None


@pytest.mark.parametrize("selected", [{"sdkKey": "local-production"}, {"environment": "production"}], ids=str)
def test_an_environment_is_named_by_itself_or_by_a_key(call: Call, selected: dict[str, str]) -> None:
    assert ask(call, **BANNER, **selected)["environment"] == "production"


def test_a_minted_key_names_its_environment(call: Call) -> None:
    key = mint_key("http://127.0.0.1:1", "production")

    assert ask(call, **BANNER, sdkKey=key)["environment"] == "production"


def test_the_time_may_be_another(call: Call) -> None:
    assert ask(call, **BANNER)["variation"] == "plain"
    assert ask(call, **BANNER, at="2025-04-01T02:00:00+02:00")["variation"] == "loud"


def test_the_answer_follows_the_revision(parts: Parts, carry: Carrier) -> None:
    shelf = Shelf(anybody(flag("banner", "on")))
    call = carry(Parts(shelf))
    before = ask(call, **BANNER, attributes={"country": "US"})["variation"]

    shelf.current = anybody(flag("banner", "off"))

    assert (before, ask(call, **BANNER, attributes={"country": "US"})["variation"]) == ("on", "off")


def test_many_are_answered_in_their_order(call: Call) -> None:
    requests = [{"flag": "half", "subject": f"user-{number}"} for number in range(50)]

    results = ask(call, "/evaluate/bulk", requests=requests)["results"]

    assert results == [ask(call, **one) for one in requests]


def test_no_requests_have_no_results(call: Call) -> None:
    assert ask(call, "/evaluate/bulk", requests=[]) == {"results": []}


def test_a_bad_request_among_many_spoils_no_other(call: Call) -> None:
    strange = [BANNER, 3, {"flag": "banner"}, {**BANNER, "environment": "prod"}, {**BANNER, "default": 1e400}, BANNER]

    results = told(
        post(call, "/evaluate/bulk", json.dumps({"requests": strange}).replace("Infinity", "1e400").encode())
    )

    errors = [one.get("error", {}).get("type") for one in results["results"]]
    assert errors == [None, "bad-parameters", "bad-parameters", "unknown-environment", None, None]
    assert results["results"][1]["error"] == {
        "type": "bad-parameters",
        "title": "Bad Request",
        "status": 400,
        "detail": "expected an object, found number 3",
    }
    assert results["results"][0] == results["results"][5] == ask(call, **BANNER)


@dataclass
class Turning:
    """A source whose revision is another each time that somebody looks."""

    problems: tuple[Problem, ...] = ()
    stale: bool = False
    _revisions: "count[int]" = field(default_factory=count)

    @property
    def current(self) -> Snapshot:
        served = anybody(flag("banner"))
        return Snapshot(next(self._revisions), served.published_at, served.environments)


def test_many_are_answered_from_one_revision_at_one_time(carry: Carrier) -> None:
    ticks = count()
    call = carry(Parts(Turning(), clock=lambda: NOW + timedelta(seconds=next(ticks))))

    results = ask(call, "/evaluate/bulk", requests=[BANNER] * 5)["results"]

    assert len({one["revision"] for one in results}) == 1
    assert len({one["trace"]["at"] for one in results}) == 1


def test_subjects_are_found_who_get_what_is_wanted(call: Call) -> None:
    found = ask(call, "/subjects", flag="half", gets=True, via="split", count=4)["subjects"]

    assert (len(set(found)), {ask(call, flag="half", subject=one)["variation"] for one in found}) == (4, {True})


def test_another_seed_finds_others(call: Call) -> None:
    one, other = (ask(call, "/subjects", flag="half", gets="true", seed=seed)["subjects"] for seed in (1, 2))

    assert one != other


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ({"flag": "banner", "gets": "lout"}, 'flag "banner" never serves "lout"; did you mean "loud"?'),
        ({"flag": "banner", "gets": "loud"}, 'the rules of allocation "norway" do not hold for these attributes'),
        ({"flag": "baner"}, 'there is no flag "baner"; did you mean "banner"?'),
        ({"flag": "shoes", "action": "blue", "actions": ["red", "blue"]}, 'gives action "blue" no weight'),
    ],
    ids=["unknown variation", "closed", "unknown flag", "no weight"],
)
def test_where_nobody_can_land_the_reason_is_told(call: Call, question: dict[str, Any], reason: str) -> None:
    status, type_, detail = problem(post(call, "/subjects", json.dumps(question).encode()))

    assert (status, type_) == (409, "no-subject")
    assert reason in detail


def test_shares_stand_beside_the_configured_ones(call: Call) -> None:
    answer = ask(call, "/simulate", flag="half", subjects=4000)

    assert answer["shares"]["true"] == pytest.approx(0.5, abs=0.05)
    assert answer == {
        "subjects": 4000,
        "shares": answer["shares"],
        "allocations": {"split": 1.0},
        "default": 0.0,
        "configured": {"true": 0.5, "false": 0.5},
        "configuredAllocations": {"split": 1.0},
        "configuredDefault": 0.0,
    }


def test_an_unknown_flag_cannot_be_simulated(call: Call) -> None:
    status, type_, detail = problem(post(call, "/simulate", b'{"flag": "hal"}'))

    assert (status, type_, detail) == (404, "unknown-flag", 'no flag "hal"; did you mean "half"?')


@EVERY_PATH
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_questions_are_posted(call: Call, path: str, method: str) -> None:
    reply = call(method, f"/emulator/v1{path}")

    assert problem(reply)[:2] == (405, "method-not-allowed")
    assert reply.headers["allow"] == "POST, OPTIONS"


@EVERY_PATH
@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Origin": "null"}], ids=str
)
def test_a_foreign_page_may_not_ask(call: Call, path: str, headers: dict[str, str]) -> None:
    reply = call("POST", f"/emulator/v1{path}", headers, json.dumps(BANNER).encode())

    assert problem(reply)[0] == 403
    assert not [name for name in reply.headers if name.startswith("access-control")]


@EVERY_PATH
def test_questions_need_the_token(carry: Carrier, path: str) -> None:
    call = carry(Parts(Shelf(SNAPSHOT), Settings(token="secret")))

    without, with_it = (post(call, path, b"{}", **headers) for headers in ({}, {"Authorization": "Bearer secret"}))

    assert (without.status, with_it.status) == (401, 400)


def test_strict_keys_know_their_own_only(carry: Carrier) -> None:
    call = carry(Parts(Shelf(SNAPSHOT), Settings(strict_keys=True)))

    found = problem(post(call, "/evaluate", json.dumps({**BANNER, "sdkKey": "stranger"}).encode()))

    assert found[:2] == (404, "unknown-sdk-key")
    assert ask(call, **BANNER, sdkKey="local-production")["environment"] == "production"


def test_configurations_are_served_while_a_long_question_is_worked_on(serve: Callable[[Parts], int]) -> None:
    call = over_http(serve(Parts(Shelf(SNAPSHOT))))
    ask(call, "/simulate", flag="half", subjects=1)

    with ThreadPoolExecutor(1) as asker:
        asked = asker.submit(post, call, "/simulate", b'{"flag": "half", "subjects": 500000}')
        statuses = [call("GET", "/flag-config/v1/config").status for _ in range(10)]
        answered_first = asked.done()

    assert (statuses, answered_first, asked.result().status) == ([200] * 10, False, 200)


@pytest.mark.parametrize(
    ("path", "question"),
    [
        ("/simulate", {"flag": "half", "subjects": 10_000_000}),
        ("/evaluate/bulk", {"requests": [BANNER] * 90_000}),
    ],
)
def test_closing_waits_for_no_long_question(path: str, question: dict[str, Any]) -> None:
    begun = Event()

    def clock() -> datetime:
        begun.set()
        return NOW

    with listening_socket("127.0.0.1", 0) as listener, ThreadPoolExecutor(1) as asker:
        server = ServerThread(Parts(Shelf(SNAPSHOT), clock=clock), listener)
        server.start()
        asked = asker.submit(post, over_http(listener.getsockname()[1]), path, json.dumps(question).encode())
        begun.wait()
        began_at = time.monotonic()
        server.close()
        took_s = time.monotonic() - began_at

    assert isinstance(asked.exception(), RemoteDisconnected)
    assert took_s < 5


# Bounds only what would hang.
DEADLINE_S = 30


class WatchedPeers(Peers):
    """Connections, and what was answered about them."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[bool] = []
        self.missed = Event()

    def is_open(self, peer: tuple[str, int]) -> bool:
        self.answers.append(super().is_open(peer))
        if not self.answers[-1]:
            self.missed.set()
        return self.answers[-1]


def test_work_for_a_caller_who_has_left_ends() -> None:
    peers, begun = WatchedPeers(), Event()

    def clock() -> datetime:
        begun.set()
        return NOW

    body = json.dumps({"requests": [BANNER] * 90_000}).encode()
    head = f"POST /emulator/v1/evaluate/bulk HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n\r\n"
    with listening_socket("127.0.0.1", 0) as listener, ExitStack() as running:
        server = ServerThread(Parts(Shelf(SNAPSHOT), clock=clock, peers=peers), listener)
        running.callback(server.close)
        server.start()
        with socket.create_connection(listener.getsockname(), timeout=DEADLINE_S) as connection:
            connection.sendall(head.encode() + body)
            assert begun.wait(DEADLINE_S)
        assert peers.missed.wait(DEADLINE_S)

    # He was asked for before each request, found to have left once, and that was the end.
    assert peers.answers.count(False) == 1
    assert len(peers.answers) < 90_000
