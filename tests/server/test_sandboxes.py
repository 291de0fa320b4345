"""Sandboxes over HTTP: made, changed, watched and ended; what their clients are served; what goes wrong on purpose."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from emulator import Emulator
from tests.sandboxes.conftest import FLAGS

CONFIG = "/flag-config/v1/config"
Api = Callable[..., requests.Response]


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[Emulator]:
    folder = tmp_path / "flags"
    folder.mkdir()
    (folder / "flags.yaml").write_text(FLAGS)
    with Emulator(folder, strict_keys=True) as running:
        yield running


@pytest.fixture
def api(emulator: Emulator) -> Api:
    def call(method: str, path: str, document: Any = None) -> requests.Response:
        return requests.request(method, f"{emulator.url}/emulator/v1{path}", json=document, timeout=20)

    return call


@pytest.fixture
def sandbox(api: Api) -> dict[str, Any]:
    made: dict[str, Any] = api("POST", "/sandboxes").json()
    return made


@pytest.fixture
def change(api: Api, sandbox: dict[str, Any]) -> Api:
    def call(method: str, path: str, document: Any = None) -> requests.Response:
        return api(method, f"/sandboxes/{sandbox['sdkKey']}{path}", document)

    return call


def served(sandbox: dict[str, Any], document: str = CONFIG, **query: str) -> requests.Response:
    parameters = {"apiKey": sandbox["sdkKey"], "sdkName": "python", "sdkVersion": "4", **query}
    return requests.get(f"{sandbox['baseUrl']}{document}", params=parameters, timeout=20)


def first_allocation(sandbox: dict[str, Any], flag: str = "banner") -> Any:
    return served(sandbox).json()["flags"][flag]["allocations"][0]["key"]


def test_a_sandbox_is_an_sdk_key_with_the_addresses_that_sdks_take(emulator: Emulator, api: Api) -> None:
    reply = api("POST", "/sandboxes", {"environment": "production", "name": "mine", "ttlSeconds": 60})

    made = reply.json()
    assert reply.status_code == 201
    assert (made["environment"], made["name"], made["ttlSeconds"]) == ("production", "mine", 60)
    assert (made["baseUrl"], made["edgeUrl"]) == (emulator.base_url, emulator.url)
    assert served(made).json()["environment"]["name"] == "Production"
    (listed,) = api("GET", "/sandboxes").json()["sandboxes"]
    passing = {"now", "clients"}
    assert {name for name in made if listed[name] != made[name]} <= passing
    assert api("GET", f"/sandboxes/{made['sdkKey']}").json()["sdkKey"] == made["sdkKey"]
    assert api("GET", "/status").json()["sandboxes"] == 1


def test_what_its_clients_are_served_is_theirs_alone(api: Api, sandbox: dict[str, Any], change: Api) -> None:
    other = api("POST", "/sandboxes").json()

    reply = change("PUT", "/flags/banner", {"serve": "loud"})

    assert (reply.status_code, reply.json()["flags"]) == (200, {"banner": [{"serve": "loud"}]})
    assert first_allocation(sandbox) == "override-loud"
    assert first_allocation(other) == "later"


def test_every_door_answers_for_the_sandbox(emulator: Emulator, api: Api, sandbox: dict[str, Any], change: Api) -> None:
    change("PUT", "/flags/banner", {"serve": "loud"})
    key = sandbox["sdkKey"]
    question = {"flag": "banner", "subject": "ann", "sdkKey": key}
    context = {"context": {"targetingKey": "ann"}}
    remote = f"{emulator.url}/ofrep/v1/evaluate/flags/banner"
    edge = f"{sandbox['edgeUrl']}/assignments"

    assert api("POST", "/evaluate", question).json()["variation"] == "loud"
    assert emulator.evaluate("banner", "ann", sdk_key=key).variation == "loud"
    reply = requests.post(remote, json=context, headers={"Authorization": f"Bearer {key}"}, timeout=20)
    assert reply.json()["value"] == "loud"
    reply = requests.post(edge, params={"apiKey": key}, json={"subject_key": "ann"}, timeout=20)
    assert len(reply.json()["flags"]) == 2
    for sdk in ("python", "js-client-sdk"):
        assert served(sandbox, sdkName=sdk).json()["format"] == ("SERVER" if sdk == "python" else "CLIENT")


def test_an_answer_held_is_not_sent_again(sandbox: dict[str, Any], change: Api) -> None:
    change("PUT", "/flags/banner", {"serve": "loud"})
    tag = served(sandbox).headers["ETag"]
    url = f"{sandbox['baseUrl']}{CONFIG}?apiKey={sandbox['sdkKey']}"

    assert requests.get(url, headers={"If-None-Match": tag}, timeout=20).status_code == 304

    change("DELETE", "/flags/banner")
    assert requests.get(url, headers={"If-None-Match": tag}, timeout=20).status_code == 200


def test_bandits_are_pinned(sandbox: dict[str, Any], change: Api) -> None:
    before = served(sandbox, "/flag-config/v1/bandits").json()["bandits"]["shoes"]["modelVersion"]

    change("PUT", "/bandits/shoes", {"pin": "red"})

    after = served(sandbox, "/flag-config/v1/bandits").json()["bandits"]["shoes"]["modelVersion"]
    assert before != after
    assert change("DELETE", "/bandits/shoes").json()["bandits"] == {}


def test_schedules_go_by_its_clock(api: Api, sandbox: dict[str, Any], change: Api) -> None:
    change("PUT", "/clock", {"at": "2025-03-01"})
    assert first_allocation(sandbox) == "default"
    assert "startAt" not in served(sandbox).text

    assert change("DELETE", "/clock").json()["clock"] is None
    assert first_allocation(sandbox) == "later"
    frozen = api("POST", "/sandboxes", {"at": "2025-03-01"}).json()
    assert first_allocation(frozen) == "default"


def test_a_reset_takes_everything_away(sandbox: dict[str, Any], change: Api) -> None:
    change("PUT", "/flags/banner", {"off": True})
    change("PUT", "/faults", [{"on": "config", "status": 500}])

    assert change("POST", "/reset").json()["flags"] == {}
    assert served(sandbox).status_code == 200


def test_a_name_is_for_people_to_read(api: Api) -> None:
    reply = api("POST", "/sandboxes", {"name": "x" * 201})

    assert (reply.status_code, reply.json()["detail"]) == (400, '"name": expected at most 200 characters, found 201')
    assert api("POST", "/sandboxes", {"name": "x" * 200}).status_code == 201


@pytest.mark.parametrize(
    ("path", "document", "type_", "status"),
    [
        ("/flags/baner", {"serve": "loud"}, "unknown-flag", 422),
        ("/flags/banner", {"serve": "lowd"}, "unknown-variation", 422),
        ("/flags/banner", {"serve": "loud", "via": "latr"}, "unknown-allocation", 422),
        ("/bandits/shoos", {"pin": "red"}, "unknown-bandit", 422),
        ("/bandits/shoes", {"pin": "rod"}, "unknown-action", 422),
        ("/flags/banner", {"yaml": "type: strin"}, "broken-flag", 422),
        ("/flags/banner", {"serv": "loud"}, "bad-change", 422),
        ("/clock", {"at": "yesterday"}, "bad-parameters", 400),
        ("/faults", [{"on": "confg", "status": 500}], "bad-parameters", 400),
    ],
)
def test_what_cannot_be_changed_is_a_problem_with_a_hint(
    sandbox: dict[str, Any], change: Api, path: str, document: Any, type_: str, status: int
) -> None:
    reply = change("PUT", path, document)

    assert (reply.status_code, reply.json()["type"]) == (status, type_)
    assert reply.headers["Content-Type"] == "application/problem+json"
    if type_.startswith("unknown-"):
        assert "did you mean" in reply.json()["detail"]
    assert change("GET", "").json()["flags"] == {}


def test_the_problems_of_an_edited_flag_have_their_places(change: Api) -> None:
    (problem, *_) = change("PUT", "/flags/banner", {"yaml": "type: strin"}).json()["problems"]

    assert (problem["line"], problem["column"], problem["code"]) == (1, 7, "E120")


def test_a_sandbox_that_has_ended_is_served_nothing(api: Api, sandbox: dict[str, Any], change: Api) -> None:
    assert change("DELETE", "").status_code == 204

    assert served(sandbox).status_code == 404
    assert "create another one" in served(sandbox).text
    assert change("GET", "").json()["type"] == "unknown-sandbox"
    assert api("POST", "/evaluate", {"flag": "banner", "subject": "a", "sdkKey": sandbox["sdkKey"]}).status_code == 404
    edge = requests.post(
        f"{sandbox['edgeUrl']}/assignments", params={"apiKey": sandbox["sdkKey"]}, json={"subject_key": "a"}, timeout=20
    )
    assert (edge.status_code, "create another one" in edge.text) == (404, True)
    remote = requests.post(
        f"{sandbox['edgeUrl']}/ofrep/v1/evaluate/flags/banner",
        json={"context": {"targetingKey": "a"}},
        headers={"X-API-Key": sandbox["sdkKey"]},
        timeout=20,
    )
    assert (remote.status_code, "create another one" in remote.json()["errorDetails"]) == (401, True)


@pytest.mark.parametrize(("flag", "line"), [("resting", 14), ("other", 15)], ids=["disabled", "off in the sandbox"])
def test_a_flag_that_is_off_is_denied_at_no_door(
    emulator: Emulator, api: Api, sandbox: dict[str, Any], change: Api, flag: str, line: int
) -> None:
    change("PUT", "/flags/other", {"off": True})
    asked = {"flag": flag, "subject": "ann", "sdkKey": sandbox["sdkKey"]}
    remote = requests.post(
        f"{emulator.url}/ofrep/v1/evaluate/flags/{flag}",
        json={"context": {"targetingKey": "ann"}},
        headers={"Authorization": f"Bearer {sandbox['sdkKey']}"},
        timeout=20,
    )

    place = f"flags.yaml:{line}:3, but not served in environment"
    assert place in api("POST", "/evaluate", asked).json()["hint"]
    del asked["subject"]
    assert place in api("POST", "/simulate", asked).json()["detail"]
    assert place in api("POST", "/subjects", asked).json()["detail"]
    assert place in remote.json()["errorDetails"]


# ── clients ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_ledger_knows_who_holds_what(sandbox: dict[str, Any], change: Api) -> None:
    served(sandbox, sdkName="go", sdkVersion="6.3.0")

    (client,) = change("GET", "/clients").json()["clients"]

    assert (client["sdkName"], client["sdkVersion"], client["delivered"]) == ("go", "6.3.0", {"config": 1})


def test_waiting_says_who_is_behind(sandbox: dict[str, Any], change: Api) -> None:
    reply = change("POST", "/await", {"timeoutMs": 1})
    assert (reply.status_code, reply.json()["type"], reply.json()["behind"]) == (408, "not-in-step", [])
    assert "0 of 1 expected clients" in reply.json()["detail"]

    for _ in range(2):
        served(sandbox)
    assert change("POST", "/await").status_code == 200

    change("PUT", "/flags/banner", {"serve": "loud"})
    reply = change("POST", "/await", {"timeoutMs": 1})
    assert reply.status_code == 408
    assert "holds revision 1, and its connection is closed" in reply.json()["behind"][0]["reason"]
    assert change("POST", "/await", {"revision": 1}).status_code == 200


def test_a_wait_ends_when_somebody_ends_the_sandbox(sandbox: dict[str, Any], change: Api) -> None:
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(change, "POST", "/await", {"timeoutMs": 15_000})
        served(sandbox)
        change("DELETE", "")
        reply = waiting.result()

    assert (reply.status_code, reply.json()["type"]) == (404, "unknown-sandbox")
    assert reply.elapsed.total_seconds() < 10


def test_a_client_whose_connection_is_closed_is_said_to_be(sandbox: dict[str, Any], change: Api) -> None:
    served(sandbox)

    (behind,) = change("POST", "/await", {"timeoutMs": 200}).json()["behind"]

    assert behind["connected"] is False
    assert "holds revision 1, and its connection is closed since 20" in behind["reason"]


# ── faults ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_status_is_a_text_that_no_sdk_takes_for_flags(sandbox: dict[str, Any], change: Api) -> None:
    change("PUT", "/faults", [{"on": "config", "status": 503, "times": 1}])

    reply = served(sandbox)
    assert (reply.status_code, reply.headers["Content-Type"]) == (503, "text/plain; charset=utf-8")
    assert served(sandbox).status_code == 200


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_without_a_body_has_none(sandbox: dict[str, Any], change: Api, status: int) -> None:
    change("PUT", "/faults", [{"on": "config", "status": status, "times": 1}])

    with requests.Session() as one:
        url, key = f"{sandbox['baseUrl']}{CONFIG}", {"apiKey": sandbox["sdkKey"]}
        reply = one.get(url, params=key, timeout=20)
        # Over the same connection: a body would be taken for the beginning of this answer.
        following = one.get(url, params=key, timeout=20)

    assert (reply.status_code, reply.content, following.status_code) == (status, b"", 200)
    assert not {"Content-Length", "Content-Type", "Transfer-Encoding"} & set(reply.headers)


def test_a_fault_of_events_is_for_those_who_send_their_key_in_the_query(sandbox: dict[str, Any], change: Api) -> None:
    change("PUT", "/faults", [{"on": "events", "status": 503, "times": 1}, {"on": "events", "failed": 1}])

    def send() -> requests.Response:
        key, batch = {"apiKey": sandbox["sdkKey"]}, {"eppo_events": [{"uuid": "one"}]}
        return requests.post(f"{sandbox['edgeUrl']}/v0/i", params=key, json=batch, timeout=20)

    assert send().status_code == 503
    assert send().json() == {"failed_events": ["one"]}


def test_garbage_is_no_json_and_has_no_tag(sandbox: dict[str, Any], change: Api) -> None:
    change("PUT", "/faults", {"on": "config", "body": "garbage"})

    reply = served(sandbox)
    assert (reply.status_code, "ETag" in reply.headers) == (200, False)
    with pytest.raises(ValueError, match=r"JSON|codec|Expecting"):
        json.loads(reply.content)


def test_an_empty_body_is_empty(sandbox: dict[str, Any], change: Api) -> None:
    change("PUT", "/faults", {"on": "config", "body": "empty"})

    assert (served(sandbox).status_code, served(sandbox).content) == (200, b"")


def test_a_truncated_body_ends_in_the_middle(sandbox: dict[str, Any], change: Api) -> None:
    change("PUT", "/faults", {"on": "config", "body": "truncated", "times": 1})

    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        served(sandbox)
    assert served(sandbox).status_code == 200


def test_a_dropped_connection_has_no_answer(sandbox: dict[str, Any], change: Api) -> None:
    change("PUT", "/faults", {"on": "config", "drop": True, "times": 1})

    with pytest.raises(requests.exceptions.ConnectionError):
        served(sandbox)
    assert served(sandbox).status_code == 200


def test_a_delay_keeps_nobody_else_waiting(api: Api, sandbox: dict[str, Any], change: Api) -> None:
    other = api("POST", "/sandboxes").json()
    change("PUT", "/faults", {"on": "config", "delayMs": 300})

    assert served(sandbox).elapsed.total_seconds() >= 0.3
    assert served(other).status_code == 200


@pytest.mark.parametrize("on", ["assignments", "events", "bandits"])
def test_a_fault_is_for_one_kind_of_request(sandbox: dict[str, Any], change: Api, on: str) -> None:
    change("PUT", "/faults", {"on": on, "status": 503})
    key, edge = sandbox["sdkKey"], sandbox["edgeUrl"]
    statuses = {
        "config": served(sandbox).status_code,
        "bandits": served(sandbox, "/flag-config/v1/bandits").status_code,
        "assignments": requests.post(
            f"{edge}/assignments", params={"apiKey": key}, json={"subject_key": "a"}, timeout=20
        ).status_code,
        "events": requests.post(
            f"{edge}/v0/i", json={"eppo_events": []}, headers={"x-eppo-token": key}, timeout=20
        ).status_code,
    }

    assert statuses == {**dict.fromkeys(statuses, 200), on: 503}
