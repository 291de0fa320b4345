"""A flag as people read it, with and without one subject's trace, whole and malformed."""

from typing import Any

import pytest

from emulator.evaluation import evaluate, prepare, trace
from emulator.pages.flag.origins import origins_of
from emulator.pages.flag.variations import bandits_of
from emulator.pages.flag.waterfall import Card, Waterfall, waterfall_of
from tests.pages.flag.documents import NOW, allocation, compiled, condition, drawn, split, wire

US = [{"conditions": [condition("country", "ONE_OF", ["US"]), condition("age", "GTE", 18)]}]
FLAG = wire(
    allocation("us", split("red", ("t", 0, 5_000)), rules=US),
    allocation("later", split("red"), startAt="2026-04-01T00:00:00.000Z"),
    allocation("rest", split("blue")),
    allocation("never", split("red")),
)


def traced(subject: str, **attributes: Any) -> Waterfall:
    prepared = prepare({"flags": {"banner": FLAG}})
    return waterfall_of(FLAG, NOW, trace(evaluate(prepared, "banner", subject, attributes, now=NOW)))


def marks(waterfall: Waterfall) -> list[str]:
    return [card.mark for card in waterfall.cards]


def test_cards_come_in_order() -> None:
    waterfall = waterfall_of(FLAG, NOW)

    assert [(card.number, card.key) for card in waterfall.cards] == [
        (1, "us"),
        (2, "later"),
        (3, "rest"),
        (4, "never"),
    ]


def test_behind_one_that_takes_everybody_nobody_comes() -> None:
    waterfall = waterfall_of(FLAG, NOW)

    assert [card.behind for card in waterfall.cards] == [None, None, None, 3]
    assert not waterfall.reaches_default


def test_without_such_a_one_the_default_is_reached() -> None:
    assert drawn(allocation("half", split("red", ("t", 0, 5_000)))).reaches_default


def test_a_trace_marks_what_was_passed_over_and_what_matched() -> None:
    waterfall = traced("ann", country="DE")

    assert marks(waterfall) == ["failed", "failed", "matched", "unreached"]
    assert waterfall.default_mark == "unreached"


def test_whom_a_condition_keeps_out_has_no_place_among_those_who_are_drawn() -> None:
    bars = [traced("ann", country=country, age=20).cards[0].draws.gates[0].bar for country in ("US", "DE")]

    assert [bar.marker is None for bar in bars] == [False, True]


def test_a_trace_marks_the_failing_condition_with_its_note() -> None:
    first = traced("ann", country="US", age=12).cards[0]

    assert [line.mark for line in first.rules[0].conditions] == ["passed", "failed"]
    assert first.rules[0].conditions[1].note == "age is 12, but must be at least 18"


def test_who_is_not_in_the_traffic_is_told_so() -> None:
    outside = next(
        f"s{number}" for number in range(100) if marks(traced(f"s{number}", country="US", age=20))[0] == "failed"
    )

    assert "only 50%" in traced(outside, country="US", age=20).cards[0].note


def test_a_trace_places_the_subject_on_the_bar() -> None:
    first = traced("ann", country="US", age=20).cards[0]

    marker = first.draws.gates[0].bar.marker
    assert marker is not None
    assert (first.mark == "matched") is (marker < 0.5)


def test_a_trace_of_who_falls_through_marks_the_default() -> None:
    flag = wire(allocation("us", split("red"), rules=US))
    told = trace(evaluate(prepare({"flags": {"banner": flag}}), "banner", "ann", {}, now=NOW))

    assert waterfall_of(flag, NOW, told).default_mark == "matched"


def test_a_trace_of_another_revision_marks_no_card() -> None:
    told = {"allocations": [], "code": "FLAG_UNRECOGNIZED_OR_DISABLED", "description": ""}

    assert marks(waterfall_of(FLAG, NOW, told)) == ["", "", "", ""]


@pytest.mark.parametrize(
    "malformed",
    [
        None,
        [],
        "banner",
        {},
        {"key": 7},
        wire(None),
        wire("a"),
        wire({"key": "a"}),
        wire(allocation("a", rules=7)),
        wire(allocation("a", startAt="soon")),
        wire(allocation("a", {"variationKey": 1, "shards": []})),
        wire(variations=None),
        wire(variations=[1]),
        wire(variationType="COLOUR"),
        wire(totalShards=0),
    ],
)
def test_a_malformed_flag_says_what_is_wrong(malformed: Any) -> None:
    waterfall = waterfall_of(malformed, NOW)

    assert waterfall.broken
    assert waterfall.cards == ()


