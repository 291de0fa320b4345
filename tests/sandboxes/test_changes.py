"""Changes as documents: read, checked with "did you mean", laid over, and told again."""

import json
from typing import Any

import pytest

from emulator.errors import EmulatorError
from emulator.overrides import Serve
from emulator.queries import QueryError
from emulator.sandboxes import Peers, Sandboxes
from emulator.sandboxes.changes import (
    delete_bandit,
    delete_clock,
    delete_flag,
    delete_flags,
    put_bandit,
    put_clock,
    put_flag,
)
from emulator.sandboxes.fault_changes import put_faults
from emulator.sandboxes.refusals import ChangeError
from emulator.sandboxes.sandbox import Sandbox, World
from emulator.sandboxes.telling import sandbox_document
from emulator.snapshot.published import snapshot_of_ufc
from tests.sandboxes.conftest import Hands
from tests.sandboxes.test_sandbox import served


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"serve": "loud"}, "loud"),
        ({"serve": "loud", "subjects": ["ann"]}, "loud"),
        ({"serve": "loud", "subjects": ["bob"]}, "plain"),
        ({"off": True}, None),
        ({"yaml": "{ type: string, variations: [red], serve: red }"}, "red"),
        ({"yaml": "type: string\nvariations: [red]\nenabled: false\nserve: red"}, None),
        ([{"serve": "plain"}, {"serve": "loud", "subjects": ["ann"]}], "loud"),
        ([{"yaml": "{ type: string, variations: [red, blue], serve: red }"}, {"serve": "blue"}], "blue"),
        ([], "plain"),
    ],
)
def test_a_change_of_a_flag_is_a_document(sandbox: Sandbox, document: Any, expected: Any) -> None:
    put_clock(sandbox, {"at": "2025-03-28"})

    put_flag(sandbox, "banner", document)

    assert served(sandbox) == expected


def test_a_new_change_takes_the_place_of_all_former_ones(sandbox: Sandbox) -> None:
    put_flag(sandbox, "banner", [{"serve": "loud"}, {"serve": "loud", "subjects": ["ann"]}])
    put_flag(sandbox, "banner", {"serve": "plain"})

    assert sandbox.overrides.flags["banner"] == (Serve("banner", "plain"),)


def test_a_boolean_variation_may_be_written_as_one(sandbox: Sandbox) -> None:
    put_flag(sandbox, "other", {"serve": False})

    assert served(sandbox, "other") is False


def test_changes_can_be_taken_away(sandbox: Sandbox) -> None:
    for flag in ("banner", "other"):
        put_flag(sandbox, flag, {"off": True})
    put_bandit(sandbox, "shoes", {"pin": "red"})
    put_clock(sandbox, {"at": "2025-03-28"})

    delete_flag(sandbox, "banner")
    assert list(sandbox.overrides.flags) == ["other"]

    delete_flags(sandbox)
    delete_bandit(sandbox, "shoes")
    delete_clock(sandbox)
    assert not sandbox.overrides


@pytest.mark.parametrize(
    ("flag", "document", "word", "message"),
    [
        ("baner", {"serve": "loud"}, "unknown-flag", 'did you mean "banner"?'),
        ("banner", {"serve": "lowd"}, "unknown-variation", 'did you mean "loud"?'),
        ("banner", {"serve": "loud", "via": "latr"}, "unknown-allocation", 'did you mean "later"?'),
        ("banner", {"off": False}, "bad-change", "DELETE"),
        ("banner", {"serve": "loud", "off": True}, "bad-change", "found serve and off"),
        ("banner", {"srve": "loud"}, "bad-change", "one of serve, off, yaml, ufc; found srve"),
        ("banner", "loud", "bad-change", "an object"),
        ("banner", {"serve": None}, "bad-parameters", '"serve" is missing'),
        ("banner", {"serve": "loud", "subject": "ann"}, "bad-parameters", 'did you mean "subjects"?'),
        ("banner", {"serve": "loud", "subjects": "ann"}, "bad-parameters", "expected a list of subject keys"),
        ("banner", {"yaml": "type: strin"}, "broken-flag", 'edit of flag "banner":1:7'),
        ("new", {"yaml": "{ type: boolean, serve: true }"}, "unknown-flag", "so it has to exist there"),
        ("new", {"ufc": {}}, "unknown-flag", "so it has to exist there"),
        ("banner", {"ufc": {}}, "broken-flag", "ufc.variationType is missing; Java and Rust-core SDKs drop the flag"),
        ("banner", {"ufc": {"key": "flag"}}, "broken-flag", 'ufc.key is "flag" under the map key "banner"'),
        ("banner", {"serve": "lowd"}, "unknown-variation", "[1]: "),
        ("banner", {"serv": "loud"}, "bad-change", "[1]: "),
        ("banner", {"serve": None}, "bad-parameters", "[1]: "),
    ],
)
def test_a_wrong_change_says_what_is_wrong_and_changes_nothing(
    sandbox: Sandbox, flag: str, document: Any, word: str, message: str
) -> None:
    with pytest.raises(EmulatorError) as caught:
        put_flag(sandbox, flag, [{"off": True}, document] if flag == "banner" else document)

    assert isinstance(caught.value, ChangeError | QueryError)
    assert caught.value.word == word
    assert message in str(caught.value)
    assert not sandbox.overrides


