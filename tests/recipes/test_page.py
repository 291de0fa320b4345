"""docs/testing.md shows the recipes as they are run."""

from pathlib import Path

import pytest

from tests.docs.snippets import RECIPES, Snippet, snippets

SHOWN = [snippet for snippet in snippets() if snippet.recipe]
# What a project has anyway, and what only checks a recipe.
NOT_SHOWN = {
    "playwright/eppo-emulator.mjs",  # that of vitest
    "playwright/package.json",
    "playwright/package-lock.json",
    "vitest/package.json",
    "vitest/package-lock.json",
    "go/go.mod",
    "go/go.sum",
    "go/eppotest/eppotest_test.go",
    "java/EppoSandboxCheck.java",
}
GENERATED = {"node_modules", "__pycache__"}


def files() -> set[str]:
    found = (path.relative_to(RECIPES) for path in RECIPES.glob("*/**/*") if path.is_file())
    return {str(path) for path in found if not GENERATED & set(path.parts)}


@pytest.mark.parametrize("snippet", SHOWN, ids=lambda snippet: snippet.kind)
def test_the_page_shows_a_file_as_it_is(snippet: Snippet) -> None:
    assert snippet.recipe is not None
    assert snippet.text == snippet.recipe.read_text("utf-8")


def test_the_page_shows_every_file() -> None:
    assert files() == {one.kind.partition(" ")[2] for one in SHOWN} | NOT_SHOWN


@pytest.mark.parametrize("lock", sorted(RECIPES.glob("*/package-lock.json")), ids=lambda path: path.parent.name)
def test_a_lock_does_not_say_where_packages_come_from(lock: Path) -> None:
    assert '"resolved"' not in lock.read_text("utf-8")


def test_playwrights_client_is_that_of_vitest() -> None:
    assert (RECIPES / "playwright/eppo-emulator.mjs").resolve() == RECIPES / "vitest/eppo-emulator.mjs"
