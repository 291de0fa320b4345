"""
Local development emulator and test-fixture server for Eppo.

The public names are imported when they are first used, so that ``import emulator`` costs next to nothing.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emulator.errors import EmulatorError, FlagFileError, Problem
    from emulator.runtime import Emulator

__version__ = "0.1.0"
__all__ = ["Emulator", "EmulatorError", "FlagFileError", "Problem", "__version__"]

_HOMES = {
    "Emulator": "emulator.runtime",
    "EmulatorError": "emulator.errors",
    "FlagFileError": "emulator.errors",
    "Problem": "emulator.errors",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(home), name)
