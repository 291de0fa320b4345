"""What one subject gets, flag and bandit alike: the answer that entries make demands on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emulator.definitions.model import Expectation
from emulator.evaluation import (
    BanditEvaluation,
    Evaluation,
    Prepared,
    assignment_event,
    bandit_event,
    bandit_trace,
    evaluate,
    evaluate_bandit,
    explain,
    explain_bandit,
    trace,
)
from emulator.evaluation.contexts import attributes_of, context_of

Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """*flag* is the evaluation of the flag; *call* that of the whole bandit call, where actions were on offer."""

    flag: Evaluation
    call: BanditEvaluation | None

    @property
    def variation(self) -> str | None:
        """The key of the variation that is served; None where the caller gets his default."""
        return self.flag.variation_key if self.flag.is_match else None

    @property
    def allocation(self) -> str | None:
        return self.flag.allocation_key if self.flag.is_match else None

    @property
    def action(self) -> str | None:
        return self.call.action if self.call else None

    @property
    def logged(self) -> bool:
        """Whether an SDK logs the assignment."""
        return self.flag.log

    @property
    def fields(self) -> Mapping[str, Any]:
        """The fields of what an SDK logs: those of the assignment, and of the bandit's event where they differ."""
        choice = bandit_event(self.call) if self.call else None
        return {**(choice or {}), **(assignment_event(self.flag) or {})}

    def told(self) -> Told:
        """Return the trace."""
        return bandit_trace(self.call) if self.call else trace(self.flag)


def ask(prepared: Prepared, flag: str, subject: str, expected: Expectation, now: datetime) -> Answer:
    """Return what *subject* gets from *flag*, with the attributes and actions of the entry, at *now*."""
    if expected.actions is None:
        return Answer(evaluate(prepared, flag, subject, plain_attributes(expected), now=now), None)
    call = evaluate_bandit(prepared, flag, subject, expected.attributes, expected.actions, now=now)
    return Answer(call.flag, call)


def plain_attributes(expected: Expectation) -> Mapping[str, Any]:
    """Return what conditions see of the entry's attributes, which may be split into numbers and categories."""
    return attributes_of(context_of(expected.attributes))


def lines(told: Told) -> str:
    """Return a trace as lines of text."""
    return explain_bandit(told) if "bandit" in told else explain(told)
