"""The seed of this run: fresh, or the one in EPPO_EMULATOR_SEED that a failing run printed."""

import os
from secrets import randbelow

import pytest


@pytest.fixture(scope="session")
def run_seed() -> str:
    return os.environ.get("EPPO_EMULATOR_SEED") or str(randbelow(10**9))
