"""W34, W36 and W38: what is in a precomputed document, by a real server and by Flask alone; of one revision (W45)."""

from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.server.parts import Parts
from emulator.snapshot import Snapshot
from tests.server.calling import Call
from tests.server.conftest import Carrier
from tests.server.documents import Shelf, bandit_snapshot, config, environment, flag, snapshot
from tests.server.precomputed import action, decoded, entry, precomputed, value


def everybodys(key: str, kind: str, served: Any, **allocation: Any) -> dict[str, Any]:
    """A flag that serves one value to whoever *allocation* takes."""
    return {
        "key": key,
        "enabled": True,
        "variationType": kind,
        "variations": {"v": {"key": "v", "value": served}},
        "allocations": [
            {"key": "everybody", "splits": [{"variationKey": "v", "shards": []}], "doLog": True, **allocation}
        ],
        "totalShards": 10000,
    }


def where(attribute: str, operator: str, comparand: Any) -> dict[str, Any]:
    return {"rules": [{"conditions": [{"attribute": attribute, "operator": operator, "value": comparand}]}]}


FLAGS = (
    everybodys("text", "STRING", "Grüße"),
    everybodys("truth", "BOOLEAN", True),
    everybodys("whole", "INTEGER", 3.0),
    everybodys("share", "NUMERIC", 2.5),
    everybodys("document", "JSON", '{ "a" : [1, 2.0] }'),
    everybodys("quiet", "STRING", "shh", doLog=False),
    everybodys("odd", "INTEGER", 3.5),
    everybodys("from-norway", "BOOLEAN", True, **where("country", "ONE_OF", ["NO"])),
    everybodys("of-age", "BOOLEAN", True, **where("age", "GTE", 18)),
    everybodys("important", "BOOLEAN", True, **where("vip", "ONE_OF", ["true"])),
    everybodys("zipped", "BOOLEAN", True, **where("zip", "ONE_OF", ["303"])),
    everybodys("nameless", "BOOLEAN", True, **where("name", "IS_NULL", True)),
    everybodys("me", "BOOLEAN", True, **where("id", "MATCHES", "^ann$")),
    everybodys("later", "BOOLEAN", True, startAt="2030-01-01T00:00:00.000Z"),
    {**everybodys("off", "BOOLEAN", True), "enabled": False},
)
ALWAYS = {"text", "truth", "whole", "share", "document", "quiet", "nameless", "me"}


@pytest.fixture
def every_type(carry: Carrier) -> Call:
    return carry(Parts(Shelf(snapshot(environment("test", config(*FLAGS))))))


@pytest.fixture
def hats(carry: Carrier) -> Call:
    """One whose flag ``hat`` is decided by a bandit, and takes Americans only."""
    return carry(Parts(Shelf(bandit_snapshot(1))))


def served_flags(document: Mapping[str, Any]) -> set[str]:
    keys = [one["key"] for one in FLAGS]
    found = {key for key in keys if entry(document, key) is not None}
    assert len(found) == len(document["flags"])
    return found


def context(numeric: Any, categorical: Any) -> dict[str, Any]:
    return {"numericAttributes": numeric, "categoricalAttributes": categorical}


@pytest.mark.parametrize(
    ("attributes", "more"),
    [
        pytest.param({}, set(), id="none"),
        pytest.param(None, set(), id="null"),
        pytest.param(context({}, {}), set(), id="empty context"),
        pytest.param(context(None, None), set(), id="null context"),
        pytest.param(context({"age": 30}, {"country": "NO"}), {"of-age", "from-norway"}, id="context"),
        pytest.param({"age": 30, "country": "NO"}, {"of-age", "from-norway"}, id="flat"),
        pytest.param({"categoricalAttributes": {"country": "NO"}}, {"from-norway"}, id="half a context"),
        pytest.param(context({}, {"vip": True}), {"important"}, id="boolean"),
        pytest.param({"vip": True}, {"important"}, id="flat boolean"),
        pytest.param(context({}, {"zip": 303}), {"zipped"}, id="number among categories"),
        pytest.param(context({}, {"name": None, "vip": "true"}), {"important"}, id="null among categories"),
        pytest.param(context({"age": None}, {}), set(), id="null among numbers"),
        pytest.param({"age": 10**400, "zip": [303], "vip": {"a": {}}}, {"of-age"}, id="odd values"),
    ],
)
def test_w34_attributes_come_as_a_context_or_flat(every_type: Call, attributes: Any, more: set[str]) -> None:
    document = precomputed(every_type, subject_key="ann", subject_attributes=attributes)

    assert served_flags(document) == ALWAYS | more


