"""What differs between two snapshots, by key."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.snapshot.model import EnvironmentSnapshot, Snapshot
from emulator.snapshot.stamps import without_stamp


@dataclass(frozen=True, slots=True)
class Changes:
    """Keys of flags (layers among them) and bandits that differ between two snapshots, sorted."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def changes_between(before: Snapshot | None, after: Snapshot) -> Changes:
    """Return which flags and bandits differ in content; without *before*, everything is added."""
    old = {one.key: one for one in before.environments} if before else {}
    added: set[str] = set()
    removed: set[str] = set()
    changed: set[str] = set()
    for environment in after.environments:
        was = old.pop(environment.key, None)
        if was is environment:
            continue
        for ours, theirs in _section_pairs(was, environment):
            added |= ours.keys() - theirs.keys()
            removed |= theirs.keys() - ours.keys()
            changed |= {key for key in ours.keys() & theirs.keys() if _differs(ours[key], theirs[key])}
    for gone in old.values():
        removed |= gone.config["flags"].keys() | gone.models["bandits"].keys()
    known = _keys(before) if before else set()
    # A flag that comes or goes in one environment only is a change of a flag that goes on.
    changed |= (added & known) | (removed & _keys(after))
    return Changes(
        added=tuple(sorted(added - known)),
        removed=tuple(sorted(removed - _keys(after))),
        changed=tuple(sorted(changed)),
    )


def _section_pairs(
    was: EnvironmentSnapshot | None, now: EnvironmentSnapshot
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    yield now.config["flags"], was.config["flags"] if was else {}
    yield now.models["bandits"], was.models["bandits"] if was else {}


def _differs(ours: Any, theirs: Any) -> bool:
    return ours is not theirs and bool(without_stamp(ours) != without_stamp(theirs))


def _keys(snapshot: Snapshot) -> set[str]:
    return {key for one in snapshot.environments for key in (*one.config["flags"], *one.models["bandits"])}
