"""A published configuration as evaluation needs it: each flag prepared once, when it is first evaluated."""

from collections.abc import Mapping
from typing import Any

from emulator import __version__
from emulator.evaluation.bandit_model import PreparedBandits, prepare_bandits
from emulator.evaluation.flag import Flag
from emulator.evaluation.reading import prepare_flag

# The name and version that every SDK adds to its events, each in its own words (D-EVT-5); these are the Rust core's.
EVENT_ORIGIN: Mapping[str, Any] = {"metaData": {"sdkName": "eppo-emulator", "sdkVersion": __version__}}


class Prepared:
    """
    One revision, ready to answer; nothing of it ever changes.

    Flags are prepared when they are first asked for, so that ten thousand of them cost nothing at the start. Threads
    may share it: two that ask for the same new flag at once both prepare it, and the first result is kept. *ready* are
    the flags prepared so far.
    """

    __slots__ = ("_flags", "bandits", "environment", "published_at", "ready")

    def __init__(self, config: Mapping[str, Any], models: Mapping[str, Any] | None) -> None:
        flags = config.get("flags")
        self._flags: Mapping[str, Any] = flags if isinstance(flags, Mapping) else {}
        self.ready: dict[str, Flag] = {}
        named = config.get("environment")
        name = named.get("name") if isinstance(named, Mapping) else None
        self.environment: str = name if isinstance(name, str) else "UNKNOWN"
        self.published_at: Any = config.get("createdAt")
        self.bandits: PreparedBandits = prepare_bandits(config, models)

    @property
    def flag_keys(self) -> tuple[str, ...]:
        """The keys of all flags, disabled and broken ones too, in the order of the configuration."""
        return tuple(self._flags)

    def flag(self, key: str) -> Flag | None:
        """Return the flag, which may be disabled or broken; None when there is none. A blank key names none (8.4.1)."""
        ready = self.ready.get(key)
        if ready is not None:
            return ready
        if not key or key not in self._flags:
            return None
        return self.ready.setdefault(key, prepare_flag(self._flags[key]))


def prepare(config: Mapping[str, Any], models: Mapping[str, Any] | None = None) -> Prepared:
    """
    Return what ``/flag-config/v1/config`` and ``/flag-config/v1/bandits`` answer, ready to be asked.

    Nothing is raised for their content: a flag or model that cannot be evaluated is kept with its reason. Neither may
    be changed afterwards.
    """
    return Prepared(config, models)
