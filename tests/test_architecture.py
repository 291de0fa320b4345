"""
The law of imports: arrows point to lower levels, pure rooms do no I/O, and every file has a room.

Reads every import of the package with ``ast``; nothing is run.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import emulator

PACKAGE = Path(emulator.__file__).parent

# Room → its level. A room imports from lower levels only; rooms of one level do not see each other.
LEVELS = {
    "errors": 0,
    "loggers": 0,
    "suggest": 0,
    "wording": 0,
    "sdk_keys": 1,
    "ufc": 1,
    "definitions": 2,
    "evaluation": 2,
    "events": 2,
    "overrides": 2,
    "snapshot": 3,
    "expectations": 4,
    "inbox": 4,
    "queries": 4,
    "workspace": 4,
    "sandboxes": 5,
    "asking": 6,
    "pages": 6,
    "reporting": 6,
    "watcher": 6,
    "server": 7,
    "testing": 8,
    "runtime": 9,
    "cli": 10,
    "pytest_plugin": 10,
}
# The package's own door: names are imported when they are used, so it belongs to no level.
DOORS = {"__init__", "__main__"}
PURE = {
    "errors", "suggest", "wording", "sdk_keys", "ufc",
    "definitions", "evaluation", "events", "overrides", "snapshot", "expectations", "queries",
}  # fmt: skip
HOMES = {
    "yaml": {"definitions"},
    "jsonschema": {"definitions"},
    "referencing": {"definitions"},
    "eppo_client": {"loggers", "testing"},
    "re2": {"evaluation"},
    "sqlalchemy": {"inbox"},
    "pyarrow": {"inbox"},
    "flask": {"server"},
    "jinja2": {"pages"},
    "werkzeug": {"server"},
    "uvicorn": {"server", "runtime"},
    "watchdog": {"watcher"},
    "click": {"cli"},
    "requests": {"testing"},
    "pytest": {"pytest_plugin"},
    "_pytest": set(),
}
IMPURE_MODULES = {
    "logging", "os", "pathlib", "random", "secrets", "shutil", "socket", "subprocess", "threading", "time",
}  # fmt: skip
IMPURE_CALLS = {"open", "print", "input"}
IMPURE_METHODS = {"now", "utcnow", "today"}

FILES = sorted(PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def imported_modules(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively; write the room"
            if node.module == "emulator":
                yield from (f"emulator.{name.name}" for name in node.names)
            else:
                yield str(node.module)


def rooms_imported(path: Path) -> Iterator[str]:
    for module in imported_modules(path):
        parts = module.split(".")
        if parts[0] == "emulator" and len(parts) > 1 and not parts[1].startswith("__"):
            yield parts[1]


def identity(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


@pytest.mark.parametrize("path", FILES, ids=identity)
def test_every_file_has_a_room(path: Path) -> None:
    assert room_of(path) in LEVELS.keys() | DOORS


@pytest.mark.parametrize("path", FILES, ids=identity)
def test_imports_point_to_lower_levels(path: Path) -> None:
    own = room_of(path)
    level = LEVELS.get(own, 99)

    upward = {room for room in rooms_imported(path) if room != own and LEVELS.get(room, 99) >= level}

    assert not upward


@pytest.mark.parametrize("path", FILES, ids=identity)
def test_third_party_libraries_stay_in_their_homes(path: Path) -> None:
    own = room_of(path)

    strays = {module for module in imported_modules(path) if own not in HOMES.get(module.split(".")[0], {own})}

    assert not strays


@pytest.mark.parametrize("path", [path for path in FILES if room_of(path) in PURE], ids=identity)
def test_pure_rooms_import_nothing_that_does_io(path: Path) -> None:
    impure = {module for module in imported_modules(path) if module.split(".")[0] in IMPURE_MODULES}

    assert not impure


@pytest.mark.parametrize("path", [path for path in FILES if room_of(path) in PURE], ids=identity)
def test_pure_rooms_neither_open_nor_print_nor_read_the_clock(path: Path) -> None:
    calls = [node.func for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]

    named = {call.id for call in calls if isinstance(call, ast.Name)} & IMPURE_CALLS
    methods = {call.attr for call in calls if isinstance(call, ast.Attribute)} & IMPURE_METHODS

    assert not named | methods


def test_the_law_sees_an_upward_import(tmp_path: Path) -> None:
    """A guard that cannot fail guards nothing."""
    path = tmp_path / "encode.py"
    path.write_text("from emulator.server import create_app\nimport flask\n")

    assert set(rooms_imported(path)) == {"server"}
    assert "flask" in set(imported_modules(path))