def test_a_value_that_does_not_suit_the_type_is_told() -> None:
    waterfall = drawn(variations={"red": {"key": "red", "value": 1}, "none": 5, "blue": {"value": "blue"}})

    assert [choice.wrong for choice in waterfall.choices] == ["no string value", "it has no value", ""]


def test_each_variation_has_a_colour_and_another_one_none() -> None:
    waterfall = drawn()

    assert [waterfall.choice(key).hue for key in ("red", "blue", "gone", None)] == [
        "hue-0",
        "hue-1",
        "hue-none",
        "hue-none",
    ]


def test_a_json_value_is_shown_as_json() -> None:
    waterfall = drawn(variationType="JSON", variations={"on": {"key": "on", "value": '{"a":[1]}'}})

    assert waterfall.choices[0].short == '{"a": [1]}'


def test_of_a_huge_value_the_beginning_is_shown() -> None:
    waterfall = drawn(variations={"on": {"key": "on", "value": "x" * 1_000_000}})

    assert len(waterfall.choices[0].value) < 21_000


FILE = """
environments: { test: {}, production: {} }
audiences: { staff: 'email matches "@example.com$"' }
holdouts: { h2: { traffic: 10% } }
flags:
  banner:
    type: boolean
    status_quo: false
    overrides: { ann: true }
    allocations:
      - { key: team, if: audience staff, serve: true }
      - key: grow
        rollout: [{ at: 2026-01-01, traffic: 1% }, { at: 2026-02-01, traffic: 100% }]
        serve: true
        holdouts: [h2]
    serve: false
"""


@pytest.fixture(scope="module")
def cards() -> list[Card]:
    snapshot = compiled(FILE)
    flag = snapshot.environments[0].config["flags"]["banner"]
    return list(waterfall_of(flag, NOW, origins=origins_of(snapshot.build, "banner", "test")).cards)


def test_flag_files_say_what_allocations_are(cards: list[Card]) -> None:
    assert [(card.kind, card.title, card.part) for card in cards] == [
        ("override", "Named subjects", ""),
        ("allocation", "", ""),
        ("holdout", "Held out by h2", "phase 1 of 2"),
        ("allocation", "", "phase 1 of 2"),
        ("holdout", "Held out by h2", "phase 2 of 2"),
        ("allocation", "", "phase 2 of 2"),
        ("default", "Everybody else", ""),
    ]


def test_flag_files_say_where_allocations_stand(cards: list[Card]) -> None:
    assert [card.origin.at.line for card in cards if card.origin and card.origin.at] == [6, 11, 12, 12, 12, 12, 16]


def test_audiences_keep_their_names(cards: list[Card]) -> None:
    assert cards[1].origin is not None
    assert cards[1].origin.audiences == ("staff",)


SWITCHBACK = """
flags:
  fee:
    type: string
    variations: [flat, far]
    allocations:
      - key: cities
        switchback: { attribute: city, values: [Oslo, Bergen, Voss], every: 24h }
        split: [flat, far]
        start: 2026-02-20
        end: 2026-03-10
"""


def test_what_a_switchback_made_is_folded_while_it_rests() -> None:
    snapshot = compiled(SWITCHBACK)
    flag = snapshot.environments[0].config["flags"]["fee"]

    runs = waterfall_of(flag, NOW, origins=origins_of(snapshot.build, "fee", "test")).runs

    assert sum(len(run.cards) for run in runs) == len(flag["allocations"])
    assert [run.words.split(" of ")[1] for run in runs if run.words] == [
        "cities have ended",
        "cities are still to come",
    ]
    assert all(run.cards[0].is_running for run in runs if not run.words)


def test_what_a_sandbox_adds_is_told() -> None:
    changed = wire(allocation("us", split("red")), *FLAG["allocations"])

    added = [card.added for card in waterfall_of(changed, NOW, base=FLAG).cards]

    assert added == [True, False, False, False, False]


@pytest.mark.parametrize("config", [{}, {"bandits": 7, "banditReferences": [1]}, {"bandits": {"b": [7, {}]}}])
def test_bandits_of_a_malformed_configuration_are_none(config: Any) -> None:
    assert bandits_of(config, "banner") == {}


def test_bandits_are_read_from_both_shapes() -> None:
    entry = {"flagKey": "banner", "variationKey": "red"}

    assert bandits_of({"bandits": {"hats": [entry]}}, "banner") == {"red": "hats"}
    assert bandits_of({"banditReferences": {"hats": {"flagVariations": [entry]}}}, "banner") == {"red": "hats"}
