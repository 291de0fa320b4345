"""W33 to W36 and W38: what precomputed clients ask for, by a real server and by Flask alone."""

import gzip
import json
import zlib
from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.sdk_keys import mint_key
from emulator.server.notices import Notices
from emulator.server.parts import Parts, Settings
from emulator.snapshot import Snapshot, snapshot_of_ufc
from tests.server.calling import Call, Reply
from tests.server.conftest import Carrier
from tests.server.documents import (
    CREATED_AT,
    Shelf,
    bandit_config,
    bandit_models,
    bandit_snapshot,
    config,
    environment,
    flag,
    snapshot,
)
from tests.server.precomputed import action, decoded, entry, precomputed, value

JSON = {"Content-Type": "application/json"}
ANN = b'{"subject_key": "ann"}'
BAD_BODY = "Invalid request body format"


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


def bandit_shelf(**keys: Any) -> Shelf:
    """One environment that lists ``local-test``; its flag ``hat`` is decided by a bandit, and takes Americans only."""
    (served,) = snapshot_of_ufc(
        json.dumps(bandit_config("v1")), json.dumps(bandit_models("v1")), CREATED_AT
    ).environments
    return Shelf(snapshot(served, **keys))


@pytest.fixture
def every_type(carry: Carrier) -> Call:
    return carry(Parts(Shelf(snapshot(environment("test", config(*FLAGS), sdk_keys=["local-test"])))))


@pytest.fixture
def hats(carry: Carrier) -> Call:
    return carry(Parts(bandit_shelf()))


def served_flags(document: Mapping[str, Any]) -> set[str]:
    keys = [one["key"] for one in FLAGS]
    found = {key for key in keys if entry(document, key) is not None}
    assert len(found) == len(document["flags"])
    return found


def is_refused(reply: Reply, status: int, text: str) -> bool:
    plain = reply.headers["content-type"] == "text/plain; charset=utf-8"
    return (reply.status, reply.text, plain, reply.headers["access-control-allow-origin"]) == (status, text, True, "*")


@pytest.mark.parametrize("prefix", ["", "/api", "/", "/api/api", "/any//thing/"])
def test_w33_assignments_are_answered_under_any_prefix(call: Call, prefix: str) -> None:
    assert call("POST", f"{prefix}/assignments?apiKey=local-test", JSON, ANN).status == 200


@pytest.mark.parametrize("path", ["/emulator/assignments", "/ofrep/assignments", "/assignments/", "/my-assignments"])
def test_w33_no_other_path_is_one_of_theirs(call: Call, path: str) -> None:
    assert call("POST", f"{path}?apiKey=local-test", JSON, ANN).status == 404


def test_w33_a_flag_called_assignments_is_a_flag_all_the_same(carry: Carrier) -> None:
    call = carry(Parts(Shelf(snapshot(environment("test", config(flag("assignments")))))))

    assert json.loads(call("GET", "/emulator/v1/flags/assignments").body)["key"] == "assignments"


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
    ("query", "body", "status", "text"),
    [
        pytest.param("", ANN, 400, "Missing required query parameter: apiKey", id="no key"),
        pytest.param("?apiKey=", ANN, 400, "Missing required query parameter: apiKey", id="empty key"),
        pytest.param("?apiKey=", b"{}", 400, "Missing required query parameter: apiKey", id="empty key, bad body"),
        pytest.param("?apiKey=nobody", ANN, 401, "Invalid SDK key.", id="unknown key"),
        pytest.param("?apiKey=nobody", b"[]", 400, BAD_BODY, id="unknown key, bad body"),
    ],
)
def test_w35_strict_keys_refuse_an_unknown_or_missing_key(
    strict: Call, query: str, body: bytes, status: int, text: str
) -> None:
    assert is_refused(strict("POST", f"/assignments{query}", JSON, body), status, text)


@pytest.mark.parametrize("body", [b"{}", b'{"subject_attributes": {}}', b'{"subjectKey": "ann"}'])
def test_w35_a_body_without_a_subject_key_is_told_so(call: Call, body: bytes) -> None:
    reply = call("POST", "/assignments?apiKey=local-test", JSON, body)

    assert is_refused(reply, 400, "subject_key is required in the request body")


