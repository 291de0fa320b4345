"""A sandbox over a folder of flags, and a clock that the test sets."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from emulator.sandboxes import Peers, Sandboxes
from emulator.sandboxes.sandbox import Sandbox, World
from emulator.workspace import Workspace

FLAGS = """
environments:
  test: { sdk_keys: [local-test] }
  production: { sdk_keys: [local-production] }
flags:
  banner:
    type: string
    variations: [plain, loud]
    allocations:
      - { key: later, start: 2025-04-01, serve: loud }
    serve: plain
    environments:
      production: { enabled: false }
  resting: { type: boolean, enabled: false, serve: true }
  other: { type: boolean, serve: true }
bandits:
  shoes: { actions: { red: { intercept: 1 }, blue: { intercept: 2 } } }
"""


class Hands:
    """A clock whose hands a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2025, 3, 28, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    folder = tmp_path / "flags"
    folder.mkdir()
    path = folder / "flags.yaml"
    path.write_text(FLAGS)
    return path


@pytest.fixture
def workspace(file: Path, hands: Hands) -> Workspace:
    return Workspace((file.parent,), clock=hands)


@pytest.fixture
def peers() -> Peers:
    return Peers()


@pytest.fixture
def world(workspace: Workspace, hands: Hands, peers: Peers) -> World:
    return World(lambda: workspace.current, hands, peers.is_open, peers.closed_at)


@pytest.fixture
def sandboxes() -> Sandboxes:
    return Sandboxes()


Create = Callable[..., Sandbox]


@pytest.fixture
def create(sandboxes: Sandboxes, world: World) -> Create:
    def make(environment: str = "test", **settings: object) -> Sandbox:
        return sandboxes.create(world, "http://127.0.0.1:8378", environment, **settings)  # type: ignore[arg-type]

    return make


@pytest.fixture
def sandbox(create: Create) -> Sandbox:
    return create()