def test_w34_attributes_may_be_absent_and_unknown_members_present(every_type: Call) -> None:
    assert served_flags(precomputed(every_type, subject_key="ann", sdk="tomorrow's")) == ALWAYS


def test_w34_an_id_of_the_callers_own_is_the_one_that_counts(every_type: Call) -> None:
    document = precomputed(every_type, subject_key="bob", subject_attributes={"id": "ann", "name": "Ann"})

    assert served_flags(document) == ALWAYS - {"nameless"}


@pytest.mark.parametrize(
    "actions", [None, {}, {"hat": None}, {"hat": {}}, {"hat": []}, {"other": {"cap": {}}}], ids=str
)
def test_w34_without_offered_actions_there_is_no_bandit(hats: Call, actions: Any) -> None:
    document = precomputed(hats, subject_key="ann", subject_attributes={"country": "US"}, bandit_actions=actions)

    assert (value(document, "hat", "STRING", None), document["bandits"]) == ("hats", {})


CAP = context({"price": 2.0}, {"sale": True, "size": 7, "note": None})


@pytest.mark.parametrize(
    ("actions", "numeric", "categorical"),
    [
        pytest.param({"cap": CAP}, {"price": "2"}, {"sale": "true", "size": "7"}, id="context"),
        pytest.param({"cap": {"price": 0.5, "sale": "no"}}, {"price": "0.5"}, {"sale": "no"}, id="flat"),
        pytest.param({"cap": None}, {}, {}, id="null"),
        pytest.param({"cap": {}}, {}, {}, id="empty"),
        pytest.param(["cap"], {}, {}, id="names"),
    ],
)
def test_w34_an_action_is_chosen_among_the_offered_ones(
    hats: Call, actions: Any, numeric: dict[str, str], categorical: dict[str, str]
) -> None:
    document = precomputed(
        hats, subject_key="ann", subject_attributes={"country": "US"}, bandit_actions={"hat": actions}
    )

    chosen = entry(document, "hat", "bandits")
    assert chosen is not None
    assert {name: chosen[name] for name in ("actionProbability", "optimalityGap")} == {
        "actionProbability": 1.0,
        "optimalityGap": 0.0,
    }
    assert [decoded(chosen[name]) for name in ("banditKey", "action", "modelVersion")] == ["hats", "cap", "v1"]
    assert [
        {decoded(name): decoded(text) for name, text in chosen[member].items()}
        for member in ("actionNumericAttributes", "actionCategoricalAttributes")
    ] == [numeric, categorical]


def test_w34_a_flag_that_serves_nothing_has_no_bandit_either(hats: Call) -> None:
    document = precomputed(hats, subject_key="ann", bandit_actions={"hat": {"cap": {}}})

    assert (document["flags"], document["bandits"]) == ({}, {})


@pytest.mark.parametrize(
    "subject",
    ["x" * 1_000_000, "größe 日本 😀", "a\0b\n", " ", "\ud800"],
    ids=["megabyte", "letters", "controls", "blank", "half a pair"],
)
def test_any_text_is_a_subject_key(every_type: Call, subject: str) -> None:
    assert served_flags(precomputed(every_type, subject_key=subject)) == ALWAYS - {"me"}


def test_w36_an_entry_has_every_field_in_its_encoding(call: Call) -> None:
    document = precomputed(call, subject_key="ann", subject_attributes={"country": "US"})

    given = entry(document, "banner")
    assert given is not None
    assert {**given, "flagKey": None} == {
        "flagKey": None,
        "allocationKey": "YWxsb2NhdGlvbi0x",
        "variationKey": "b24=",
        "variationType": "STRING",
        "variationValue": "b24=",
        "extraLogging": {"dGVhbQ==": "Z3Jvd3Ro"},
        "doLog": True,
    }
    assert document["flags"][given["flagKey"]] == given


@pytest.mark.parametrize(
    ("key", "written"),
    [("text", "Grüße"), ("truth", "true"), ("whole", "3"), ("share", "2.5"), ("document", '{ "a" : [1, 2.0] }')],
)
def test_w36_a_value_is_the_base64_of_its_text(every_type: Call, key: str, written: str) -> None:
    found = entry(precomputed(every_type, subject_key="ann"), key)

    assert found is not None
    assert (decoded(found["variationValue"]), found["extraLogging"], found["doLog"]) == (written, {}, True)


