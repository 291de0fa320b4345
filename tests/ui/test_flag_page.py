"""The list of flags and the page of one: found, read, followed live, with the keyboard and in every size."""

import json
import urllib.request
from collections.abc import Callable
from pathlib import Path

import eppo_client
import pytest
from eppo_client import ClientConfig
from playwright.sync_api import BrowserContext, Page, expect

from emulator import Emulator
from emulator.loggers import InboxLogger

pytestmark = pytest.mark.ci

HOSTILE = "<img src=x onerror=document.title='gotcha'>/../x"
FLAGS = f"""
environments:
  test: {{ sdk_keys: [local-test] }}
  production: {{ sdk_keys: [local-production] }}
flags:
  new-checkout:
    type: boolean
    description: The checkout on one page
    allocations:
      - {{ key: america, if: "country in [US, CA]", traffic: 20%, serve: true }}
      - {{ key: june, start: 2040-06-01, end: 2040-07-01, serve: true }}
    serve: false
    environments: {{ production: {{ enabled: false }} }}
  headline: {{ type: string, variations: [control, short], allocations: [{{ key: test, split: [control, short] }}] }}
  {json.dumps(HOSTILE)}:
    type: string
    variations: {{ a: {json.dumps(HOSTILE)} }}
    serve: a
"""


@pytest.fixture
def flags() -> str:
    return FLAGS


def rows(page: Page) -> list[str]:
    return page.locator("#list tbody a").all_inner_texts()


def test_a_search_shows_what_suits_as_one_types(page: Page) -> None:
    page.goto("/")

    page.keyboard.press("/")
    page.keyboard.type("checkout")

    expect(page.locator("#list tbody tr")).to_have_count(1)
    expect(page).to_have_url("/?q=checkout")
    expect(page.get_by_label("Search")).to_be_focused()


def test_the_keyboard_leads_to_a_flag_and_back(page: Page) -> None:
    page.goto("/")
    expect(page.locator("#connection")).to_have_class("dot live")

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("headline")
    page.go_back()
    expect(page.locator("#list tbody tr")).to_have_count(3)


def test_another_environment_is_a_click_away(page: Page) -> None:
    page.goto("/flags/new-checkout")

    page.locator("#about").get_by_role("link", name="Production").click()

    expect(page.locator("#waterfall")).to_contain_text("It is disabled in environment production")
    expect(page.locator("#about")).to_contain_text("Production: off")


def test_a_broken_file_is_shown_with_its_line_and_goes_when_mended(page: Page, folder: Path) -> None:
    page.goto("/")

    (folder / "more.yaml").write_text("flags:\n  fresh: { type: boolean, serve: perhaps }\n")
    expect(page.locator("#problems .error mark")).to_have_text("perhaps")
    expect(page.locator("#problems")).to_contain_text("still serving revision 1")

    (folder / "more.yaml").write_text("flags:\n  fresh: { type: boolean, serve: true }\n")
    expect(page.locator("#problems .error mark")).to_have_count(0)
    expect(page.locator("#list tbody tr")).to_have_count(4)


def test_an_edit_is_drawn_without_a_reload(page: Page, folder: Path) -> None:
    page.goto("/flags/new-checkout")
    expect(page.locator("#step-1")).to_contain_text("20% take part")

    (folder / "flags.yaml").write_text(FLAGS.replace("traffic: 20%", "traffic: 35%"))

    expect(page.locator("#step-1")).to_contain_text("35% take part")


def test_a_flag_that_goes_leaves_nothing_behind(page: Page, folder: Path, complaints: list[str]) -> None:
    page.goto("/flags/headline")
    expect(page.get_by_role("heading", name="Variations")).to_be_visible()

    (folder / "flags.yaml").write_text("flags: { other: { type: boolean, serve: true } }\n")

    expect(page.locator("#waterfall")).to_contain_text("Every call returns the default of its caller")
    expect(page.get_by_role("heading", name="Variations")).to_be_hidden()
    expect(page.get_by_role("heading", name="As SDKs get it")).to_be_hidden()
    expect(page.locator("#about")).to_contain_text("no flag file defines it")
    # The browser itself says that the page was not found.
    complaints.clear()


def test_what_is_to_come_is_folded_and_stays_open(page: Page, folder: Path) -> None:
    page.goto("/flags/new-checkout")
    step = page.locator("#step-2")
    expect(step).to_contain_text("starts in")

    step.locator("summary").click()
    expect(step).to_contain_text("from 1 Jun 2040 until 1 Jul 2040")
    (folder / "flags.yaml").write_text(FLAGS.replace("traffic: 20%", "traffic: 35%"))

    expect(page.locator("#step-1")).to_contain_text("35% take part")
    expect(step).to_contain_text("from 1 Jun 2040 until 1 Jul 2040")


