"""The Snapshot and its environments, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from emulator.definitions.build import Build
from emulator.errors import Position, Problem
from emulator.snapshot.stamps import encode_config
from emulator.ufc.encode import Document, member
from emulator.ufc.obfuscate import obfuscate
from emulator.ufc.wire import Config, Models

if TYPE_CHECKING:
    from emulator.evaluation import Prepared


@dataclass(frozen=True)
class EnvironmentSnapshot:
    """
    What one environment serves: the two documents and their bytes.

    *created_at* is when its content last changed. *accepts_any_key* holds for the environment that stands in when no
    file declares one.
    """

    key: str
    name: str
    sdk_keys: tuple[str, ...]
    client_tokens: tuple[str, ...]
    accepts_any_key: bool
    created_at: str
    config: Config = field(repr=False)
    models: Models = field(repr=False)
    plain: Document = field(repr=False)
    bandits: Document = field(repr=False)

    @cached_property
    def obfuscated(self) -> Document:
        """The configuration for client SDKs; made when the first one asks."""
        return encode_config(obfuscate(self.config), "obfuscated")

    @cached_property
    def flag_bodies(self) -> Mapping[str, bytes]:
        """The canonical bytes ``"key":{…}`` of each flag: what documents with a few other flags are joined from."""
        return {key: member(key, flag) for key, flag in self.config["flags"].items()}

    @cached_property
    def scheduled_flags(self) -> tuple[str, ...]:
        """The keys of the flags that have a schedule: the only ones that another clock changes."""
        from emulator.overrides import scheduled_flags

        return tuple(scheduled_flags(self.config["flags"]))

    @cached_property
    def prepared(self) -> "Prepared":
        """What the evaluator asks; made when the first question comes, so that serving starts without an evaluator."""
        from emulator.evaluation import prepare

        return prepare(self.config, self.models)


@dataclass(frozen=True)
class Snapshot:
    """All environments at one *revision*; the first one answers keys that nobody listed."""

    revision: int
    published_at: str
    environments: tuple[EnvironmentSnapshot, ...]
    warnings: tuple[Problem, ...] = field(default=(), repr=False)
    build: Build | None = field(default=None, repr=False, compare=False)
    """What it was compiled from; None for published documents that are served as they are."""

    @cached_property
    def by_key(self) -> Mapping[str, EnvironmentSnapshot]:
        return {environment.key: environment for environment in self.environments}

    @cached_property
    def by_sdk_key(self) -> Mapping[str, tuple[EnvironmentSnapshot, bool]]:
        """Each listed key with its environment and whether it is a client token."""
        servers = {key: (one, False) for one in self.environments for key in one.sdk_keys}
        return servers | {key: (one, True) for one in self.environments for key in one.client_tokens}

    def place_of(self, flag: str) -> Position | None:
        """Return where the flag (or layer) is defined; None when no flag file defines it."""
        files = self.build.sources.files.values() if self.build else ()
        found = (file.places.get(("flags", flag)) for file in files)
        return next((place for place in found if place is not None), None)