def test_w36_a_flag_that_does_not_log_keeps_its_keys(every_type: Call) -> None:
    """As in JavaScript; the Rust core leaves them out (D-PRE-3)."""
    quiet = entry(precomputed(every_type, subject_key="ann"), "quiet")

    assert quiet is not None
    assert (quiet["doLog"], decoded(quiet["allocationKey"]), decoded(quiet["variationKey"])) == (
        False,
        "everybody",
        "v",
    )


def test_w36_flags_that_serve_nothing_are_left_out(every_type: Call) -> None:
    document = precomputed(every_type, subject_key="ann")

    assert [entry(document, key) for key in ("odd", "from-norway", "later", "off")] == [None] * 4


def test_w36_the_document_says_what_it_is(shelf: Shelf, carry: Carrier) -> None:
    now = datetime(2026, 3, 1, 9, 30, 15, 250_000, tzinfo=UTC)
    call = carry(Parts(shelf, clock=lambda: now, salt=lambda: "c2FsdA"))

    document = precomputed(call, subject_key="ann")

    assert document == {
        "createdAt": "2026-03-01T09:30:15.250Z",
        "format": "PRECOMPUTED",
        "obfuscated": True,
        "salt": "c2FsdA",
        "environment": {"name": "Test"},
        "flags": {},
        "bandits": {},
    }


def test_w36_the_salt_is_sixteen_random_bytes_and_never_the_same(call: Call) -> None:
    salts = {precomputed(call, subject_key="ann")["salt"] for _ in range(3)}

    assert len(salts) == 3
    assert [(len(salt), len(b64decode(f"{salt}==", validate=True))) for salt in salts] == [(22, 16)] * 3


def test_w36_schedules_are_those_of_the_emulators_clock(carry: Carrier) -> None:
    shelf = Shelf(snapshot(environment("test", config(*FLAGS))))
    call = carry(Parts(shelf, clock=lambda: datetime(2030, 1, 1, tzinfo=UTC)))

    assert value(precomputed(call, subject_key="ann"), "later", "BOOLEAN", False) is True


@pytest.mark.parametrize("name", ["js-client-sdk", "android", "ios", "eppo-dart", "python", "node-server-sdk", ""])
@pytest.mark.parametrize("key", ["local-test", "test-token"])
def test_w38_it_is_obfuscated_whoever_asks(call: Call, name: str, key: str) -> None:
    query = f"apiKey={key}&sdkName={name}&sdkVersion=1.0.0"

    document = precomputed(call, query, subject_key="ann", subject_attributes={"country": "US"})

    assert (document["obfuscated"], document["format"], value(document, "banner", "STRING", "")) == (
        True,
        "PRECOMPUTED",
        "on",
    )


class TurningShelf:
    """A source of snapshots that has another revision each time it is looked at."""

    problems = ()
    stale = False

    def __init__(self) -> None:
        self.revision = 0

    @property
    def current(self) -> Snapshot:
        self.revision += 1
        return bandit_snapshot(self.revision)


def test_w45_one_answer_is_of_one_revision(carry: Carrier) -> None:
    """Each filler flag serves the name of its revision, which is the version of the model, too."""
    source = TurningShelf()
    call = carry(Parts(source))
    body: dict[str, Any] = {"subject_attributes": {"country": "US"}, "bandit_actions": {"hat": ["cap"]}}

    looked, document = source.revision, precomputed(call, subject_key="ann", **body)

    versions = {value(document, f"filler-{number}", "STRING", None) for number in range(20)}
    chosen = entry(document, "hat", "bandits")
    assert chosen is not None
    assert versions == {decoded(chosen["modelVersion"])}
    assert (action(document, "hat"), source.revision > looked) == ("cap", True)


def test_w45_an_edit_is_in_the_next_answer(shelf: Shelf, call: Call) -> None:
    attributes = {"country": "US"}
    before = value(precomputed(call, subject_key="ann", subject_attributes=attributes), "banner", "STRING", "")

    shelf.current = snapshot(environment("test", config(flag("banner", "edited"))))

    after = value(precomputed(call, subject_key="ann", subject_attributes=attributes), "banner", "STRING", "")
    assert (before, after) == ("on", "edited")
