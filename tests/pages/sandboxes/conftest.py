"""A sandbox over a folder of flags, as the tests of sandboxes have it."""

from tests.sandboxes.conftest import create, file, hands, peers, sandbox, sandboxes, workspace, world

__all__ = ["create", "file", "hands", "peers", "sandbox", "sandboxes", "workspace", "world"]
