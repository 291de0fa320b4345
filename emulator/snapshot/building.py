"""Flag files → Snapshot, with the work on what did not change left out."""

from collections.abc import Mapping
from dataclasses import replace

from emulator.definitions.build import Build, Sources, build, read_sources
from emulator.definitions.model import Environment
from emulator.errors import FlagFileError
from emulator.snapshot.documents import Documents
from emulator.snapshot.model import EnvironmentSnapshot, Snapshot
from emulator.ufc.timestamps import format_timestamp


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
    found = Documents(key, environment, compiled)
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
