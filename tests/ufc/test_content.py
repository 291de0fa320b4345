"""W20: what is unsafe in content that is served as it is."""

from typing import Any

import pytest

from emulator.ufc.content import config_findings, flag_findings


def flag(**changes: Any) -> Any:
    allocation = {"key": "a", "splits": [{"variationKey": "on", "shards": []}], "doLog": True}
    good = {
        "key": "f",
        "enabled": True,
        "variationType": "BOOLEAN",
        "variations": {"on": {"key": "on", "value": True}},
        "allocations": [allocation],
        "totalShards": 10_000,
    }
    return {**good, **changes}


def allocation(**changes: Any) -> Any:
    return flag(allocations=[{"key": "a", "splits": [], "doLog": True, **changes}])


def condition(operator: str, value: Any) -> Any:
    return allocation(rules=[{"conditions": [{"attribute": "x", "operator": operator, "value": value}]}])


def test_good_flag_has_no_findings() -> None:
    assert list(flag_findings(flag(), "f", "f")) == []


@pytest.mark.parametrize(
    ("damaged", "path"),
    [
        (None, "f"),
        (flag(totalShards=0), "f.totalShards"),
        (flag(totalShards=None), "f.totalShards"),
        (flag(key="other"), "f.key"),
        (flag(variationType="BOOL"), "f.variationType"),
        (flag(variations={"on": {"key": "off", "value": True}}), "f.variations.on.key"),
        (flag(variations={"on": {"key": "on", "value": 1}}), "f.variations.on.value"),
        (flag(variationType="INTEGER"), "f.variations.on.value"),
        (allocation(doLog=None), "f.allocations[0].doLog"),
        (allocation(rules=None), "f.allocations[0].rules"),
        (allocation(startAt="2024-01-01"), "f.allocations[0].startAt"),
        (allocation(splits=[{"variationKey": "x", "shards": []}]), "f.allocations[0].splits[0].variationKey"),
        (allocation(splits=[{"variationKey": "on"}]), "f.allocations[0].splits[0].shards"),
        (
            allocation(splits=[{"variationKey": "on", "shards": [], "extraLogging": {"k": 1}}]),
            "f.allocations[0].splits[0].extraLogging.k",
        ),
        (condition("LIKE", "x"), "f.allocations[0].rules[0].conditions[0].operator"),
        *(
            (condition(operator, value), "f.allocations[0].rules[0].conditions[0].value")
            for operator, value in [
                ("ONE_OF", "US"),
                ("ONE_OF", [1]),
                ("NOT_ONE_OF", []),
                ("MATCHES", 5),
                ("MATCHES", "(["),
                ("NOT_MATCHES", "^(?!bot)"),
                ("MATCHES", "^https://"),
                ("IS_NULL", "true"),
                ("GTE", "5"),
                ("GTE", True),
                ("GTE", "new"),
            ]
        ),
    ],
)
def test_w20_unsafe_content_is_found(damaged: Any, path: str) -> None:
    assert path in [place for place, _ in flag_findings(damaged, "f", "f")]


@pytest.mark.parametrize(
    "name",
    ["featureFlag", "allocation", "experiment", "variation", "subject", "subjectAttributes", "timestamp", "metaData",
     "format", "evaluationDetails", "entityId"],
)  # fmt: skip
def test_e37_extra_logging_under_the_name_of_an_events_own_field_is_found(name: str) -> None:
    clashing = allocation(splits=[{"variationKey": "on", "shards": [], "extraLogging": {name: "x", "squad": "y"}}])

    ((place, sentence),) = flag_findings(clashing, "f", "f")

    assert place == f"f.allocations[0].splits[0].extraLogging.{name}"
    assert "lose" in sentence


def test_e37_a_holdouts_names_clash_with_nothing() -> None:
    extra = {"holdoutKey": "q1", "holdoutVariation": "status_quo"}
    held = allocation(splits=[{"variationKey": "on", "shards": [], "extraLogging": extra}])

    assert list(flag_findings(held, "f", "f")) == []


def test_document_without_its_frame_is_unsafe() -> None:
    places = [place for place, _ in config_findings({"flags": {}, "createdAt": "2024-01-01"})]

    assert places == ["format", "environment", "createdAt"]
