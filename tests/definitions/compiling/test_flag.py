"""What each construct compiles to, member by member."""

from typing import Any

import pytest

from tests.definitions.compiled import allocations, codes, config, flag

ALL = {"splits": [{"shards": []}]}


def experiment(rest: str, head: str = "") -> str:
    return (
        f"flags:\n  headline:\n    type: string\n    variations: [control, short]\n{head}"
        f"    allocations:\n      - key: allocation-7\n{rest}"
    )


def ranges(allocation: Any) -> list[list[tuple[str, list[tuple[int, int]]]]]:
    """Return per split its shards as (salt, ranges)."""
    return [
        [(shard["salt"], [(pair["start"], pair["end"]) for pair in shard["ranges"]]) for shard in split["shards"]]
        for split in allocation["splits"]
    ]


@pytest.mark.parametrize(
    ("head", "variations"),
    [
        ("type: boolean", {"true": True, "false": False}),
        ("type: boolean\n    variations: {on: true, off: false}", {"on": True, "off": False}),
        ("type: string\n    variations: [NO, on, 1.10]", {"NO": "NO", "on": "on", "1.10": "1.10"}),
        ("type: integer\n    variations: [1, -2]", {"1": 1, "-2": -2}),
        ("type: numeric\n    variations: {low: 0.70, five: 5}", {"low": 0.7, "five": 5.0}),
        ("type: json\n    variations: {a: {x: 0.70, y: [1]}, b: [1]}", {"a": '{"x":0.70,"y":[1]}', "b": "[1]"}),
        ("type: json\n    variations: {a: {json: '{ \"x\": 1 }'}}", {"a": '{ "x": 1 }'}),
    ],
)
def test_w21_variations_carry_values_of_the_flags_type(head: str, variations: dict[str, Any]) -> None:
    served = flag(f"flags:\n  f:\n    {head}\n")

    assert {key: one["value"] for key, one in served["variations"].items()} == variations
    assert [type(one["value"]) for one in served["variations"].values()] == [type(one) for one in variations.values()]


def test_json_file_is_served_untouched_but_for_its_last_newline() -> None:
    text = "flags:\n  f:\n    type: json\n    variations: {a: {file: ../json/a.json}}\n"

    served = flag(text, files={"json/a.json": '{ "x": 0.70 }\n\n'})

    assert served["variations"]["a"]["value"] == '{ "x": 0.70 }\n'


def test_gate_takes_everybody_without_a_shard() -> None:
    (allocation,) = allocations(experiment("        serve: short\n"))

    assert allocation == {
        "key": "allocation-7", "splits": [{"variationKey": "short", "shards": []}], "doLog": True
    }  # fmt: skip


def test_experiment_splits_one_salt_by_weight() -> None:
    (allocation,) = allocations(experiment("        traffic: 20%\n        split: {control: 3, short: 1}\n"))

    assert ranges(allocation) == [
        [("headline-7-traffic", [(0, 2000)]), ("headline-7-split", [(0, 7500)])],
        [("headline-7-traffic", [(0, 2000)]), ("headline-7-split", [(7500, 10_000)])],
    ]


def test_weight_of_zero_leaves_its_variation_out() -> None:
    (allocation,) = allocations(experiment("        split: {control: 0%, short: 100%}\n"))

    assert [split["variationKey"] for split in allocation["splits"]] == ["short"]


def test_traffic_of_nobody_is_an_empty_range() -> None:
    (allocation,) = allocations(experiment("        traffic: 0%\n        serve: short\n"))

    assert ranges(allocation) == [[("headline-7-traffic", [(0, 0)])]]


@pytest.mark.parametrize(
    ("keys", "salts"),
    [
        ("", ["headline-7-traffic", "headline-7-split"]),
        ("        salt: old\n", ["old-traffic", "old-split"]),
        ("        salts: {traffic: t, split: s}\n", ["t", "s"]),
    ],
)
def test_salts_come_from_names_unless_given(keys: str, salts: list[str]) -> None:
    (allocation, *_) = allocations(experiment(f"        traffic: 50%\n        split: [control, short]\n{keys}"))

    assert [salt for salt, _ in ranges(allocation)[0]] == salts


def test_traffic_salt_writes_the_shard_at_full_exposure_too() -> None:
    (allocation,) = allocations(experiment("        serve: short\n        salts: {traffic: t}\n"))

    assert ranges(allocation) == [[("t", [(0, 10_000)])]]


