"""E6, E48 to E50: what is precomputed, decoded by hand, is what evaluation answers directly."""

import json
from base64 import b64decode
from datetime import UTC, datetime
from hashlib import md5
from pathlib import Path
from typing import Any

import pytest

from emulator.evaluation import evaluate, prepare
from emulator.evaluation.bandit_evaluation import evaluate_bandit
from emulator.evaluation.precompute import hashed_key, precompute
from tests.evaluation.bandit_cases import RECORDED, coefficients, wire_model

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SALT = "c29kaXVtY2hsb3JpZGU="
OWN: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "sdk_testdata" / "ufc" / "flags.json").read_text(encoding="utf-8")
)
READ = {"BOOLEAN": json.loads, "INTEGER": int, "NUMERIC": float, "STRING": str, "JSON": json.loads}
SUBJECTS = [
    ("ann", {}),
    ("bob", {"which": "picture", "size": 0.5, "role": "staff", "country": "NO", "version": "2.1.0"}),
    ("größe 日本", {"which": "quotes", "size": 1e6, "role": "on call", "plan": "pro", "age": 30}),
]


def text(encoded: str) -> str:
    return b64decode(encoded).decode()


def flag(
    kind: str, value: Any, *, log: bool = True, extra: dict[str, str] | None = None, enabled: bool = True
) -> dict[str, Any]:
    split: dict[str, Any] = {"variationKey": "v", "shards": [], **({"extraLogging": extra} if extra else {})}
    return {
        "key": "f",
        "enabled": enabled,
        "variationType": kind,
        "variations": {"v": {"key": "v", "value": value}},
        "allocations": [{"key": "a", "splits": [split], "doLog": log}],
        "totalShards": 10_000,
    }


def config(**flags: Any) -> dict[str, Any]:
    return {"createdAt": "2026-01-01T00:00:00.000Z", "environment": {"name": "Test"}, "flags": flags}


def entry(raw: dict[str, Any]) -> dict[str, Any]:
    (found,) = precompute(prepare(config(f=raw)), "ann", {}, now=NOW, salt=SALT)["flags"].values()
    return dict(found)


def test_e6_e50_a_flags_key_is_hashed_with_the_salt_as_it_is_written() -> None:
    assert hashed_key(SALT, "string-flag").startswith("41a27b85")
    assert hashed_key(SALT, "größe") == md5(f"{SALT}größe".encode()).hexdigest()


@pytest.mark.parametrize(("subject", "attributes"), SUBJECTS)
def test_e48_every_flag_decodes_to_what_is_answered_directly(subject: str, attributes: dict[str, Any]) -> None:
    prepared = prepare(OWN)

    flags = precompute(prepared, subject, attributes, now=NOW, salt=SALT)["flags"]

    direct = {key: evaluate(prepared, key, subject, attributes, now=NOW) for key in OWN["flags"]}
    assert {
        key: (
            READ[one["variationType"]](text(one["variationValue"])),
            text(one["variationKey"]),
            text(one["allocationKey"]),
        )
        for key in OWN["flags"]
        if (one := flags.get(hashed_key(SALT, key))) is not None
    } == {key: (one.value, one.variation_key, one.allocation_key) for key, one in direct.items() if one.is_match}


def test_the_document_says_what_it_is() -> None:
    document = precompute(prepare(config(f=flag("STRING", "on"))), "ann", {}, now=NOW, salt=SALT)

    assert {name: document[name] for name in document if name not in ("flags", "bandits")} == {
        "createdAt": "2026-06-01T00:00:00.000Z",
        "format": "PRECOMPUTED",
        "obfuscated": True,
        "salt": SALT,
        "environment": {"name": "Test"},
    }
    assert document["bandits"] == {}


def test_an_entry_has_every_field_in_its_encoding() -> None:
    assert entry(flag("STRING", "on", extra={"holdoutKey": "h1"})) == {
        "flagKey": hashed_key(SALT, "f"),
        "allocationKey": "YQ==",
        "variationKey": "dg==",
        "variationType": "STRING",
        "variationValue": "b24=",
        "extraLogging": {"aG9sZG91dEtleQ==": "aDE="},
        "doLog": True,
    }


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [("BOOLEAN", True, "true"), ("BOOLEAN", False, "false"), ("INTEGER", 3, "3"), ("INTEGER", 3.0, "3"),
     ("NUMERIC", 3.14, "3.14"), ("NUMERIC", 5.0, "5"), ("NUMERIC", -0.5, "-0.5"), ("STRING", "", ""),
     ("STRING", "Grüße", "Grüße"), ("JSON", '{ "a" : [1, 2.0] }', '{ "a" : [1, 2.0] }'), ("JSON", "7", "7")],
)  # fmt: skip
def test_a_value_is_the_base64_of_its_text(kind: str, value: Any, written: str) -> None:
    assert text(entry(flag(kind, value))["variationValue"]) == written


