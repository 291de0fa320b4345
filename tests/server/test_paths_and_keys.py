"""Where documents are found and for which keys, by a real server and by Flask alone (W1 to W3, W41)."""

from queue import SimpleQueue

import pytest

from emulator.sdk_keys import mint_key
from emulator.server.notices import Notices
from emulator.server.parts import Parts, Settings
from tests.server.calling import Call
from tests.server.conftest import Carrier
from tests.server.documents import Shelf, anybody, config, environment, flag, snapshot
from tests.server.targets import document

PREFIXES = ["", "/api", "/api/api", "/api/", "/", "/any/thing", "//api//", "/api//api"]


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("name", ["config", "bandits"])
def test_w01_documents_are_served_under_any_prefix(call: Call, prefix: str, name: str) -> None:
    assert call("GET", f"{prefix}/flag-config/v1/{name}?apiKey=local-test").status == 200


def test_w01_slashes_within_the_path_are_collapsed_too(call: Call) -> None:
    assert call("GET", "/api/flag-config//v1///config?apiKey=local-test").status == 200


@pytest.mark.parametrize(
    "path", ["/api/flag-config/v1/config/", "/api/xflag-config/v1/config", "/flag-config/v2/config"]
)
def test_w01_other_paths_are_not_redirected_either(call: Call, path: str) -> None:
    assert call("GET", path).status == 404


@pytest.mark.parametrize(
    "query",
    [
        "apiKey=local-test&sdkName=go&sdkVersion=6.3.0",
        "sdkName=go&sdkVersion=6.3.0&apiKey=local-test",
        "sdkProxy=config-wire-helper&coreVersion=10.0.0&apiKey=local-test&unknown",
        "apiKey=local-test",
        "apiKey=local-test&sdkName=",
        "&&=&apiKey=local-test&",
    ],
)
def test_w02_parameters_come_in_any_order_and_unknown_ones_are_ignored(call: Call, query: str) -> None:
    served = document(call, f"/flag-config/v1/config?{query}")

    assert (served["environment"]["name"], served["format"]) == ("Test", "SERVER")


@pytest.mark.parametrize("key", ["no.dots?here&", "no.dots%3Fhere%26"], ids=["raw", "encoded"])
def test_w03_a_key_is_understood_encoded_and_raw(carry: Carrier, key: str) -> None:
    """Android's precomputed client does not encode it; an ampersand alone cannot be told from a separator."""
    listed = environment("odd", config(name="Odd"), sdk_keys=["no.dots?here&", "no.dots?here"])
    call = carry(Parts(Shelf(snapshot(environment("first", config()), listed))))

    assert document(call, f"/flag-config/v1/config?apiKey={key}")["environment"]["name"] == "Odd"


@pytest.mark.parametrize("sent", ["a+b/c==", "a%2Bb%2Fc%3D%3D"], ids=["raw", "encoded"])
def test_w03_a_plus_in_a_key_is_a_plus(carry: Carrier, sent: str) -> None:
    listed = environment("odd", config(name="Odd"), sdk_keys=["a+b/c=="])
    call = carry(Parts(Shelf(snapshot(environment("first", config()), listed))))

    assert document(call, f"/flag-config/v1/config?apiKey={sent}")["environment"]["name"] == "Odd"


@pytest.mark.parametrize("sent", ["a+b", "a%20b"], ids=["plus", "percent"])
def test_w03_a_space_in_a_key_is_understood_in_both_spellings(carry: Carrier, sent: str) -> None:
    listed = environment("odd", config(name="Odd"), sdk_keys=["a b"])
    call = carry(Parts(Shelf(snapshot(environment("first", config()), listed))))

    assert document(call, f"/flag-config/v1/config?apiKey={sent}")["environment"]["name"] == "Odd"


@pytest.mark.parametrize("query", ["", "?", "?apiKey=", "?apiKey=nobody", "?apiKey=%FF%00"])
def test_w03_without_strict_keys_an_unknown_or_missing_key_gets_the_first_environment(call: Call, query: str) -> None:
    assert document(call, f"/flag-config/v1/config{query}")["environment"]["name"] == "Test"


@pytest.mark.parametrize("name", ["config", "bandits"])
@pytest.mark.parametrize(("query", "status"), [("", 400), ("?apiKey=", 400), ("?apiKey=nobody", 401)])
def test_w03_strict_keys_refuse_an_unknown_or_missing_key(strict: Call, name: str, query: str, status: int) -> None:
    assert strict("GET", f"/flag-config/v1/{name}{query}").status == status


@pytest.mark.parametrize("key", ["local-test", "test-token", mint_key("http://127.0.0.1:8378", "test")])
def test_w41_strict_keys_accept_listed_and_minted_keys(strict: Call, key: str) -> None:
    assert strict("GET", f"/flag-config/v1/config?apiKey={key}").status == 200


def test_strict_keys_refuse_nobody_where_no_environment_lists_a_key(carry: Carrier) -> None:
    call = carry(Parts(Shelf(anybody(flag("a"))), Settings(strict_keys=True)))

    assert call("GET", "/flag-config/v1/config?apiKey=anything").status == 200


def test_each_unknown_key_is_named_once(shelf: Shelf, carry: Carrier) -> None:
    lines: SimpleQueue[str] = SimpleQueue()
    call = carry(Parts(shelf, notices=Notices(lines.put)))

    for key in ("nobody", "nobody", "local-test", "nobody", "stranger"):
        call("GET", f"/flag-config/v1/config?apiKey={key}")

    said = sorted(lines.get(timeout=5)[:20] for _ in range(2))
    assert (said, lines.empty()) == (['SDK key "nobody" is ', 'SDK key "stranger" i'], True)


def test_a_listener_that_fails_disturbs_no_request(shelf: Shelf, carry: Carrier) -> None:
    """The terminal may have gone."""
    lines: list[str] = []
    call = carry(Parts(shelf, notices=Notices(lambda line: lines[7])))

    assert call("GET", "/flag-config/v1/config?apiKey=nobody").status == 200
