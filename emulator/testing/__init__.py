"""
Sandboxes as tests hold them: changes that are undone, SDK clients that follow, and what was logged.

The same :class:`Sandbox` works on an emulator in this process and on one that is reached over HTTP; what differs is
behind :class:`Control`. Nothing here knows pytest.
"""

from emulator.testing.control import Control
from emulator.testing.layers import Undo
from emulator.testing.local import LocalControl
from emulator.testing.logged import Logged
from emulator.testing.remote import RemoteEmulator
from emulator.testing.sandbox import Sandbox

__all__ = ["Control", "LocalControl", "Logged", "RemoteEmulator", "Sandbox", "Undo"]
