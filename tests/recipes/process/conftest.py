"""A shop that runs, and the sandbox that it lives in."""

import os
import socket
import subprocess
import sys
from contextlib import closing

import pytest
import requests
from requests.adapters import HTTPAdapter, Retry

from emulator.testing import RemoteEmulator

EMULATOR = os.environ.get("EPPO_EMULATOR_URL", "http://127.0.0.1:8378")


@pytest.fixture(scope="session")
def world():
    with closing(RemoteEmulator(EMULATOR)) as emulator, emulator.sandbox(name="shop") as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(world):
    """The sandbox of the whole run; each test finds it unchanged."""
    yield world
    world.reset()


@pytest.fixture(scope="session")
def shop(world):
    """The address of a running shop."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "flask", "--app", "shop", "run", "--port", str(port)]
    variables = {"EPPO_SDK_KEY": world.sdk_key, "EPPO_BASE_URL": world.base_url}
    with subprocess.Popen(command, env={**os.environ, **variables}) as process:
        try:
            yield running(f"http://127.0.0.1:{port}")
        finally:
            process.terminate()


def running(address):
    """Return *address* as soon as somebody answers there, whatever it is."""
    with requests.Session() as session:
        session.mount("http://", HTTPAdapter(max_retries=Retry(connect=10, backoff_factor=0.05)))
        session.get(address)
    return address