def test_w35_an_empty_subject_key_is_told_so(call: Call) -> None:
    reply = call("POST", "/assignments?apiKey=local-test", JSON, b'{"subject_key": ""}')

    assert is_refused(reply, 400, "subject_key is required and cannot be empty")


BAD_BODIES: tuple[tuple[bytes, str], ...] = (
    (b"", "the body is empty"),
    (b"nonsense", "line 1, column 1"),
    (b"\xff\xfe\x00", "not UTF-8"),
    (b'{"subject_key": "ann"', "found the end"),
    (b'{"subject_key": "ann"} {}', "column 24"),
    (b"[]", "expected an object, found list"),
    (b'"ann"', "expected an object, found text"),
    (b"null", "expected an object, found null"),
    (b"[" * 100_000, "nested too deeply"),
    (b'{"subject_key": "ann", "subject_attributes": ' + b'{"a":' * 100_000, "nested too deeply"),
    (b'{"subject_key": null}', "subject_key: expected a text, found null"),
    (b'{"subject_key": 7}', "subject_key: expected a text, found number 7"),
    (b'{"subject_key": ["ann"]}', "subject_key: expected a text, found a list"),
    (b'{"subject_key": "ann", "subject_attributes": {"a": NaN}}', "NaN"),
    (b'{"subject_key": "ann", "subject_attributes": {"a": -Infinity}}', "Infinity"),
    (b'{"subject_key": "ann", "subject_attributes": []}', "subject_attributes: expected an object of attributes"),
    (b'{"subject_key": "ann", "subject_attributes": "a"}', "subject_attributes: expected an object of attributes"),
    (
        b'{"subject_key": "ann", "subject_attributes": {"numericAttributes": [], "categoricalAttributes": {}}}',
        "subject_attributes: expected an object as numericAttributes, found list",
    ),
    (b'{"subject_key": "ann", "bandit_actions": ["f"]}', "bandit_actions: expected an object of flags, found list"),
    (b'{"subject_key": "ann", "bandit_actions": {"f": "a"}}', 'expected an object of actions for "f", found text'),
    (b'{"subject_key": "ann", "bandit_actions": {"f": {"a": 1}}}', "expected an object of attributes, found number"),
)


@pytest.mark.parametrize(("body", "reason"), BAD_BODIES, ids=lambda one: str(one)[:60])
def test_w35_any_other_bad_body_is_refused_and_the_terminal_says_why(
    shelf: Shelf, carry: Carrier, body: bytes, reason: str
) -> None:
    lines: list[str] = []
    call = carry(Parts(shelf, notices=Notices(lines.append)))

    replies = [call("POST", "/assignments?apiKey=local-test", JSON, body) for _ in range(2)]

    assert [is_refused(reply, 400, BAD_BODY) for reply in replies] == [True, True]
    assert (len(lines), lines[0].startswith("POST /assignments is refused with 400: ")) == (1, True)
    assert reason in lines[0]


def test_w35_the_terminal_says_which_key_is_refused(shelf: Shelf, carry: Carrier) -> None:
    lines: list[str] = []
    call = carry(Parts(shelf, Settings(strict_keys=True), Notices(lines.append)))

    for _ in range(2):
        call("POST", "/assignments?apiKey=lokal-test", JSON, ANN)

    assert len(lines) == 1
    assert 'refused with 401: unknown SDK key "lokal-test"; listed keys: ' in lines[0]


@pytest.mark.parametrize(
    "content_type",
    ["application/json; charset=utf-8", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""],
)
def test_w35_the_content_type_does_not_matter(call: Call, content_type: str) -> None:
    headers = {"Content-Type": content_type} if content_type else {}

    assert call("POST", "/assignments?apiKey=local-test", headers, ANN).status == 200


