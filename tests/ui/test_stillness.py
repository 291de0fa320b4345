"""
What news do to a page that somebody reads: nothing moves under him.

The browser itself counts what shifts without anybody having touched the page (PerformanceObserver, ``layout-shift``).
"""

from collections.abc import Callable, Iterator

import pytest
import requests
from playwright.sync_api import BrowserContext, Page, expect

from tests.ui.stage import Scene, Stage, stage

pytestmark = pytest.mark.ci

_LIMIT_S = 30
_COUNT = """
window.shifted = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (entry.hadRecentInput || entry.value < 0.002) continue;
    const nodes = entry.sources.map(({ node }) => (node instanceof Element ? node : node?.parentElement));
    const places = nodes.map((node) => node?.id || node?.className || node?.nodeName);
    const inRows = nodes.every((node) => node?.closest("#rows"));
    window.shifted.push(`${entry.value.toFixed(4)} ${places}${inRows ? " in #rows" : ""}`);
  }
}).observe({ type: "layout-shift", buffered: true });
"""
_EVENT = {
    "featureFlag": "signup-headline",
    "allocation": "headline-test",
    "experiment": "signup-headline-headline-test",
    "variation": "control",
    "subject": "news-from-nowhere",
    "subjectAttributes": {},
    "timestamp": "2026-03-02T12:00:00.000Z",
}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("stage")) as running:
        yield running


@pytest.fixture
def root(here: Stage) -> str:
    return here.root


New = Callable[..., BrowserContext]


@pytest.fixture(params=[900, 1600])
def watched(request: pytest.FixtureRequest, new_context: New) -> Page:
    return watching(new_context, request.param)


def watching(new_context: New, width: int) -> Page:
    context = new_context(viewport={"width": width, "height": 1000})
    context.add_init_script(_COUNT)
    return context.new_page()


def log(here: Stage, *subjects: str) -> None:
    for subject in subjects:
        here.call("POST", "/events?sdkKey=local-test", {**_EVENT, "subject": subject})


def look(here: Stage, page: Page, name: str) -> Scene:
    here.go_to(page, here.scenes[name])
    return here.scenes[name]


def shifted(page: Page) -> list[str]:
    """Return what moved so far, once the browser has painted all that it was given; a hair's breadth is nothing."""
    expect(page.locator("[aria-busy]")).to_have_count(0)
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    told: list[str] = page.evaluate("window.shifted")
    return told


@pytest.mark.parametrize(
    "name",
    [
        "flags",
        "flags-broken",
        "flag-trace",
        "flag-bandit",
        "inbox",
        "inbox-event",
        "sandboxes",
        "sandbox",
        "sandbox-hand",
    ],
)
def test_a_page_is_drawn_once(here: Stage, watched: Page, name: str) -> None:
    look(here, watched, name)

    assert shifted(watched) == []


def test_events_move_nothing_but_the_rows_before_them(here: Stage, watched: Page) -> None:
    look(here, watched, "inbox")

    log(here, "news-1", "news-2")

    expect(watched.locator("#rows")).to_contain_text("news-2")
    assert [one for one in shifted(watched) if not one.endswith("in #rows")] == []


def test_events_move_nothing_under_who_reads(here: Stage, watched: Page) -> None:
    look(here, watched, "inbox")
    watched.keyboard.press("j")
    seen = watched.locator("#rows [data-row]").first.get_attribute("id")

    log(here, "news-3", "news-4")

    expect(watched.locator("#news")).to_have_text("2 new")
    assert watched.locator("#rows [data-row]").first.get_attribute("id") == seen
    assert shifted(watched) == []


def test_what_a_test_does_moves_nothing_in_the_list_of_sandboxes(here: Stage, watched: Page) -> None:
    look(here, watched, "sandboxes")
    row = watched.locator("[data-row]").last
    key = str(row.get_attribute("id")).removeprefix("row-")

    here.call("PUT", f"/sandboxes/{key}/flags/free-shipping", {"off": True})
    here.call("POST", "/sandboxes", {"name": "another one"})

    expect(row).to_contain_text("free-shipping is off")
    expect(watched.get_by_text("Some came or went")).to_be_visible()
    assert shifted(watched) == []


def test_what_a_test_does_moves_nothing_on_the_page_of_its_sandbox(here: Stage, new_context: New) -> None:
    page = watching(new_context, 1600)
    scene = look(here, page, "sandbox")
    key = scene.path.rpartition("/")[2]

    here.call("PUT", f"/sandboxes/{key}/flags/free-shipping", {"off": True})
    requests.get(f"{here.root}/api/flag-config/v1/bandits?apiKey={key}&sdkName=python", timeout=_LIMIT_S)

    expect(page.locator("#changes")).to_contain_text("free-shipping is not there")
    expect(page.locator("#clients")).to_contain_text("python")
    assert shifted(page) == []


@pytest.mark.parametrize(("name", "region"), [("flags", "main"), ("flag-switch", "#waterfall")])
def test_an_edit_moves_nothing(here: Stage, watched: Page, name: str, region: str) -> None:
    file = here.folder / "kill-switch.yaml"
    text = file.read_text("utf-8")
    look(here, watched, name)

    edited = text.replace("    serve: true ", "    serve: false", 1).replace("gets: true", "gets: false", 1)
    file.write_text(edited)

    expect(watched.locator("#state")).to_contain_text("revision")
    expect(watched.locator(region)).to_contain_text("false")
    assert shifted(watched) == []
    file.write_text(text)