def test_sticky_layout_cuts_from_the_ends() -> None:
    text = experiment("        split: [control, short, long]\n        layout: sticky\n")

    (allocation,) = allocations(text.replace("[control, short]", "[control, short, long]", 1))

    assert [shards[0][1] for shards in ranges(allocation)] == [
        [(0, 3334)],
        [(5000, 8333)],
        [(3334, 5000), (8333, 10_000)],
    ]


def test_exact_splits_are_served_as_written() -> None:
    rest = (
        "        splits:\n"
        "          - {variation: short, shards: [{salt: x, ranges: [[0, 10], [20, 30]]}], extra_logging: {k: v}}\n"
        "          - {variation: control, shards: []}\n"
    )

    (allocation,) = allocations(experiment(rest))

    assert allocation["splits"] == [
        {
            "variationKey": "short",
            "shards": [{"salt": "x", "ranges": [{"start": 0, "end": 10}, {"start": 20, "end": 30}]}],
            "extraLogging": {"k": "v"},
        },
        {"variationKey": "control", "shards": []},
    ]


def test_w19_times_travel_in_utc_with_three_decimals() -> None:
    rest = "        serve: short\n        start: 2025-03-28\n        end: 2025-03-28T01:30+01:00\n"

    (allocation,) = allocations(experiment(rest))

    assert (allocation["startAt"], allocation["endAt"]) == ("2025-03-28T00:00:00.000Z", "2025-03-28T00:30:00.000Z")


def test_rollout_phases_abut_by_a_millisecond() -> None:
    rest = "        rollout: [{at: 2025-03-01, traffic: 1%}, {at: 2025-03-02, traffic: 100%}]\n        serve: short\n"

    first, last = allocations(experiment(rest))

    assert (first["endAt"], last["startAt"]) == ("2025-03-01T23:59:59.999Z", "2025-03-02T00:00:00.000Z")
    assert "endAt" not in last
    assert (ranges(first), ranges(last)) == ([[("headline-7-traffic", [(0, 100)])]], [[]])


def test_overrides_come_first_and_are_not_logged() -> None:
    text = "flags:\n  f:\n    type: boolean\n    overrides: {ann: false, 1042: true, bob: false}\n    serve: true\n"

    first, second, _ = allocations(text)

    assert (first["key"], first["doLog"]) == ("override-false", False)
    assert first["rules"] == [{"conditions": [{"attribute": "id", "operator": "ONE_OF", "value": ["ann", "bob"]}]}]
    assert second["rules"][0]["conditions"][0]["value"] == ["1042"]


HOLDOUTS = "holdouts:\n  q1: {traffic: 10%}\n"
STATUS_QUO = "    status_quo: control\n"


def test_w25_running_holdout_precedes_its_experiment_with_its_shards() -> None:
    rest = "        split: [control, short]\n        holdouts: [q1]\n        extra_logging: {a: b}\n"

    held, own = allocations(HOLDOUTS + experiment(rest, STATUS_QUO))

    assert held["key"] == "allocation-7-holdout-q1"
    assert [split["variationKey"] for split in held["splits"]] == ["control", "control"]
    assert [shards[-1] for shards in ranges(held)] == [("q1-holdout-traffic", [(0, 1000)])] * 2
    assert [shards[:-1] for shards in ranges(held)] == ranges(own)
    assert ["extraLogging" in split for split in (*held["splits"], *own["splits"])] == [False, False, True, True]


def test_w25_shipped_holdout_logs_which_part_a_subject_is_in() -> None:
    held, own = allocations(HOLDOUTS + experiment("        ship: short\n        holdouts: [q1]\n", STATUS_QUO))

    assert (held["key"], own["splits"]) == ("allocation-7-q1", [{"variationKey": "short", "shards": []}])
    assert [(split["variationKey"], split["extraLogging"]["holdoutVariation"]) for split in held["splits"]] == [
        ("control", "status_quo"),
        ("short", "all_shipped"),
    ]
    assert ranges(held)[1] == [("q1-holdout-traffic", [(0, 1000)]), ("q1-holdout-split", [(5000, 10_000)])]


def test_holdouts_of_one_allocation_keep_their_order() -> None:
    head = "holdouts:\n  q1: {traffic: 10%}\n  q2: {traffic: 5%}\n"

    found = allocations(head + experiment("        serve: short\n        holdouts: [q2, q1]\n", STATUS_QUO))

    assert [one["key"] for one in found] == ["allocation-7-holdout-q2", "allocation-7-holdout-q1", "allocation-7"]


