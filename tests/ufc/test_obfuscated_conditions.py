"""E51: hashed operators are the nine constants that clients know; attributes and members are the MD5 of their text."""

from hashlib import md5
from typing import Any

import pytest

from emulator.ufc.obfuscate import obfuscate_flag

# Source: js-sdk-common ``rules.ts``, the words that its clients compare with.
OPERATORS = {
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


def hidden(attribute: str, operator: str, value: Any) -> dict[str, Any]:
    """Return the condition as clients are served it."""
    conditions = [{"attribute": attribute, "operator": operator, "value": value}]
    served = obfuscate_flag({"allocations": [{"rules": [{"conditions": conditions}]}]})
    (condition,) = served["allocations"][0]["rules"][0]["conditions"]
    return dict(condition)


@pytest.mark.parametrize(("operator", "word"), OPERATORS.items())
def test_e51_an_operator_is_the_word_that_clients_know(operator: str, word: str) -> None:
    assert hidden("country", operator, "x")["operator"] == word


@pytest.mark.parametrize("text", ["country", "größe", "", "日本"])
@pytest.mark.parametrize("operator", ["ONE_OF", "NOT_ONE_OF"])
def test_e51_an_attribute_and_its_members_are_hashed_as_text(operator: str, text: str) -> None:
    condition = hidden(text, operator, [text, "NO"])

    hashed = md5(text.encode()).hexdigest()
    assert condition["attribute"] == hashed
    assert condition["value"] == [hashed, md5(b"NO").hexdigest()]


@pytest.mark.parametrize(("value", "text"), [(True, b"true"), (False, b"false")])
def test_e51_a_null_check_is_the_hash_of_true_or_false(value: bool, text: bytes) -> None:
    assert hidden("country", "IS_NULL", value)["value"] == md5(text).hexdigest()
