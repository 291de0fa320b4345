"""The Emulator: the only place that wires the parts together and starts threads."""

from emulator.runtime.emulator import Emulator, Paths
from emulator.runtime.server_thread import ServerThread

__all__ = ["Emulator", "Paths", "ServerThread"]
