"""What a flag asks of its subjects: attributes, with values that its conditions name, and its bandits' actions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.evaluation.attributes import text_of
from emulator.evaluation.bandit_model import ActionModel, BanditModel
from emulator.evaluation.flag import Flag
from emulator.evaluation.operators import Condition
from emulator.evaluation.prepare import Prepared
from emulator.pages.playground.examples import example_of

# A flag may name ten thousand countries; whoever types finds the rest by himself.
_MOST_SUGGESTIONS = 40
_MOST_OFFERS = 60


@dataclass(frozen=True, slots=True)
class Offer:
    """An attribute that somebody asks for, with *suggestions*, values as people write them."""

    name: str
    suggestions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offers:
    """*models* are those of the flag's bandits that can be evaluated; *is_bandit* where the flag has any at all."""

    attributes: tuple[Offer, ...]
    is_bandit: bool
    models: tuple[BanditModel, ...]

    @property
    def actions(self) -> Mapping[str, Mapping[str, Any]]:
        """The actions that the models know, without attributes: what is offered unless somebody says otherwise."""
        return {action: {} for model in self.models for action in model.actions}

    @property
    def action_attributes(self) -> Mapping[str, tuple[str, ...]]:
        """The attributes that the models know of each action."""
        return {
            name: tuple(dict.fromkeys(one for one, _ in _parts(action.action_numeric, action.action_categorical)))
            for model in self.models
            for name, action in model.actions.items()
        }


def offers_of(prepared: Prepared, key: str) -> Offers:
    """Return what the flag *key* asks for; nothing where there is no such flag, or nobody can read it."""
    flag = prepared.flag(key)
    ties = prepared.bandits.ties.get(key, {}) if flag is None or flag.type == "STRING" else {}
    models = [prepared.bandits.models.get(bandit) for bandit in dict.fromkeys(ties.values())]
    usable = tuple(model for model in models if isinstance(model, BanditModel))
    found: dict[str, dict[str, None]] = {}
    for name, suggestion in (*_of_flag(flag), *_of_models(usable)):
        known = found.setdefault(name, {})
        if suggestion and len(known) < _MOST_SUGGESTIONS:
            known[suggestion] = None
    attributes = tuple(Offer(name, tuple(known)) for name, known in found.items())
    return Offers(attributes[:_MOST_OFFERS], bool(ties), usable)


def conditions_of(flag: Flag | None) -> Iterator[Condition]:
    """Yield the conditions of the flag that a subject can do something about: the attribute ``id`` is its key."""
    for allocation in flag.allocations if flag else ():
        for rule in allocation.rules:
            yield from (one for one in rule.conditions if one.attribute != "id" and one.problem is None)


def suggestions_of(condition: Condition) -> Iterator[str]:
    """Yield the values that *condition* names, or one that it would take, as people write them."""
    if isinstance(condition.value, list):
        yield from (text for member in condition.value if (text := text_of(member)))
    elif condition.operator == "MATCHES":
        yield from filter(None, (example_of(condition.value, condition.check),))
    elif condition.operator not in ("NOT_MATCHES", "IS_NULL"):
        yield from filter(None, (text_of(condition.value),))


def _of_flag(flag: Flag | None) -> Iterator[tuple[str, str]]:
    for condition in conditions_of(flag):
        yield condition.attribute, ""
        yield from ((condition.attribute, one) for one in suggestions_of(condition))


def _of_models(models: Iterable[BanditModel]) -> Iterator[tuple[str, str]]:
    for model in models:
        for action in model.actions.values():
            yield from _of_action(action)


def _of_action(action: ActionModel) -> Iterator[tuple[str, str]]:
    yield from _parts(action.subject_numeric, action.subject_categorical)


def _parts(numeric: Iterable[Any], categorical: Iterable[Any]) -> Iterator[tuple[str, str]]:
    yield from ((name, "") for name, _, _ in numeric)
    for name, values, _ in categorical:
        yield name, ""
        yield from ((name, value) for value in values)
