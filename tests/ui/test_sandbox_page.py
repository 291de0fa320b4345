"""The pages of the sandboxes: what a test's sandbox changes, told live, and changed by hand under a real SDK."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import eppo_client
import pytest
import requests
from eppo_client import AssignmentLogger, ClientConfig
from playwright.sync_api import Page, expect

from emulator import Emulator
from tests.sdk.waiting import DEADLINE_S, eventually

pytestmark = pytest.mark.ci

FLAGS = """
environments:
  test: { sdk_keys: [local-test] }
  production: { sdk_keys: [local-production] }
flags:
  new-checkout:
    type: boolean
    allocations: [ { key: some, traffic: 20%, serve: true } ]
    serve: false
  headline:
    type: string
    variations: [control, short]
    allocations: [ { key: headline-test, split: [control, short] } ]
  sale:
    type: boolean
    allocations: [ { key: week, start: 2040-01-01, end: 2040-01-08, serve: true } ]
    serve: false
  hat: { type: string, variations: { hats: { bandit: hats } }, serve: hats }
bandits:
  hats: { actions: { red: { intercept: 1 }, blue: { intercept: 2 } } }
"""


class Api:
    """The control API, as a test in another process has it."""

    def __init__(self, root: str) -> None:
        self._url = f"{root}/emulator/v1/sandboxes"

    def call(self, method: str, path: str = "", document: Any = None) -> Any:
        reply = requests.request(method, f"{self._url}{path}", json=document, timeout=DEADLINE_S)
        assert reply.ok, reply.text
        return reply.json() if reply.content else None

    def new(self, **settings: Any) -> str:
        key: str = self.call("POST", "", settings)["sdkKey"]
        return key

    def told(self, key: str) -> Any:
        return self.call("GET", f"/{key}")


@pytest.fixture
def flags() -> str:
    return FLAGS


@pytest.fixture
def api(root: str) -> Api:
    return Api(root)


@pytest.fixture
def key(api: Api) -> str:
    return api.new(name="tests/test_checkout.py::test_pays")


@pytest.fixture
def one(page: Page, key: str) -> Page:
    """The page of one sandbox, whose news arrive."""
    page.goto(f"/sandboxes/{key}")
    expect(page.locator("#connection")).to_have_class("dot live")
    return page


Connect = Callable[[str], Any]


@pytest.fixture
def connect(emulator: Emulator) -> Iterator[Connect]:
    """Start a real SDK that polls with a key."""
    clients = []

    def start(key: str) -> Any:
        config = ClientConfig(
            api_key=key,
            base_url=emulator.base_url,
            assignment_logger=AssignmentLogger(),
            poll_interval_seconds=1,
            poll_jitter_seconds=0,
        )
        client = eppo_client.init(config)
        clients.append(client)
        client.wait_for_initialization()
        return client

    yield start
    for client in clients:
        client.shutdown()


# ── all of them ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_is_made_on_the_page(page: Page, api: Api) -> None:
    page.goto("/sandboxes")
    page.get_by_text("New sandbox").click()
    page.get_by_label("Over the environment").select_option("production")
    page.get_by_label("Name, if you like").fill("a trial")
    page.get_by_label("Ends when nobody used it for").select_option("10 minutes")

    page.get_by_role("button", name="Create").click()

    page.wait_for_url("**/sandboxes/emulator-server.*")
    expect(page.get_by_role("heading", level=1)).to_have_text("a trial")
    (made,) = api.call("GET")["sandboxes"]
    assert (made["environment"], made["name"], made["ttlSeconds"]) == ("production", "a trial", 600)


# Elements within a line whose own text has a mark that turns what follows, and that let it turn more than themselves.
TURNING = """
[...document.querySelectorAll("main *")].filter((one) => {
  const own = [...one.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
  const style = getComputedStyle(one);
  const turns = own.some((node) => node.data.includes("\\u202e"));
  return turns && style.display === "inline" && style.unicodeBidi !== "isolate";
}).map((one) => one.outerHTML)
"""


def test_a_name_that_turns_the_direction_turns_nothing_else(page: Page, api: Api) -> None:
    turned = "\u202eabc"
    key = api.new(name=turned)
    api.call("PUT", f"/{key}/flags/headline", {"serve": "short", "subjects": [turned]})

    for path in ("/sandboxes", f"/sandboxes/{key}?flag=headline&difference=headline"):
        page.goto(path)

        expect(page.get_by_text(turned).first).to_be_visible()
        assert page.evaluate(TURNING) == []
    left, right = (
        page.locator(".change", has_text="headline").get_by_text(text, exact=True).first.bounding_box()
        for text in (turned, "test")
    )
    assert left
    assert right
    assert left["x"] < right["x"] or left["y"] < right["y"]


def test_a_test_that_starts_appears_and_leads_to_its_sandbox(page: Page, api: Api) -> None:
    page.goto("/sandboxes")
    expect(page.locator("#connection")).to_have_class("dot live")

    key = api.new(name="tests/test_a.py::test_b")
    api.call("PUT", f"/{key}/flags/new-checkout", {"serve": True})

    row = page.locator("[data-row]")
    expect(row).to_contain_text("new-checkout serves true to everybody")
    row.get_by_role("link", name="tests/test_a.py::test_b").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("tests/test_a.py::test_b")


def test_rows_stay_where_they_are_while_others_come(page: Page, api: Api) -> None:
    key = api.new(name="first")
    page.goto("/sandboxes")
    expect(page.locator("#connection")).to_have_class("dot live")

    api.new(name="second")
    api.call("PUT", f"/{key}/flags/headline", {"off": True})

    expect(page.locator("[data-row]")).to_contain_text(["headline is off"])
    page.get_by_role("link", name="Some came or went: show them").click()
    expect(page.locator("[data-row]")).to_contain_text(["second", "first"])
    expect(page.get_by_role("link", name="Some came or went: show them")).to_be_hidden()


def test_they_are_searched_as_one_types(page: Page, api: Api) -> None:
    for name in ("checkout", "headline"):
        api.new(name=name)
    page.goto("/sandboxes")

    page.keyboard.press("/")
    page.keyboard.type("head")

    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page).to_have_url(f"{page.url.partition('?')[0]}?q=head")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_rows_are_walked_with_j_and_opened_with_enter(page: Page, api: Api) -> None:
    for name in ("older", "newer"):
        api.new(name=name)
    page.goto("/sandboxes")

    for pressed in ("j", "j", "Enter"):
        page.keyboard.press(pressed)

    expect(page.get_by_role("heading", level=1)).to_have_text("older")


# ── what one changes ────────────────────────────────────────────────────────────────────────────────────────────


def test_what_a_tests_sandbox_changes_is_read_at_a_glance(one: Page, api: Api, key: str) -> None:
    expect(one.locator("#told")).to_contain_text("It changes nothing so far")

    api.call("PUT", f"/{key}/flags/new-checkout", {"serve": True})
    api.call("PUT", f"/{key}/bandits/hats", {"pin": "red"})
    api.call("PUT", f"/{key}/clock", {"at": "2040-01-02T00:00Z"})

    told = one.locator("#told")
    expect(told).to_contain_text("gets what test serves, but for 2 flags, 1 bandit and the clock.")
    changes = one.locator("#changes li")
    expect(changes.nth(0)).to_contain_text("new-checkout serves true to everybody.")
    expect(changes.nth(0)).to_contain_text("In test serves true to 20% and false to 80%")
    expect(changes.nth(1)).to_contain_text("Bandit hats chooses red whenever it is offered.")
    expect(changes.nth(2)).to_contain_text("Time stands still at 2040-01-02 00:00 UTC.")
    expect(changes.nth(3)).to_contain_text("sale serves true to everybody. by its clock")


def test_what_the_files_no_longer_know_is_told(one: Page, api: Api, key: str, folder: Path) -> None:
    api.call("PUT", f"/{key}/flags/headline", {"serve": "short"})
    (folder / "flags.yaml").write_text(FLAGS.replace("  headline:", "  title:"))

    expect(one.locator("#changes .note")).to_contain_text('no flag "headline"')


def test_a_difference_is_shown_on_demand(one: Page, api: Api, key: str) -> None:
    api.call("PUT", f"/{key}/flags/new-checkout", {"serve": True})

    one.get_by_role("link", name="Show the difference").click()

    expect(one.locator(".difference .added").filter(has_text='"key": "override-true"')).to_have_count(1)
    assert "difference=new-checkout" in one.url


def test_its_flags_and_events_are_one_click_away(one: Page, key: str) -> None:
    expect(one.get_by_role("link", name="Its flags")).to_have_attribute("href", f"/?sdkKey={key}")
    href = one.get_by_role("link", name="Its events").get_attribute("href")
    assert href is not None
    assert href.startswith("/inbox?q=sandbox%3A")


def test_the_sdk_key_is_copied(new_context: Callable[..., Any], key: str) -> None:
    page = new_context(permissions=["clipboard-read", "clipboard-write"]).new_page()
    page.goto(f"/sandboxes/{key}")

    page.get_by_role("button", name="Copy the SDK key").click()

    expect(page.locator(".toast")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == key


# ── changed by hand, under a real SDK ───────────────────────────────────────────────────────────────────────────


def choose(page: Page, name: str) -> None:
    page.get_by_label("A flag or a bandit").fill(name)
    page.locator("#found").get_by_role("link", name=name, exact=True).click()
    expect(page.locator("#chosen form")).to_be_visible()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def test_an_override_by_hand_is_what_the_sdk_answers(one: Page, key: str, connect: Connect) -> None:
    client = connect(key)
    assert client.get_boolean_assignment("new-checkout", "ann", {}, True) is False
    expect(one.locator("#clients")).to_contain_text("python")

    choose(one, "new-checkout")
    press(one, "Change it here")

    expect(one.locator("#changes")).to_contain_text("new-checkout serves true to everybody.")
    assert eventually(lambda: client.get_boolean_assignment("new-checkout", "ann", {}, False))
    expect(one.locator("#clients .badge").first).to_have_text("in step")


def test_some_subjects_are_served_by_way_of_an_allocation(one: Page, api: Api, key: str) -> None:
    choose(one, "headline")
    one.get_by_role("combobox", name="Variation", exact=True).select_option("short")
    one.get_by_label("Logged as the event of").select_option("headline-test")
    one.get_by_label("Only to these subjects").fill("ann\n bob \n\n")

    press(one, "Change it here")

    expect(one.locator("#changes")).to_contain_text("headline serves short to ann and bob, logged as headline-test;")
    assert api.told(key)["flags"] == {
        "headline": [{"serve": "short", "subjects": ["ann", "bob"], "via": "headline-test"}]
    }


def test_a_flag_is_taken_away_and_comes_back(one: Page, key: str, connect: Connect) -> None:
    client = connect(key)
    choose(one, "headline")
    one.get_by_label("Take the flag away").check()
    press(one, "Change it here")
    assert eventually(lambda: client.get_string_assignment("headline", "ann", {}, "mine") == "mine")

    press(one, "Take back headline")

    expect(one.locator("#told")).to_contain_text("It changes nothing so far")
    assert eventually(lambda: client.get_string_assignment("headline", "ann", {}, "mine") != "mine")


def test_a_flag_is_written_anew(one: Page, api: Api, key: str) -> None:
    choose(one, "headline")
    one.get_by_label("Write it anew").check()
    text = one.get_by_label("What stands under the flag's key")
    expect(text).to_have_value(
        "type: string\nvariations: [control, short]\nallocations: [ { key: headline-test, split: [control, short] } ]"
    )

    text.fill("{ type: string, variations: [long], serve: long }")
    press(one, "Change it here")

    expect(one.locator("#changes")).to_contain_text("headline is edited; it serves long to everybody.")
    expect(one.locator(".difference .added").filter(has_text='"key": "long"')).to_have_count(1)


def test_a_mistake_in_a_flag_is_told_where_it_was_made(one: Page, complaints: list[str]) -> None:
    choose(one, "headline")
    one.get_by_label("Write it anew").check()
    one.get_by_label("What stands under the flag's key").fill("{ type: string, variations: [long], serve: lung }")

    press(one, "Change it here")

    expect(one.locator("#chosen [role=alert]")).to_contain_text('did you mean "long"?')
    expect(one.get_by_label("What stands under the flag's key")).to_have_value(
        "{ type: string, variations: [long], serve: lung }"
    )
    # The browser reports the refusal as well.
    complaints.clear()


def test_a_flag_is_written_as_sdks_receive_it(one: Page, api: Api, key: str) -> None:
    choose(one, "new-checkout")
    one.get_by_label("Write what SDKs receive").check()
    text = one.get_by_label("The flag as SDKs receive it")
    text.fill(text.input_value().replace('"enabled": true', '"enabled": false'))

    press(one, "Change it here")

    expect(one.locator("#changes")).to_contain_text("new-checkout is edited; it is switched off")
    assert api.told(key)["flags"]["new-checkout"][0]["ufc"]["enabled"] is False


@pytest.mark.parametrize(
    ("choice", "said", "document"),
    [
        ("One action", "chooses blue whenever it is offered", {"pin": "blue"}),
        ("Each offered action", "chooses each offered action equally often", {"mode": "uniform"}),
        ("As if it had learned nothing", "has learned nothing yet", {"mode": "cold-start"}),
    ],
)
def test_a_bandit_chooses_as_it_is_told(
    one: Page, api: Api, key: str, choice: str, said: str, document: dict[str, str]
) -> None:
    choose(one, "hats")
    one.get_by_role("combobox", name="Action", exact=True).fill("blue")
    one.get_by_label(choice).check()

    press(one, "Change it here")

    expect(one.locator("#changes")).to_contain_text(f"Bandit hats {said}")
    assert api.told(key)["bandits"] == {"hats": document}


def test_the_clock_is_stopped_and_the_sdk_obeys(one: Page, key: str, connect: Connect) -> None:
    client = connect(key)
    one.get_by_label("Let time stand still at").fill("2040-01-02T00:00:00")

    press(one, "Stop the clock")

    expect(one.locator("#changes")).to_contain_text("Time stands still at 2040-01-02 00:00 UTC.")
    assert eventually(lambda: client.get_boolean_assignment("sale", "ann", {}, False))


def test_the_clock_is_shifted_and_goes_on(one: Page, api: Api, key: str) -> None:
    one.get_by_label("Or go ahead by").fill("-2")
    one.get_by_label("Unit").select_option("hours")
    press(one, "Shift the clock")
    expect(one.locator("#changes")).to_contain_text("Time is 2 hours behind")
    assert api.told(key)["clock"] == {"offsetSeconds": -7200}

    press(one, "Take back the clock")

    expect(one.locator("#told")).to_contain_text("It changes nothing so far")


def test_faults_are_added_used_up_and_taken_away(one: Page, api: Api, key: str, emulator: Emulator) -> None:
    for what, times in (("the flags: unavailable (503)", "2"), ("events: refused (503)", "")):
        one.get_by_label("What happens").select_option(what)
        one.get_by_label("To how many requests").fill(times)
        press(one, "Add the fault")
        expect(one.locator("#changes [data-fault]")).to_have_count(1 + (times == ""))
    config = f"{emulator.base_url}/flag-config/v1/config?apiKey={key}"
    assert requests.get(config, timeout=DEADLINE_S).status_code == 503

    expect(one.locator("#changes")).to_contain_text("The next request for the flags is answered with status 503.")
    expect(one.locator("#changes")).to_contain_text("1 of 2 left")
    one.get_by_role("button", name="Take back this fault").first.click()

    expect(one.locator("#changes [data-fault]")).to_have_count(1)
    assert [fault["on"] for fault in api.told(key)["faults"]] == ["events"]
    assert requests.get(config, timeout=DEADLINE_S).status_code == 200


def test_a_reset_takes_everything_back(one: Page, api: Api, key: str) -> None:
    api.call("PUT", f"/{key}/flags/headline", {"off": True})
    expect(one.locator("#told")).to_contain_text("1 flag")
    one.on("dialog", lambda dialog: dialog.accept())

    press(one, "Reset")

    expect(one.locator("#told")).to_contain_text("It changes nothing so far")


def test_one_is_ended_only_when_that_is_meant(one: Page, api: Api, key: str) -> None:
    one.once("dialog", lambda dialog: dialog.dismiss())
    press(one, "End")
    assert api.told(key)["sdkKey"] == key
    one.once("dialog", lambda dialog: dialog.accept())

    press(one, "End")

    one.wait_for_url("**/sandboxes")
    assert api.call("GET")["sandboxes"] == []


def test_one_that_its_test_ended_says_so(one: Page, api: Api, key: str, complaints: list[str]) -> None:
    api.call("DELETE", f"/{key}")

    expect(one.get_by_role("heading", level=1)).to_have_text("This sandbox has ended")
    # That the page is not found any more is in the browser's console.
    complaints.clear()


def test_one_that_nobody_used_says_so(page: Page, api: Api, complaints: list[str]) -> None:
    page.goto(f"/sandboxes/{api.new(ttlSeconds=2)}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sandbox without a name")

    expect(page.get_by_role("heading", level=1)).to_have_text("This sandbox has ended")
    complaints.clear()


def test_what_somebody_writes_stays_while_he_searches(one: Page) -> None:
    choose(one, "headline")
    one.get_by_label("Only to these subjects").fill("ann")

    one.get_by_label("A flag or a bandit").fill("check")

    expect(one.locator("#found li")).to_have_count(1)
    expect(one.get_by_label("Only to these subjects")).to_have_value("ann")


def test_what_somebody_writes_stays_while_clients_poll(one: Page, api: Api, key: str, connect: Connect) -> None:
    choose(one, "headline")
    one.get_by_label("Write it anew").check()
    one.get_by_label("What stands under the flag's key").fill("half of a thought")

    api.call("PUT", f"/{key}/flags/new-checkout", {"serve": True})
    connect(key)

    expect(one.locator("#clients")).to_contain_text("python")
    expect(one.get_by_label("What stands under the flag's key")).to_have_value("half of a thought")
    expect(one.get_by_label("What stands under the flag's key")).to_be_focused()
