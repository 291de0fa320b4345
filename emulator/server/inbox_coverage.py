"""``GET /emulator/v1/events/coverage``: which flags, variations, allocations and actions the events touched."""

from collections.abc import Iterable, Mapping
from typing import Any

from emulator.inbox import Terms, read_filters
from emulator.queries import QueryError
from emulator.server.parts import Parts
from emulator.snapshot import EnvironmentSnapshot
from emulator.snapshot.points import points_of
from emulator.suggest import nearest
from emulator.wording import printable

Report = dict[str, Any]
_MEMBERS = {"variation": "variations", "allocation": "allocations"}


def coverage(parts: Parts, parameters: Iterable[tuple[str, str]]) -> Report:
    """
    Return the body of the answer: numbers of events for all that is served now, 0 for what no event touched.

    That is the environment that a filter names, or the sandbox, else the first environment.

    Raises:
        MatchError: the filters cannot be read.
        QueryError: there is no such environment.
    """
    terms = read_filters(parameters)
    environment = _served(parts, terms)
    touched = parts.inbox.touched((*terms, *_within(environment, terms)))
    flags: dict[str, Any] = {}
    missed = reached = 0
    for flag, kind, name in points_of(environment):
        count = touched.get((kind, flag, name), 0)
        reached, missed = (reached + 1, missed) if count else (reached, missed + 1)
        if kind == "flag":
            flags[flag] = {"events": count, "variations": {}, "allocations": {}}
        else:
            flags[flag][_MEMBERS[kind]][name] = count
    bandits = {key: _actions(model) for key, model in environment.models.get("bandits", {}).items()}
    for key, actions in bandits.items():
        for action in actions:
            actions[action] = touched.get(("action", key, action), 0)
            reached, missed = (reached + 1, missed) if actions[action] else (reached, missed + 1)
    total = reached + missed
    return {
        "environment": environment.key,
        "flags": flags,
        "bandits": {key: {"actions": actions} for key, actions in bandits.items()},
        "reached": reached,
        "total": total,
        "percent": 100 * reached / total if total else 100.0,
    }


def _actions(model: Any) -> dict[str, int]:
    """Return the actions that a model has learned about; others may be offered, and nobody knows them here."""
    for name in ("modelData", "coefficients"):
        model = model.get(name) if isinstance(model, Mapping) else None
    return dict.fromkeys(model, 0) if isinstance(model, Mapping) else {}


def _served(parts: Parts, terms: Terms) -> EnvironmentSnapshot:
    keys = tuple(str(term.value) for term in terms if term.field == "sandbox" and not term.negated)
    sandbox = parts.sandboxes.find(keys) if keys else None
    if sandbox is not None:
        return sandbox.current.environment
    snapshot = parts.workspace.current
    named = next((str(term.value) for term in terms if term.field == "environment" and not term.negated), None)
    if named is None:
        return snapshot.environments[0]
    if named not in snapshot.by_key:
        raise QueryError(f'environment "{printable(named)}" does not exist; {nearest(named, snapshot.by_key)}')
    return snapshot.by_key[named]


def _within(environment: EnvironmentSnapshot, terms: Terms) -> Terms:
    named = any(term.field in ("environment", "sandbox") for term in terms)
    return () if named else read_filters([("environment", environment.key)])
