"""
Debian's Chromium on the pages of a running emulator. A missing browser is a failure.

Whatever a page writes to its console as an error, what its Content-Security-Policy forbids among it, fails its test.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from emulator import Emulator

ROOT = Path(__file__).parents[2]
# On a busy machine a page may take its time; whoever waits for something goes on as soon as it is there.
_PATIENCE_MS = 15_000
expect.set_options(timeout=_PATIENCE_MS)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "the tests of the pages need Debian's package chromium"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium)
        yield running
        running.close()


@pytest.fixture
def flags() -> str | Path:
    """What the emulator serves: a folder, or the text of a flag file. Modules have fixtures of their own."""
    return ROOT / "flags"


@pytest.fixture
def folder(flags: str | Path, tmp_path: Path) -> Path:
    """A folder of flag files that the test may edit."""
    copied = tmp_path / "flags"
    if isinstance(flags, Path):
        shutil.copytree(flags, copied)
    else:
        copied.mkdir()
        (copied / "flags.yaml").write_text(flags, encoding="utf-8")
    return copied


@pytest.fixture
def emulator(folder: Path) -> Iterator[Emulator]:
    with Emulator(folder) as running:
        yield running


@pytest.fixture
def root(emulator: Emulator) -> str:
    """The address of the pages, without a slash at the end."""
    return emulator.base_url.removesuffix("/api")


@pytest.fixture
def complaints() -> list[str]:
    """What pages said that they must not say; a test that provokes something of it empties the list."""
    return []


@pytest.fixture
def new_context(browser: Browser, root: str, complaints: list[str]) -> Iterator[Callable[..., BrowserContext]]:
    """Make a browser's window of its own, as a person would have it; addresses are relative to the emulator."""
    made: list[BrowserContext] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(f"{message.type}: {message.text}")

    def new(**options: object) -> BrowserContext:
        context = browser.new_context(base_url=root, **options)  # type: ignore[arg-type]  # passed on as they are
        context.set_default_timeout(_PATIENCE_MS)
        context.on("console", listen)
        context.on("weberror", lambda error: complaints.append(f"uncaught: {error.error}"))
        made.append(context)
        return context

    yield new
    for context in made:
        context.close()
    assert complaints == []


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context().new_page()