def test_what_a_test_changes_in_its_sandbox_is_drawn(page: Page, emulator: Emulator) -> None:
    sandbox = emulator.sandbox()
    page.goto(f"/flags/headline?sdkKey={sandbox.sdk_key}")
    expect(page.locator("#waterfall .step")).to_have_count(2)

    sandbox.serve("headline", "short")

    expect(page.locator("#step-1")).to_contain_text("by this sandbox")
    expect(page.locator("#about")).to_contain_text("changed in this sandbox")


def test_events_of_a_real_sdk_arrive(page: Page, emulator: Emulator, root: str) -> None:
    page.goto("/flags/headline")
    expect(page.locator("#events")).to_contain_text("No event of this flag has arrived")

    logger = InboxLogger(root, sdk_key="local-test")
    config = ClientConfig(api_key="local-test", base_url=emulator.base_url, assignment_logger=logger)
    client = eppo_client.init(config)
    client.wait_for_initialization()
    got = client.get_string_assignment("headline", "ann", {}, "none")
    logger.flush()

    expect(page.locator("#events tbody")).to_contain_text("ann")
    expect(page.locator("#events tbody")).to_contain_text(got)
    expect(page.locator("#events .badge.ok")).to_have_text("ok")


def test_shares_are_simulated_on_demand(page: Page) -> None:
    page.goto("/flags/headline")

    page.get_by_label("Made-up subjects").fill("500")

    expect(page.locator("#variations")).to_contain_text("Simulated")
    expect(page).to_have_url("/flags/headline?simulate=500")


def test_the_flag_as_sdks_get_it_is_unfolded(page: Page) -> None:
    page.goto("/flags/headline")

    page.get_by_text("UFC as JSON").click()

    expect(page.locator("#ufc-json")).to_contain_text('"variationType": "STRING"')


def test_hostile_content_stays_text(page: Page) -> None:
    page.goto("/")

    page.get_by_role("link", name=HOSTILE).click()

    expect(page.get_by_role("heading", level=1)).to_contain_text(HOSTILE)
    expect(page).not_to_have_title("gotcha")
    expect(page.locator("img")).to_have_count(0)


def test_a_mark_that_turns_a_text_turns_no_more_than_it(page: Page) -> None:
    page.goto("/flags/new-checkout?subject=%E2%80%AEann")

    expect(page.locator(".because strong").first).to_have_css("unicode-bidi", "isolate")
    expect(page.locator(".because")).to_contain_text("gets")


LONG = "flags:\n  long:\n    type: boolean\n    allocations:\n" + "".join(
    f"      - {{ key: step-{number}, if: 'country = C{number}', serve: true }}\n" for number in range(300)
)


def test_a_long_waterfall_is_completed(page: Page, folder: Path) -> None:
    (folder / "long.yaml").write_text(LONG)
    page.goto("/")
    page.get_by_role("link", name="long", exact=True).click()

    expect(page.locator("#step-300")).to_contain_text("country is C299")

    (folder / "long.yaml").write_text(LONG.replace("= C299", "= Z299"))
    expect(page.locator("#step-300")).to_contain_text("country is Z299")


@pytest.mark.parametrize("width", [360, 900, 1600])
@pytest.mark.parametrize("path", ["/", "/flags/new-checkout", "/flags/new-checkout?environment=production"])
def test_nothing_is_wider_than_the_screen(new_context: Callable[..., BrowserContext], path: str, width: int) -> None:
    page = new_context(viewport={"width": width, "height": 800}).new_page()

    page.goto(path)

    expect(page.locator("h1")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [360, 1100])
def test_everything_has_room(new_context: Callable[..., BrowserContext], root: str, width: int) -> None:
    event = {"featureFlag": "new-checkout", "allocation": "america", "variation": "true", "subject": "somebody-9"}
    events = urllib.request.Request(
        f"{root}/emulator/v1/events?sdkKey=local-test", json.dumps(event).encode(), {"Content-Type": "application/json"}
    )
    urllib.request.urlopen(events).close()
    page = new_context(viewport={"width": width, "height": 800}).new_page()
    page.goto("/flags/new-checkout?attr.country=US&simulate=100")
    expect(page.locator("#events .badge")).to_be_visible()

    for table in page.locator(".area-more .scroll").all():
        assert table.evaluate("one => one.scrollWidth <= one.clientWidth")
    field = page.get_by_label("country", exact=True).bounding_box()
    assert field is not None
    assert field["width"] >= 150
    one_line = page.locator("#variations th", has_text="false").evaluate("one => one.getClientRects()[0].height")
    assert one_line < 48


def test_it_works_without_scripts(new_context: Callable[..., BrowserContext]) -> None:
    page = new_context(java_script_enabled=False).new_page()

    page.goto("/?q=checkout")
    page.get_by_role("link", name="new-checkout").click()

    expect(page.locator("#step-1")).to_contain_text("20% take part")
    expect(page.get_by_role("link", name="Show them in the inbox")).to_be_visible()