def test_a_flag_that_does_not_log_keeps_its_keys() -> None:
    """D-PRE-3: as in JavaScript; the Rust core leaves them out."""
    quiet = entry(flag("STRING", "on", log=False))

    assert (quiet["doLog"], text(quiet["allocationKey"]), text(quiet["variationKey"])) == (False, "a", "v")


@pytest.mark.parametrize(
    "spoiled",
    [
        pytest.param(flag("STRING", "on", enabled=False), id="disabled"),
        pytest.param(flag("INTEGER", 3.1416), id="unsuitable value"),
        pytest.param(flag("STRING", None), id="null value"),
        pytest.param(flag("STRING", "on") | {"variations": {}}, id="missing variation"),
        pytest.param(flag("STRING", "on") | {"allocations": []}, id="no allocation"),
        pytest.param(flag("STRING", "on") | {"totalShards": 0}, id="broken"),
        pytest.param(None, id="null"),
    ],
)
def test_e49_a_flag_that_serves_nothing_is_left_out_and_disturbs_no_other(spoiled: Any) -> None:
    flags = precompute(prepare(config(good=flag("STRING", "on"), bad=spoiled)), "ann", {}, now=NOW, salt=SALT)["flags"]

    assert list(flags) == [hashed_key(SALT, "good")]


NIKE = coefficients(5.0, action_numeric={"price": (1.0, 0.0)})
SHOES = prepare(RECORDED["configs"]["both"]["flags"], {"bandits": {"bandit1": wire_model({"nike": NIKE}, gamma=1e308)}})
OFFERED = {"nike": {"price": 2, "tier": "gold", "sale": True, "note": None}, "puma": {}}


def test_a_bandit_is_chosen_for_a_flag_with_offered_actions() -> None:
    bandits = precompute(SHOES, "alice", {"age": 30}, {"f": OFFERED}, now=NOW, salt=SALT)["bandits"]

    assert bandits == {
        hashed_key(SALT, "f"): {
            "banditKey": "YmFuZGl0MQ==",
            "action": "bmlrZQ==",
            "modelVersion": "djE=",
            "actionProbability": 1.0,
            "optimalityGap": 0.0,
            "actionNumericAttributes": {"cHJpY2U=": "Mg=="},
            "actionCategoricalAttributes": {"dGllcg==": "Z29sZA==", "c2FsZQ==": "dHJ1ZQ=="},
        }
    }


@pytest.mark.parametrize("subject", ["alice", "bob", "carol", "dave"])
def test_e48_the_precomputed_action_is_the_one_that_is_answered_directly(subject: str) -> None:
    uniform = prepare(RECORDED["configs"]["both"]["flags"], RECORDED["configs"]["both"]["models"])
    actions = ["a", "b", "c", "d", "e"]

    (bandit,) = precompute(uniform, subject, {}, {"f": actions}, now=NOW, salt=SALT)["bandits"].values()

    direct = evaluate_bandit(uniform, "f", subject, {}, actions, now=NOW)
    assert direct.choice is not None
    assert (text(bandit["action"]), bandit["actionProbability"]) == (direct.action, direct.choice.probability)


@pytest.mark.parametrize("actions", [None, {}, {"f": {}}, {"f": []}, {"f": None}, {"other": ["nike"]}, [], "f"])
def test_without_offered_actions_no_bandit_is_chosen(actions: Any) -> None:
    assert precompute(SHOES, "alice", {}, actions, now=NOW, salt=SALT)["bandits"] == {}


@pytest.mark.parametrize("name", ["no-model", "neither", "int-flag", "default-bandit"])
def test_a_flag_whose_value_is_no_bandit_with_a_model_has_no_action(name: str) -> None:
    documents = RECORDED["configs"][name]

    document = precompute(
        prepare(documents["flags"], documents["models"]), "alice", {}, {"f": ["x", "y"]}, now=NOW, salt=SALT
    )

    assert document["bandits"] == {}


def test_a_number_that_json_cannot_write_is_null() -> None:
    documents = RECORDED["configs"]["w-gamma-neg-sing"]

    document = precompute(
        prepare(documents["flags"], documents["models"]), "alice", {}, {"f": ["x", "y", "z"]}, now=NOW, salt=SALT
    )

    assert next(iter(document["bandits"].values()))["actionProbability"] is None
    assert json.dumps(document, allow_nan=False)


def test_split_attributes_reach_flags_and_bandits() -> None:
    split = {"numericAttributes": {"size": 0.5}, "categoricalAttributes": {"role": True, "note": None}}

    flags = precompute(prepare(OWN), "ann", split, now=NOW, salt=SALT)["flags"]

    assert text(flags[hashed_key(SALT, "fractions")]["allocationKey"]) == "half"