@pytest.mark.parametrize(("coding", "compress"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_a_compressed_body_is_read(call: Call, coding: str, compress: Any) -> None:
    reply = call("POST", "/assignments?apiKey=local-test", {"Content-Encoding": coding}, compress(ANN))

    assert reply.status == 200


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_a_body_that_is_not_compressed_as_it_says_is_a_400(call: Call, coding: str) -> None:
    reply = call("POST", "/assignments?apiKey=local-test", {"Content-Encoding": coding}, ANN)

    assert is_refused(reply, 400, BAD_BODY)


@pytest.mark.parametrize("compress", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_body_beyond_the_cap_is_a_413_in_text(shelf: Shelf, carry: Carrier, compress: Any) -> None:
    call = carry(Parts(shelf, Settings(body_limit_bytes=1_000)))
    coding = {"Content-Encoding": "gzip"} if compress is gzip.compress else {}

    reply = call("POST", "/assignments?apiKey=local-test", coding, compress(b" " * 1_001))

    assert (reply.status, reply.headers["content-type"]) == (413, "text/plain; charset=utf-8")


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
    shelf = Shelf(snapshot(environment("test", config(*FLAGS), sdk_keys=["local-test"])))
    call = carry(Parts(shelf, clock=lambda: datetime(2030, 1, 1, tzinfo=UTC)))

    assert value(precomputed(call, subject_key="ann"), "later", "BOOLEAN", False) is True


def test_w06_w11_the_answer_is_json_that_is_asked_for_again(call: Call) -> None:
    reply = call("POST", "/assignments?apiKey=local-test", JSON, ANN)

    assert reply.headers == {
        "content-type": "application/json; charset=utf-8",
        "content-length": str(len(reply.body)),
        "access-control-allow-origin": "*",
        "cache-control": "no-cache",
    }


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


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("apiKey=local-test", "Test"),
        ("apiKey=test-token", "Test"),
        ("apiKey=local-production", "Production"),
        ("sdkName=ios&sdkVersion=1&apiKey=local-production", "Production"),
        ("apiKey=no.dots?here%26", "Production"),
        ("apiKey=no.dots%3Fhere%26", "Production"),
        (f"apiKey={mint_key('http://127.0.0.1:8378', 'production', is_client_token=True)}", "Production"),
        ("apiKey=nobody", "Test"),
        ("apiKey=", "Test"),
        ("", "Test"),
    ],
)
def test_the_key_selects_the_environment(call: Call, query: str, name: str) -> None:
    document = precomputed(call, query, subject_key="ann", subject_attributes={"country": "US"})

    expected = {"Test": "on", "Production": "off"}[name]
    assert (document["environment"], value(document, "banner", "STRING", "")) == ({"name": name}, expected)


@pytest.mark.parametrize("key", ["local-test", "test-token", mint_key("http://127.0.0.1:8378", "production")])
def test_strict_keys_accept_listed_and_minted_keys(strict: Call, key: str) -> None:
    assert strict("POST", f"/assignments?apiKey={key}", JSON, ANN).status == 200


def test_an_unknown_key_is_named_once(shelf: Shelf, carry: Carrier) -> None:
    lines: list[str] = []
    call = carry(Parts(shelf, notices=Notices(lines.append)))

    for key in ("nobody", "local-test", "nobody"):
        precomputed(call, f"apiKey={key}", subject_key="ann")

    assert [line[:21] for line in lines] == ['SDK key "nobody" is u']


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
    body = {"subject_attributes": {"country": "US"}, "bandit_actions": {"hat": ["cap"]}}

    looked, document = source.revision, precomputed(call, subject_key="ann", **body)

    versions = {value(document, f"filler-{number}", "STRING", None) for number in range(20)}
    chosen = entry(document, "hat", "bandits")
    assert chosen is not None
    assert versions == {decoded(chosen["modelVersion"])}
    assert (action(document, "hat"), source.revision > looked) == ("cap", True)


def test_w45_an_edit_is_in_the_next_answer(shelf: Shelf, call: Call) -> None:
    attributes = {"country": "US"}
    before = value(precomputed(call, subject_key="ann", subject_attributes=attributes), "banner", "STRING", "")

    shelf.current = snapshot(environment("test", config(flag("banner", "edited")), sdk_keys=["local-test"]))

    after = value(precomputed(call, subject_key="ann", subject_attributes=attributes), "banner", "STRING", "")
    assert (before, after) == ("on", "edited")
