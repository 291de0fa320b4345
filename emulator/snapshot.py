"""
One immutable Snapshot: everything that is served at one revision.

``build_snapshot`` is the border of the pure core: texts and a time go in, a Snapshot comes out or every problem is
raised. Nothing here reads a file, a clock or the network.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from emulator.errors import Problem
from emulator.ufc.encode import Encoded, canonical, encode, encoded, etag_of
from emulator.ufc.obfuscate import obfuscate
from emulator.ufc.wire import Config, Models


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
    config: Config
    models: Models
    plain: Encoded
    bandits: Encoded

    @cached_property
    def obfuscated(self) -> Encoded:
        """The configuration for client SDKs; made when the first one asks."""
        return encode_config(obfuscate(self.config), "obfuscated")


@dataclass(frozen=True)
class Snapshot:
    """All environments at one *revision*; the first one answers keys that nobody listed."""

    revision: int
    published_at: str
    environments: tuple[EnvironmentSnapshot, ...]
    warnings: tuple[Problem, ...] = ()

    @cached_property
    def by_key(self) -> Mapping[str, EnvironmentSnapshot]:
        return {environment.key: environment for environment in self.environments}

    @cached_property
    def by_sdk_key(self) -> Mapping[str, tuple[EnvironmentSnapshot, bool]]:
        """Each listed key with its environment and whether it is a client token."""
        servers = {key: (one, False) for one in self.environments for key in one.sdk_keys}
        return servers | {key: (one, True) for one in self.environments for key in one.client_tokens}


@dataclass(frozen=True, slots=True)
class Changes:
    """Keys of flags (layers among them) and bandits that differ between two snapshots, sorted."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def encode_config(config: Config, form: str) -> Encoded:
    """Return the bytes of *config*; its ETag leaves ``createdAt`` out."""
    return _encode_stamped(config, "createdAt", form)


def encode_models(models: Models) -> Encoded:
    """Return the bytes of *models*; its ETag leaves the ``updatedAt`` stamps out."""
    unstamped = {**models, "bandits": {key: _unstamped(model) for key, model in models["bandits"].items()}}
    etag = etag_of(canonical({name: value for name, value in unstamped.items() if name != "updatedAt"}), "bandits")
    return encoded(canonical(models), etag)


def snapshot_of_ufc(config_text: str, models_text: str | None, created_at: str, revision: int = 1) -> Snapshot:
    """
    Return the Snapshot that serves a published configuration byte for byte, in one environment for any key.

    Raises:
        ValueError: a text is not a JSON object of the right outline; the message says which and why.
    """
    config: Config = _json_object(config_text, "UFC", "flags")
    models: Models = (
        _json_object(models_text, "bandit models", "bandits")
        if models_text is not None
        else {"updatedAt": created_at, "environment": {"name": _name_of(config)}, "bandits": {}}
    )
    name = _name_of(config)
    environment = EnvironmentSnapshot(
        key=re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "test",
        name=name,
        sdk_keys=(),
        client_tokens=(),
        accepts_any_key=True,
        created_at=config.get("createdAt") or created_at,
        config=config,
        models=models,
        plain=encoded(config_text.encode("utf-8", "backslashreplace"), encode_config(config, "plain").etag),
        bandits=encode_models(models)
        if models_text is None
        else encoded(models_text.encode("utf-8", "backslashreplace"), encode_models(models).etag),
    )
    return Snapshot(revision, created_at, (environment,))


def changes_between(before: Snapshot | None, after: Snapshot) -> Changes:
    """Return what differs in content; without *before*, everything is added."""
    old = _contents(before) if before else {}
    new = _contents(after)
    return Changes(
        added=_names(new.keys() - old.keys()),
        removed=_names(old.keys() - new.keys()),
        changed=_names(key for key in new.keys() & old.keys() if new[key] != old[key]),
    )


def build_snapshot(
    texts: Mapping[str, str],
    created_at: str,
    *,
    files: Mapping[str, str] | None = None,
    previous: Snapshot | None = None,
) -> Snapshot:
    """
    Compile flag files to a Snapshot.

    *texts* maps the path of each flag file to its text, in reading order; *files* holds the texts of the files they
    refer to (:func:`referenced_files` names them). With *previous*, work on unchanged flags is not repeated,
    environments whose content is the same keep their ``created_at``, and the revision is one more if any differs.

    Raises:
        FlagFileError: with every problem of every file, when at least one is an error.
    """
    raise NotImplementedError


def referenced_files(texts: Mapping[str, str], previous: Snapshot | None = None) -> frozenset[str]:
    """Return the paths of the files that *texts* refer to, relative paths resolved against the referring file."""
    raise NotImplementedError


def _contents(snapshot: Snapshot) -> dict[str, Any]:
    contents: dict[str, Any] = {}
    for environment in snapshot.environments:
        for section in (environment.config.get("flags"), environment.models.get("bandits")):
            for key, value in (section or {}).items():
                contents.setdefault(key, []).append((environment.key, _unstamped(value)))
    return contents


def _unstamped(value: Any) -> Any:
    if not isinstance(value, dict) or "updatedAt" not in value:
        return value
    return {name: member for name, member in value.items() if name != "updatedAt"}


def _names(keys: Any) -> tuple[str, ...]:
    return tuple(sorted(keys))


def _encode_stamped(document: Mapping[str, Any], stamp: str, form: str) -> Encoded:
    content = canonical({name: value for name, value in document.items() if name != stamp})[1:-1]
    return encode((stamp, document.get(stamp, "")), content, form)


def _name_of(config: Config) -> str:
    environment = config.get("environment")
    name = environment.get("name") if isinstance(environment, dict) else None
    return name if isinstance(name, str) else "Test"


def _json_object(text: str, what: str, member: str) -> Any:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise ValueError(f"the {what} file is not JSON: {error}") from None
    if not isinstance(value, dict) or not isinstance(value.get(member), dict):
        raise ValueError(f'the {what} file holds no object "{member}"; expected what Eppo\'s service serves')
    return value
