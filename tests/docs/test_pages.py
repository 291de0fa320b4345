"""The pages agree with each other and with the program: links lead somewhere, tables list what there is."""

import re
from pathlib import Path

import pytest

from emulator.cli import commands
from emulator.server.openapi import openapi_document
from tests.docs.snippets import PAGES, ROOT
from tests.test_architecture import LEVELS

README = (ROOT / "README.md").read_text("utf-8")
ARCHITECTURE = (ROOT / "docs/architecture.md").read_text("utf-8")
SERVER = (ROOT / "docs/server.md").read_text("utf-8")
SANDBOXES = (ROOT / "docs/sandboxes.md").read_text("utf-8")

_LINK = re.compile(r"\]\((?P<target>[^)#\s]*)(?:#(?P<anchor>[^)\s]+))?\)")
_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def _links(page: Path) -> list[tuple[Path, str]]:
    """The targets within the repository, each with its anchor, or an empty text."""
    found = _LINK.finditer(_FENCED.sub("", page.read_text("utf-8")))
    return [(page.parent / (link["target"] or page.name), link["anchor"] or "") for link in found if ":" not in link[0]]


def _anchors(page: Path) -> set[str]:
    """The anchors that GitHub makes of the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", _FENCED.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


LINKS = [(page.name, target, anchor) for page in PAGES for target, anchor in _links(page)]


@pytest.mark.parametrize(("page", "target", "anchor"), LINKS)
def test_link_leads_somewhere(page: str, target: Path, anchor: str) -> None:
    assert target.exists()
    assert not anchor or anchor in _anchors(target)


def test_readme_lists_the_commands_there_are() -> None:
    assert sorted(re.findall(r"^\| `eppo-emulator ([a-z-]+)` \|", README, re.MULTILINE)) == sorted(commands.commands)


@pytest.mark.parametrize("path", openapi_document()["paths"])
def test_server_page_lists_every_route_of_the_interface(path: str) -> None:
    written = re.sub(r"{(\w+)}", r"<\1>", path.replace("/{prefix}", "<any prefix>/"))
    of_a_sandbox = written.partition("/sandboxes/<sdkKey>/")[2]

    if of_a_sandbox:
        assert re.search(rf"^\| .*`[A-Z]+ /{re.escape(of_a_sandbox)}`", SANDBOXES, re.MULTILINE)
    else:
        assert re.search(rf"^\| `[A-Z]+ {re.escape(written)}` \|", SERVER, re.MULTILINE)


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.name)
def test_readme_links_to_every_page(page: Path) -> None:
    assert f"](docs/{page.name})" in README


@pytest.mark.parametrize(("room", "level"), LEVELS.items())
def test_architecture_page_has_every_room_at_its_level(room: str, level: int) -> None:
    assert re.search(rf"^\| {level} \|.*`{room}/?`", ARCHITECTURE, re.MULTILINE)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`([a-z_]+/[a-z_./]*)`", ARCHITECTURE))))
def test_architecture_page_names_paths_that_exist(path: str) -> None:
    assert (ROOT / path).exists() or (ROOT / "emulator" / path).exists()
