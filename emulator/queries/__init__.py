"""
The questions of every door: read from JSON-like data, answered from what is served.

Pure. A command line, a request body and a Python call become the same frozen query, and get the same answer.
"""

from emulator.queries.encoding import encoded
from emulator.queries.evaluation import EvaluationQuery, Result, answer, read_bulk, read_evaluation
from emulator.queries.members import QueryError
from emulator.queries.scope import Resolver, Scope, Served, served
from emulator.queries.simulation import SimulationQuery, read_simulation, simulate
from emulator.queries.subjects import NobodyLandsThereError, SubjectsQuery, find, read_subjects

__all__ = [
    "EvaluationQuery",
    "NobodyLandsThereError",
    "QueryError",
    "Resolver",
    "Result",
    "Scope",
    "Served",
    "SimulationQuery",
    "SubjectsQuery",
    "answer",
    "encoded",
    "find",
    "read_bulk",
    "read_evaluation",
    "read_simulation",
    "read_subjects",
    "served",
    "simulate",
]
