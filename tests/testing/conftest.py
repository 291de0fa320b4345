"""A sandbox over some flags of a shop, of an emulator in this process and of one behind HTTP."""

from collections.abc import Iterator

import pytest

from emulator import Emulator
from emulator.testing import RemoteEmulator, Sandbox

FLAGS = """
environments:
  test: { sdk_keys: [local-test] }
  production: { sdk_keys: [local-production] }
flags:
  headline:
    type: string
    variations: [control, short, playful]
    allocations:
      - { key: experiment, if: country = NO, split: [short, playful], extra_logging: { squad: growth } }
    serve: control
  checkout: { type: boolean, serve: false }
  sale:
    type: boolean
    allocations:
      - { key: june, start: 2025-06-01, end: 2025-07-01, serve: true }
    serve: false
  silent: { type: boolean, allocations: [{ key: quiet, serve: true, log: false }], serve: false }
  resting: { type: boolean, enabled: false, serve: true }
  banner:
    type: string
    variations: { plain: plain, shoes: { bandit: shoes } }
    serve: shoes
bandits:
  shoes: { actions: { red: { intercept: 1 }, blue: { intercept: 2 } } }
"""


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    path = tmp_path_factory.mktemp("shop") / "flags.yaml"
    path.write_text(FLAGS)
    emulator = Emulator(path, watch=False)
    yield emulator
    emulator.close()


@pytest.fixture(scope="session")
def remote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RemoteEmulator]:
    path = tmp_path_factory.mktemp("distant-shop") / "flags.yaml"
    path.write_text(FLAGS)
    with Emulator(path, watch=False) as running:
        remote = RemoteEmulator(running.url)
        yield remote
        remote.close()


@pytest.fixture
def local_sandbox(emulator: Emulator) -> Iterator[Sandbox]:
    with emulator.sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def remote_sandbox(remote: RemoteEmulator) -> Iterator[Sandbox]:
    with remote.sandbox() as sandbox:
        yield sandbox


@pytest.fixture(params=["local_sandbox", "remote_sandbox"], ids=["here", "over HTTP"])
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    """The same for both, for both have to behave alike."""
    found: Sandbox = request.getfixturevalue(request.param)
    return found
