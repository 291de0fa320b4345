"""
Evaluates a bandit: the flag first, then the bandit behind the text that came out of it.

Source: evaluation.md section 5.1; codes as in eppo_core ``eval_bandits.rs`` (the bandit's own) and js-sdk-common
``eppo-client.ts`` (the flag's).
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from emulator.evaluation.assignment import Evaluation, evaluate
from emulator.evaluation.bandit_model import BanditModel, BrokenModel
from emulator.evaluation.bandits import Choice, ChoiceReport, choose, explain
from emulator.evaluation.contexts import Context, attributes_of, context_of, offered_actions
from emulator.evaluation.details import details
from emulator.evaluation.flag import MATCH
from emulator.evaluation.prepare import Prepared

NON_BANDIT_VARIATION = "NON_BANDIT_VARIATION"
NO_ACTIONS_SUPPLIED_FOR_BANDIT = "NO_ACTIONS_SUPPLIED_FOR_BANDIT"
UNEXPECTED_CONFIGURATION_ERROR = "UNEXPECTED_CONFIGURATION_ERROR"
BANDIT_ERROR = "BANDIT_ERROR"


class BanditEvaluation(NamedTuple):
    """
    One answer. *variation* is the flag's value, or the caller's default; *choice* is None where no action is chosen.

    *code* is the bandit's own: ``MATCH`` with an action; ``NON_BANDIT_VARIATION`` where the variation is no bandit;
    ``NO_ACTIONS_SUPPLIED_FOR_BANDIT``; ``UNEXPECTED_CONFIGURATION_ERROR`` where there is no model of the bandit; and
    ``BANDIT_ERROR`` where its model cannot be evaluated. *description* says the same as a sentence.
    """

    flag: Evaluation
    code: str
    bandit_key: str | None
    model: BanditModel | BrokenModel | None
    subject: Context
    actions: Mapping[str, Any]
    choice: Choice | None

    @property
    def variation(self) -> Any:
        return self.flag.value

    @property
    def action(self) -> str | None:
        return None if self.choice is None else self.choice.action

    @property
    def description(self) -> str:
        return _SENTENCES[self.code](self)


def _broken(evaluation: BanditEvaluation) -> str:
    return evaluation.model.reason if isinstance(evaluation.model, BrokenModel) else ""


def _no_bandit(evaluation: BanditEvaluation) -> str:
    key = evaluation.flag.flag_key
    if evaluation.variation is not None:
        return f'"{evaluation.variation}" is no bandit of flag "{key}"'
    is_served = evaluation.flag.flag is not None and evaluation.flag.flag.enabled
    return f'flag "{key}" {"gives this subject nothing" if is_served else "is not served"}, so no bandit chooses'


_SENTENCES: Mapping[str, Callable[[BanditEvaluation], str]] = {
    MATCH: lambda one: f'bandit "{one.bandit_key}" chose action "{one.action}" out of {len(one.actions)}',
    NON_BANDIT_VARIATION: _no_bandit,
    NO_ACTIONS_SUPPLIED_FOR_BANDIT: lambda one: f'no actions were supplied for bandit "{one.bandit_key}"',
    UNEXPECTED_CONFIGURATION_ERROR: lambda one: f'there is no model of bandit "{one.bandit_key}"',
    BANDIT_ERROR: _broken,
}


def evaluate_bandit(
    prepared: Prepared,
    flag_key: str,
    subject_key: str,
    subject_context: Any,
    actions: Any,
    *,
    now: datetime,
    default: Any = None,
) -> BanditEvaluation:
    """
    Return what *subject_key* gets from *flag_key* at *now* (aware), and the action if that is a bandit.

    *subject_context* is plain attributes or the two maps ``numericAttributes`` and ``categoricalAttributes``, and so is
    each of *actions*, which may also be a list of names. The bandit also runs where the flag gave the *default* and
    that is the text of a bandit (8.4.13), as in the Rust core, JavaScript, Go and Java.
    """
    subject = context_of(subject_context)
    flag = evaluate(
        prepared,
        flag_key,
        subject_key,
        attributes_of(subject),
        now=now,
        expected_type="STRING",
        default=default,
    )
    offered = offered_actions(actions)
    bandits = prepared.bandits
    bandit_key = bandits.bandit_of(flag_key, flag.value)
    model = None if bandit_key is None else bandits.models.get(bandit_key)
    choice = None
    if offered and isinstance(model, BanditModel):
        code = MATCH
        choice = choose(model, flag_key, subject_key, subject, offered)
    else:
        code = _code_without_choice(bandit_key, model, offered)
    return _new(BanditEvaluation, (flag, code, bandit_key, model, subject, offered, choice))


# Past the class's own constructor, which takes twice as long.
_new = tuple.__new__


def bandit_details(evaluation: BanditEvaluation) -> dict[str, Any]:
    """
    Return ``evaluationDetails`` of a bandit call: those of the flag, with the bandit and the action.

    The flag's code gives way only where the model cannot be evaluated: it is then ``BANDIT_ERROR``, and the sentence
    says why, as in JavaScript and Java.
    """
    known = {**details(evaluation.flag), "banditKey": evaluation.bandit_key, "banditAction": evaluation.action}
    if evaluation.code == BANDIT_ERROR:
        known["flagEvaluationCode"] = BANDIT_ERROR
        known["flagEvaluationDescription"] = f"Error evaluating bandit action: {evaluation.description}"
    return known


def explain_choice(evaluation: BanditEvaluation) -> ChoiceReport | None:
    """Return why the action was chosen, or None where there is none; worked out again, number by number."""
    if evaluation.choice is None or not isinstance(evaluation.model, BanditModel):
        return None
    flag = evaluation.flag
    return explain(evaluation.model, flag.flag_key, flag.subject_key, evaluation.subject, evaluation.actions)


def _code_without_choice(
    bandit_key: str | None, model: BanditModel | BrokenModel | None, actions: Mapping[str, Any]
) -> str:
    if bandit_key is None:
        return NON_BANDIT_VARIATION
    if model is None:
        return UNEXPECTED_CONFIGURATION_ERROR
    return BANDIT_ERROR if actions else NO_ACTIONS_SUPPLIED_FOR_BANDIT
