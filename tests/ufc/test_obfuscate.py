"""Obfuscation member by member; whole documents are compared with a client SDK elsewhere."""

from base64 import b64decode
from typing import Any

import pytest

from emulator.ufc.obfuscate import base64_text, javascript_text, md5_hex, obfuscate
from emulator.ufc.wire import OPERATORS

OPERATOR_HASHES = {
    "MATCHES": "05015086bdd8402218f6aad6528bef08",
    "NOT_MATCHES": "8323761667755378c3a78e0a6ed37a78",
    "GTE": "32d35312e8f24bc1669bd2b45c00d47c",
    "GT": "cd6a9bd2a175104eed40f0d33a8b4020",
    "LTE": "cc981ecc65ecf63ad1673cbec9c64198",
    "LT": "c562607189d77eb9dfb707464c1e7b0b",
    "ONE_OF": "27457ce369f2a74203396a35ef537c0b",
    "NOT_ONE_OF": "602f5ee0b6e84fe29f43ab48b9e1addf",
    "IS_NULL": "dbd9c38e0339e6c34bd48cafc59be388",
}


def document(**flag: Any) -> Any:
    return {
        "createdAt": "2025-01-01T00:00:00.000Z",
        "format": "SERVER",
        "environment": {"name": "Test"},
        "flags": {"f": {"key": "f", "enabled": True, "variationType": "STRING", "totalShards": 10_000, **flag}},
        "banditReferences": {},
    }


def obfuscated_flag(**flag: Any) -> Any:
    (served,) = obfuscate(document(**flag))["flags"].values()
    return served


def condition(operator: str, value: Any) -> Any:
    rules = [{"conditions": [{"attribute": "country", "operator": operator, "value": value}]}]
    allocation = {"key": "a", "rules": rules, "splits": [], "doLog": True}
    return obfuscated_flag(allocations=[allocation])["allocations"][0]["rules"][0]["conditions"][0]


def test_w32_format_says_client_and_the_document_stays_as_it_was() -> None:
    plain = document()

    hidden = obfuscate(plain)

    assert (hidden["format"], plain["format"]) == ("CLIENT", "SERVER")
    assert (hidden["createdAt"], hidden["environment"]) == (plain["createdAt"], plain["environment"])
    assert list(hidden["flags"]) == [md5_hex("f")]
    assert list(hidden) == list(plain)


@pytest.mark.parametrize("operator", OPERATORS)
def test_operators_and_attributes_are_hashed(operator: str) -> None:
    hidden = condition(operator, True if operator == "IS_NULL" else "x")

    assert hidden["operator"] == OPERATOR_HASHES[operator]
    assert hidden["attribute"] == md5_hex("country")


@pytest.mark.parametrize(
    ("operator", "value", "hidden"),
    [
        ("ONE_OF", ["US", "CA"], [md5_hex("US"), md5_hex("CA")]),
        ("NOT_ONE_OF", ["US"], [md5_hex("US")]),
        ("IS_NULL", True, "b326b5062b2f0e69046810717534cb09"),
        ("IS_NULL", False, "68934a3e9455fa72420237eb05902327"),
        ("MATCHES", "^a$", base64_text("^a$")),
        ("GTE", 18, "MTg="),
        ("LT", 1.5, base64_text("1.5")),
        ("GT", "2.3.0", base64_text("2.3.0")),
    ],
)
def test_comparands_are_hidden_by_their_operator(operator: str, value: Any, hidden: Any) -> None:
    assert condition(operator, value)["value"] == hidden


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "dHJ1ZQ=="), (42, "NDI="), (5.0, "NQ=="), ("", ""), ('{"a":1}', base64_text('{"a":1}')), (None, None)],
)
def test_variation_values_become_base64_texts(value: Any, text: Any) -> None:
    variations = {"on": {"key": "on", "value": value, "algorithmType": "CONSTANT"}}

    assert obfuscated_flag(variations=variations)["variations"] == {
        "b24=": {"key": "b24=", "value": text, "algorithmType": "CONSTANT"}
    }


def test_allocation_members_are_base64() -> None:
    split = {"variationKey": "on", "shards": [{"salt": "s", "ranges": [{"start": 0, "end": 1}]}],
             "extraLogging": {"k": "v"}}  # fmt: skip
    allocation = {"key": "a", "startAt": "2025-01-01T00:00:00.000Z", "splits": [split], "doLog": True}

    (hidden,) = obfuscated_flag(allocations=[allocation])["allocations"]

    assert b64decode(hidden["key"]) == b"a"
    assert b64decode(hidden["startAt"]) == b"2025-01-01T00:00:00.000Z"
    assert hidden["doLog"] is True
    assert hidden["splits"] == [
        {
            "variationKey": "b24=",
            "shards": [{"salt": "cw==", "ranges": [{"start": 0, "end": 1}]}],
            "extraLogging": {"aw==": "dg=="},
        }
    ]


def test_members_that_no_client_knows_are_left_out() -> None:
    hidden = obfuscated_flag(comment="launch of the secret product", variations={"a": {"key": "a", "note": "x"}})

    assert "comment" not in hidden
    assert hidden["variations"] == {"YQ==": {"key": "YQ=="}}


def test_w24_entity_is_copied() -> None:
    assert obfuscated_flag(entityId=7)["entityId"] == 7


def test_bandit_references_are_hashed_and_null_stays_null() -> None:
    entry = {"key": "b", "flagKey": "f", "allocationKey": "a", "variationKey": "b", "variationValue": "b"}
    plain = document()
    plain["bandits"] = {"b": [entry]}
    plain["banditReferences"] = {"b": {"modelVersion": None, "flagVariations": [entry]}}

    hidden: Any = obfuscate(plain)

    hashed = {name: md5_hex(value) for name, value in entry.items()}
    assert hidden["bandits"] == {md5_hex("b"): [hashed]}
    assert hidden["banditReferences"] == {md5_hex("b"): {"modelVersion": None, "flagVariations": [hashed]}}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"), (1.0, "1"), (-0.0, "0"), (1.5, "1.5"), (1e21, "1e+21"), (1e20, "100000000000000000000"),
        (1e-6, "0.000001"), (1e-7, "1e-7"), (1.25e-9, "1.25e-9"), (123456.789, "123456.789"), (-2.5, "-2.5"),
        (2**60, "1152921504606847000"), (True, "true"), (1.7976931348623157e308, "1.7976931348623157e+308"),
    ],
)  # fmt: skip
def test_numbers_are_spelled_as_javascript_does(value: Any, text: str) -> None:
    assert javascript_text(value) == text


@pytest.mark.parametrize("damaged", [None, [], "x", {"allocations": None}, {"variations": [1]}, {"allocations": [1]}])
def test_any_shape_is_copied_through(damaged: Any) -> None:
    plain = document()
    plain["flags"] = {"f": damaged}

    assert obfuscate(plain)["flags"] == {md5_hex("f"): damaged}