def test_holdout_is_bounded_by_its_own_dates() -> None:
    head = "holdouts:\n  q1: {traffic: 10%, start: 2025-01-10, end: 2025-03-31}\n"
    rest = "        serve: short\n        holdouts: [q1]\n        start: 2025-01-01\n        end: 2025-02-01\n"

    held, own = allocations(head + experiment(rest, STATUS_QUO))

    assert (held["startAt"][:10], held["endAt"][:10]) == ("2025-01-10", "2025-02-01")
    assert (own["startAt"][:10], own["endAt"][:10]) == ("2025-01-01", "2025-02-01")


def test_holdout_outside_its_dates_leaves_no_allocation() -> None:
    head = "holdouts:\n  q1: {traffic: 10%, end: 2024-01-01}\n"
    rest = "        serve: short\n        holdouts: [q1]\n        start: 2025-01-01\n"

    assert [one["key"] for one in allocations(head + experiment(rest, STATUS_QUO))] == ["allocation-7"]


def test_exclusive_slots_are_the_first_shard() -> None:
    rest = (
        "        split: [control, short]\n        traffic: 50%\n        exclusive: {group: surface, slots: 20%-40%}\n"
    )

    (allocation,) = allocations(experiment(rest))

    assert [salt for salt, _ in ranges(allocation)[0]] == ["surface-layer", "headline-7-traffic", "headline-7-split"]
    assert ranges(allocation)[0][0] == ("surface-layer", [(2000, 4000)])


def test_exclusive_experiments_one_after_the_other_may_share_slots() -> None:
    one = "      - {key: a, split: [control, short], exclusive: {group: g, slots: 0%-50%}, end: 2025-01-31}\n"
    two = "      - {key: b, split: [control, short], exclusive: {group: g, slots: 0%-50%}, start: 2025-02-01}\n"

    text = f"flags:\n  f:\n    type: string\n    variations: [control, short]\n    allocations:\n{one}{two}"

    assert codes(text) == []
    assert codes(text.replace("2025-02-01", "2025-01-31")) == ["E701"]


def test_switchback_draws_each_value_anew_in_each_window() -> None:
    rest = (
        "        switchback: {attribute: city, values: [Oslo, Rome, Kyiv, Lima], every: 24h}\n"
        "        split: [control, short]\n        start: 2025-03-01\n        end: 2025-03-03T12:00Z\n"
    )

    found = allocations(experiment(rest))

    windows: dict[tuple[str, str], list[str]] = {}
    for one in found:
        (condition,) = one["rules"][0]["conditions"]
        assert (condition["attribute"], condition["operator"]) == ("city", "ONE_OF")
        windows.setdefault((one["startAt"], one["endAt"]), []).extend(condition["value"])
    assert list(windows) == [
        ("2025-03-01T00:00:00.000Z", "2025-03-01T23:59:59.999Z"),
        ("2025-03-02T00:00:00.000Z", "2025-03-02T23:59:59.999Z"),
        ("2025-03-03T00:00:00.000Z", "2025-03-03T12:00:00.000Z"),
    ]
    assert all(sorted(values) == ["Kyiv", "Lima", "Oslo", "Rome"] for values in windows.values())


def test_switchback_with_an_empty_condition_keeps_its_own_rule() -> None:
    rest = (
        "        if: []\n        switchback: {attribute: city, values: [Oslo], every: 24h}\n"
        "        split: [control]\n        start: 2025-03-01\n        end: 2025-03-02\n"
    )

    (allocation,) = allocations(experiment(rest))

    assert [one["value"] for one in allocation["rules"][0]["conditions"]] == [["Oslo"]]


LAYER = """\
layers:
  banner:
    parameters: {sticky: false, cta: Shop now}
    variations: {sign-in: {cta: Sign in}}
    opt_out: [{key: staff, if: staff = true, serve: default}]
    experiments:
      - {key: allocation-9, slots: 0%-40%, split: [default, sign-in]}
      - {key: allocation-10, slots: 40%-60%, split: [default, sign-in], if: country = US}
"""


