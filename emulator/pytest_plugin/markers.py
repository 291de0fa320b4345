"""The markers ``eppo`` and ``eppo_each``: read, checked at collection, and turned into runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

import pytest

from emulator.errors import EmulatorError
from emulator.pytest_plugin.emulators import emulators_of
from emulator.suggest import nearest
from emulator.testing import Sandbox
from emulator.wording import printable

# The argument that eppo_each gives, and what stands in for it where a test does without.
VARIATION = "variation"
_HIDDEN = "_eppo_variation"
_DEFAULT_ID = "caller's default"
_MEMBERS = ("env", "at")


class MarkerError(EmulatorError):
    """A marker that cannot be read; the message begins with its name."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the markers of one test ask for; *flags* are served in that order, None means off."""

    flags: Mapping[str, Any] = field(default_factory=dict)
    environment: str | None = None
    at: Any = None


def wishes_of(node: pytest.Item) -> Wishes:
    """
    Return what the markers of *node* ask for, those of its class and module beneath its own.

    Raises:
        MarkerError: one cannot be read.
    """
    flags: dict[str, Any] = {}
    known: dict[str, Any] = {}
    for mark in reversed(list(node.iter_markers("eppo"))):
        flags.update(_flags(mark))
        known.update(_members(mark))
    each = node.get_closest_marker("eppo_each")
    if each is not None:
        flags = {**flags, **_chosen(node, _flag_of(each))}
    return Wishes(flags, known.get("env"), known.get("at"))


def check(node: pytest.Item) -> None:
    """Fail the collection of *node*'s module, naming *node*, where a marker asks for what there is not."""
    try:
        wishes = wishes_of(node)
        with _trial(node, wishes) as sandbox:
            lay(sandbox, wishes.flags)
    except (EmulatorError, TypeError) as error:
        _fail(node, error)


def parametrize(metafunc: pytest.Metafunc) -> None:
    """Make a run for each variation, where the test asks for that."""
    node = metafunc.definition
    each = node.get_closest_marker("eppo_each")
    if each is None:
        return
    try:
        with _trial(node, wishes_of(node)) as sandbox:
            variations = sandbox.variations(_flag_of(each))
    except EmulatorError as error:
        _fail(node, error)
    is_wanted = VARIATION in metafunc.fixturenames
    if not is_wanted:
        metafunc.fixturenames.append(_HIDDEN)
    name = VARIATION if is_wanted else _HIDDEN
    metafunc.parametrize(name, [*variations, None], ids=[*variations, _DEFAULT_ID], indirect=not is_wanted)


def imply_fixture(item: pytest.Item) -> None:
    """Give a marked test the fixture, before all others, which may already need its flags."""
    names = getattr(item, "fixturenames", None)
    if names is not None and "eppo" not in names:
        # The list is shared with runs of the same function that may not be marked.
        item.fixturenames = ["eppo", *names]  # type: ignore[attr-defined]  # of Function, and of those who imitate it


def lay(sandbox: Sandbox, flags: Mapping[str, Any]) -> None:
    """Serve *flags*, which are the variations by flag; None is off."""
    for flag, variation in flags.items():
        if variation is None:
            sandbox.off(flag)
        else:
            sandbox.serve(flag, variation)


def _trial(node: pytest.Item, wishes: Wishes) -> Sandbox:
    """Return a sandbox like the one that the test will get."""
    environment = wishes.environment or node.config.getini("eppo_environment") or None
    return emulators_of(node.config).default().sandbox(environment, at=wishes.at, name="collection")


def _flags(mark: pytest.Mark) -> Mapping[str, Any]:
    if len(mark.args) > 1 or not all(isinstance(flags, Mapping) for flags in mark.args):
        found = ", ".join(printable(repr(one)) for one in mark.args)
        raise MarkerError(f'expected flags and their variations, such as {{"new-checkout": True}}, found {found}')
    return mark.args[0] if mark.args else {}


def _members(mark: pytest.Mark) -> Mapping[str, Any]:
    unknown = next((name for name in mark.kwargs if name not in _MEMBERS), None)
    if unknown is not None:
        raise MarkerError(f'"{printable(unknown)}" is not understood here; {nearest(unknown, _MEMBERS)}')
    return mark.kwargs


def _flag_of(mark: pytest.Mark) -> str:
    if len(mark.args) != 1 or mark.kwargs or not isinstance(mark.args[0], str):
        raise MarkerError("eppo_each takes one flag's key")
    return mark.args[0]


def _chosen(node: pytest.Item, flag: str) -> Mapping[str, Any]:
    """Return what this run of eppo_each serves; nothing at collection, when there are no runs yet."""
    callspec = getattr(node, "callspec", None)
    if callspec is None:
        return {}
    given = callspec.params
    return {flag: given.get(VARIATION, given.get(_HIDDEN))}


def _fail(node: pytest.Item, error: Exception) -> NoReturn:
    raise pytest.fail.Exception(f"{node.nodeid}: marker eppo: {error}", pytrace=False) from None
