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
