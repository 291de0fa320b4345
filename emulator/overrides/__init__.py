"""
A sandbox's changes: one pure function from what an environment serves to what the sandbox serves.

It works on the documents that SDKs receive, between the compiler and everything that is made of them, so that bytes,
answers, obfuscated and precomputed documents always agree.
"""

from emulator.overrides.applying import Overridden, override
from emulator.overrides.checking import check
from emulator.overrides.collection import Overrides
from emulator.overrides.layers import (
    BanditLayer,
    Clock,
    Edited,
    FlagLayer,
    Frozen,
    Layer,
    Mode,
    Off,
    OverrideError,
    Pin,
    Serve,
    Shifted,
    variation_name,
)
from emulator.overrides.missing import Missing
from emulator.overrides.schedule import scheduled_flags

__all__ = [
    "BanditLayer",
    "Clock",
    "Edited",
    "FlagLayer",
    "Frozen",
    "Layer",
    "Missing",
    "Mode",
    "Off",
    "Overridden",
    "OverrideError",
    "Overrides",
    "Pin",
    "Serve",
    "Shifted",
    "check",
    "override",
    "scheduled_flags",
    "variation_name",
]
