"""Shares over many made-up subjects, as a question and its answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator import evaluation
from emulator.evaluation import Simulation
from emulator.evaluation.contexts import attributes_of, context_of
from emulator.evaluation.simulation import Pace
from emulator.queries.members import QueryError, Reader, attributes, read_members, text, whole_number
from emulator.queries.scope import FIRST, SCOPE_READERS, Resolver, Scope, scope_of

# Some ten seconds of work.
MOST_SUBJECTS = 10_000_000
DEFAULT_SUBJECTS = 10_000
_READERS: Mapping[str, Reader] = {
    "flag": text,
    "subjects": whole_number(1, MOST_SUBJECTS),
    "attributes": attributes,
    "seed": whole_number(-(2**53), 2**53),
    **SCOPE_READERS,
}


@dataclass(frozen=True, slots=True)
class SimulationQuery:
    """Where *subjects* made-up subjects with *attributes* land; the same ones for the same *seed*."""

    flag: str
    subjects: int = DEFAULT_SUBJECTS
    attributes: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    scope: Scope = FIRST


def read_simulation(document: Any) -> SimulationQuery:
    """
    Return the query in the body of ``POST /emulator/v1/simulate``.

    Raises:
        QueryError: it cannot be read.
    """
    members = read_members(document, _READERS, required=("flag",))
    own = {name: value for name, value in members.items() if name not in SCOPE_READERS}
    return SimulationQuery(**own, scope=scope_of(members))


def simulate(query: SimulationQuery, resolve: Resolver, pace: Pace | None = None) -> Simulation:
    """
    Return the shares. A disabled or broken flag gives everybody the default.

    *pace* is called now and then, and may raise to end it.

    Raises:
        QueryError: there is no such flag, or the scope names what there is not.
    """
    where = resolve(query.scope)
    prepared = where.environment.prepared
    if prepared.flag(query.flag) is None:
        raise QueryError(where.absence(query.flag), "unknown-flag")
    flat = attributes_of(context_of(query.attributes))
    return evaluation.simulate(prepared, query.flag, query.subjects, flat, now=where.now, seed=query.seed, pace=pace)


def as_json(simulation: Simulation) -> dict[str, Any]:
    """
    Return the answer of ``POST /emulator/v1/simulate``: shares from 0 to 1, those that came out and those configured.

    What is configured is null where there are too many combinations of shards to say.
    """
    simulated, configured = simulation.simulated, simulation.configured
    return {
        "subjects": simulation.subjects,
        "shares": dict(simulated.variations),
        "allocations": dict(simulated.allocations),
        "default": simulated.default,
        "configured": None if configured is None else dict(configured.variations),
        "configuredAllocations": None if configured is None else dict(configured.allocations),
        "configuredDefault": None if configured is None else configured.default,
    }
