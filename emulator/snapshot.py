"""
One immutable Snapshot: everything that is served at one revision.

``build_snapshot`` is the border of the pure core: texts and a time go in, a Snapshot comes out or every problem is
raised. Nothing here reads a file, a clock or the network.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

from emulator.definitions.base import Base
from emulator.definitions.build import Build, Sources, build, read_sources
from emulator.definitions.model import Environment
from emulator.errors import FlagFileError, Position, Problem
from emulator.ufc.content import config_findings
from emulator.ufc.encode import Encoded, canonical, encode, encoded, etag_of, join_object, member
from emulator.ufc.obfuscate import obfuscate
from emulator.ufc.timestamps import format_timestamp
from emulator.ufc.wire import Config, Models

T = TypeVar("T")

__all__ = [
    "Changes",
    "EnvironmentSnapshot",
    "Snapshot",
    "Sources",
    "build_snapshot",
    "changes_between",
    "read_sources",
    "referenced_files",
    "snapshot_of_ufc",
]


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
        return _encode_config(obfuscate(self.config), "obfuscated")


@dataclass(frozen=True)
class Snapshot:
    """All environments at one *revision*; the first one answers keys that nobody listed."""

    revision: int
    published_at: str
    environments: tuple[EnvironmentSnapshot, ...]
    warnings: tuple[Problem, ...] = ()
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


@dataclass(frozen=True, slots=True)
class Changes:
    """Keys of flags (layers among them) and bandits that differ between two snapshots, sorted."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


# ── flag files → Snapshot ───────────────────────────────────────────────────────────────────────────────────────


def build_snapshot(
    texts: Mapping[str, str] | Sources,
    created_at: str,
    *,
    files: Mapping[str, str] | None = None,
    previous: Snapshot | None = None,
) -> Snapshot:
    """
    Compile flag files to a Snapshot.

    *texts* maps the path of each flag file to its text, in reading order, or is what :func:`read_sources` made of
    that; *files* holds the texts of the files they refer to. With *previous*, work on unchanged flags is not
    repeated, environments whose content is the same keep their ``created_at``, and the revision is one more if
    anything that is served differs.

    Raises:
        FlagFileError: with every problem of every file, when at least one is an error.
    """
    before = previous.build if previous else None
    sources = texts if isinstance(texts, Sources) else read_sources(texts, before.sources if before else None)
    compiled = build(sources, files or {}, before)
    if compiled.failed:
        raise FlagFileError(compiled.problems)
    environments = tuple(
        _environment(key, environment, compiled, created_at, previous)
        for key, environment in compiled.context.environments.items()
    )
    same = previous is not None and environments == previous.environments
    return Snapshot(
        revision=previous.revision + (not same) if previous else 1,
        published_at=previous.published_at if previous and same else created_at,
        environments=environments,
        warnings=compiled.problems,
        build=compiled,
    )


def referenced_files(texts: Mapping[str, str] | Sources, previous: Snapshot | None = None) -> frozenset[str]:
    """Return the paths of the files that *texts* refer to, relative paths resolved against the referring file."""
    if isinstance(texts, Sources):
        return texts.referenced
    return read_sources(texts, previous.build.sources if previous and previous.build else None).referenced


def _environment(
    key: str, environment: Environment, compiled: Build, created_at: str, previous: Snapshot | None
) -> EnvironmentSnapshot:
    was = previous.by_key.get(key) if previous else None
    found = _Documents(key, environment, compiled)
    sdk_keys = tuple(one.text for one in environment.sdk_keys)
    client_tokens = tuple(one.text for one in environment.client_tokens)
    accepts_any_key = not compiled.definitions.environments
    fixed = format_timestamp(environment.created_at) if environment.created_at else None
    if was is not None and found.etags == (was.plain.etag, was.bandits.etag) and fixed in (None, was.created_at):
        keyed = replace(was, sdk_keys=sdk_keys, client_tokens=client_tokens, accepts_any_key=accepts_any_key)
        return was if _keys_of(was) == _keys_of(keyed) else keyed
    stamp = fixed or (found.untouched and found.base.config.get("createdAt")) or created_at
    return EnvironmentSnapshot(
        key=key,
        name=found.name,
        sdk_keys=sdk_keys,
        client_tokens=client_tokens,
        accepts_any_key=accepts_any_key,
        created_at=stamp,
        config=found.config(stamp),
        models=found.models(stamp),
        plain=found.plain(stamp),
        bandits=found.bandits(stamp),
    )


