"""The documents of an environment under a sandbox's changes, joined from the bytes that did not change."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from emulator.snapshot import EnvironmentSnapshot
from emulator.snapshot.stamps import models_etag
from emulator.ufc.encode import Deferred, canonical, etag_of, join_object, member
from emulator.ufc.wire import Config, Models


def changed_environment(
    base: EnvironmentSnapshot, config: Config, models: Models, created_at: str, sdk_key: str
) -> EnvironmentSnapshot:
    """
    Return *base* with other documents, of which parts may be the very objects of its own; their bytes are made later.

    *created_at* is when these documents came to be: events name it, so no two revisions of a sandbox share one.
    """
    stamped: Config = {**config, "createdAt": created_at}
    same_models = models is base.models
    return EnvironmentSnapshot(
        key=base.key,
        name=base.name,
        sdk_keys=(sdk_key,),
        client_tokens=(),
        accepts_any_key=False,
        created_at=created_at,
        config=stamped,
        models=models,
        plain=Deferred(partial(_config_bytes, base, stamped)),
        bandits=base.bandits if same_models else Deferred(partial(_models_bytes, models)),
    )


def _config_bytes(base: EnvironmentSnapshot, config: Mapping[str, Any]) -> tuple[bytes, str]:
    """Return the body and the ETag, which leaves ``createdAt`` out as everywhere."""
    content = b",".join(
        b'"flags":' + join_object(_flag_bodies(base, value)) if name == "flags" else member(name, value)
        for name, value in config.items()
        if name != "createdAt"
    )
    return b"{" + member("createdAt", config["createdAt"]) + b"," + content + b"}", etag_of(content, "plain")


def _flag_bodies(base: EnvironmentSnapshot, flags: Mapping[str, Any]) -> Iterator[bytes]:
    """Yield the bytes of each flag: those of the base where it is the base's own object."""
    own, bodies = base.config["flags"], base.flag_bodies
    for key, flag in flags.items():
        yield bodies[key] if own.get(key) is flag else member(key, flag)


def _models_bytes(models: Models) -> tuple[bytes, str]:
    return canonical(models), models_etag(models)
