"""What holds for every page: axe-core finds nothing, in both themes, and nothing is wider than the screen."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.ui.stage import SCENES, Stage, stage

pytestmark = pytest.mark.ci

_AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (360, 900, 1600)
NAMES = [scene.name for scene in SCENES]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("stage")) as running:
        yield running


@pytest.fixture
def root(here: Stage) -> str:
    return here.root


@pytest.fixture(autouse=True)
def answered(new_context: Callable[..., BrowserContext], complaints: list[str]) -> Iterator[None]:
    """A page that is not found is one of the scenes; the browser notes its status, and nothing else may be noted."""
    yield
    complaints[:] = [one for one in complaints if "404 (Not Found)" not in one]


@pytest.fixture(scope="module")
def axe() -> str:
    assert _AXE.exists(), "cd tests/ui && npm ci"
    return _AXE.read_text("utf-8")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing(
    here: Stage, new_context: Callable[..., BrowserContext], axe: str, name: str, theme: str
) -> None:
    page = new_context(color_scheme=theme).new_page()
    here.go_to(page, here.scenes[name])
    page.evaluate(axe)

    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")

    assert [_told(one) for one in found["violations"]] == []


def test_axe_would_find_something(here: Stage, page: Page, axe: str) -> None:
    here.go_to(page, here.scenes["flags"])
    page.evaluate("document.querySelector('label').replaceWith(document.createElement('input'))")
    page.evaluate(axe)

    found = page.evaluate("axe.run()")

    assert [one["id"] for one in found["violations"]] == ["label"]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_wider_than_the_screen(here: Stage, page: Page, name: str) -> None:
    here.go_to(page, here.scenes[name])

    assert {width: _overflow(page, width) for width in WIDTHS} == dict.fromkeys(WIDTHS, 0)


def test_what_is_wider_than_the_screen_would_be_seen(here: Stage, page: Page) -> None:
    here.go_to(page, here.scenes["flags"])
    page.evaluate("document.querySelector('h1').append('x'.repeat(200))")
    page.evaluate("document.querySelector('h1').setAttribute('class', 'nowrap')")

    assert _overflow(page, 360) > 0


def _overflow(page: Page, width: int) -> int:
    page.set_viewport_size({"width": width, "height": 800})
    # The body is as wide as what is left beside the scroll bar.
    overflow: int = page.evaluate("document.documentElement.scrollWidth - document.body.offsetWidth")
    return overflow


def _told(violation: dict[str, Any]) -> str:
    nodes = violation["nodes"]
    places = "; ".join(f"{node['target']} {node['failureSummary']} {node['html'][:200]}" for node in nodes[:5])
    return f"{violation['id']} ({len(nodes)}): {places}"
