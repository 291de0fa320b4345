"""The inbox in a browser, with what a real SDK of an application logs: live rows, search, time, one event, keys."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import eppo_client
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from emulator import Emulator
from emulator.loggers import InboxLogger

pytestmark = pytest.mark.ci

FLAGS = """
environments:
  test: { sdk_keys: [local-test] }
  production: { sdk_keys: [local-production] }
flags:
  banner:
    type: string
    variations: { short: Short, long: Long }
    allocations:
      - key: half
        split: { short: 50%, long: 50% }
  hat:
    type: string
    variations: { red: Red, blue: Blue }
    allocations:
      - key: norway
        if: country = NO
        serve: red
        log: true
    serve: blue
"""
WIDE: Any = {"width": 1500, "height": 800}
NARROW: Any = {"width": 700, "height": 600}


@pytest.fixture
def flags() -> str:
    return FLAGS


class Application:
    """What somebody develops: the real SDK, and the logger that comes with the emulator."""

    def __init__(self, root: str, sdk_key: str = "local-test") -> None:
        self._root = root
        self._logger = InboxLogger(root, sdk_key=sdk_key)
        self._client = eppo_client.init(
            eppo_client.ClientConfig(api_key=sdk_key, base_url=f"{root}/api", assignment_logger=self._logger)
        )
        self._client.wait_for_initialization()

    def visit(self, *subjects: str, flag: str = "banner", country: str = "NO") -> None:
        """Let the SDK decide for *subjects*; their events have been committed when this returns."""
        for subject in subjects:
            self._client.get_string_assignment(flag, subject, {"country": country, "age": 30}, "none")
        self._logger.flush()

    def send(self, *events: Any) -> None:
        """Send what no SDK would."""
        body = json.dumps(events).encode()
        with urlopen(Request(f"{self._root}/emulator/v1/events?sdkKey=local-test", data=body)) as answer:
            assert answer.status == 202

    def close(self) -> None:
        self._client.shutdown()
        self._logger.close()


@pytest.fixture
def application(root: str) -> Iterator[Application]:
    running = Application(root)
    yield running
    running.close()


@pytest.fixture
def wide(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context(viewport=WIDE).new_page()


@pytest.fixture
def narrow(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context(viewport=NARROW).new_page()


def event(**changes: Any) -> dict[str, Any]:
    return {
        "featureFlag": "banner",
        "allocation": "half",
        "experiment": "banner-half",
        "variation": "none",
        "subject": "zoe",
        "subjectAttributes": {},
        "timestamp": "2026-03-01T09:00:00.000Z",
        **changes,
    }


def rows(page: Page) -> Locator:
    return page.locator("#rows tr")


def visit(page: Page, path: str = "/inbox") -> None:
    """Open the page, and wait until it hears of news."""
    page.goto(path)
    expect(page.locator("#connection")).to_have_class("dot live")


def test_events_appear_on_top_as_they_arrive(page: Page, application: Application) -> None:
    application.visit("ann")
    visit(page)

    application.visit("bob")

    expect(rows(page)).to_have_count(2)
    expect(rows(page).first).to_contain_text("bob")
    expect(rows(page).first).to_contain_text("ok")


def test_the_first_event_takes_the_place_of_the_advice(page: Page, application: Application) -> None:
    visit(page)
    expect(page.locator("#empty")).to_contain_text("InboxLogger")

    application.visit("ann")

    expect(rows(page)).to_have_count(1)
    expect(page.locator("#empty")).to_have_count(0)


def test_twenty_pages_are_told(new_context: Callable[..., BrowserContext], application: Application) -> None:
    context = new_context()
    pages = [context.new_page() for _ in range(20)]
    application.visit("ann")
    for page in pages:
        visit(page)

    application.visit("bob")

    for page in pages:
        expect(rows(page).first).to_contain_text("bob")


def test_only_what_the_query_finds_appears(page: Page, application: Application) -> None:
    application.visit("ann", flag="hat")
    visit(page, "/inbox?q=flag:hat")

    application.visit("bob", flag="banner")
    application.visit("cleo", flag="hat")

    expect(rows(page).first).to_contain_text("cleo")
    expect(rows(page)).to_have_count(2)


def test_a_scrolled_page_stays_where_it_is(narrow: Page, application: Application) -> None:
    application.visit(*(f"user-{number}" for number in range(60)))
    visit(narrow)
    rows(narrow).nth(40).scroll_into_view_if_needed()
    before = rows(narrow).nth(40).bounding_box()

    application.visit("new")

    expect(narrow.locator("#news")).to_have_text("1 new")
    assert rows(narrow).nth(40).bounding_box() == before


def test_what_waits_is_shown_on_demand(narrow: Page, application: Application) -> None:
    application.visit(*(f"user-{number}" for number in range(60)))
    visit(narrow)
    rows(narrow).nth(40).scroll_into_view_if_needed()
    application.visit("new")

    narrow.locator("#news").click()

    expect(rows(narrow).first).to_contain_text("new")
    expect(rows(narrow).first).to_be_in_viewport()


def test_a_focused_row_is_not_moved(page: Page, application: Application) -> None:
    application.visit("ann")
    visit(page)
    page.keyboard.press("j")
    expect(rows(page).first).to_be_focused()

    application.visit("bob")

    expect(page.locator("#news")).to_have_text("1 new")
    expect(rows(page)).to_have_count(1)
    page.keyboard.press("Escape")
    expect(rows(page)).to_have_count(2)


def test_pause_holds_back_and_counts(page: Page, application: Application) -> None:
    application.visit("ann")
    visit(page)
    page.keyboard.press("p")

    application.visit("bob", "cleo")

    expect(page.locator("#news")).to_have_text("2 new while paused")
    expect(rows(page)).to_have_count(1)
    page.keyboard.press("p")
    expect(rows(page)).to_have_count(3)


def test_more_than_a_page_at_once_begins_the_list_anew(page: Page, application: Application) -> None:
    application.visit("ann")
    visit(page)
    page.keyboard.press("p")

    application.visit(*(f"user-{number}" for number in range(150)))

    expect(page.locator("#news")).to_have_text("100+ new while paused")
    page.locator("#news").click()
    expect(rows(page)).to_have_count(100)
    page.locator("#older").click()
    expect(rows(page).last).to_contain_text("ann")


def test_typing_narrows_the_list(page: Page, application: Application) -> None:
    application.visit("ann", "bob")
    visit(page)
    page.keyboard.press("/")

    page.keyboard.type("subject:bob")

    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("bob")
    page.wait_for_url("**/inbox?q=subject%3Abob")


def test_an_error_is_told_and_the_last_result_stays(page: Page, application: Application) -> None:
    application.visit("ann", "bob")
    visit(page)

    page.get_by_label("Search events").fill("verdict:fine")

    expect(page.locator("#query-hint")).to_contain_text('verdict "fine" does not exist')
    expect(rows(page)).to_have_count(2)


def test_the_box_goes_back_with_the_address(page: Page, application: Application) -> None:
    application.visit("ann")
    application.send(event(subject="zoe", variation="long", allocation="gone"))
    visit(page)
    box = page.get_by_label("Search events")
    # What is typed takes the place of the address; Enter makes it one to come back to.
    for query in ("verdict:drift", "verdict:ok", "verdict:fine"):
        box.fill(query)
        page.wait_for_url(f"**/inbox?q={query.replace(':', '%3A')}")
        box.press("Enter")
    expect(page.locator("#query-hint")).to_have_class("hint bad")

    for query, subject in (("verdict:fine", ""), ("verdict:ok", "ann"), ("verdict:drift", "zoe")):
        page.evaluate("history.back()")
        page.wait_for_url(f"**/inbox?q={query.replace(':', '%3A')}")
        expect(box).to_have_value(query)
        expect(box).to_be_focused()
        expect(rows(page)).to_contain_text([subject])


def test_a_query_is_completed_by_keyboard(page: Page, application: Application) -> None:
    application.visit("ann")
    application.visit("bob", flag="hat")
    visit(page)
    box = page.get_by_role("combobox", name="Search events")
    box.press_sequentially("fl")
    expect(page.get_by_role("option", name="flag:")).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    expect(page.get_by_role("option", name="flag:hat")).to_be_visible()

    box.press_sequentially("h")
    expect(page.get_by_role("option")).to_have_count(1)
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "offer-0")
    box.press("Enter")

    expect(box).to_have_value("flag:hat ")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(rows(page)).to_have_count(1)


@pytest.mark.parametrize(
    ("typed", "offer"),
    [
        ("sdk:", "sdk:python/"),
        ("attr.", "attr.country:"),
        ("attr.country:", "attr.country:NO"),
        ("-verdict:", "-verdict:drift"),
        ("environment:", "environment:production"),
        ("variation:", "variation:"),
        ("subject:a", "subject:ann"),
    ],
)
def test_values_that_occur_are_offered(page: Page, application: Application, typed: str, offer: str) -> None:
    application.visit("ann")
    visit(page)

    page.get_by_label("Search events").press_sequentially(typed)

    expect(page.get_by_role("option").filter(has_text=offer).first).to_be_visible()
    # An unfinished query is no query yet.
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)


def test_a_value_adds_itself_to_the_query(page: Page, application: Application) -> None:
    application.visit("ann", "bob")
    application.visit("ann", flag="hat")
    visit(page)

    rows(page).first.get_by_text("ann").click()
    expect(rows(page)).to_have_count(2)
    rows(page).first.get_by_text("hat").click()

    expect(rows(page)).to_have_count(1)
    expect(page.get_by_label("Search events")).to_have_value("subject:ann flag:hat")


def test_alt_click_leaves_a_value_out(page: Page, application: Application) -> None:
    application.visit("ann", "bob")
    visit(page)

    rows(page).first.get_by_text("bob").click(modifiers=["Alt"])

    expect(page.get_by_label("Search events")).to_have_value("-subject:bob")
    expect(rows(page)).to_have_count(1)


def test_a_key_leaves_out_the_value_that_has_the_focus(page: Page, application: Application) -> None:
    application.visit("ann", "bob")
    visit(page)
    rows(page).first.get_by_text("bob").focus()

    page.keyboard.press("-")

    expect(page.get_by_label("Search events")).to_have_value("-subject:bob")


def test_a_bar_asks_for_its_time(page: Page, application: Application) -> None:
    application.visit("ann")
    visit(page, "/inbox?q=flag:banner")
    bar = page.get_by_role("link", name="1 event")
    expect(bar).to_have_count(1)

    bar.click()

    expect(page.get_by_label("Search events")).to_have_value(_like(r"^flag:banner after:2\S+Z before:2\S+Z$"))
    expect(rows(page)).to_have_count(1)
    page.locator("#whole").click()
    expect(page.get_by_label("Search events")).to_have_value("flag:banner")


def test_the_last_minute_is_a_link(page: Page, application: Application) -> None:
    application.visit("ann")
    visit(page, "/inbox?q=flag:banner")

    page.locator("#last").get_by_role("link", name="minute").click()

    expect(page.get_by_label("Search events")).to_have_value(_like(r"^flag:banner after:2\S+Z$"))
    expect(rows(page)).to_have_count(1)


def test_without_an_answer_the_last_result_stays(
    page: Page, application: Application, emulator: Emulator, complaints: list[str]
) -> None:
    application.visit("ann")
    visit(page)
    expect(page.locator("#summary")).to_contain_text("1 event")
    emulator.close()

    page.get_by_label("Search events").fill("subject:nobody")

    expect(page.locator("#toasts")).to_contain_text("The emulator does not answer")
    expect(page.locator("body")).to_have_class("silent")
    page.wait_for_url("**/inbox?q=subject%3Anobody")
    expect(rows(page)).to_contain_text(["ann"])
    expect(page.locator("#summary")).to_contain_text("1 event")
    complaints.clear()


def test_an_open_event_that_is_deleted_says_so(wide: Page, application: Application, root: str) -> None:
    application.visit("ann", "bob")
    visit(wide)
    rows(wide).first.locator("[data-open]").click()
    expect(wide.locator("#beside #event")).to_contain_text("bob")

    with urlopen(Request(f"{root}/emulator/v1/events", method="DELETE")) as answer:
        assert answer.status == 200

    expect(wide.locator("#beside")).to_contain_text("Event 2 is not here; it may have been deleted.")
    wide.keyboard.press("Escape")
    expect(wide.locator("#beside")).to_be_hidden()
    wide.wait_for_url("**/inbox")


def test_on_a_phone_nothing_is_cut_off(new_context: Callable[..., BrowserContext], application: Application) -> None:
    page = new_context(viewport={"width": 360, "height": 740}).new_page()
    application.send(event(subjectAttributes={"an attribute with a name of some length": "and its value"}))
    page.goto("/inbox/1")
    expect(page.locator(".compared")).to_contain_text("differs")

    assert (
        page.evaluate(
            "(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('#comparison'))"
        )
        == 0
    )
    width = page.locator("dd", has_text="and its value").bounding_box()
    assert width
    assert width["width"] > 150
    visit(page)
    expect(page.locator(".axis .caption")).to_have_text("1 event here, 1 not ok · at most 1 in one bar")
    assert (
        page.evaluate(
            "(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('.caption'))"
        )
        == 0
    )


def test_the_focus_is_somewhere_after_the_dialog(page: Page, application: Application) -> None:
    application.visit("ann")
    visit(page)

    page.keyboard.press("#")
    expect(page.locator("#deletion-words")).to_contain_text("1 event")
    page.keyboard.press("Escape")

    expect(page.locator("#delete")).to_be_focused()


def test_names_turn_round_nothing_beside_them(page: Page, application: Application) -> None:
    application.send(event(subject="\u202eabc", variation="\u202exyz"))
    page.goto("/inbox/1")

    expect(page.locator(".note")).not_to_contain_text("\u202e")
    expect(page.locator(".note")).to_contain_text("\\u202exyz")
    turning = "(found) => found.filter((one) => getComputedStyle(one).unicodeBidi !== 'isolate').length"
    assert page.locator("dd, dd a, .compared td, .compared td span").evaluate_all(turning) == 0


def test_a_drag_asks_for_a_range(page: Page, application: Application) -> None:
    application.visit("ann")
    visit(page)
    expect(page.locator("svg.bars a")).not_to_have_count(0)
    box = page.locator("svg.bars").bounding_box()
    assert box

    page.mouse.move(box["x"] + 4, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20, steps=4)
    page.mouse.up()

    expect(page.locator("#list .nothing")).to_be_visible()
    expect(page.get_by_label("Search events")).to_have_value(_like(r"^after:\S+ before:\S+$"))


def test_the_keyboard_chooses_a_range(page: Page, application: Application) -> None:
    application.visit("ann")
    visit(page)
    bars = page.locator("svg.bars a")
    expect(bars).not_to_have_count(0)
    first, last = bars.nth(-3).get_attribute("data-from"), bars.last.get_attribute("data-to")
    bars.last.focus()

    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Enter")

    expect(page.get_by_label("Search events")).to_have_value(f"after:{first} before:{last}")
    expect(rows(page)).to_have_count(1)


def test_problems_are_coloured_and_counted(page: Page, application: Application) -> None:
    application.visit("ann")
    application.send(event(featureFlag="nope"))
    visit(page)

    expect(page.locator("svg.bars .problems")).to_have_count(1)
    page.locator("#summary").get_by_role("link", name="unknown-flag 1").click()

    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("nope")


def test_counts_follow(page: Page, application: Application) -> None:
    application.visit("ann")
    visit(page)
    expect(page.locator("#summary")).to_contain_text("1 event")

    application.visit("bob")

    expect(page.locator("#summary")).to_contain_text("2 events")


def test_a_sample_ratio_mismatch_is_told(page: Page, application: Application) -> None:
    application.send(*(event(variation="short", subject=f"user-{number}") for number in range(100)))
    visit(page)

    page.locator("#experiments summary").click()

    expect(page.locator("#experiments .note.bad")).to_contain_text(
        'Sample ratio mismatch: "short" has 100.0% of 100 subjects, where 50% is configured.'
    )


def test_an_event_opens_beside_the_list(wide: Page, application: Application) -> None:
    application.visit("ann", "bob")
    visit(wide)
    wide.keyboard.press("j")
    wide.keyboard.press("j")

    wide.keyboard.press("Enter")

    expect(wide.locator("#beside #event")).to_contain_text("ann")
    wide.wait_for_url("**/inbox?open=1")
    expect(rows(wide).nth(1)).to_be_focused()
    wide.keyboard.press("Escape")
    expect(wide.locator("#beside #event")).to_have_count(0)
    expect(rows(wide).nth(1)).to_be_focused()
    wide.wait_for_url("**/inbox")


def test_the_address_opens_an_event_again(wide: Page, application: Application) -> None:
    application.visit("ann", "bob")
    visit(wide, "/inbox?open=1")

    expect(wide.locator("#beside #event")).to_contain_text("ann")
    wide.locator("#newer-event").click()

    expect(wide.locator("#beside #event")).to_contain_text("bob")
    wide.go_back()
    expect(wide.locator("#beside #event")).to_contain_text("ann")


def test_on_a_narrow_page_the_way_back_leads_to_the_row(narrow: Page, application: Application) -> None:
    application.visit(*(f"user-{number}" for number in range(60)))
    visit(narrow)
    for _ in range(30):
        narrow.keyboard.press("j")

    narrow.keyboard.press("Enter")
    narrow.wait_for_url("**/inbox/31")
    expect(narrow.locator("#event")).to_contain_text("user-30")
    narrow.keyboard.press("j")
    narrow.wait_for_url("**/inbox/30")
    narrow.keyboard.press("k")
    narrow.wait_for_url("**/inbox/31")
    narrow.keyboard.press("u")

    narrow.wait_for_url("**/inbox**")
    expect(narrow.locator("#e31")).to_be_focused()
    expect(narrow.locator("#e31")).to_be_in_viewport()


def test_then_and_now_differ_after_an_edit(wide: Page, application: Application, folder: Path) -> None:
    application.visit("ann", flag="hat")
    visit(wide, "/inbox?open=1")
    expect(wide.locator("#event")).to_contain_text("The client held what is served now.")

    (folder / "flags.yaml").write_text(FLAGS.replace("serve: red", "serve: blue").replace("country = NO", "age > 20"))

    expect(wide.locator(".compared")).to_contain_text("Now: revision 2")
    expect(wide.locator("#event")).to_contain_text('Allocation "norway" has other rules and shares now.')
    expect(wide.locator(".compared .differs")).to_have_count(1)
    expect(wide.locator("#event")).to_contain_text("Then, at revision 1")


def test_an_event_has_its_trace_and_what_was_received(page: Page, application: Application) -> None:
    application.visit("ann", flag="hat", country="SE")
    page.goto("/inbox/1")

    expect(page.locator(".steps .no")).to_contain_text("norway")
    expect(page.locator(".steps .yes")).to_contain_text("takes the subject")
    expect(page.locator("#raw")).to_contain_text('"featureFlag": "hat"')
    expect(page.locator("#try")).to_have_attribute("href", _like(r"/flags/hat\?environment=test&subject=ann&at="))


def test_what_came_since_is_unread(page: Page, application: Application) -> None:
    application.visit("ann")
    visit(page)
    page.get_by_role("button", name="Mark all read").click()
    visit(page, "/")
    expect(page.locator("#unread")).to_be_hidden()

    application.visit("bob", "cleo")

    expect(page.locator("#unread")).to_have_text("2")
    visit(page)
    expect(page.locator("#rows tr.unread")).to_have_count(2)
    page.get_by_role("button", name="Unread only").click()
    expect(rows(page)).to_have_count(2)
    page.keyboard.press("e")
    expect(page.locator("#rows tr.unread")).to_have_count(0)
    expect(page.locator("#unread")).to_be_hidden()


def test_leaving_the_inbox_is_having_read_it(page: Page, application: Application) -> None:
    application.visit("ann")
    visit(page)
    expect(page.locator("#unread")).to_have_text("1")

    visit(page, "/")

    expect(page.locator("#unread")).to_be_hidden()


def test_what_a_query_finds_is_deleted_after_confirmation(page: Page, application: Application) -> None:
    application.visit("ann", "bob")
    application.visit("cleo", flag="hat")
    visit(page, "/inbox?q=flag:banner")

    page.keyboard.press("#")
    expect(page.locator("#deletion-words")).to_contain_text("2 events that are like flag:banner will be gone for good")
    # What comes meanwhile was not asked about.
    application.visit("dora")
    page.get_by_role("button", name="Delete 2 events").click()

    expect(page.locator("#toasts")).to_contain_text("Deleted 2 events")
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("dora")


def test_keeping_them_deletes_nothing(page: Page, application: Application) -> None:
    application.visit("ann")
    visit(page)
    page.get_by_role("button", name="Delete…").click()

    page.get_by_role("button", name="Keep them").click()

    expect(page.locator("#deletion")).to_be_hidden()
    expect(rows(page)).to_have_count(1)


@pytest.mark.parametrize("format_", ["jsonl", "csv", "parquet"])
def test_what_a_query_finds_is_exported(page: Page, application: Application, format_: str) -> None:
    application.visit("ann", "bob")
    visit(page, "/inbox?q=subject:ann")
    page.locator("#export summary").click()

    with page.expect_download() as download:
        page.get_by_role("link", name=f"Assignments, {format_}").click()

    content = Path(download.value.path()).read_bytes()
    assert b"ann" in content
    assert b"bob" not in content


def test_the_keys_are_explained(page: Page) -> None:
    visit(page)

    page.keyboard.press("?")

    expect(page.locator("#keys")).to_contain_text("delete what the query finds")
    expect(page.locator("#keys")).to_contain_text("pause, and go on")


def test_a_sandbox_has_its_own_events(page: Page, application: Application, root: str, emulator: Emulator) -> None:
    application.visit("ann")
    sandbox = emulator.sandbox(name="checkout test")
    tested = Application(root, sandbox.sdk_key)
    tested.visit("bob")
    tested.close()
    visit(page)
    expect(rows(page)).to_have_count(2)

    page.locator("#scope summary").click()
    page.get_by_role("link", name="checkout test").first.click()

    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("bob")


NESTED: Any = "core"
for _ in range(100):
    NESTED = {"in": [NESTED]}
EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>"
HOSTILE = {
    "markup": event(featureFlag=EVIL, variation=EVIL, subject=EVIL, subjectAttributes={EVIL: EVIL}),
    "nested": event(subjectAttributes={"deep": NESTED}),
    "huge": event(featureFlag="k" * 100_000, subject="W" * 5_000, subjectAttributes={"n" * 5_000: "v" * 5_000}),
    "odd": event(featureFlag="\ud800\x00\u202eflag", subject="\n\t ", subjectAttributes={"nan": float("nan")}),
    "a megabyte": event(subjectAttributes={"text": "word " * 200_000}),
    "tracked": {"event": EVIL},
}


@pytest.mark.parametrize("width", [360, 1500])
@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_arrives_stays_text(
    new_context: Callable[..., BrowserContext], application: Application, name: str, width: int
) -> None:
    page = new_context(viewport={"width": width, "height": 800}).new_page()
    application.send(HOSTILE[name])
    visit(page, "/inbox?open=1")
    expect(page.locator("#event h1")).to_be_visible()
    expect(rows(page)).to_have_count(1)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert rows(page).bounding_box()["height"] < 70  # type: ignore[index]  # it is visible
    assert page.locator("main img, main script").count() == 0


def test_a_value_of_any_kind_can_be_asked_for(page: Page, application: Application) -> None:
    application.send(event(subject='say "hi" \\ to: -me'), event())
    visit(page)

    rows(page).last.get_by_text("say").click()

    expect(rows(page)).to_have_count(1)
    expect(page.locator("#query-hint")).not_to_have_class("hint bad")


class Slow:
    """Requests for *addresses* that take as long as a test wants."""

    def __init__(self, page: Page, *addresses: str) -> None:
        self._is_slow = True
        self._waiting: list[Route] = []
        for address in addresses:
            page.route(address, lambda route: self._take(route))

    def _take(self, route: Route) -> None:
        if self._is_slow:
            self._waiting.append(route)
        else:
            route.continue_()

    def go_on(self) -> None:
        self._is_slow = False
        for route in self._waiting:
            route.continue_()


def test_a_slow_connection_shows_the_list_first(page: Page, application: Application) -> None:
    application.visit("ann")
    slow = Slow(page, "**/inbox/summary", "**/inbox/timeline")
    visit(page)

    expect(rows(page)).to_have_count(1)
    expect(page.locator("#summary")).to_have_attribute("aria-busy", "true")
    application.visit("bob")
    expect(rows(page)).to_have_count(2)

    slow.go_on()
    expect(page.locator("#summary")).to_contain_text("events")


def test_a_late_answer_does_not_win_over_a_later_question(page: Page, application: Application) -> None:
    application.visit("ann", "bob")
    visit(page)
    late: list[Route] = []
    page.route("**/inbox?q=subject%3Aann", lambda route: late.append(route))
    box = page.get_by_label("Search events")
    with page.expect_request("**/inbox?q=subject%3Aann"):
        box.fill("subject:ann")

    box.fill("subject:bob")
    expect(rows(page)).to_have_count(1)
    for route in late:
        route.abort()

    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("bob")


def test_without_scripts_everything_is_a_link(
    new_context: Callable[..., BrowserContext], application: Application
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    application.visit("ann", "bob")
    page.goto("/inbox")

    page.get_by_role("link", name="Counts").click()
    page.get_by_role("link", name="ok 2").click()
    rows(page).last.get_by_role("link").first.click()
    page.get_by_role("link", name="Newer").click()

    expect(page.locator("#event")).to_contain_text("bob")
    page.get_by_role("link", name="Back").click()
    expect(page.get_by_label("Search events")).to_have_value("verdict:ok")


SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize("width", [360, 1500])
def test_what_comes_later_moves_nothing(
    new_context: Callable[..., BrowserContext], application: Application, width: int
) -> None:
    context = new_context(viewport={"width": width, "height": 800})
    context.add_init_script(SHIFTS)
    page = context.new_page()
    application.visit(*(f"user-{number}" for number in range(30)))
    visit(page)
    expect(page.locator("#summary")).to_contain_text("30 events")
    expect(page.locator("svg.bars a")).not_to_have_count(0)

    assert page.evaluate("window.shifted") < 0.01


def _like(pattern: str) -> re.Pattern[str]:

    return re.compile(pattern)
