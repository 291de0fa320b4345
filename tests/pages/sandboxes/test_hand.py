"""What can be changed by hand."""

from pathlib import Path

import pytest

from emulator.pages.sandboxes.hand import MATCHES, bandit_form, flag_form, found, source_of
from emulator.sandboxes.changes import put_flag
from emulator.sandboxes.sandbox import Sandbox
from emulator.snapshot import build_snapshot
from emulator.workspace import Workspace


def keys(sandbox: Sandbox, query: str) -> list[tuple[str, str]]:
    return [(one.kind, one.key) for one in found(sandbox, query).matches]


def test_flags_and_bandits_are_found_by_a_part_of_their_key(sandbox: Sandbox) -> None:
    assert keys(sandbox, "O") == [("flag", "other"), ("bandit", "shoes")]
    assert keys(sandbox, "nothing like it") == []


def test_a_flag_that_is_off_in_the_environment_is_found(sandbox: Sandbox) -> None:
    assert keys(sandbox, "rest") == [("flag", "resting")]


def test_what_is_changed_comes_first(sandbox: Sandbox) -> None:
    put_flag(sandbox, "resting", {"serve": True})

    assert keys(sandbox, "")[0] == ("flag", "resting")


def test_the_first_matches_are_offered(sandbox: Sandbox, workspace: Workspace, file: Path) -> None:
    file.write_text("flags:\n" + "".join(f"  f{number}: {{ type: boolean, serve: true }}\n" for number in range(50)))
    workspace.reload()

    offered = found(sandbox, "f")

    assert (len(offered.matches), offered.count) == (MATCHES, 50)


def test_a_form_offers_variations_and_allocations(sandbox: Sandbox) -> None:
    form = flag_form(sandbox, "banner")

    assert form is not None
    assert [(one.key, one.value, one.hue) for one in form.variations] == [
        ("plain", '"plain"', "hue-0"),
        ("loud", '"loud"', "hue-1"),
    ]
    assert form.allocations == ("later", "default")


def test_a_form_offers_the_variations_of_an_edit(sandbox: Sandbox) -> None:
    put_flag(sandbox, "banner", {"yaml": "{ type: string, variations: [shy], serve: shy }"})

    form = flag_form(sandbox, "banner")

    assert form is not None
    assert [one.key for one in form.variations] == ["shy"]


def test_a_form_of_what_is_not_there_is_none(sandbox: Sandbox) -> None:
    assert flag_form(sandbox, "gone") is None
    assert bandit_form(sandbox, "gone") is None


def test_a_bandits_form_offers_its_actions(sandbox: Sandbox) -> None:
    form = bandit_form(sandbox, "shoes")

    assert form is not None
    assert form.actions == ("red", "blue")


SOURCES = {
    "block": (
        "flags:\n  f:\n    type: boolean\n    serve: true\n\n  g: {type: boolean}\n",
        "type: boolean\nserve: true",
    ),
    "flow": ("flags:\n  f: { type: boolean, serve: true }  # why\n", "{ type: boolean, serve: true }  # why"),
    "long flow": (
        "flags:\n  f: {\n    type: boolean,\n    serve: true }\n",
        "{\n    type: boolean,\n    serve: true }",
    ),
    "comment": ("flags:\n  f:  # why\n    type: boolean\n    serve: true\n", "type: boolean\nserve: true"),
    "quoted": ('flags:\n  "f": { type: boolean, serve: true }\n', "{ type: boolean, serve: true }"),
}


@pytest.mark.parametrize(("text", "source"), SOURCES.values(), ids=SOURCES)
def test_the_text_of_a_flag_is_what_stands_under_its_key(text: str, source: str) -> None:
    snapshot = build_snapshot(
        {"flags.yaml": text.replace("g: {type: boolean}", "g: {type: boolean, serve: true}")}, "2025"
    )

    assert source_of(snapshot, "f") == source


@pytest.mark.parametrize("name", ["block", "flow", "long flow", "comment", "quoted"])
def test_the_text_of_a_flag_can_be_given_back(sandbox: Sandbox, workspace: Workspace, file: Path, name: str) -> None:
    file.write_text(SOURCES[name][0].replace("g: {type: boolean}", "g: {type: boolean, serve: true}"))
    workspace.reload()
    form = flag_form(sandbox, "f")

    put_flag(sandbox, "f", {"yaml": form.yaml if form else ""})

    assert sandbox.current.environment.config["flags"]["f"] == sandbox.current.base.config["flags"]["f"]
