"""
The pytest plugin: fixtures, and hooks that each make one call.

It is loaded in every test run of whoever has it installed: everything but pytest is imported when a test uses it.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from emulator.runtime import Emulator
    from emulator.testing import RemoteEmulator, Sandbox

_MARKERS = (
    "eppo(flags, env=None, at=None): the fixture eppo begins with these flags, {flag: variation}, None for off, in "
    "environment env, at time at",
    "eppo_each(flag): one run with each variation of the flag, and one with the caller's default; argument variation",
)


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    _spare_rewriting(pluginmanager)
    group = parser.getgroup("eppo", "Eppo's feature flags")
    group.addoption("--eppo-expect", action="store_true", help="run every expect: entry of the flag files as a test")
    group.addoption(
        "--eppo-coverage",
        nargs="?",
        const=0.0,
        type=_percentage,
        metavar="N",
        help="report flags, variations and allocations that no test served; fail below N percent",
    )
    parser.addini("eppo_flags", "folders and files of flags (default: flags/)", type="paths", default=[])
    parser.addini("eppo_environment", "environment of the fixture eppo (default: the first)", default="")
    parser.addini(
        "eppo_emulator_url", "a running emulator, http://host:port, instead of one in each process", default=""
    )
    parser.addini("eppo_emulator_token", "what its control routes demand, if anything", default="")
    parser.addini("eppo_strict", "fail tests that evaluate a flag that no file defines", type="bool", default=False)


def pytest_configure(config: pytest.Config) -> None:
    for marker in _MARKERS:
        config.addinivalue_line("markers", marker)
    if config.getoption("eppo_expect"):
        from emulator.pytest_plugin.expecting import Expecting

        config.pluginmanager.register(Expecting(), "eppo-expect")
    if config.getoption("eppo_coverage") is not None:
        from emulator.pytest_plugin.coverage import Covering

        config.pluginmanager.register(Covering(config), "eppo-coverage")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if "emulator.pytest_plugin.emulators" in sys.modules:
        from emulator.pytest_plugin.emulators import close_emulators

        close_emulators(session.config)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if _is_marked(metafunc.definition):
        from emulator.pytest_plugin.markers import check, parametrize

        check(metafunc.definition)
        parametrize(metafunc)


def pytest_itemcollected(item: pytest.Item) -> None:
    if _is_marked(item):
        from emulator.pytest_plugin.markers import imply_fixture

        imply_fixture(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    yield
    sandbox = getattr(item, "funcargs", {}).get("eppo")
    if sandbox is not None:
        from emulator.pytest_plugin.lending import fail_if_undefined

        fail_if_undefined(sandbox)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(call: pytest.CallInfo[None]) -> None:
    if call.excinfo is not None and "emulator.testing" in sys.modules:
        from emulator.pytest_plugin.lending import hide_our_functions

        hide_our_functions(call.excinfo)


@pytest.fixture
def eppo(request: pytest.FixtureRequest, eppo_emulator: "Emulator | RemoteEmulator") -> Iterator["Sandbox"]:
    """A fresh sandbox: flags of this test alone, which eppo_client.get_instance() answers from."""
    from emulator.pytest_plugin.lending import lent

    with lent(request.node, eppo_emulator) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def eppo_emulator(
    pytestconfig: pytest.Config, eppo_flags: "str | Path | Sequence[str | Path]", eppo_listen_address: tuple[str, int]
) -> Iterator["Emulator | RemoteEmulator"]:
    """The emulator of this process, or the one that eppo_emulator_url names. Its server starts at the first use."""
    from emulator.pytest_plugin.emulators import emulators_of

    with emulators_of(pytestconfig).of(eppo_flags, eppo_listen_address) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def eppo_flags(pytestconfig: pytest.Config) -> "str | Path | Sequence[str | Path]":
    """Folders and files of flags: the ini option eppo_flags, or flags/ beside it. Override it to narrow that."""
    from emulator.pytest_plugin.emulators import flags_of

    return flags_of(pytestconfig)


@pytest.fixture(scope="session")
def eppo_listen_address() -> tuple[str, int]:
    """Host and port (0: any free one) for applications in other processes. Override it to choose another."""
    return "127.0.0.1", 0


@pytest.fixture
def _eppo_variation(request: pytest.FixtureRequest) -> "str | None":
    """What eppo_each chose, for a test that has no argument for it."""
    found: str | None = request.param
    return found


def _spare_rewriting(pluginmanager: pytest.PytestPluginManager) -> None:
    """
    Let our modules be imported as they are compiled.

    pytest rewrites the assertions of whatever came with a plugin. There are none here that a user sees, and where
    bytecode is not written, as in many containers, every process would compile two hundred modules again: a second.
    """
    chosen = getattr(getattr(pluginmanager, "rewrite_hook", None), "_must_rewrite", None)
    if isinstance(chosen, set):
        chosen.discard("emulator")


def _is_marked(node: pytest.Item) -> bool:
    return node.get_closest_marker("eppo") is not None or node.get_closest_marker("eppo_each") is not None


def _percentage(text: str) -> float:
    from argparse import ArgumentTypeError

    try:
        return float(text.removesuffix("%"))
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no percentage; write --eppo-coverage=80") from None
