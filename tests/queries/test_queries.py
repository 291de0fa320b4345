"""Questions as every door reads them, and their answers."""

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from emulator.evaluation import Found, NotFound, Shares, Simulation
from emulator.queries import (
    QueryError,
    Scope,
    Served,
    answer,
    find,
    read_bulk,
    read_evaluation,
    read_simulation,
    read_subjects,
    served,
    simulate,
)
from emulator.queries.simulation import as_json
from emulator.snapshot import build_snapshot

NOW = datetime(2025, 3, 28, 12, 0, tzinfo=UTC)
TEXT = """
environments:
  test: { sdk_keys: [local-test] }
  production: { sdk_keys: [local-production] }
flags:
  banner:
    type: string
    variations: [plain, loud]
    allocations:
      - { key: norway, if: country = NO, serve: loud }
      - { key: later, start: 2025-04-01, serve: loud }
    serve: plain
    environments:
      production: { enabled: false }
  big:
    type: boolean
    allocations:
      - { key: half, split: [true, false] }
  crumb:
    type: boolean
    allocations:
      - { key: few, traffic: 0.01%, serve: true }
  phased:
    type: boolean
    allocations:
      - { key: phases, rollout: [{ at: 2025-06-02, traffic: 1% }, { at: 2025-06-04, traffic: 25% }], serve: true }
    serve: false
  shoes:
    type: string
    variations: { shoe-bandit: { bandit: shoe-bandit } }
    serve: shoe-bandit
bandits:
  shoe-bandit: { pin: red }
"""
SNAPSHOT = build_snapshot({"flags.yaml": TEXT}, "2025-03-28T00:00:00.000Z")


def resolve(scope: Scope) -> Served:
    return served(SNAPSHOT, scope, NOW, strict_keys=True)


def ask(**members: Any) -> dict[str, Any]:
    return answer(read_evaluation({"flag": "banner", "subject": "ann", **members}), resolve).as_json()


def test_an_answer_has_the_value_the_reason_and_the_event() -> None:
    told = ask(attributes={"country": "NO"})

    assert list(told) == ["variation", "action", "evaluationDetails", "trace", "events", "revision", "environment"]
    assert (told["variation"], told["action"], told["revision"], told["environment"]) == ("loud", None, 1, "test")
    assert told["evaluationDetails"]["flagEvaluationCode"] == "MATCH"
    assert told["trace"]["allocations"][0]["rules"][0]["matched"]
    assert told["events"]["assignment"]["allocation"] == "norway"
    assert told["events"]["bandit"] is None


def test_attributes_may_be_split() -> None:
    assert ask(attributes={"categoricalAttributes": {"country": "NO"}, "numericAttributes": {}})["variation"] == "loud"


def test_nobody_has_to_be_told_why() -> None:
    assert ask(trace=False)["trace"] is None


@pytest.mark.parametrize("actions", [["red", "blue"], {"red": {}, "blue": {"price": 3}}, {"red": None}])
def test_actions_make_it_a_bandit_call(actions: Any) -> None:
    told = ask(flag="shoes", actions=actions)

    assert (told["variation"], told["action"]) == ("shoe-bandit", "red")
    assert told["events"]["bandit"]["action"] == "red"
    assert told["trace"]["bandit"]["actions"]
    assert told["trace"]["allocations"]


def test_a_set_of_actions_is_taken_in_the_order_of_their_names() -> None:
    read = read_evaluation({"flag": "shoes", "subject": "ann", "actions": {"red", "blue", "green"}})

    assert read.actions == ["blue", "green", "red"]
    assert read_evaluation({"flag": "shoes", "subject": "ann", "actions": frozenset({"red"})}).actions == ["red"]


def test_what_is_printed_of_an_answer_are_its_facts() -> None:
    result = answer(read_evaluation({"flag": "banner", "subject": "ann"}), resolve)

    assert repr(result) == (
        "Result(flag_key='banner', subject_key='ann', variation='plain', variation_key='plain', "
        "allocation_key='default', action=None, code='MATCH')"
    )
    assert len(repr(result.served)) < 500
    assert len(repr(SNAPSHOT)) < 1_000