def _keys_of(one: EnvironmentSnapshot) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    return one.sdk_keys, one.client_tokens, one.accepts_any_key


class _Documents:
    """The two documents of one environment before they are stamped, joined from fragments that are ready."""

    def __init__(self, key: str, environment: Environment, compiled: Build) -> None:
        self.base = compiled.bases.get(key, Base({}, {}, None, None))
        self._compiled = compiled
        self.name = environment.name or _base_name(self.base) or _capitalised(key)
        definitions = compiled.definitions
        fresh = environment.name is None and environment.created_at is None
        # A base that nothing is laid over is served byte for byte.
        self.untouched = fresh and not definitions.flags and not definitions.bandits
        self._flags = {one: found.wire for one, found in _sorted(compiled.flags_in(key))}
        bodies = {one: found.body for one, found in compiled.flags_in(key).items()}
        self._models = compiled.models_in(key)
        self._references = list(compiled.references_in(self._models, compiled.flags_in(key)))
        self._lay_over_base(bodies)
        self._content = b",".join(
            [
                b'"format":"SERVER"',
                member("environment", {"name": self.name}),
                b'"flags":' + join_object(body for _, body in _sorted(bodies)),
                *([member("bandits", self._bandits)] if self._bandits else []),
                member("banditReferences", self._bandit_references),
            ]
        )

    def _lay_over_base(self, bodies: dict[str, bytes]) -> None:
        authored = self._compiled.definitions.flags.keys()
        kept = {key: flag for key, flag in self.base.config.get("flags", {}).items() if key not in authored}
        self._flags = dict(_sorted({**kept, **self._flags}))
        bodies.update({key: member(key, flag) for key, flag in kept.items()})
        self._models = {**self.base.models.get("bandits", {}), **self._models}
        entries = dict(_kept_entries(self.base, authored))
        references: dict[str, Any] = dict(_kept_references(self.base, authored))
        for bandit, own, reference in self._references:
            entries[bandit] = [*entries.get(bandit, []), *own]
            known = references.get(bandit, {}).get("flagVariations", [])
            references[bandit] = {**reference, "flagVariations": [*known, *reference.get("flagVariations", [])]}
        self._bandits = dict(_sorted({key: value for key, value in entries.items() if value}))
        self._bandit_references = dict(_sorted(references))

    @property
    def etags(self) -> tuple[str, str]:
        return etag_of(self._content, "plain"), self._models_etag

    @cached_property
    def _models_etag(self) -> str:
        return _models_etag(self.models(""))

    def config(self, stamp: str) -> Config:
        if self.untouched and self.base.config:
            return self.base.config  # type: ignore[return-value]  # a published document, served as it is
        config: Config = {
            "createdAt": stamp,
            "format": "SERVER",
            "environment": {"name": self.name},
            "flags": self._flags,
            "banditReferences": self._bandit_references,
        }
        if self._bandits:
            config["bandits"] = self._bandits
        return config

    def models(self, stamp: str) -> Models:
        if self.untouched and self.base.models:
            return self.base.models  # type: ignore[return-value]  # a published document, served as it is
        own = self._compiled.bandits
        stamped = {
            key: _stamped(model, stamp) if key in own and own[key].raw is None else model
            for key, model in _sorted(self._models)
        }
        return {"updatedAt": stamp, "environment": {"name": self.name}, "bandits": stamped}

    def plain(self, stamp: str) -> Encoded:
        if self.untouched and self.base.config_text is not None:
            return encoded(_bytes(self.base.config_text), etag_of(self._content, "plain"))
        return encode(("createdAt", stamp), self._content, "plain")

    def bandits(self, stamp: str) -> Encoded:
        if self.untouched and self.base.models_text is not None:
            return encoded(_bytes(self.base.models_text), self._models_etag)
        return encoded(canonical(self.models(stamp)), self._models_etag)


def _base_name(base: Base) -> str | None:
    environment = base.config.get("environment")
    name = environment.get("name") if isinstance(environment, dict) else None
    return name if isinstance(name, str) else None


def _capitalised(key: str) -> str:
    return key[:1].upper() + key[1:]