def test_layer_is_a_json_flag_of_its_parameters() -> None:
    served = flag(LAYER)

    assert {key: one["value"] for key, one in served["variations"].items()} == {
        "default": '{"sticky":false,"cta":"Shop now"}',
        "sign-in": '{"sticky":false,"cta":"Sign in"}',
    }
    assert [one["key"] for one in served["allocations"]] == ["staff", "allocation-9", "allocation-10", "default"]
    assert ranges(served["allocations"][2])[0] == [
        ("banner-layer", [(4000, 6000)]),
        ("banner-10-split", [(0, 5000)]),
    ]


def test_layer_rollout_replaces_the_defaults() -> None:
    (*_, last) = allocations(LAYER + "    rollout: sign-in\n")

    assert last["splits"] == [{"variationKey": "sign-in", "shards": []}]


def test_layer_experiments_may_not_overlap() -> None:
    assert codes(LAYER.replace("40%-60%", "30%-60%")) == ["E701"]


OVERLAYS = """\
environments:
  test: {name: Test}
  staging:
  production: {name: Live}
flags:
  f:
    type: boolean
    overrides: {ann: true}
    allocations: [{key: some, traffic: 10%, serve: true}]
    serve: false
    environments:
      staging: {serve: null}
      production: {allocations: [], serve: true, overrides: {}}
"""


@pytest.mark.parametrize(
    ("environment", "keys"),
    [
        ("test", ["override-true", "some", "default"]),
        ("staging", ["override-true", "some"]),
        ("production", ["default"]),
    ],
)
def test_overlay_replaces_whole_keys(environment: str, keys: list[str]) -> None:
    assert [one["key"] for one in allocations(OVERLAYS, environment)] == keys


@pytest.mark.parametrize(("environment", "name"), [("test", "Test"), ("staging", "Staging"), ("production", "Live")])
def test_environment_is_named_after_its_key(environment: str, name: str) -> None:
    assert config(OVERLAYS, environment)["environment"] == {"name": name}


def test_w43_disabled_flag_is_left_out_unless_it_is_to_be_emitted() -> None:
    text = "flags:\n  f: {type: boolean, serve: true, enabled: false}\n"

    assert config(text)["flags"] == {}
    assert flag(text.replace("false}", "false, emit: disabled}"))["enabled"] is False


def test_archived_flag_is_left_out_even_when_it_is_emitted_disabled() -> None:
    assert config("flags:\n  f: {type: boolean, archived: true, emit: disabled, enabled: false}\n")["flags"] == {}


def test_w43_tags_of_an_environment_narrow_its_flags() -> None:
    text = (
        "environments:\n  test: {tags: [web]}\n  all:\nflags:\n"
        "  a: {type: boolean, tags: [web, app]}\n  b: {type: boolean, tags: [app]}\n  c: {type: boolean}\n"
    )

    assert list(config(text, "test")["flags"]) == ["a"]
    assert list(config(text, "all")["flags"]) == ["a", "b", "c"]


def test_w24_entity_and_extra_members_follow_the_known_ones() -> None:
    served = flag("flags:\n  f: {type: boolean, entity: 7, extra: {comment: why}, shards: 100}\n")

    assert list(served.items())[-3:] == [("totalShards", 100), ("entityId", 7), ("comment", "why")]


def test_raw_flag_and_raw_allocation_are_served_as_they_are() -> None:
    text = (
        "flags:\n  a: {raw: {key: other, odd: [1, 2.5, null]}}\n"
        "  b: {type: boolean, allocations: [{raw: {key: x, odd: true}}]}\n"
    )

    served = config(text)["flags"]

    assert served["a"] == {"key": "other", "odd": [1, 2.5, None]}
    assert served["b"]["allocations"] == [{"key": "x", "odd": True}]


def test_raw_flag_comes_from_a_file_too() -> None:
    text = "flags:\n  a: {raw: {file: a.json}}\n"

    assert config(text, files={"flags/a.json": '{"key": "a", "n": 1.0}'})["flags"]["a"] == {"key": "a", "n": 1.0}


def test_audiences_are_written_out() -> None:
    text = (
        "audiences:\n  north: country in [US, CA]\n  paying: {description: pays, if: 'plan in [pro, team]'}\n"
        "  both: audience north and audience paying\n"
        "flags:\n  f:\n    type: boolean\n    allocations: [{key: a, if: audience both, serve: true}]\n"
    )

    (allocation,) = allocations(text)

    assert [one["attribute"] for one in allocation["rules"][0]["conditions"]] == ["country", "plan"]
