"""The two documents of one environment, joined from fragments that are encoded already."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypeVar

from emulator.definitions.build import Build
from emulator.definitions.compiling.base import Base
from emulator.definitions.model import Environment
from emulator.snapshot.stamps import models_etag, text_bytes
from emulator.ufc.encode import Encoded, canonical, encode, encoded, etag_of, join_object, member
from emulator.ufc.wire import Config, Models

T = TypeVar("T")


class Documents:
    """The two documents of one environment before they are stamped, joined from fragments that are ready."""

    def __init__(self, key: str, environment: Environment, compiled: Build) -> None:
        self.base = compiled.bases.get(key, Base({}, {}, None, None))
        self._compiled = compiled
        self.name = environment.name or base_name(self.base) or _capitalised(key)
        definitions = compiled.definitions
        fresh = environment.name is None and environment.created_at is None
        # A base that nothing is laid over is served byte for byte.
        self.untouched = fresh and not definitions.flags and not definitions.bandits
        served = compiled.flags_in(key)
        self._flags = {one: found.wire for one, found in served.items()}
        bodies = {one: found.body for one, found in served.items()}
        self._models = compiled.models_in(key)
        self._references = list(compiled.references_in(self._models, served))
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
        """The ETags of configuration and models, which no time stamp changes."""
        return self._config_etag, self._models_etag

    @cached_property
    def _config_etag(self) -> str:
        return etag_of(self._content, "plain")

    @cached_property
    def _models_etag(self) -> str:
        return models_etag(self.models(""))

    def config(self, stamp: str) -> Config:
        if self.untouched and self.base.config:
            return self.base.config  # type: ignore[return-value]  # a published document, served as it is
        config: Config = {
            "createdAt": stamp,
            "format": "SERVER",
            "environment": {"name": self.name},
            "flags": self._flags,
            **({"bandits": self._bandits} if self._bandits else {}),  # type: ignore[typeddict-item]  # in served order
            "banditReferences": self._bandit_references,
        }
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
            return encoded(text_bytes(self.base.config_text), self._config_etag)
        return encode(("createdAt", stamp), self._content, self._config_etag)

    def bandits(self, stamp: str) -> Encoded:
        if self.untouched and self.base.models_text is not None:
            return encoded(text_bytes(self.base.models_text), self._models_etag)
        return encoded(canonical(self.models(stamp)), self._models_etag)


def base_name(base: Base) -> str | None:
    """Return the environment name that a published configuration holds."""
    environment = base.config.get("environment")
    name = environment.get("name") if isinstance(environment, dict) else None
    return name if isinstance(name, str) else None


def _capitalised(key: str) -> str:
    return key[:1].upper() + key[1:]


def _kept_entries(base: Base, authored: Iterable[str]) -> Iterator[tuple[str, list[Any]]]:
    """Yield the base's entries of ``bandits`` for flags that no flag file replaces."""
    gone = set(authored)
    for bandit, entries in _object(base.config.get("bandits")).items():
        yield bandit, [entry for entry in _list(entries) if _object(entry).get("flagKey") not in gone]


def _kept_references(base: Base, authored: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    gone = set(authored)
    for bandit, reference in _object(base.config.get("banditReferences")).items():
        known = _list(_object(reference).get("flagVariations"))
        kept = [entry for entry in known if _object(entry).get("flagKey") not in gone]
        if kept or not known:
            yield bandit, {**_object(reference), "flagVariations": kept}


def _object(value: Any) -> Mapping[str, Any]:
    """Return *value* of a published document where it is the object that it should be."""
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _stamped(model: dict[str, Any], stamp: str) -> dict[str, Any]:
    """Return *model* with its time stamp, after the name."""
    names = {name: model[name] for name in ("banditKey", "modelName")}
    return {**names, "updatedAt": stamp, **{name: value for name, value in model.items() if name not in names}}


def _sorted(members: Mapping[str, T]) -> list[tuple[str, T]]:
    """By key: the bytes do not depend on which file defines what, or in which order."""
    return sorted(members.items())
