"""Subject keys that land where a test wants them, as a question and its answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.evaluation import Found, NotFound, Wanted, find_subjects
from emulator.evaluation.simulation import Pace
from emulator.queries.members import (
    QueryError,
    Reader,
    actions,
    attributes,
    read_members,
    text,
    variation_name,
    whole_number,
)
from emulator.queries.scope import FIRST, SCOPE_READERS, Resolver, Scope, scope_of

_MOST = 10_000
_READERS: Mapping[str, Reader] = {
    "flag": text,
    "gets": variation_name,
    "via": text,
    "action": text,
    "actions": actions,
    "attributes": attributes,
    "count": whole_number(1, _MOST),
    "seed": whole_number(-(2**53), 2**53),
    **SCOPE_READERS,
}


class NobodyLandsThereError(QueryError):
    """No subject can land where it was asked to; the message is the reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, "no-subject")


@dataclass(frozen=True, slots=True)
class SubjectsQuery:
    """*count* subject keys that land as *wanted* with *attributes*; the same ones for the same *seed*."""

    wanted: Wanted
    attributes: Mapping[str, Any] = field(default_factory=dict)
    count: int = 1
    seed: int = 0
    scope: Scope = FIRST


def read_subjects(document: Any) -> SubjectsQuery:
    """
    Return the query in the body of ``POST /emulator/v1/subjects``.

    Raises:
        QueryError: it cannot be read.
    """
    known = read_members(document, _READERS, required=("flag",))
    return SubjectsQuery(
        Wanted(known["flag"], known.get("gets"), known.get("via"), known.get("action"), known.get("actions")),
        attributes=known.get("attributes", {}),
        count=known.get("count", 1),
        seed=known.get("seed", 0),
        scope=scope_of(known),
    )


def find(query: SubjectsQuery, resolve: Resolver, pace: Pace | None = None) -> Found | NotFound:
    """
    Return the subjects, or the reason why there are none.

    *pace* is called now and then, and may raise to end it.

    Raises:
        QueryError: its scope names what there is not.
    """
    where = resolve(query.scope)
    flag = query.wanted.flag
    if where.environment.prepared.flag(flag) is None and where.place_of(flag) is not None:
        return NotFound(where.absence(flag))
    return find_subjects(
        where.environment.prepared,
        query.wanted,
        query.attributes,
        now=where.now,
        count=query.count,
        seed=query.seed,
        pace=pace,
    )