def test_no_actions_at_all_are_a_bandit_call_too() -> None:
    assert ask(flag="shoes", actions=[])["trace"]["bandit"]["code"] == "NO_ACTIONS_SUPPLIED_FOR_BANDIT"


@pytest.mark.parametrize(
    "at", ["2025-04-01", "2025-04-01T02:00:00+02:00", datetime(2025, 4, 1, 2, tzinfo=timezone(timedelta(hours=2)))]
)
def test_the_time_may_be_another(at: Any) -> None:
    assert ask()["variation"] == "plain"
    assert ask(at=at)["variation"] == "loud"


def test_a_key_or_a_name_selects_the_environment() -> None:
    assert ask(sdkKey="local-production")["environment"] == "production"
    assert ask(environment="production")["environment"] == "production"


def test_the_type_is_demanded_in_any_case() -> None:
    assert ask(type="boolean", default=3)["evaluationDetails"]["flagEvaluationCode"] == "TYPE_MISMATCH"
    assert ask(type="boolean", default=3)["variation"] == 3


@pytest.mark.parametrize(
    ("members", "hint"),
    [
        ({"flag": "baner"}, 'did you mean "banner"?'),
        ({"flag": "x"}, "there is banner, big, crumb, phased, shoes"),
        (
            {"environment": "production"},
            'it is defined at flags.yaml:6:3, but not served in environment "production", where it is disabled, '
            "archived or left out",
        ),
    ],
)
def test_an_unknown_flag_gives_the_default_and_a_hint(members: dict[str, Any], hint: str) -> None:
    told = ask(default="mine", **members)

    assert told["variation"] == "mine"
    assert told["evaluationDetails"]["flagEvaluationCode"] == "FLAG_UNRECOGNIZED_OR_DISABLED"
    assert told["hint"] == hint


@pytest.mark.parametrize(
    ("members", "message", "word"),
    [
        ({"flag": None}, '"flag" is missing', "bad-parameters"),
        ({"subject": 3}, '"subject": expected a text, found number 3', "bad-parameters"),
        ({"atributes": {}}, 'did you mean "attributes"', "bad-parameters"),
        ({"attributes": ["country"]}, "expected an object of attributes, found a list", "bad-parameters"),
        ({"type": "strin"}, 'found "strin"', "bad-parameters"),
        ({"actions": "red"}, 'expected a map of action names to attributes, or a list of names, found the text "red"',
         "bad-parameters"),
        ({"actions": {"red": 3}}, 'expected an object of attributes for "red", found number 3', "bad-parameters"),
        ({"actions": ["red"], "type": "JSON"}, "type STRING", "bad-parameters"),
        ({"at": "2025-04-01T00:00"}, "write 2025-04-01T00:00Z", "bad-parameters"),
        ({"at": datetime.max.replace(tzinfo=timezone(-timedelta(hours=12)))}, "beyond what a cal", "bad-parameters"),
        ({"at": datetime(2025, 4, 1)}, "needs a zone", "bad-parameters"),  # that is the mistake
        ({"trace": 1}, "expected true or false", "bad-parameters"),
        ({"environment": "test", "sdkKey": "local-test"}, "alternatives", "bad-parameters"),
        ({"environment": "prodction"}, 'did you mean "production"', "unknown-environment"),
        ({"sdkKey": "stranger"}, "unknown SDK key", "unknown-sdk-key"),
    ],
)  # fmt: skip
def test_a_question_that_makes_no_sense_says_what_is_wrong(members: dict[str, Any], message: str, word: str) -> None:
    with pytest.raises(QueryError) as caught:
        ask(**members)

    assert message in str(caught.value)
    assert caught.value.word == word


@pytest.mark.parametrize("document", [None, [], "banner", 3])
def test_a_question_is_an_object(document: Any) -> None:
    with pytest.raises(QueryError, match="expected an object"):
        read_evaluation(document)


def test_a_bulk_question_is_a_list_of_whatever() -> None:
    assert read_bulk({"requests": [3, {}]}) == [3, {}]
    with pytest.raises(QueryError, match="expected a list"):
        read_bulk({"requests": {}})


