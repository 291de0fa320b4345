"""What the control API answers, as plain data or as the problem why not. Flask is not needed here."""

import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import emulator
from emulator.pages.flag.origins import origins_of
from emulator.pages.flag.sentences import sentences_of
from emulator.pages.flag.waterfall import waterfall_of
from emulator.queries import Served
from emulator.queries.scope import scope_of
from emulator.server.answers import Answer
from emulator.server.parts import Parts
from emulator.server.problem_details import problem_answer
from emulator.server.scopes import resolver_of
from emulator.snapshot import EnvironmentSnapshot, Snapshot
from emulator.suggest import nearest
from emulator.wording import printable

Report = dict[str, Any]


def status_report(parts: Parts) -> Report:
    """Return the body of ``GET /emulator/v1/status``."""
    snapshot = parts.workspace.current
    return {
        "version": emulator.__version__,
        "revision": snapshot.revision,
        "publishedAt": snapshot.published_at,
        "environments": [_environment_summary(environment) for environment in snapshot.environments],
        "problems": [problem.as_json() for problem in parts.workspace.problems],
        "stale": parts.workspace.stale,
        "watcher": parts.watcher_mode(),
        "sandboxes": len(parts.sandboxes.all()),
        "events": parts.inbox.count(),
        "pid": os.getpid(),
    }


def flag_list(parts: Parts, parameters: Mapping[str, str]) -> Report:
    """Return the body of ``GET /emulator/v1/flags``: the flags of one environment, in the order they are served."""
    snapshot = parts.workspace.current
    environment = _asked_for(parts, parameters).environment
    flags = environment.config["flags"]
    return {
        "environment": environment.key,
        "revision": snapshot.revision,
        "flags": [_flag_summary(snapshot, key, flag) for key, flag in flags.items()],
    }


def flag_report(parts: Parts, key: str, parameters: Mapping[str, str]) -> Report | Answer:
    """Return the body of ``GET /emulator/v1/flags/{key}``: the flag in every environment, or in the one asked for."""
    snapshot, now = parts.workspace.current, parts.clock()
    environments = snapshot.environments
    if parameters.keys() & {"environment", "sdkKey"}:
        asked = _asked_for(parts, parameters)
        environments, now = (asked.environment,), asked.now
    source = _source_of(snapshot, key)
    # A flag that is defined but off everywhere is left out of what is served, and is no unknown flag.
    if source is None and not any(key in environment.config["flags"] for environment in environments):
        return _unknown_flag(key, snapshot, environments)
    return {
        "key": key,
        "revision": snapshot.revision,
        "source": source,
        "environments": [_flag_in(snapshot, environment, key, now) for environment in environments],
    }


def _flag_in(snapshot: Snapshot, environment: EnvironmentSnapshot, key: str, now: datetime) -> Report:
    flags = environment.config["flags"]
    return {
        "key": environment.key,
        "name": environment.name,
        "flag": flags.get(key),
        "human": _in_words(snapshot, environment, key, now) if key in flags else [],
    }


def _in_words(snapshot: Snapshot, environment: EnvironmentSnapshot, key: str, now: datetime) -> list[str]:
    origins = origins_of(snapshot.build, key, environment.key)
    return list(sentences_of(waterfall_of(environment.config["flags"][key], now, origins=origins)))


def _environment_summary(environment: EnvironmentSnapshot) -> Report:
    return {
        "key": environment.key,
        "name": environment.name,
        "flags": len(environment.config["flags"]),
        "bandits": len(environment.models["bandits"]),
    }


def _flag_summary(snapshot: Snapshot, key: str, flag: Any) -> Report:
    # A published snapshot is served as it is, so a flag in it need not be whole.
    known = flag if isinstance(flag, dict) else {}
    return {
        "key": key,
        "enabled": known.get("enabled"),
        "variationType": known.get("variationType"),
        "variations": _keys(known.get("variations")),
        "allocations": _allocation_keys(known.get("allocations")),
        "source": _source_of(snapshot, key),
    }


def _keys(members: Any) -> list[str]:
    return list(members) if isinstance(members, dict) else []


def _allocation_keys(allocations: Any) -> list[Any]:
    rows = allocations if isinstance(allocations, list) else []
    return [allocation.get("key") for allocation in rows if isinstance(allocation, dict)]


def _source_of(snapshot: Snapshot, key: str) -> Report | None:
    """Return ``{file, line, column}`` of the flag's definition; None for a flag of a published document."""
    place = snapshot.place_of(key)
    return place._asdict() if place else None


def _asked_for(parts: Parts, parameters: Mapping[str, str]) -> Served:
    """Return what ``environment`` or ``sdkKey`` stands for; the first environment when neither is given."""
    given = {name: parameters[name] for name in ("environment", "sdkKey") if name in parameters}
    return resolver_of(parts)(scope_of(given))


def _unknown_flag(key: str, snapshot: Snapshot, environments: tuple[EnvironmentSnapshot, ...]) -> Answer:
    defined = snapshot.build.definitions.flags if snapshot.build else {}
    known = dict.fromkeys(flag for environment in environments for flag in environment.config["flags"])
    hint = nearest(key, {**defined, **known}) or "there are no flags"
    return problem_answer("unknown-flag", f'no flag "{printable(key)}"; {hint}')
