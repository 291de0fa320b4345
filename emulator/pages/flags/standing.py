"""Whether a flag is on in an environment, and why not: what is left out of what SDKs get included."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.definitions.compiling.waterfall import belongs
from emulator.definitions.model import Flag, Unset
from emulator.snapshot import EnvironmentSnapshot, Snapshot


@dataclass(frozen=True, slots=True)
class Standing:
    """*is_on*: SDKs evaluate it. *is_served*: they get it. *word* says it, *reason* why it is off, or is empty."""

    is_on: bool
    is_served: bool
    word: str
    reason: str


_ON = Standing(True, True, "on", "")


def standing_of(snapshot: Snapshot, environment: EnvironmentSnapshot, key: str) -> Standing | None:
    """
    Return how the flag stands in *environment*, which a sandbox may have changed; None where there is no such flag.
    """
    flags = environment.config["flags"]
    if key in flags:
        return served_standing(flags[key])
    base = snapshot.by_key.get(environment.key)
    if base is not None and key in base.config["flags"]:
        return Standing(False, False, "off", "this sandbox turns it off")
    build = snapshot.build
    definition = build.definitions.flags.get(key) if build else None
    if build is None or definition is None:
        return None
    return Standing(False, False, *_left_out(definition, build.context.environments, environment.key))


def served_standing(wire: Any) -> Standing:
    """Return how a flag that is served stands."""
    if isinstance(wire, Mapping) and wire.get("enabled") is False:
        return Standing(False, True, "off", "it is served as disabled, so callers get their default")
    return _ON


def _left_out(flag: Flag, environments: Mapping[str, Any], environment: str) -> tuple[str, str]:
    if flag.archived:
        return "archived", "it is archived, so it is left out of what SDKs get"
    known = environments.get(environment)
    if known is not None and not belongs(flag, known):
        wanted = ", ".join(known.tags)
        return "left out", f"this environment takes only flags with one of the tags {wanted}"
    overlay = flag.environments.get(environment)
    is_here = overlay is not None and not isinstance(overlay.enabled, Unset)
    where = f"in environment {environment}" if is_here else "everywhere"
    return "off", f"it is disabled {where}, so it is left out of what SDKs get"
