"""Fixtures of the SDK tests: a folder of flags, an emulator that serves it, and a relay that sees what SDKs ask."""

import os
from collections.abc import Iterator
from pathlib import Path
from secrets import randbelow

import pytest

from emulator import Emulator
from tests.sdk.flag_files import FlagFolder
from tests.sdk.relay import Relay


@pytest.fixture(scope="session")
def run_seed() -> str:
    """A fresh seed, or the one in EPPO_EMULATOR_SEED that a failing run printed."""
    return os.environ.get("EPPO_EMULATOR_SEED") or str(randbelow(10**9))


@pytest.fixture
def folder(tmp_path: Path) -> FlagFolder:
    return FlagFolder(tmp_path / "flags")


@pytest.fixture
def emulator(folder: FlagFolder) -> Iterator[Emulator]:
    with Emulator(folder.path) as running:
        yield running


@pytest.fixture
def relay(emulator: Emulator) -> Iterator[Relay]:
    with Relay(emulator.port) as running:
        yield running


@pytest.fixture
def strict_emulator(folder: FlagFolder) -> Iterator[Emulator]:
    with Emulator(folder.path, strict_keys=True) as running:
        yield running


@pytest.fixture
def strict_relay(strict_emulator: Emulator) -> Iterator[Relay]:
    with Relay(strict_emulator.port) as running:
        yield running
