"""
``make screenshots``: the pictures of the README, made anew; the same content, the same pictures.

``python -m tests.ui.screenshots FOLDER`` writes every page there instead, in both themes and at three widths, to be
looked at.
"""

import shutil
import sys
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.ui.stage import ROOT, SCENES, Stage, stage

IMAGES = ROOT / "docs" / "images"
_THEMES = ("light", "dark")
_WIDTHS = (360, 900, 1600)
_PATIENCE_MS = 30_000
# Name of the picture → scene, theme, size.
_README: dict[str, tuple[str, str, tuple[int, int]]] = {
    "flag": ("flag-trace", "light", (1400, 1080)),
    "inbox": ("inbox", "light", (1280, 800)),
    "flags": ("flags", "dark", (1280, 800)),
}


def main(arguments: list[str]) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("the pictures need Debian's package chromium")
    folder = Path(arguments[0]).absolute() if arguments else None
    # From within the folder, so that files have the same names on every machine.
    with TemporaryDirectory() as scratch, chdir(scratch), stage(Path()) as here, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        if folder:
            _everything(here, browser, folder)
        else:
            _pictures(here, browser)
        browser.close()


def _pictures(here: Stage, browser: Browser) -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name, (scene, theme, (width, height)) in _README.items():
        page = _page(here, browser, theme, width, height)
        here.go_to(page, here.scenes["inbox"])
        page.get_by_role("button", name="Mark all read").click()
        here.go_to(page, here.scenes[scene])
        path = IMAGES / f"{name}.png"
        page.screenshot(path=path, animations="disabled")
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} KB")
        page.context.close()


def _everything(here: Stage, browser: Browser, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for theme in _THEMES:
        for width in _WIDTHS:
            page = _page(here, browser, theme, width, 900)
            for scene in SCENES:
                here.go_to(page, here.scenes[scene.name])
                page.screenshot(
                    path=folder / f"{scene.name}-{width}-{theme}.png", full_page=True, animations="disabled"
                )
            page.context.close()
    print(f"{len(SCENES) * len(_THEMES) * len(_WIDTHS)} pictures in {folder}")


def _page(here: Stage, browser: Browser, theme: Any, width: int, height: int) -> Page:
    context = browser.new_context(
        base_url=here.root, color_scheme=theme, viewport={"width": width, "height": height}, reduced_motion="reduce"
    )
    context.set_default_timeout(_PATIENCE_MS)
    return context.new_page()


if __name__ == "__main__":
    main(sys.argv[1:])