def test_a_change_that_is_no_list_has_no_place(sandbox: Sandbox) -> None:
    with pytest.raises(ChangeError, match=r'^flag "banner" has no variation "lowd"'):
        put_flag(sandbox, "banner", {"serve": "lowd"})


@pytest.mark.parametrize("flag", ["banner", "other"])
def test_a_flag_as_it_is_served_can_be_laid_over_itself(sandbox: Sandbox, flag: str) -> None:
    wire = sandbox.current.base.config["flags"][flag]

    put_flag(sandbox, flag, {"ufc": wire})

    assert sandbox.current.environment.config["flags"][flag] == wire


def test_what_a_published_flag_has_already_is_not_refused(hands: Hands) -> None:
    wire: Any = {"key": "old", "variationType": "STRING", "variations": {}, "allocations": [], "totalShards": 10}
    published = json.dumps({"createdAt": "x", "flags": {"old": {**wire, "enabled": None}}})
    snapshot = snapshot_of_ufc(published, None, "2025-01-01T00:00:00.000Z")
    sandbox = Sandboxes().create(World(lambda: snapshot, hands, Peers().is_open), "http://localhost", "test")

    put_flag(sandbox, "old", {"ufc": {**wire, "enabled": None, "totalShards": 100}})

    with pytest.raises(ChangeError, match="totalShards is 0"):
        put_flag(sandbox, "old", {"ufc": {**wire, "enabled": None, "totalShards": 0}})


@pytest.mark.parametrize(
    ("bandit", "document", "word"),
    [
        ("shoos", {"pin": "red"}, "unknown-bandit"),
        ("shoes", {"pin": "rod"}, "unknown-action"),
        ("shoes", {"mode": "unifrm"}, "unknown-mode"),
        ("shoes", {}, "bad-change"),
    ],
)
def test_a_wrong_change_of_a_bandit_says_so(sandbox: Sandbox, bandit: str, document: Any, word: str) -> None:
    with pytest.raises(ChangeError) as caught:
        put_bandit(sandbox, bandit, document)

    assert caught.value.word == word


@pytest.mark.parametrize(
    "document", [{"at": "yesterday"}, {"offsetSeconds": "3"}, {"offsetSeconds": 1e300}, {}, {"at": None}, 3]
)
def test_a_wrong_clock_is_refused(sandbox: Sandbox, document: Any) -> None:
    with pytest.raises((ChangeError, QueryError)):
        put_clock(sandbox, document)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"status": 500}, '"on" is missing'),
        ({"on": "confg", "status": 500}, 'did you mean "config"?'),
        ({"on": "x"}, '"on": expected one of config, bandits, assignments, events, found "x"$'),
        ({"on": "config"}, "needs status, delayMs, body, drop or failed"),
        ({"on": "config", "status": 500, "drop": True}, "status and drop"),
        ({"on": "config", "status": 99}, "from 200 to 599"),
        ({"on": "config", "body": "gargabe"}, 'did you mean "garbage"?'),
        ({"on": "config", "drop": True, "times": 0}, "from 1 to"),
        ({"on": "events", "failed": 0}, "from 1 to"),
        ({"on": "events", "failed": []}, "needs status"),
        ({"on": "events", "failed": [7]}, "expected a text"),
        ({"on": "events", "failed": 1, "status": 500}, "status and failed"),
        ({"on": "events", "failed": 1, "delayMs": 5}, "has no delay"),
        ({"on": "config", "failed": 1}, "is for events"),
    ],
)
def test_a_wrong_fault_is_refused(sandbox: Sandbox, document: Any, message: str) -> None:
    with pytest.raises((ChangeError, QueryError), match=message):
        put_faults(sandbox, [document])


def test_a_wrong_fault_of_several_is_told_by_its_place(sandbox: Sandbox) -> None:
    with pytest.raises(ChangeError, match=r"^\[1\]: a fault needs "):
        put_faults(sandbox, [{"on": "config", "drop": True}, {"on": "config"}])

    assert sandbox.faults() == ()


def test_a_sandbox_tells_its_changes_as_the_documents_that_make_them(sandbox: Sandbox) -> None:
    changes = [{"serve": "plain"}, {"serve": "loud", "subjects": ["ann"], "via": "later"}]
    put_flag(sandbox, "banner", changes)
    put_flag(sandbox, "other", {"off": True})
    put_bandit(sandbox, "shoes", {"mode": "uniform"})
    put_clock(sandbox, {"offsetSeconds": -60})
    put_faults(sandbox, [{"on": "config", "status": 503, "delayMs": 20, "times": 2}])
    sandbox.take_fault("config")

    told = sandbox_document(sandbox)

    assert told["flags"] == {"banner": changes, "other": [{"off": True}]}
    assert told["bandits"] == {"shoes": {"mode": "uniform"}}
    assert told["clock"] == {"offsetSeconds": -60.0}
    assert told["now"] == "2025-03-28T11:59:00.000Z"
    assert told["faults"] == [{"on": "config", "status": 503, "delayMs": 20, "times": 2, "timesLeft": 1}]
    assert (told["environment"], told["ttlSeconds"], told["missing"], told["clients"]) == ("test", 3600.0, [], [])