def test_odd_attributes_have_an_answer() -> None:
    odd = {"a": math.nan, "b": [1, {"c": math.inf}], "country": "NO", "d": None, "e": 10**400}

    assert ask(attributes=odd)["variation"] == "loud"


def test_a_subject_is_found_for_a_variation_that_json_reads_as_a_boolean() -> None:
    found = find(read_subjects({"flag": "big", "gets": True, "count": 3}), resolve)

    assert isinstance(found, Found)
    assert len(found.subjects) == 3
    assert all(ask(flag="big", subject=subject)["variation"] is True for subject in found.subjects)


def test_where_nobody_can_land_the_reason_is_told() -> None:
    found = find(read_subjects({"flag": "banner", "gets": "loud"}), resolve)

    assert isinstance(found, NotFound)
    assert "norway" in found.reason


def test_the_same_reason_is_told_once_for_all_phases() -> None:
    found = find(read_subjects({"flag": "phased", "gets": True}), resolve)

    assert found == NotFound('allocation "phases" is not active at 2025-03-28T12:00:00.000Z')


def test_shares_stand_beside_the_configured_ones() -> None:
    found = simulate(read_simulation({"flag": "big", "subjects": 2000}), resolve)

    assert found.configured is not None
    assert found.configured.variations == {"true": 0.5, "false": 0.5}
    assert found.simulated.variations["true"] == pytest.approx(0.5, abs=0.05)


def test_shares_as_json_name_what_is_configured_apart() -> None:
    found = simulate(read_simulation({"flag": "banner", "subjects": 10}), resolve)

    assert as_json(found) == {
        "subjects": 10,
        "shares": {"loud": 0.0, "plain": 1.0},
        "allocations": {"norway": 0.0, "later": 0.0, "default": 1.0},
        "default": 0.0,
        "configured": {"loud": 0.0, "plain": 1.0},
        "configuredAllocations": {"norway": 0.0, "later": 0.0, "default": 1.0},
        "configuredDefault": 0.0,
    }


def test_shares_that_are_too_many_to_add_up_are_null() -> None:
    nobody = Shares({}, {}, 1.0)

    told = as_json(Simulation(5, nobody, None))

    assert (told["configured"], told["configuredAllocations"], told["configuredDefault"]) == (None, None, None)


def test_an_unknown_flag_cannot_be_simulated() -> None:
    with pytest.raises(QueryError, match="did you mean") as caught:
        simulate(read_simulation({"flag": "bigg"}), resolve)

    assert caught.value.word == "unknown-flag"


def test_a_flag_that_is_off_is_not_denied() -> None:
    asked = {"flag": "banner", "environment": "production"}
    sentence = 'flag "banner" is defined at flags.yaml:6:3, but not served in environment "production", where it is '

    with pytest.raises(QueryError, match=sentence):
        simulate(read_simulation(asked), resolve)
    found = find(read_subjects(asked), resolve)

    assert isinstance(found, NotFound)
    assert found.reason.startswith(sentence)


@pytest.mark.parametrize("subjects", [0, True, 10_000_001, "many", 1.5])
def test_the_number_of_subjects_has_bounds(subjects: Any) -> None:
    with pytest.raises(QueryError, match="whole number from 1 to 10,000,000"):
        read_simulation({"flag": "big", "subjects": subjects})


class _EndedError(Exception):
    pass


@pytest.mark.parametrize(
    "ask_long",
    [
        lambda pace: simulate(read_simulation({"flag": "big", "subjects": 1_000_000}), resolve, pace),
        lambda pace: find(read_subjects({"flag": "crumb", "gets": "true", "count": 10_000}), resolve, pace),
    ],
    ids=["simulate", "find"],
)
def test_what_takes_long_can_be_ended(ask_long: Callable[[Callable[[], None]], object]) -> None:
    turns = iter(range(3))

    def pace() -> None:
        if next(turns, None) is None:
            raise _EndedError

    with pytest.raises(_EndedError):
        ask_long(pace)


def test_who_is_asked_for_a_pace_gets_the_same_answer() -> None:
    question = read_simulation({"flag": "big", "subjects": 25_000})

    assert simulate(question, resolve, lambda: None) == simulate(question, resolve)
