"""``GET /emulator/v1/events/coverage``: what the events touched of all that is served, and what they never did."""

import json
from dataclasses import replace
from typing import Any

import pytest

from emulator.events import read_event
from emulator.inbox import Arrival
from emulator.server.parts import Parts
from tests.events.families import ASSIGNMENTS, BANDITS
from tests.server.calling import Call
from tests.server.described import validator
from tests.server.documents import Shelf, bandit_config, bandit_models, config, environment, snapshot

COVERAGE = "/emulator/v1/events/coverage"


def _coverage(call: Call, query: str = "") -> Any:
    reply = call("GET", COVERAGE + query)
    answer = json.loads(reply.body)
    assert reply.status == 200
    validator({"$ref": "#/components/schemas/Coverage"}).validate(answer)
    return answer


def _log(parts: Parts, *raws: Any, where: str = "test") -> None:
    parts.inbox.append([Arrival(read_event(raw), environment=where) for raw in raws])


def test_everything_that_is_served_is_listed_with_its_events(call: Call, parts: Parts) -> None:
    _log(
        parts,
        *[{**ASSIGNMENTS["rust core"], "allocation": "allocation-1"}] * 2,
        {**ASSIGNMENTS["go"], "featureFlag": "x"},
    )
    _log(parts, ASSIGNMENTS["go"], where="production")

    answer = _coverage(call)

    assert answer["environment"] == "test"
    assert answer["flags"] == {
        "banner": {"events": 2, "variations": {"on": 2}, "allocations": {"allocation-1": 2}},
        "team/nested": {"events": 0, "variations": {"on": 0}, "allocations": {"allocation-1": 0}},
    }
    assert (answer["reached"], answer["total"], answer["percent"]) == (3, 6, 50)


def test_filters_narrow_the_events_that_count(call: Call, parts: Parts) -> None:
    _log(parts, {**ASSIGNMENTS["rust core"], "allocation": "allocation-1", "variation": "off"}, where="production")

    assert _coverage(call, "?environment=production")["flags"]["banner"]["variations"] == {"off": 1}
    assert _coverage(call, "?environment=production&subject=nobody")["reached"] == 0


def test_actions_of_bandits_are_covered_as_far_as_models_name_them(parts: Parts, call: Call, shelf: Shelf) -> None:
    models = bandit_models("v1")
    models["bandits"]["hats"]["modelData"]["coefficients"] = {"fedora": {}, "bowler": {}}
    shelf.current = snapshot(replace(environment("test", bandit_config("v1")), models=models), revision=2)
    _log(parts, BANDITS["rust core"])

    assert _coverage(call)["bandits"] == {"hats": {"actions": {"fedora": 1, "bowler": 0}}}


@pytest.mark.parametrize(
    ("broken", "variations", "allocations"),
    [
        (None, {}, {}),
        ([], {}, {}),
        ({"variations": None, "allocations": None}, {}, {}),
        ({"variations": [1], "allocations": {"key": "a"}}, {}, {}),
        ({"variations": {"on": None}, "allocations": [None, {}, {"key": ["a"]}, {"key": "b"}]}, {"on": 0}, {"b": 0}),
    ],
    ids=str,
)
def test_a_flag_that_is_broken_counts_as_far_as_it_can_be_reached(
    call: Call, shelf: Shelf, broken: Any, variations: dict[str, int], allocations: dict[str, int]
) -> None:
    shelf.current = snapshot(environment("test", {**config(), "flags": {"f": broken}}), revision=2)

    assert _coverage(call)["flags"] == {"f": {"events": 0, "variations": variations, "allocations": allocations}}


@pytest.mark.parametrize("model", [None, {"modelData": None}, {"modelData": {"coefficients": ["fedora"]}}], ids=str)
def test_a_model_that_is_broken_has_no_actions(call: Call, shelf: Shelf, model: Any) -> None:
    models = {**bandit_models("v1"), "bandits": {"hats": model}}
    shelf.current = snapshot(replace(environment("test", config()), models=models), revision=2)

    assert _coverage(call)["bandits"] == {"hats": {"actions": {}}}


def test_an_environment_that_does_not_exist_is_a_problem(call: Call) -> None:
    reply = call("GET", f"{COVERAGE}?environment=prodution")

    assert (reply.status, 'did you mean "production"?' in json.loads(reply.body)["detail"]) == (400, True)


def test_where_nothing_is_served_nothing_is_missed(call: Call, shelf: Shelf) -> None:
    shelf.current = snapshot(environment("test", config()), revision=2)

    assert _coverage(call)["percent"] == 100
