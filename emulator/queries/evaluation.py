"""One evaluation as a question and its answer: the value, why, and what an SDK would log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from emulator.evaluation import (
    BanditEvaluation,
    Evaluation,
    assignment_event,
    bandit_call_events,
    bandit_details,
    bandit_trace,
    details,
    evaluate,
    evaluate_bandit,
    explain,
    explain_bandit,
    trace,
)
from emulator.evaluation.contexts import attributes_of, context_of
from emulator.queries.members import (
    QueryError,
    Reader,
    actions,
    anything,
    attributes,
    boolean,
    read_members,
    text,
    variation_type,
)
from emulator.queries.scope import FIRST, SCOPE_READERS, Resolver, Scope, Served, scope_of
from emulator.wording import printable

# Some twenty seconds of work, and a third of a gigabyte with every trace.
MOST_REQUESTS = 100_000
_UNRECOGNIZED = "FLAG_UNRECOGNIZED_OR_DISABLED"
_READERS: Mapping[str, Reader] = {
    "flag": text,
    "subject": text,
    "attributes": attributes,
    "type": variation_type,
    "default": anything,
    "actions": actions,
    "trace": boolean,
    **SCOPE_READERS,
}


@dataclass(frozen=True, slots=True)
class EvaluationQuery:
    """
    What *subject* gets from *flag*.

    *attributes* are plain, or split into ``numericAttributes`` and ``categoricalAttributes``. *type* is the
    ``variationType`` that the caller asks for; None takes any. *actions*, when not None, make it a bandit call: a map
    of names to attributes, or a list of names. *trace* False leaves the long explanation out of the JSON.
    """

    flag: str
    subject: str
    attributes: Mapping[str, Any] = field(default_factory=dict)
    type: str | None = None
    default: Any = None
    actions: Any = None
    scope: Scope = FIRST
    trace: bool = True


@dataclass(frozen=True)
class Result:
    """The answer to one query. What takes long to tell is computed when it is read."""

    evaluation: Evaluation | BanditEvaluation
    served: Served
    with_trace: bool = True

    def __repr__(self) -> str:
        """Return what was asked and what came out, not everything that was looked at."""
        names = ("flag_key", "subject_key", "variation", "variation_key", "allocation_key", "action", "code")
        told = ", ".join(f"{name}={printable(repr(getattr(self, name)))}" for name in names)
        return f"Result({told})"

    @property
    def flag_key(self) -> str:
        return self._flag.flag_key

    @property
    def subject_key(self) -> str:
        return self._flag.subject_key

    @property
    def variation(self) -> Any:
        """The value that the caller gets: the variation's, or his default."""
        return self._flag.value

    @property
    def variation_key(self) -> str | None:
        return self._flag.variation_key

    @property
    def allocation_key(self) -> str | None:
        return self._flag.allocation_key

    @property
    def action(self) -> str | None:
        """The bandit's choice; None where none was asked for or made."""
        return self.evaluation.action if isinstance(self.evaluation, BanditEvaluation) else None

    @property
    def code(self) -> str:
        """The flag's evaluation code: ``MATCH`` where a variation is served."""
        return self._flag.code

    @property
    def is_match(self) -> bool:
        return self._flag.is_match

    @cached_property
    def details(self) -> dict[str, Any]:
        """``evaluationDetails`` with the field names and codes of the public test data."""
        one = self.evaluation
        return bandit_details(one) if isinstance(one, BanditEvaluation) else details(one)

    @cached_property
    def trace(self) -> dict[str, Any]:
        """Every allocation, rule, condition and shard with what it saw; for a bandit call its scores, too."""
        one = self.evaluation
        return bandit_trace(one) if isinstance(one, BanditEvaluation) else trace(one)

    @cached_property
    def events(self) -> Mapping[str, dict[str, Any] | None]:
        """``assignment`` and ``bandit``: what an SDK would hand to its loggers, None where it would log nothing."""
        one = self.evaluation
        if isinstance(one, BanditEvaluation):
            return bandit_call_events(one)
        return {"assignment": assignment_event(one), "bandit": None}

    @property
    def hint(self) -> str:
        """Why there is no such flag, as far as that can be guessed; empty where there is one."""
        flag = self._flag
        if flag.code != _UNRECOGNIZED:
            return ""
        if flag.flag is not None:
            return f'flag "{printable(flag.flag_key)}" is disabled in environment "{self.served.environment.key}"'
        return self.served.hint_of(flag.flag_key)

    def explain(self) -> str:
        """Return the trace as lines for a person."""
        told = self.trace
        lines = explain_bandit(told) if isinstance(self.evaluation, BanditEvaluation) else explain(told)
        return f"{lines}\n  {self.hint}" if self.hint else lines

    def as_json(self) -> dict[str, Any]:
        """Return the answer of ``POST /emulator/v1/evaluate``; without *with_trace* its trace is null."""
        told = {
            "variation": self.variation,
            "action": self.action,
            "evaluationDetails": self.details,
            "trace": self.trace if self.with_trace else None,
            "events": dict(self.events),
            "revision": self.served.revision,
            "environment": self.served.environment.key,
        }
        return {**told, "hint": self.hint} if self.hint else told

    @property
    def _flag(self) -> Evaluation:
        return self.evaluation.flag if isinstance(self.evaluation, BanditEvaluation) else self.evaluation


def read_evaluation(document: Any) -> EvaluationQuery:
    """
    Return the query in the body of ``POST /emulator/v1/evaluate``.

    Raises:
        QueryError: it cannot be read.
    """
    members = read_members(document, _READERS, required=("flag", "subject"))
    own = {name: value for name, value in members.items() if name not in SCOPE_READERS}
    query = EvaluationQuery(**own, scope=scope_of(members))
    if query.actions is not None and query.type not in (None, "STRING"):
        raise QueryError(f'"type": a bandit\'s flag is of type STRING, found {query.type}')
    return query


def read_bulk(document: Any) -> Sequence[Any]:
    """Return the questions in the body of ``POST /emulator/v1/evaluate/bulk``, each to be read for itself."""
    requests = read_members(document, {"requests": anything}, required=("requests",))["requests"]
    if not isinstance(requests, list | tuple):
        raise QueryError('"requests": expected a list of evaluations')
    if len(requests) > MOST_REQUESTS:
        raise QueryError(f'"requests": expected at most {MOST_REQUESTS:,}, found {len(requests):,}; ask in parts')
    return requests


def answer(query: EvaluationQuery, resolve: Resolver) -> Result:
    """
    Return the answer to *query*.

    Raises:
        QueryError: its scope names what there is not.
    """
    where = resolve(query.scope)
    return Result(_evaluated(query, where), where, query.trace)


def _evaluated(query: EvaluationQuery, where: Served) -> Evaluation | BanditEvaluation:
    prepared, now, default = where.environment.prepared, where.now, query.default
    if query.actions is not None:
        return evaluate_bandit(
            prepared, query.flag, query.subject, query.attributes, query.actions, now=now, default=default
        )
    flat = attributes_of(context_of(query.attributes))
    return evaluate(prepared, query.flag, query.subject, flat, now=now, expected_type=query.type, default=default)
