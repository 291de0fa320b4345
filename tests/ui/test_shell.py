"""What all pages have in common: the bar, the keyboard, news without a reload, signing in."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from emulator import Emulator

pytestmark = pytest.mark.ci


def test_an_edit_is_told_without_a_reload(page: Page, folder: Path) -> None:
    page.goto("/")
    expect(page.locator("#state")).to_contain_text("revision 1")
    expect(page.locator("#connection")).to_have_class("dot live")

    (folder / "more.yaml").write_text("flags:\n  fresh: { type: boolean, serve: true }\n")

    expect(page.locator("#state")).to_contain_text("revision 2")


def test_broken_files_are_told_without_a_reload(page: Page, folder: Path) -> None:
    page.goto("/")

    (folder / "more.yaml").write_text("flags:\n  fresh: { type: boolean, serve: perhaps }\n")

    expect(page.locator("#state")).to_contain_text("still serving revision 1")


def test_a_lost_emulator_is_seen(page: Page, emulator: Emulator, complaints: list[str]) -> None:
    page.goto("/")
    expect(page.locator("#connection")).to_have_class("dot live")

    emulator.close()

    expect(page.locator("#connection")).to_have_class("dot lost")
    # The browser itself says that nobody answers.
    complaints.clear()


@pytest.mark.parametrize("path", ["/flags/card-payments", "/"])
def test_a_sandbox_that_ends_is_told_where_it_is_shown(
    page: Page, emulator: Emulator, complaints: list[str], path: str
) -> None:
    sandbox = emulator.sandbox()
    page.goto(f"{path}?sdkKey={sandbox.sdk_key}")
    expect(page.locator("#connection")).to_have_class("dot live")

    sandbox.close()

    expect(page.get_by_role("heading", level=1)).to_have_text("This sandbox has ended")
    # The browser itself says that the page was not found.
    complaints.clear()


_SILENT = "The emulator does not answer; what you see is what it said last."


def test_what_a_silent_emulator_said_last_is_marked_until_it_answers(
    page: Page, emulator: Emulator, folder: Path, complaints: list[str]
) -> None:
    port = int(emulator.base_url.rsplit(":", 1)[1].removesuffix("/api"))
    page.goto("/flags/card-payments?subject=ann")
    expect(page.locator("#verdict")).to_contain_text("ann gets")

    emulator.close()
    page.get_by_label("Subject key").fill("zoe")

    expect(page.locator("#toasts")).to_have_text(_SILENT)
    expect(page.locator("body")).to_have_class("silent")
    expect(page.locator("#verdict")).to_contain_text("ann gets")

    with Emulator(folder, port=port):
        expect(page.locator("#verdict")).to_contain_text("zoe gets")
        expect(page.locator("#toasts")).to_be_empty()
        expect(page.locator("body")).not_to_have_class("silent")
        page.close()
    # The browser itself says that nobody answered.
    complaints.clear()


def test_the_bar_reaches_from_edge_to_edge(page: Page) -> None:
    page.goto("/")

    # Scroll bars take no room here: what room is kept for one would be a strip without a bar.
    box, size = page.locator(".bar").bounding_box(), page.viewport_size
    assert box
    assert size
    assert (box["x"], box["width"]) == (0, size["width"])


def test_the_keyboard_is_explained(page: Page) -> None:
    page.goto("/")

    page.keyboard.press("?")

    expect(page.locator("#keys")).to_be_visible()
    expect(page.locator("#keys")).to_contain_text("go to the inbox")


def test_two_keys_lead_to_another_page(page: Page) -> None:
    page.goto("/?environment=production")

    page.keyboard.press("g")
    page.keyboard.press("i")

    page.wait_for_url("**/inbox?environment=production")


@pytest.fixture
def guarded(folder: Path) -> Emulator:
    return Emulator(folder, token="open sesame")


def test_a_token_is_asked_for_once(guarded: Emulator, new_context: Callable[..., BrowserContext]) -> None:
    with guarded:
        page = new_context().new_page()
        page.goto(guarded.base_url.removesuffix("/api") + "/inbox?q=flag%3Abanner")
        page.get_by_label("Token").fill("open sesame")

        page.get_by_role("button", name="Sign in").click()

        page.wait_for_url("**/inbox?q=flag%3Abanner")
        expect(page.locator("#connection")).to_have_class("dot live")
        # Before the emulator: what the page fetches then would be told as lost.
        page.close()
