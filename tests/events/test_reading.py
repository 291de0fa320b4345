"""Events of every SDK family become the same event; what is wrong with one is said, never raised."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.events import read_event
from tests.events.families import ASSIGNMENTS, ATTRIBUTES, BANDITS, DISPATCHED, SDKS

ASSIGNMENT = ASSIGNMENTS["javascript"]
BANDIT = BANDITS["rust core"]
NINE = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize("family", ASSIGNMENTS)
def test_every_familys_assignment_is_the_same_event(family: str) -> None:
    event = read_event(ASSIGNMENTS[family])

    assert (event.kind, event.faults) == ("assignment", ())
    assert (event.flag, event.allocation, event.experiment) == ("banner", "rollout", "banner-rollout")
    assert (event.variation, event.subject, event.attributes) == ("on", "ann", ATTRIBUTES)
    assert event.timestamp is not None
    assert event.timestamp.replace(microsecond=0) == NINE
    assert (event.extra, event.sdk) == ({"holdoutKey": "q1"}, SDKS[family])


@pytest.mark.parametrize("family", BANDITS)
def test_every_familys_bandit_action_is_the_same_event(family: str) -> None:
    event = read_event(BANDITS[family])

    assert (event.kind, event.faults) == ("bandit", ())
    assert (event.flag, event.bandit, event.subject, event.action) == ("hat", "hats", "ann", "fedora")
    assert event.attributes == ATTRIBUTES
    assert event.timestamp == NINE.replace(microsecond=event.timestamp.microsecond if event.timestamp else 0)
    assert event.choice is not None
    assert (event.choice.probability, event.choice.optimality_gap, event.choice.model_version) == (0.7, 1.5, "v1")
    assert (event.choice.action_numeric, event.choice.action_categorical) == ({"price": 9.5}, {"colour": "red"})


def test_an_assignment_of_the_event_dispatcher_is_one() -> None:
    event = read_event(DISPATCHED)

    assert (event.kind, event.flag, event.subject, event.faults) == ("assignment", "banner", "ann", ())
    assert event.timestamp == NINE.replace(microsecond=123_000)


def test_the_configuration_that_the_client_held_is_known() -> None:
    event = read_event(ASSIGNMENT)

    assert (event.environment, event.published_at) == ("Test", datetime(2026, 2, 1, tzinfo=UTC))


@pytest.mark.parametrize("wrapper", ["payload", "properties", "event_properties", "custom_attributes", "data"])
def test_an_event_inside_another_is_found_by_its_content(wrapper: str) -> None:
    raw = {"event": "whatever", "userId": "ann", wrapper: ASSIGNMENT}

    event = read_event(raw)

    assert (event.kind, event.flag, event.raw) == ("assignment", "banner", raw)


def test_nested_values_may_come_as_json_text() -> None:
    event = read_event({**ASSIGNMENT, "subjectAttributes": json.dumps(ATTRIBUTES)})

    assert (event.attributes, event.faults) == (ATTRIBUTES, ())


def test_json_text_holds_no_number_that_json_has_no_word_for() -> None:
    event = read_event({**ASSIGNMENT, "subjectAttributes": '{"a": NaN, "b": [-Infinity], "c": 1e999, "d": 1.5}'})

    assert event.attributes == {"a": "NaN", "b": ["-Infinity"], "c": "Infinity", "d": 1.5}


def test_extra_logging_never_hides_a_field() -> None:
    event = read_event({"flagKey": "extra", "Subject": "extra", **ASSIGNMENT})

    assert (event.flag, event.subject) == ("banner", "ann")


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-01T09:00:00Z", NINE),
        ("2026-03-01T11:00:00+02:00", NINE),
        ("2026-03-01T09:00:00", NINE),
        ("2026-03-01 09:00:00", NINE),
        ("2026-03-01T09:00:00.5", NINE.replace(microsecond=500_000)),
        (1_772_355_600, NINE),
        (1_772_355_600.0, NINE),
        (1_772_355_600_000, NINE),
        (1_772_355_600_000_000, NINE),
        (NINE, NINE),
        (NINE.replace(tzinfo=None), NINE),
    ],
    ids=str,
)
def test_times_are_read_in_every_spelling(moment: Any, expected: datetime) -> None:
    event = read_event({**ASSIGNMENT, "timestamp": moment})

    assert (event.timestamp, event.faults) == (expected, ())


@pytest.mark.parametrize(
    "raw",
    [
        {"event": "Signed up", "userId": "ann"},
        {"experiment": "x", "variation": "y"},
        {"action": "clicked", "subject": "ann"},
        {"properties": {"plan": "pro"}},
        {"properties": 7, "data": None},
    ],
    ids=str,
)
def test_anything_else_is_tracked(raw: dict[str, Any]) -> None:
    event = read_event(raw)

    assert (event.kind, event.raw, event.faults) == ("tracked", raw, ())


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (7, "expected an object with the fields of an event, found number 7"),
        (None, "expected an object with the fields of an event, found null"),
        ("banner", 'expected an object with the fields of an event, found the text "banner"'),
        ([], "expected an object with the fields of an event, found a list"),
        ({}, "expected the fields of an event, found an empty object"),
    ],
    ids=str,
)
def test_what_cannot_be_an_event_is_invalid_with_the_reason(raw: Any, words: str) -> None:
    event = read_event(raw)

    assert (event.kind, [str(fault) for fault in event.faults]) == ("invalid", [words])


@pytest.mark.parametrize("missing", ["featureFlag", "allocation", "experiment", "variation", "subject", "timestamp"])
@pytest.mark.parametrize("spoil", ["left out", "null"])
def test_a_missing_field_of_an_assignment_is_named(missing: str, spoil: str) -> None:
    rest = {name: value for name, value in ASSIGNMENT.items() if name != missing}

    event = read_event(rest if spoil == "left out" else {**rest, missing: None})

    assert (event.kind, [str(fault) for fault in event.faults]) == ("assignment", [f'"{missing}" is missing'])


@pytest.mark.parametrize(
    "missing", ["flagKey", "banditKey", "subject", "action", "actionProbability", "modelVersion", "timestamp"]
)
def test_a_missing_field_of_a_bandit_action_is_named(missing: str) -> None:
    event = read_event({**BANDIT, missing: None})

    assert (event.kind, [str(fault) for fault in event.faults]) == ("bandit", [f'"{missing}" is missing'])


def test_a_gap_of_zero_may_be_left_out() -> None:
    raw = {name: value for name, value in BANDIT.items() if name != "optimalityGap"}

    assert read_event(raw).faults == ()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("subject", 7, "expected a text, found number 7"),
        ("subject", "", 'expected a text that is not empty, found the text ""'),
        ("featureFlag", True, "expected a text, found true"),
        ("variation", ["on"], "expected a text, found a list"),
        ("allocation", {"key": "a"}, "expected a text, found an object"),
        ("timestamp", "yesterday", 'expected a time like 2026-03-01T09:00:00.000Z, found the text "yesterday"'),
        ("timestamp", True, "expected a time like 2026-03-01T09:00:00.000Z, found true"),
        ("timestamp", 1e300, "expected a time like 2026-03-01T09:00:00.000Z, found number 1e+300"),
        ("timestamp", float("nan"), "expected a time like 2026-03-01T09:00:00.000Z, found number nan"),
        ("subjectAttributes", [1], "expected an object, found a list"),
        ("subjectAttributes", "{no", 'expected an object, found the text "{no"'),
    ],
)
def test_a_mistyped_field_of_an_assignment_is_named_with_what_it_held(field: str, value: Any, words: str) -> None:
    event = read_event({**ASSIGNMENT, field: value})

    assert (event.kind, [str(fault) for fault in event.faults]) == ("assignment", [f'"{field}" is mistyped: {words}'])


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("actionProbability", "0.7", 'expected a number, found the text "0.7"'),
        ("actionProbability", float("inf"), "expected a finite number, found number inf"),
        ("actionProbability", 10**400, "expected a finite number, found a number"),
        ("optimalityGap", False, "expected a number, found false"),
        (
            "subjectNumericAttributes",
            {"age": "30"},
            'expected an object of numbers, with "age" a number, found an object',
        ),
    ],
)
def test_a_mistyped_field_of_a_bandit_action_is_named(field: str, value: Any, words: str) -> None:
    event = read_event({**BANDIT, field: value})

    assert [str(fault) for fault in event.faults] == [f'"{field}" is mistyped: {words}']


def test_a_number_for_a_key_is_a_fault_that_can_be_searched_for() -> None:
    assert read_event({**ASSIGNMENT, "subject": 42}).subject == "42"


@pytest.mark.parametrize("meta", [None, 7, "text", [], {"sdkName": 7}, {"sdkName": ""}, {}], ids=str)
def test_an_sdk_that_says_nothing_of_itself_is_no_fault(meta: Any) -> None:
    event = read_event({**ASSIGNMENT, "metaData": meta})

    assert (event.sdk, event.faults) == (None, ())
