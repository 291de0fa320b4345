"""One bad flag spoils one flag, preparing is lazy, and nothing in a configuration makes evaluation raise."""

import copy
import json
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from emulator.evaluation import assignment_event, details, evaluate, explain, prepare, trace
from tests.evaluation.configurations import (
    NOW,
    allocation,
    asked,
    condition,
    configuration,
    flag,
    rule,
    shard,
    split,
)

RICH = flag(
    allocation("early", startAt="2027-01-01T00:00:00.000Z"),
    allocation(
        "rules",
        split("on", shard("s", (0, 5000)), shard("t", (0, 10_000)), extraLogging={"team": "growth"}),
        split("off"),
        rules=[
            rule(condition("ONE_OF", ["x"]), condition("MATCHES", "^x.?$")),
            rule(condition("GTE", "1.2.3"), condition("IS_NULL", False)),
        ],
    ),
    allocation("rest", split("other")),
)
# What a careless hand may put in the place of anything.
ODD = (None, True, 0, -1, 2**70, 1.5, "", "x", [], {}, [None], {"key": None}, "2026", float("nan"))


def member_paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield (*path, key)
        yield from member_paths(member, (*path, key))


def changed(path: tuple[Any, ...], odd: Any) -> Any:
    """Return the flag with *odd* at *path*."""
    copied = copy.deepcopy(RICH)
    place: Any = copied
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = odd
    return copied


def everything_of(raw: Any) -> Any:
    """Return the answer with all that can be asked about it; it has to be JSON."""
    found = asked(raw, attributes={"a": "x"})
    told = trace(found)
    json.dumps(told, allow_nan=False)
    return found.value, found.code, details(found), assignment_event(found), explain(told)


@pytest.mark.parametrize("path", list(member_paths(RICH)), ids=lambda path: ".".join(map(str, path)))
def test_e52_nothing_in_the_place_of_a_member_makes_it_raise(path: tuple[Any, ...]) -> None:
    codes = {everything_of(changed(path, odd))[1] for odd in ODD}

    assert codes <= {"MATCH", "ASSIGNMENT_ERROR", "DEFAULT_ALLOCATION_NULL", "FLAG_UNRECOGNIZED_OR_DISABLED"}


@pytest.mark.parametrize("seed", range(20))
def test_e52_a_broken_flag_never_changes_the_answer_of_another(seed: int) -> None:
    draw = random.Random(seed)
    paths = list(member_paths(RICH))
    broken = {f"b{number}": changed(draw.choice(paths), draw.choice(ODD)) for number in range(20)}

    values = {
        evaluate(prepare(configuration(**flags)), "sound", f"s{number}", {"a": "x"}, now=NOW).value
        for flags in ({"sound": RICH}, {**broken, "sound": RICH})
        for number in range(1)
    }

    assert len(values) == 1


@pytest.mark.parametrize("raw", [None, 5, "f", [], {}], ids=repr)
def test_what_is_no_flag_is_kept_with_its_reason(raw: Any) -> None:
    found = asked(raw)

    assert (found.code, found.value) == ("ASSIGNMENT_ERROR", "default")
    assert found.description.startswith("Assignment Error: flag f is broken: ")


@pytest.mark.parametrize(
    ("path", "odd", "reason"),
    [
        (
            ("variationType",),
            "TEXT",
            'variationType is "TEXT", expected one of STRING, BOOLEAN, INTEGER, NUMERIC, JSON',
        ),
        (("enabled",), "yes", "enabled is yes, expected true or false"),
        (("allocations", 1, "rules"), None, "allocations[1].rules is null, expected a list"),
        (("allocations", 1, "doLog"), None, "allocations[1].doLog is null, expected true or false"),
        (
            ("allocations", 1, "splits", 0, "extraLogging", "team"),
            5,
            "allocations[1].splits[0].extraLogging.team is 5, expected a text",
        ),
        (
            ("allocations", 1, "splits", 0, "shards", 0, "ranges", 0, "end"),
            -1,
            "allocations[1].splits[0].shards[0].ranges[0].end is -1, expected an integer from 0 to 4294967295",
        ),
        (("allocations", 0), 5, "allocations[0] is no object"),
    ],
)
def test_a_broken_flag_says_where_and_why(path: tuple[Any, ...], odd: Any, reason: str) -> None:
    assert asked(changed(path, odd)).description == f"Assignment Error: flag f is broken: {reason}"


@pytest.mark.parametrize("name", ["key", "enabled", "variationType", "variations", "allocations", "totalShards"])
def test_a_flag_without_a_required_member_is_broken(name: str) -> None:
    lacking = {key: value for key, value in RICH.items() if key != name}

    assert asked(lacking).description == f"Assignment Error: flag f is broken: {name} is missing"


@pytest.mark.parametrize("config", [{}, {"flags": None}, {"flags": []}, {"flags": {}, "environment": 5}], ids=repr)
def test_a_configuration_without_anything_answers_with_the_default(config: Any) -> None:
    found = evaluate(prepare(config), "f", "alice", {}, now=NOW, default="-")

    assert (found.value, details(found)["environmentName"]) == ("-", "UNKNOWN")


def test_unknown_members_are_ignored() -> None:
    assert asked({**flag(allocation("one", comment=[1])), "comment": {"a": 1}}).is_match


def test_flags_are_prepared_when_they_are_first_asked_for() -> None:
    prepared = prepare(configuration(**{f"f{number}": RICH for number in range(10)}))

    evaluate(prepared, "f3", "alice", {}, now=NOW)

    assert list(prepared.ready) == ["f3"]
    assert prepared.flag_keys == tuple(f"f{number}" for number in range(10))


def test_ten_thousand_flags_are_ready_at_once() -> None:
    config = configuration(**{f"f{number}": RICH for number in range(10_000)})

    started = time.perf_counter()
    evaluate(prepare(config), "f5000", "alice", {}, now=NOW)

    # Preparing all of them takes more than a second.
    assert time.perf_counter() - started < 0.3


def test_threads_share_what_was_prepared_first() -> None:
    prepared = prepare(configuration(**{f"f{number}": RICH for number in range(200)}))

    def ask(_: int) -> list[int]:
        return [id(evaluate(prepared, key, "alice", {"a": "x"}, now=NOW).flag) for key in prepared.flag_keys]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))

    assert all(answer == answers[0] for answer in answers)
