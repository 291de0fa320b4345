"""Fixtures of the oracle tests: one real SDK client per process, and the seed of this run."""

import os
from secrets import randbelow

import pytest

from tests.oracle.python_sdk import PythonSdk


@pytest.fixture(scope="session")
def run_seed() -> str:
    """A fresh seed, or the one in EPPO_EMULATOR_SEED that a failing run printed."""
    return os.environ.get("EPPO_EMULATOR_SEED") or str(randbelow(10**9))


@pytest.fixture(scope="session")
def python_sdk() -> PythonSdk:
    return PythonSdk()
