"""Fixtures of the oracle tests: one real SDK client per process, and the seed of this run."""

import os
from secrets import randbelow

import pytest

from tests.oracle.python_sdk import PythonSdk


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "ci: takes minutes or another toolchain; `make test` leaves it out")


@pytest.fixture(scope="session")
def run_seed() -> str:
    """A fresh seed, or the one in EPPO_EMULATOR_SEED that a failing run printed."""
    return os.environ.get("EPPO_EMULATOR_SEED") or str(randbelow(10**9))


@pytest.fixture(scope="session")
def python_sdk() -> PythonSdk:
    return PythonSdk()
