"""A sandbox for one test: as its markers want it, with the SDK's singleton, and checked at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from emulator.errors import EmulatorError
from emulator.pytest_plugin.markers import lay, wishes_of
from emulator.sandboxes import LONGEST_NAME
from emulator.suggest import nearest
from emulator.testing.sandbox import Sandbox, has_sdk
from emulator.wording import printable

if TYPE_CHECKING:
    from emulator.pytest_plugin.coverage import Covering
    from emulator.pytest_plugin.emulators import AnyEmulator

_PACKAGE = Path(__file__).parent.parent


@contextmanager
def lent(node: pytest.Item, emulator: "AnyEmulator") -> Iterator[Sandbox]:
    """Lend a sandbox to the test *node*."""
    config, wishes = node.config, wishes_of(node)
    environment = wishes.environment or config.getini("eppo_environment") or None
    with emulator.sandbox(environment, at=wishes.at, name=node.nodeid[-LONGEST_NAME:]) as sandbox:
        covering: Covering | None = config.pluginmanager.get_plugin("eppo-coverage")
        if covering is not None:
            covering.begin(sandbox)
        lay(sandbox, wishes.flags)
        sandbox.keep()
        sandbox.strict = config.getini("eppo_strict")
        with _singleton(sandbox):
            yield sandbox
        if covering is not None:
            covering.end(sandbox)
        fail_if_undefined(sandbox)


def fail_if_undefined(sandbox: Sandbox) -> None:
    """Fail the test once for each flag that was evaluated in a strict sandbox and that no file defines."""
    undefined = sandbox.undefined() if sandbox.strict else []
    if undefined:
        # What the test was failed for is not a failure of its teardown, too.
        sandbox.strict = False
        known = sandbox.flag_keys()
        told = "; ".join(f'"{printable(flag)}" ({nearest(flag, known)})' for flag in undefined)
        pytest.fail(f"no file defines what was evaluated: {told}", pytrace=False)


@contextmanager
def _singleton(sandbox: Sandbox) -> Iterator[None]:
    if not has_sdk():
        yield
        return
    with sandbox.lend_singleton():
        yield


def hide_our_functions(excinfo: pytest.ExceptionInfo[BaseException]) -> None:
    """Have a test's own line shown for what the fixture says to it, not where in here that was found."""
    for entry in excinfo.traceback:
        if Path(entry.path).is_relative_to(_PACKAGE):
            entry.frame.f_globals.setdefault("__tracebackhide__", _is_said_to_the_test)


def _is_said_to_the_test(excinfo: pytest.ExceptionInfo[BaseException] | None) -> bool:
    return excinfo is not None and excinfo.errisinstance((EmulatorError, AssertionError))