def _kept_entries(base: Base, authored: Iterable[str]) -> Iterator[tuple[str, list[Any]]]:
    """Yield the base's entries of ``bandits`` for flags that no flag file replaces."""
    gone = set(authored)
    for bandit, entries in (base.config.get("bandits") or {}).items():
        yield bandit, [entry for entry in entries if entry.get("flagKey") not in gone]


def _kept_references(base: Base, authored: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    gone = set(authored)
    for bandit, reference in (base.config.get("banditReferences") or {}).items():
        known = reference.get("flagVariations", [])
        kept = [entry for entry in known if entry.get("flagKey") not in gone]
        if kept or not known:
            yield bandit, {**reference, "flagVariations": kept}


def _stamped(model: dict[str, Any], stamp: str) -> dict[str, Any]:
    """Return *model* with its time stamp, after the name."""
    names = {name: model[name] for name in ("banditKey", "modelName")}
    return {**names, "updatedAt": stamp, **{name: value for name, value in model.items() if name not in names}}


def _sorted(members: Mapping[str, T]) -> list[tuple[str, T]]:
    """By key: the bytes do not depend on which file defines what, or in which order."""
    return sorted(members.items())


# ── published documents → Snapshot ──────────────────────────────────────────────────────────────────────────────


def snapshot_of_ufc(
    config_text: str, models_text: str | None, created_at: str, previous: Snapshot | None = None, file: str = "ufc"
) -> Snapshot:
    """
    Return the Snapshot that serves a published configuration byte for byte, in one environment for any key.

    What some SDK reads in an unsafe way is among the warnings, at *file*.

    Raises:
        ValueError: a text is not a JSON object of the right outline; the message says which and why.
    """
    config: Config = _json_object(config_text, "UFC", "flags")
    name = _base_name(Base(config, {}, None, None)) or "Test"
    models: Models = (
        _json_object(models_text, "bandit models", "bandits")
        if models_text is not None
        else {"updatedAt": created_at, "environment": {"name": name}, "bandits": {}}
    )
    environment = EnvironmentSnapshot(
        key=re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "test",
        name=name,
        sdk_keys=(),
        client_tokens=(),
        accepts_any_key=True,
        created_at=config.get("createdAt") or created_at,
        config=config,
        models=models,
        plain=encoded(_bytes(config_text), _encode_config(config, "plain").etag),
        bandits=encoded(canonical(models) if models_text is None else _bytes(models_text), _models_etag(models)),
    )
    was = previous.environments[0] if previous else None
    same = was is not None and (was.plain, was.bandits.etag) == (environment.plain, environment.bandits.etag)
    warnings = tuple(
        Problem(file, 1, 1, "P6", "warning", f"{path} {sentence}") for path, sentence in config_findings(config)
    )
    if previous is not None and same:
        return replace(previous, warnings=warnings)
    return Snapshot(previous.revision + 1 if previous else 1, created_at, (environment,), warnings)


def _json_object(text: str, what: str, name: str) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the {what} file is not JSON: {error}") from None
    if not isinstance(value, dict) or not isinstance(value.get(name), dict):
        raise ValueError(f'the {what} file holds no object "{name}"; expected what Eppo\'s service serves')
    return value


# ── bytes ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def _encode_config(config: Config, form: str) -> Encoded:
    """Return the bytes of *config*; its ETag leaves ``createdAt`` out."""
    content = canonical({name: value for name, value in config.items() if name != "createdAt"})[1:-1]
    return encode(("createdAt", config.get("createdAt", "")), content, form)


def _models_etag(models: Models) -> str:
    """Return the ETag of *models*, which leaves every ``updatedAt`` out."""
    unstamped = {key: _without_stamp(model) for key, model in models["bandits"].items()}
    return etag_of(canonical({**_without_stamp(models), "bandits": unstamped}), "bandits")


def _without_stamp(value: Any) -> Any:
    return {name: one for name, one in value.items() if name != "updatedAt"} if isinstance(value, dict) else value


# ── what changed ────────────────────────────────────────────────────────────────────────────────────────────────


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
    return ours is not theirs and bool(_without_stamp(ours) != _without_stamp(theirs))


def _keys(snapshot: Snapshot) -> set[str]:
    return {key for one in snapshot.environments for key in (*one.config["flags"], *one.models["bandits"])}
